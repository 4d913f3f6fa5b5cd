"""Help and misuse in the reader's language: Chinese first, English with TIDUI_LANG=en."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from pydantic import ValidationError
from rich.table import Table
from typer import BadParameter, Typer
from typer.exceptions import Abort, TyperException
from typer.main import get_command

from api.cli.app import out
from api.cli.help_words import HELP
from api.cli.speech import say
from domain.errors import Malformed
from domain.malformed import malformed

MISUSED = 2
_TYPES = {
    "<str>": "文字",
    "<int>": "整数",
    "<int range>": "整数",
    "<datetime>": "日期",
    "<path>": "路径",
    "<bool>": "",
    "<float>": "数字",
    "DAY": "日期",
}
# What the command line says of misuse, by the shape of its own sentence.
_MISUSES = (
    (r"No such option: (\S+).*", "没有 {0} 这个选项"),
    (r"No such command '(.+?)'\..*", "没有 {0} 这个命令"),
    (r"Missing command\.", "没有写命令"),
    (r"Got unexpected extra arguments? ?\(?s?\)? ?\((.+)\)", "多出的参数：{0}"),
    (r"Missing (?:argument|option|parameter) '(.+?)'.*", "没有写 {0}"),
    (r"Option '(.+?)' requires an argument\.", "{0} 后面缺少内容"),
    (r"Option '(.+?)' does not take a value\.", "{0} 后面不带内容"),
)


def run(app: Typer) -> None:
    """Run a command line; misuse is a sentence and exit 2."""
    try:
        code = _program(app)(standalone_mode=False)
    except Abort:
        sys.exit(1)
    except TyperException as error:
        if not error.format_message():
            sys.exit(MISUSED)  # nothing was asked: the help is shown already
        raise Misused(error) from error
    sys.exit(code if isinstance(code, int) else 0)


@cache
def _program(app: Typer) -> Any:
    """All commands, put together once a process."""
    return localized(get_command(app))


class Misused(Malformed):
    """Something that the command line does not take."""

    def __init__(self, error: TyperException) -> None:
        context: Any = getattr(error, "ctx", None)
        path = context.command_path if context else "tidui"
        zh, en = _told(error)
        super().__init__(f"{zh}。用法见 {path} --help。", f"{en.rstrip('.')}. See {path} --help.")


def _told(error: TyperException) -> tuple[str, str]:
    """Both sentences. What a value must be is told in the words that commands and imports use."""
    place = str(getattr(error, "param_hint", None) or getattr(getattr(error, "param", None), "name", "")).strip("'\"")
    if isinstance(error.__cause__, ValidationError):
        problems = ({**one, "loc": (place,)} for one in error.__cause__.errors(include_url=False))
        found = malformed(problems)
        return found.zh.partition("：")[2].rstrip("。"), found.en.partition(": ")[2]
    text = error.format_message()
    for shape, zh in _MISUSES:
        if match := re.fullmatch(shape, text, re.DOTALL):
            return zh.format(*match.groups()), text
    zh, _, en = str(getattr(error, "message", "")).partition(" / ")
    return (zh, en) if en else ("写法不对", text)


def localized(command: Any) -> Any:
    """The command with its help in the reader's language and its numbers taken strictly, and all below it."""
    command.format_help = partial(_print_help, command)
    for one in command.params:
        if one.type_descriptor.annotation is int:
            one.process_value = partial(_digits_alone, one, one.process_value)
    for inner in getattr(command, "commands", {}).values():
        localized(inner)
    return command


def _digits_alone(parameter: Any, process: Callable[[Any, Any], Any], context: Any, value: Any) -> Any:
    """A number without sign, blank, underscore or the digits of another script."""
    if isinstance(value, str) and not re.fullmatch("0|[1-9][0-9]*", value):
        zh, en = f"{value} 不是数字，请只用 0—9", f"{value} is no number: use 0 to 9 alone"
        raise BadParameter(f"{parameter.name}：{zh} / {parameter.name}: {en}", context, parameter)
    return process(context, value)


def _print_help(command: Any, context: Any, _: object) -> None:
    pieces = [say("[选项]", "[OPTIONS]"), *(_call_of(one) for one in _arguments(command))]
    pieces += [say("命令 …", "COMMAND …")] if hasattr(command, "commands") else []
    out.print(f"{say('用法：', 'Usage: ')}{context.command_path} {' '.join(pieces)}\n\n{words(command.help)}")
    _print_list(
        say("参数", "Arguments"), [(one.name, _type(one, context), words(one.help)) for one in _arguments(command)]
    )
    options = [one for one in command.get_params(context) if one.opts[0].startswith("-")]
    _print_list(say("选项", "Options"), [_option(one, context) for one in options])
    inner = getattr(command, "commands", {})
    _print_list(say("命令", "Commands"), [(name, words(one.help)) for name, one in inner.items()])


def _print_list(title: str, rows: Sequence[Sequence[str]]) -> None:
    if rows:
        table = Table(title=f"\n{title}", title_justify="left", show_header=False, box=None, pad_edge=False)
        for _ in rows[0]:
            table.add_column(overflow="fold")
        for row in rows:
            table.add_row(*row)
        out.print(table)


def _arguments(command: Any) -> list[Any]:
    return [one for one in command.params if not one.opts[0].startswith("-")]


def _call_of(argument: Any) -> str:
    return str(argument.name) if argument.required else f"[{argument.name}]"


def _option(option: Any, context: Any) -> tuple[str, str, str]:
    text = words(option.help)
    if isinstance(option.default, str | int) and not isinstance(option.default, bool):
        text += say(f"（默认 {option.default}）", f" [{option.default}]")
    return ", ".join(option.opts), _type(option, context), text


def _type(parameter: Any, context: Any) -> str:
    shown = parameter.display_type_rich(ctx=context) or ""
    return say(_TYPES.get(shown, shown), shown)


def words(text: str | None) -> str:
    """A help text in the reader's language, on one line."""
    english = " ".join((text or "").split())
    return say(HELP.get(english, english), english)

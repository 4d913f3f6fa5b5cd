"""The reference pages, written from the code itself: events, commands, routes, documents, settings, the
glossary.

`tidui reference --write docs` renews the files; a test holds them to what the code says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, get_args, get_origin

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from typer.main import get_command

from api.http.service import ROUTED
from api.settings import PREFIX, Settings
from domain.commands import CHAPTERS as COMMAND_CHAPTERS
from domain.commands import COMMANDS
from domain.events import CHAPTERS as EVENT_CHAPTERS
from domain.events import EVENT_TYPES
from domain.glossary import GLOSSARY, Term, event, plan_key
from domain.language import Capacity
from domain.plan import Plan
from exports.documents import DOCUMENTS

NOTE = "<!-- Written by `tidui reference --write docs`; do not edit. -->"


def pages(words: Any) -> dict[str, str]:
    """Every reference page by its file name; `words` is the command line."""
    makers: dict[str, Callable[[], Iterator[str]]] = {
        "plan.md": _plan,
        "events.md": _events,
        "commands.md": _commands,
        "cli.md": lambda: _words(words),
        "routes.md": _routes,
        "documents.md": _documents,
        "settings.md": _settings,
        "glossary.md": _glossary,
    }
    return {name: "\n".join((NOTE, "", *make())) + "\n" for name, make in makers.items()}


def _events() -> Iterator[str]:
    yield "# 事件 Events"
    yield ""
    yield f"{len(EVENT_TYPES)} types, stored as readable JSON under a topic, `name/version`, that never changes."
    for chapter in EVENT_CHAPTERS:
        found = [cls for cls in EVENT_TYPES.values() if cls.__module__ == chapter.__name__]
        yield from _section(chapter, (_event_row(cls) for cls in found), ("topic", "事件", "event", "clause", "fields"))


def _event_row(cls: Any) -> Sequence[str]:
    term = event(cls.KIND)
    return f"`{cls.TOPIC}`", term.zh, term.en, cls.CLAUSE, _fields(cls)


def _commands() -> Iterator[str]:
    yield "# 命令 Commands"
    yield ""
    yield f"{len(COMMANDS)} commands, over HTTP as `POST /v1/commands/NAME` and as `tidui record NAME`."
    yield "Schemas and examples: `GET /v1/commands`, `tidui record NAME --example`. † needs a reason."
    yield "A correction or withdrawal is recorded by whoever may record what it amends."
    for chapter in COMMAND_CHAPTERS:
        found = [(name, cls) for name, cls in COMMANDS.items() if cls.__module__ == chapter.__name__]
        rows = (
            (
                f"`{name}`{' †' if cls.REASON_DUE else ''}",
                cls.LABEL[0],
                cls.CLAUSE,
                _first(cls),
                ", ".join(f"`{capacity}`" for capacity in sorted(cls.CAPACITIES, key=list(Capacity).index)),
                _fields(cls),
            )
            for name, cls in found
        )
        yield from _section(chapter, rows, ("name", "命令", "clause", "what it does", "recorded by", "data"))


def _routes() -> Iterator[str]:
    yield "# HTTP"
    yield ""
    yield "Every view takes `as_of` and `known_at`; every error is a problem document (RFC 9457)."
    yield ""
    rows = []
    for route in (route for module in ROUTED for route in module.router.routes):
        if isinstance(route, APIRoute):
            query = ", ".join(f"`{name}`" for name in dict.fromkeys(_asked(route.dependant)))
            rows.append((f"`{'/'.join(sorted(route.methods or ()))} {route.path}`", _first(route.endpoint), query))
    yield from _table(("route", "answers", "query"), rows)


def _asked(dependant: Dependant) -> Iterator[str]:
    """Names that a route takes in its query, those of what it depends on included."""
    yield from (field.alias for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _asked(inner)


def _words(words: Any) -> Iterator[str]:
    yield "# 命令行 Command line"
    yield ""
    yield "`./run WORD …` is `tidui WORD …`. Exit 0 done, 1 refused or found wanting, 2 misused."
    yield ""
    yield from _table(("word", "what it does", "arguments and options"), list(_described(get_command(words), "tidui")))


def _described(command: Any, path: str) -> Iterator[Sequence[str]]:
    """A row for a command, or for each of a group's."""
    for name, inner in sorted(getattr(command, "commands", {}).items()):
        yield from _described(inner, f"{path} {name}")
    if not hasattr(command, "commands"):
        options = ", ".join(f"`{max(p.opts, key=len)}`" for p in command.params if p.name != "help")
        yield f"`{path}`", (command.help or "").partition("\n")[0], options


def _documents() -> Iterator[str]:
    yield "# 文件 Documents"
    yield ""
    yield "As a PDF: `tidui document KIND`, `GET /v1/documents/KIND.pdf`; for any `as_of` and `known_at`. A document"
    yield "about `person` is a sheet for each: one person, the members of a tier, or all of the batch. One about a"
    yield "`record` is a sheet for each pairing, placement or case of theirs. All but the pictures and the"
    yield "dossier can be had blank, as a form to fill in by hand. People are listed by the strokes of their names,"
    yield "with `order=pinyin` (`--order pinyin`) by their pinyin."
    yield ""
    yield "A whole batch (`tidui export documents`; over HTTP `POST /v1/documents/runs`, then `GET /v1/documents.zip`)"
    yield "has each of them for every person, training year and round it applies to, all of one moment; but not the"
    yield "access register, which each handing out changes."
    yield ""
    yield "Every print is built as PDF/A-3u. The tests hold its structure, its faces and the place of every box; where"
    yield "Java is, PDFBox's preflight too (`./run test-readers`). Preflight knows PDF/A-1 only: what it finds is held"
    yield "against a list of what PDF/A-3 allows beyond that. None of it is the word of a full PDF/A-3 validator."
    yield ""
    rows = [
        (f"`{one.kind}`", one.zh, one.en, one.scope, one.clause, ", ".join(f"`{name}`" for name in sorted(one.asks)))
        for one in DOCUMENTS.values()
    ]
    yield from _table(("kind", "文件", "document", "about", "clause", "also takes"), rows)


def _settings() -> Iterator[str]:
    yield "# 设置 Settings"
    yield ""
    yield "Environment variables; an option of the command line comes first. Nothing else reads the environment."
    yield ""
    rows = [
        (f"`{PREFIX}{name.upper()}`", str(field.description), "" if field.default is None else f"`{field.default}`")
        for name, field in Settings.model_fields.items()
    ]
    yield from _table(("variable", "what", "default"), rows)


def _glossary() -> Iterator[str]:
    yield "# 术语 Glossary"
    yield ""
    yield "One English word for one Chinese term. Codes are stored, labels never."
    yield ""
    yield from _table(
        ("code", "中文", "English", "clause"),
        [(f"`{code}`", term.zh, term.en, term.clause) for code, term in GLOSSARY.items()],
    )


def _plan() -> Iterator[str]:
    yield "# 方案 Plan"
    yield ""
    yield "方案是一个 TOML 文件；公布即冻结，之后只能修订。`*` 是方案自定的代码。修订写带点的键：`tiers.three.target`。"
    yield ""
    yield "A plan is a TOML file that publication freezes; `*` stands for a code of its own. An amendment names dotted"
    yield "keys. `tidui plan check FILE` checks a file, `tidui plan show` prints the plan in force. A key with a"
    yield "default may be left out; plans published before it was there take the default."
    yield ""
    yield from _table(("key", "含义", "meaning", "default", "clause"), list(_keys(Plan, "", "")))


def _keys(model: type[BaseModel], path: str, clause: str) -> Iterator[Sequence[str]]:
    """A row for every key, those of its parts after it."""
    for name, field in model.model_fields.items():
        words = plan_key(model, name) or Term("", "")
        own = words.clause or clause
        inner, many = part_of(field.annotation)
        yield f"`{path}{name}`", words.zh, words.en, "" if field.is_required() else _default(field.default), own
        if inner:
            yield from _keys(inner, f"{path}{name}.{'*.' if many else ''}", own)


def part_of(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The model that a key of the plan holds, and whether it holds one for each of several codes."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    inner = get_args(annotation)[-1] if get_origin(annotation) is dict else None
    return (inner, True) if isinstance(inner, type) and issubclass(inner, BaseModel) else (None, False)


def _default(value: Any) -> str:
    if isinstance(value, BaseModel):
        return ""
    return "—" if value in (None, ()) else f"`{list(value) if isinstance(value, tuple) else value}`"


def _section(chapter: Any, rows: Iterator[Sequence[str]], columns: Sequence[str]) -> Iterator[str]:
    listed = list(rows)
    if listed:
        yield f"\n## {_first(chapter)}\n"
        yield from _table(columns, listed)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"


def _fields(cls: type[BaseModel]) -> str:
    """Names of the fields, `?` where one may be left out."""
    return ", ".join(f"{name}{'' if field.is_required() else '?'}" for name, field in cls.model_fields.items())


def _first(thing: Any) -> str:
    return str(thing.__doc__ or "").strip().partition("\n")[0]

"""The one way to a terminal. Text is shown as it stands and never obeyed: no markup, no control characters, and for
what the terminal has no character the code point in its place, 〔U+2CB5A〕. JSON is always UTF-8.
"""

from __future__ import annotations

import codecs
import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Never, TextIO

from rich.console import Console
from rich.text import Text

from domain.errors import Malformed, Unavailable

# Control characters save line feed and tab, what turns the direction of writing, and halves of characters.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_BEYOND_JSON = re.compile("[\x7f-\x9f]")  # may steer a terminal; JSON escapes those below 0x20 itself
_BY_CODE_POINT = "tidui-code-point"
_WIDTH_OF_FILES = 160
_NOWHERE = Path(os.devnull)


class OutputLost(Unavailable):
    """Nobody takes the output any more, or there is no room for it."""


def visible(text: str, encoding: str = "utf-8") -> str:
    """The text with the code point in place of what must not reach a terminal or does not exist in its encoding."""
    text = _UNSEEN.sub(lambda found: _code_point(found[0], encoding), text.replace("\r\n", "\n"))
    return text.encode(encoding, _BY_CODE_POINT).decode(encoding)


class Terminal(Console):
    """Rich without its markup. Off a terminal a table is as wide as it needs to be."""

    def __init__(self, stream: TextIO | None, *, stderr: bool = False) -> None:
        width = None if stderr or (stream and stream.isatty()) else _WIDTH_OF_FILES
        super().__init__(stderr=stderr, width=width, highlight=False, soft_wrap=True, markup=False, emoji=False)

    def print(self, *objects: Any, **options: Any) -> None:
        """Everything but a table is text."""
        shown = (one if hasattr(one, "__rich_console__") else str(one) for one in objects)
        try:
            super().print(*shown, **options | {"markup": False, "emoji": False})
        except OSError as error:
            raise lost(error) from error

    def render_str(self, text: str, **options: Any) -> Text:
        """Every cell, title and line comes through here."""
        return super().render_str(visible(text, self.encoding), **options | {"markup": False, "emoji": False})

    def on_broken_pipe(self) -> Never:
        """Who read the output has gone."""
        raise lost(BrokenPipeError())


def write(text: str, stream: TextIO | None = None) -> None:
    """Plain text or JSON for machines: UTF-8 whatever the terminal's encoding, and at once."""
    stream = sys.stdout if stream is None else stream
    text = _BEYOND_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    try:
        stream.flush()
        if binary := getattr(stream, "buffer", None):
            binary.write(text.encode("utf-8", "backslashreplace"))
        else:
            stream.write(text)
        stream.flush()
    except OSError as error:
        raise lost(error) from error


def lost(error: OSError) -> OutputLost:
    """Why the output ended. What had not been written is let go, so that it does not fail again at the exit."""
    with suppress(OSError, ValueError, AttributeError), _NOWHERE.open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return OutputLost(
            "读取输出的一方已经关闭，其余内容没有写出。",
            "Whoever read the output has closed it: the rest was not written.",
        )
    return OutputLost(
        f"输出写不出去（{error.strerror}）。请检查去处和磁盘空间。",
        f"The output cannot be written ({error.strerror}). Check where it goes and the room on the disk.",
    )


def prepare() -> None:
    """Make the streams of the process ready: what they cannot hold they show by its code point."""
    if sys.stderr is None:  # closed by the caller
        sys.stderr = _NOWHERE.open("w", encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = _NOWHERE.open("w", encoding="utf-8")
        raise OutputLost("输出是关闭的，没有执行。", "The output is closed: nothing was done.")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_BY_CODE_POINT)
    if any(_UNSEEN.search(re.sub("[\ud800-\udfff]", "", word)) for word in sys.argv):
        raise Malformed(
            "命令行含有控制字符，没有执行。", "The command line holds control characters: nothing was done."
        )


def flush() -> None:
    """Write out what is still held; OutputLost where that fails."""
    try:
        sys.stdout.flush()
    except OSError as error:
        raise lost(error) from error


def flush_errors() -> None:
    """Write out what is still held of the error output; where that fails nothing more is written to it."""
    try:
        sys.stderr.flush()
    except OSError:
        sys.stderr = _NOWHERE.open("w", encoding="utf-8")


def _code_point(character: str, encoding: str) -> str:
    for named in (f"〔U+{ord(character):04X}〕", f"[U+{ord(character):04X}]"):
        with suppress(UnicodeEncodeError):
            return named.encode(encoding).decode(encoding)
    return "?"


def _by_code_point(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(_code_point(one, error.encoding) for one in missing), error.end


codecs.register_error(_BY_CODE_POINT, _by_code_point)

"""Why a document could not be made: what is wrong, where, and what cures it."""

from domain.errors import TiduiError, Unavailable


class EngineMissing(Unavailable):
    """A program library that PDF needs is not on this machine."""


class FontMissing(Unavailable):
    """A font file is not where it belongs."""


class FontAltered(Unavailable):
    """A font file is not the one that was pinned."""


class PressBusy(Unavailable):
    """Every worker was busy for as long as a document may wait."""


class PressStopped(Unavailable):
    """The service ends; what was being set is not finished."""

    def __init__(self) -> None:
        super().__init__("服务正在停止，文档没有制成。请稍后再试。", "The service stops; nothing was made. Try later.")


class Unprintable(TiduiError):
    """No document can be made from this content."""


class GlyphMissing(Unprintable):
    """No face can draw a character."""

    def __init__(self, character: str, field: str | None = None) -> None:
        code = f"U+{ord(character):04X}"
        where_zh, where_en = (f"“{field}”中的", f" in {field}") if field else ("", "")
        super().__init__(
            f"{where_zh}字符 {character!r}（{code}）没有可用的字形，请更正该内容。",
            f"No font has a glyph for {character!r} ({code}){where_en}; correct that text.",
        )
        self.character = character
        self.field = field


class TextTooLong(Unprintable):
    """A text is longer than any field may hold."""

    def __init__(self, field: str, length: int) -> None:
        super().__init__(
            f"“{field}”有 {length} 个字符，过长，无法排版，请更正该内容。",
            f"{field} holds {length} characters, too many to be set; correct that text.",
        )
        self.field = field


class LayoutLost(Unprintable):
    """Text would not be on the pages, or over other text."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{text}”等内容在版面上放不下，文档没有制成。请缩短有关内容后再试。",
            f"There is no room on the page for “{text}” among others, so nothing was made. Shorten that text.",
        )


class ForeignFont(Unprintable):
    """Text was set in a face that is not ours."""


class AddressRefused(Unprintable):
    """A document asked for something outside itself."""


class LimitPassed(Unprintable):
    """A document took more time or memory than any honest one does."""


class WorkerFailed(Unprintable):
    """A worker ended, or failed, for a reason that has no name of its own."""


class Unforeseen(Unprintable):
    """Something went wrong that nobody thought of; the service's log says where."""

    def __init__(self) -> None:
        super().__init__(
            "制作时出现未曾预料的错误，详情见运行日志；请把日志交给维护人员。",
            "Something unforeseen went wrong; the log tells where. Hand it to whoever maintains the software.",
        )


def packed(problem: TiduiError) -> tuple[type[TiduiError], tuple[object, ...], dict[str, object]]:
    """A problem as plain parts, to cross from a worker process."""
    return type(problem), problem.args, vars(problem)


def unpacked(kind: type[TiduiError], args: tuple[object, ...], state: dict[str, object]) -> TiduiError:
    problem = kind.__new__(kind)
    problem.args = args
    vars(problem).update(state)
    return problem

"""Text made ready for type: lines that end well, days in Chinese, quotes of full width, a name in one face."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from exports import glyphs, wording

_JOINER = "\N{WORD JOINER}"  # no line breaks here; nothing is drawn, nothing copied
_LEAST = 3  # characters that a last line has
# Between letters and figures of the West no line breaks anyway, and a joiner would hide their ligatures.
_MAY_BREAK = re.compile("(?<=[^\x00-\x7f\u2060])(?=[^\u2060])|(?<=[^\u2060])(?=[^\x00-\x7f\u2060])")
_TAG = re.compile(r"(<[^>]*>)")
_NAMED = re.compile(r"</?(\w+)")
_CHARACTER = re.compile(r"&#?\w+;|.", re.DOTALL)
_TAIL = 40  # characters in which the last ones that count are looked for
_INLINE = frozenset({"span", "b", "i", "a", "sup"})
_IN_KAI = re.compile(r'<(?:h2\b|(\w+) class="(?:running-head|below-title|issuer|name))')
_QUOTES = re.compile("[“”‘’]")
_ISO_DAY = re.compile(r"(?<![\w./-])\d{4}-\d\d-\d\d(?![\w/-]|\.\w)", re.ASCII)
_UNITS = "学时|个月|[年月日号岁票张人名项次条天分级]|%"
_WITH_UNIT = re.compile(rf"\d{{4}}年\d{{1,2}}月(?:\d{{1,2}}日)?|第?\d+(?:\.\d+)?(?:{_UNITS})")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_NAME = re.compile(f"[{_HAN}]{{2,4}}|[{_HAN}]+(?:·[{_HAN}]+)+")
_IDEOGRAPH = re.compile(f"[{_HAN}]")


def typeset(html: str, language: str) -> str:
    """A page's HTML with its text made ready."""
    body = max(html.find("<body"), 0)
    pieces = _TAG.split(html[body:])
    _widen_quotes(pieces)
    if rare := _rare(html):
        _set_faces(pieces, _Names(rare, pieces[::2]))
    pieces = _TAG.split("".join(pieces))
    if language == "zh":
        _say_days(pieces)
    _join_ends(pieces)
    return html[:body] + "".join(pieces)


def _rare(html: str) -> str:
    """The ideographs of a page that not every face draws. Each draws all of GBK: most pages need no closer look."""
    beyond = [one for one in set(html) if _IDEOGRAPH.match(one) and not one.encode("gbk", "ignore")]
    return "".join(sorted(one for one in beyond if not all(one in drawn for drawn in glyphs.faces().values())))


class _Names:
    """The names on a page that hold a rare character: what stands somewhere by itself, as in a cell, else all
    ideographs around the character.
    """

    def __init__(self, rare: str, texts: Iterable[str]) -> None:
        known = {text for text in map(str.strip, texts) if _NAME.fullmatch(text) and not set(rare).isdisjoint(text)}
        longest_first = sorted(known, key=lambda name: (-len(name), name))
        self._known = re.compile(f"({'|'.join(map(re.escape, longest_first)) or '(?!)'})")
        self._around = re.compile(f"([{_HAN}·]*[{rare}][{_HAN}·]*)")

    def parted(self, text: str) -> Iterator[tuple[str, bool]]:
        """A text in parts, each with whether it is such a name."""
        for place, part in enumerate(self._known.split(text)):
            if place % 2:
                yield part, True
            else:
                yield from ((inner, index % 2 == 1) for index, inner in enumerate(self._around.split(part)))


def _set_faces(pieces: list[str], names: _Names) -> None:
    """A name that one of the faces lacks a character of is set in one that has them all."""
    for place in range(0, len(pieces), 2):
        parts = list(names.parted(pieces[place]))
        if place and pieces[place - 1].startswith("<text"):
            family = next((f' font-family="Tidui {_face_of(part).title()}">' for part, named in parts if named), ">")
            pieces[place - 1] = pieces[place - 1][:-1] + family
        else:
            pieces[place] = "".join(
                f'<span class="in-{_face_of(part)}">{part}</span>' if named else part for part, named in parts
            )


def _face_of(name: str) -> str:
    """The face that draws all of a name; where none does, the one that draws most of it."""
    faces = glyphs.faces()
    return max(("song", "kai", "hei"), key=lambda face: len(faces[face].intersection(name)))


def _widen_quotes(pieces: list[str]) -> None:
    """楷 has quotes of half the width only: they are set in 宋."""
    for place in _text_in_kai(pieces):
        pieces[place] = _QUOTES.sub(r'<span class="in-song">\g<0></span>', pieces[place])


def _text_in_kai(pieces: list[str]) -> Iterator[int]:
    within = ""
    for place, piece in enumerate(pieces):
        if within and place % 2 == 0:
            yield place
        elif within:
            within = "" if piece.startswith(within) else within
        elif opening := _IN_KAI.match(piece):
            within = f"</{opening[1] or 'h2'}"


def _say_days(pieces: list[str]) -> None:
    """Days are told as 2024年3月14日, and stay on one line, as a number does with its unit."""
    for place in range(0, len(pieces), 2):
        pieces[place] = _WITH_UNIT.sub(lambda number: _together(number[0]), in_words(pieces[place]))


def in_words(text: str) -> str:
    """2024年3月14日 for each 2024-03-14 that stands by itself, not in a number or a file's name."""
    return _ISO_DAY.sub(lambda day: _told(day[0]), text)


def _told(day: str) -> str:
    try:
        date.fromisoformat(day)
    except ValueError:
        return day
    return wording.words("zh").date(day)


def _join_ends(pieces: list[str]) -> None:
    """The last characters of a paragraph, a heading or a cell stay together."""
    wanted, raised, after = _LEAST, False, None
    for place in range(len(pieces) - 1, -1, -1):
        piece = pieces[place]
        if place % 2:
            name = _NAMED.match(piece)
            tag = name[1] if name else ""
            raised = (piece == "</sup>") if tag == "sup" else raised
            if tag not in _INLINE:
                wanted, after = _LEAST, None
        elif piece.strip() and not raised and wanted:
            if after is not None:
                pieces[after] = _JOINER + pieces[after]
            pieces[place], wanted = _joined(piece, wanted)
            after = place


def _joined(text: str, wanted: int) -> tuple[str, int]:
    """A text whose last characters stay together, and how many of what comes before it stay with them."""
    *lines, last = text.split("\n")
    if lines and not last.strip():
        kept, left = _joined("\n".join(lines), wanted)
        return f"{kept}\n{last}", left
    joined, left = _joined_line(last, wanted)
    above = [_joined_line(line, _LEAST)[0] for line in lines]
    return "\n".join([*above, joined]), left if not lines else 0


def _joined_line(line: str, wanted: int) -> tuple[str, int]:
    tail: Sequence[str] = line[-_TAIL:]
    if "&" in tail:
        tail = _CHARACTER.findall(line[-_TAIL:])
    place = len(tail)
    while place and wanted:
        place -= 1
        wanted -= tail[place].isalnum() or len(tail[place]) > 1
    return line[:-_TAIL] + "".join(tail[:place]) + _together("".join(tail[place:])), wanted


def _together(text: str) -> str:
    return _MAY_BREAK.sub(_JOINER, text)

"""How values read in print: words and sentences in two languages, dates, shares, bytes."""

import datetime as dt
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

LANGUAGES = ("zh", "en")
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_FIGURE_SPACE = "\N{FIGURE SPACE}"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Words(dict[str, str]):
    """The words of one language. Templates say `w.name`, and `phrase` for a sentence with gaps."""

    def __init__(self, language: str) -> None:
        place = LANGUAGES.index(language)
        text = Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
        super().__init__({key: both[place] for key, both in tomllib.loads(text)["words"].items()})
        self.language = language

    def phrase(self, key: str, **gaps: object) -> str:
        """The sentence, with a visible gap where a value is not known."""
        return self[key].format_map({name: _gap(value) for name, value in gaps.items()})

    def date(self, value: object) -> str:
        """2024年3月14日. A moment is told in Shanghai's time; what is no date stays as it is."""
        if not isinstance(value, str):
            return "" if value is None else str(value)
        try:
            if len(value) == len("2024-03"):
                return self._day(dt.date.fromisoformat(value + "-01"), with_day=False)
            if len(value) == len("2024-03-14"):
                return self._day(dt.date.fromisoformat(value))
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            return value
        local = moment.astimezone(_SHANGHAI) if moment.tzinfo else moment
        return f"{self._day(local.date())}{'' if self.language == 'zh' else ' '}{local:%H:%M}"

    def month_day(self, day: dt.date) -> str:
        """3月14日, where the year is plain."""
        return f"{day.month}月{day.day}日" if self.language == "zh" else f"{day.day} {_MONTHS[day.month - 1]}"

    def period(self, start: object, end: object) -> str:
        if start and not end:
            return self.date(start) + self["open_end"]
        return self["dash"].join(filter(None, (self.date(start), self.date(end))))

    def tenure(self, start: object, end: object) -> str:
        """How long a post was held, also where nobody knows since when."""
        if start:
            return self.period(start, end)
        return self["dash"].join(filter(None, (self["start_unknown"], self.date(end))))

    def _day(self, day: dt.date, *, with_day: bool = True) -> str:
        if self.language == "zh":
            return f"{day.year}年{day.month}月" + (f"{day.day}日" if with_day else "")
        return (f"{day.day} " if with_day else "") + f"{_MONTHS[day.month - 1]} {day.year}"


@cache
def words(language: str) -> Words:
    return Words(language)


def percent(count: object, valid: object) -> str:
    """Votes ÷ valid; nothing where there is nothing to divide."""
    if isinstance(count, int) and isinstance(valid, int) and valid > 0:
        return f"{100 * count / valid:.1f}%"
    return ""


def shared_source(rows: Iterable[Mapping[str, Any]] | None) -> int | None:
    """The log position that most rows of a table rest on, when there are several: its heading then names it."""
    counted = Counter(row.get("source") for row in rows or ())
    position, count = next(iter(counted.most_common(1)), (None, 0))
    return position if count > 1 else None


def recorder(entry: Mapping[str, Any]) -> str:
    """Who recorded something, and in which capacity where the name does not say it."""
    who = entry.get("recorded_by_label") or entry.get("recorded_by") or ""
    role = entry.get("capacity_label")
    return f"{who}（{role}）" if role and role != who else who


def tally_sentence(say: Words, what: str, tally: Mapping[str, object], choices: tuple[str, ...]) -> str:
    """共有X人参加推荐，共发票X张，收回X张，其中有效票X张…；then the votes that each choice got."""
    counted = {key: tally.get(key) for key in ("present", "issued", "returned", "valid", "invalid")}
    opening = say.phrase("tally_expected", expected=expected) if (expected := tally.get("expected")) is not None else ""
    opening += say.phrase("tally_sentence", what=say[what], **counted)
    votes = [
        say.phrase("votes_of", label=say[choice], count=tally[choice], percent=percent(tally[choice], counted["valid"]))
        for choice in choices
        if tally.get(choice) is not None
    ]
    mark, end, pause = ("；", "。", "，") if say.language == "zh" else ("; ", ".", ", ")
    return opening + (mark + pause.join(votes) if votes else "") + end


def plain(value: object) -> object:
    """Nothing for None, 2 for 2.0."""
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else value


def _gap(value: object) -> object:
    return plain(value) if value or value == 0 else _FIGURE_SPACE * 3

"""What a model says in the product's or the plan's own words, in English. What people typed stays as they typed it."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from domain.contents import CONTENTS
from domain.glossary import GLOSSARY
from exports import wording

# Texts under these names are made of such words; under `text` where the name beside it says so. What is known as a
# whole is told wherever it may stand.
_LABELS = {
    "label",
    "round",
    "horizon",
    "tier_horizon",
    "post",
    "ground",
    "approver",
    "capacity",
    "who",
    "what",
    "nominated_by",
}
_LABELS |= {"limit_text", "gender"}
_WHOLE = {"text", "value", "before", "after"}
_BESIDE_CODES = {"rule", "code"}
_CODED = {"gender", "party_status"}  # fields of the registration
# Groups whose terms yield to those of others, where a Chinese term stands for both.
_YIELDING = ("event", "view", "access", "part", "severity")
_PARTS = re.compile(r"([：；，、（）\s])")
_MARKS = {"：": ": ", "；": "; ", "，": ", ", "、": ", ", "（": " (", "）": ")", "　": " "}
_YEAR = re.compile(r"(\d{4})年度(.*)")
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_MOVED = re.compile(r"(\d{4}-\d\d-\d\d)动议")


def in_english(model: Mapping[str, Any]) -> dict[str, Any]:
    """The model as an English print shows it; the plan's words are those that its batch brings along."""
    words = own() | ((model.get("batch") or {}).get("in_english") or {})
    return {key: told(value, key, words) for key, value in _preferred(model)}


@cache
def own() -> dict[str, str]:
    """The software's own words: English by Chinese."""
    ordered = sorted(GLOSSARY.items(), key=lambda item: item[0].partition(".")[0] not in _YIELDING)
    return {zh: en for zh, en, *_ in (*CONTENTS.values(), *(term for _, term in ordered))}


def _preferred(model: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What there is in English already, under its plain name too."""
    for key, value in model.items():
        yield key, model.get(f"{key}_en") or value


def told(value: Any, key: str, words: Mapping[str, str]) -> Any:
    """What stands under a key, as English shows it."""
    if isinstance(value, Mapping):
        shown = {inner: told(one, inner, words) for inner, one in _preferred(value)}
        return shown | _beside(value, words)
    if isinstance(value, list | tuple):
        return [told(one, key, words) for one in value]
    if isinstance(value, str) and (key in _LABELS or key.endswith("_label")):
        return _translated(value, words)
    return _known(value, words) if isinstance(value, str) and key in _WHOLE else value


def _beside(value: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, str]:
    """What another name in the same place says about it: a text by its code, a title that begins with its label."""
    found, text, title = {}, value.get("text"), value.get("title") or ""
    if isinstance(text, str) and (_BESIDE_CODES & value.keys() or value.get("key") in _CODED):
        found["text"] = _translated(text, words)
    label = value.get("label") or ""
    if label in words and title.startswith(label):
        found["title"] = _translated(title, words)
    return found


def _known(text: str, words: Mapping[str, str]) -> str:
    if day := _DAY.fullmatch(text):
        return wording.words("en").date(f"{day[1]}-{day[2]:0>2}-{day[3]:0>2}")
    return words.get(text, text)


def _translated(text: str, words: Mapping[str, str]) -> str:
    """All of it where that is known, else part by part."""
    if text in words:
        return words[text]
    if year := _YEAR.fullmatch(text):
        return f"{_translated(year[2], words)} {year[1]}".strip() if year[2] else year[1]
    parts = (_MARKS.get(part) or words.get(part) or _MOVED.sub(r"moved \1", part) for part in _PARTS.split(text))
    return "".join(parts).rstrip()

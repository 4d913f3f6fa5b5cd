"""What a model says in the product's or the plan's own words, in English. What people typed stays as they typed it."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from domain.contents import CONTENTS
from domain.glossary import GLOSSARY
from domain.language import CODE
from exports import wording

# Texts under these names are made of such words, and of codes and days; nobody types them. A `text` is one where what
# stands beside it says so.
_LABELS = {"label", "round", "horizon", "tier_horizon", "capacity", "who", "what", "limit_text", "gender"}
_BESIDE_CODES = {"rule", "code"}
_CODED = {"gender", "party_status"}  # fields of the registration
# Texts, and what they tell.
_RAW = {"text": "value", "before_text": "before", "after_text": "after"}
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
        return shown | beside(value, words)
    if isinstance(value, list | tuple):
        return [told(one, key, words) for one in value]
    return _translated(value, words) if isinstance(value, str) and _is_label(key) else value


def _is_label(key: str) -> bool:
    return key in _LABELS or key.endswith("_label")


def beside(value: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, str]:
    """What another name in the same place says about it: a text by its code, a title that begins with its label."""
    found = {}
    for name, raw in _RAW.items():
        if isinstance(text := value.get(name), str) and (day := _same_day(text, value.get(raw))):
            found[name] = day
        elif isinstance(text, str) and name != "text" and re.fullmatch(CODE, str(value.get(raw))):
            found[name] = words.get(text, text)
    text, title = value.get("text"), value.get("title") or ""
    if isinstance(text, str) and _says_a_code(value, text):
        found["text"] = _translated(text, words)
    label = value.get("label") or ""
    if label in words and title.startswith(label):
        found["title"] = _translated(title, words)
    return found


def _says_a_code(value: Mapping[str, Any], text: str) -> bool:
    """Whether the text beside is what the product or the plan calls something."""
    return bool(_BESIDE_CODES & value.keys()) or value.get("key") in _CODED or text == value.get("label")


def _same_day(text: str, raw: object) -> str | None:
    """The day that a text tells, where that is what stands beside it."""
    if (day := _DAY.fullmatch(text)) and (iso := f"{day[1]}-{day[2]:0>2}-{day[3]:0>2}") == str(raw):
        return wording.words("en").date(iso)
    return None


def _translated(text: str, words: Mapping[str, str]) -> str:
    """All of it where that is known, else part by part."""
    if text in words:
        return words[text]
    if year := _YEAR.fullmatch(text):
        return f"{_translated(year[2], words)} {year[1]}".strip() if year[2] else year[1]
    parts = (_MARKS.get(part) or words.get(part) or _MOVED.sub(r"moved \1", part) for part in _PARTS.split(text))
    return "".join(parts).rstrip()

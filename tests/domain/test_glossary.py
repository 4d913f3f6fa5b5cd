"""The glossary holds every code and every event type, and nothing that is gone."""

from __future__ import annotations

import re
from enum import StrEnum

import pytest

from domain import glossary, language
from domain.contents import CONTENTS
from domain.events import EVENT_TYPES
from domain.events.person import PersonRegistered
from domain.glossary import GLOSSARY

CODES = [
    code
    for cls in vars(language).values()
    if isinstance(cls, type) and issubclass(cls, StrEnum) and cls is not StrEnum
    for code in cls
]
KINDS = {cls.KIND: cls for cls in EVENT_TYPES.values()}


@pytest.mark.parametrize("code", CODES, ids=lambda code: f"{type(code).__name__}.{code}")
def test_every_code_has_its_words(code: StrEnum) -> None:
    assert glossary.label(code).zh
    assert glossary.label(code).en


@pytest.mark.parametrize("kind", KINDS)
def test_every_event_type_has_its_words_and_the_clause_it_cites(kind: str) -> None:
    assert glossary.event(kind).clause == KINDS[kind].CLAUSE


@pytest.mark.parametrize("field", sorted(PersonRegistered.model_fields.keys() - {"person"}))
def test_every_field_of_the_registration_has_its_words(field: str) -> None:
    assert glossary.word("field", field).zh != field


def test_codes_spelled_alike_keep_their_own_words() -> None:
    assert glossary.label(language.Grade.DEFERRED).zh == "暂缓评定"
    assert glossary.label(language.Result.DEFERRED).zh == "暂缓"


FIELDS = sorted({(cls.KIND, name) for cls in EVENT_TYPES.values() for name in cls.model_fields if name != cls.KEY})


@pytest.mark.parametrize(("kind", "name"), [f for f in FIELDS if not f[1].startswith("target")])
def test_every_field_of_every_event_has_its_words(kind: str, name: str) -> None:
    assert glossary.field(kind, name).zh != name


def test_no_words_are_left_of_fields_that_are_gone() -> None:
    names = {name for _, name in FIELDS}
    assert [key for key in CONTENTS if key not in names and tuple(key.split(".", 1)) not in FIELDS] == []


def test_nothing_is_left_of_what_is_gone() -> None:
    groups = {re.sub("(?<!^)(?=[A-Z])", "_", type(code).__name__).lower() for code in CODES}
    known = {f"{re.sub('(?<!^)(?=[A-Z])', '_', type(code).__name__).lower()}.{code}" for code in CODES}
    known |= {f"event.{kind}" for kind in KINDS}
    stale = [key for key in GLOSSARY if key.partition(".")[0] in {*groups, "event"} and key not in known]
    assert stale == []


def test_terms_are_chinese_and_english() -> None:
    for key, term in GLOSSARY.items():
        assert re.search("[\u4e00-\u9fff]", term.zh), key
        assert re.fullmatch("[A-Za-z' -]+", term.en), key

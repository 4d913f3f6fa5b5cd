"""What every document has in common: a name, a scope, and nothing that it is asked in vain."""

from typing import Any

import pytest

from api.main import App
from domain.errors import Malformed
from exports.documents import DOCUMENTS, Asked, Scope, model_of
from projections.dossier import content_hash
from tests.exports.documents.conftest import DAY
from tests.support.story import BATCH

pytestmark = pytest.mark.slow

PERSONAL = [one for one in DOCUMENTS.values() if one.scope is Scope.PERSON and one.has_blank]


def asked(opened: App, **more: Any) -> Asked:
    return Asked(moment=opened.views.at(DAY), batch=BATCH, **more)


@pytest.mark.parametrize("document", PERSONAL, ids=lambda one: one.kind)
def test_a_personal_document_is_one_sheet_for_each_member_of_a_tier(opened: App, document: Any) -> None:
    everybody = model_of(document, asked(opened)).model_dump(mode="json")["people"]
    three = model_of(document, asked(opened, tier="three")).model_dump(mode="json")["people"]
    assert [one["person_id"] for one in three] == [one["person_id"] for one in everybody if one["tier"] == "three"]
    assert 0 < len(three) < len(everybody)


def test_of_one_person_the_person_stands_at_the_head(opened: App) -> None:
    document = DOCUMENTS["information-form"]
    one = model_of(document, asked(opened)).model_dump(mode="json")["people"][0]
    found = model_of(document, asked(opened, person=one["person_id"])).model_dump(mode="json")
    assert (found["person_id"], found["name"], found["people"]) == (one["person_id"], one["name"], [one])
    assert found["hash"] == content_hash(found)


@pytest.mark.parametrize(
    ("kind", "more", "named"),
    [
        ("information-form", {"year": 2024}, "year"),
        ("information-form", {"round": "initial"}, "round"),
        ("information-form", {"blank": True, "tier": "three"}, "tier"),
        ("dossier", {}, "person"),
        ("dossier", {"blank": True}, "空白"),
    ],
)
def test_what_a_document_cannot_tell_is_refused_by_name(
    opened: App, kind: str, more: dict[str, Any], named: str
) -> None:
    with pytest.raises(Malformed) as refused:
        model_of(DOCUMENTS[kind], asked(opened, **more))
    assert named in refused.value.zh


def test_a_form_before_any_plan_names_no_batch(opened: App) -> None:
    moment = opened.views.at(known_at="@1")
    found = model_of(DOCUMENTS["information-form"], Asked(moment=moment, blank=True)).model_dump(mode="json")
    assert (found["batch"], found["people"]) == (None, [{}])

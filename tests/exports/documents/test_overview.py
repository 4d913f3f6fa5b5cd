"""The programme in pictures: all of them on paper, as they are on the screen."""

from typing import Any

import pytest

from api.main import App
from domain.errors import Malformed
from exports.documents import Asked, model_of
from exports.documents.overview import DOCUMENT
from exports.pictures import PICTURES
from projections.roster import roster
from tests.exports.documents.conftest import DAY, Print
from tests.exports.prints import pages_of, squeezed, text_of
from tests.support.story import BATCH

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model(opened: App) -> dict[str, Any]:
    return model_of(DOCUMENT, Asked(moment=opened.views.at(DAY), batch=BATCH)).model_dump(mode="json")


def test_it_names_everybody_whom_a_picture_tells_of(opened: App, model: dict[str, Any]) -> None:
    members = {one.person_id for tier in roster(opened.views.at(DAY), BATCH).tiers for one in tier.members}
    assert members <= {one["person_id"] for one in model["content"]["people"]}


def test_the_pictures_are_set_as_they_are_drawn(prints: dict[str, Print]) -> None:
    path = prints["overview"].path
    text = text_of(path)
    for picture in PICTURES.values():
        assert squeezed(picture.title("zh")) in text
    assert "在培5/目标4" in text
    assert len(pages_of(path)) == 3


def test_an_unrelated_record_leaves_it_as_it_is(opened: App, model: dict[str, Any]) -> None:
    earlier = model_of(DOCUMENT, Asked(moment=opened.views.at(DAY, f"@{model['rests_on']}"), batch=BATCH))
    told, again = model["content"]["pictures"], earlier.model_dump(mode="json")["content"]["pictures"]
    assert {kind: one | {"known_at": None} for kind, one in again.items()} == told


def test_it_has_no_tiers_and_no_blank(opened: App) -> None:
    for more in ({"tier": "three"}, {"blank": True}):
        with pytest.raises(Malformed):
            model_of(DOCUMENT, Asked(moment=opened.views.at(DAY), batch=BATCH, **more))


def test_the_ages_of_the_shortlisted_lie_before_the_committee(prints: dict[str, Print]) -> None:
    found, path, _ = prints["committee-materials"]
    shown = [one["person_id"] for tier in found["content"]["ages"]["tiers"] for one in tier["people"]]
    assert sorted(shown) == sorted(one["person_id"] for one in found["content"]["people"])
    assert squeezed(PICTURES["ages"].title("zh")) in text_of(path)


def test_the_years_summary_shows_the_hours_of_its_year(prints: dict[str, Print]) -> None:
    found, path, _ = prints["annual-review-summary"]
    assert found["content"]["hours"]["year"] == 2024
    assert "2024培养年度（2024年3月14日至2025年3月13日）" in text_of(path)

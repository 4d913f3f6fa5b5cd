"""A clean history gives no finding; a breach planted in the raw log gives exactly its own."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.events.base import Event
from domain.events.record import EventCorrected, EventWithdrawn
from domain.events.selection import EligibilityAssessed
from domain.language import Capacity, Verdict
from domain.transaction import Draft
from projections.conformance.findings import findings
from projections.dossier import dossier
from projections.explain import explain, explain_roster
from projections.history import history
from projections.roster import roster
from tests.projections.conformance.conftest import Planted, having
from tests.support.scenario import BATCH
from tests.support.stages import requested
from tests.support.story import at_its_end

DAY = "2024-03-20"


def talk(planted: Planted, tier: str, on: str = DAY) -> Draft:
    about = planted.school.about(tier)
    (draft,) = planted.drafts(
        "hold-inspection-talk", on=on, **about, talker=planted.school.committee[1], text="思想稳定。"
    )
    return draft


# Clean histories


def test_a_history_by_the_rules_gives_no_finding(trained: Planted) -> None:
    assert trained.found() == []


def test_the_told_story_departs_from_no_rule_and_lacks_only_what_it_leaves_undone_on_purpose(story_home: Path) -> None:
    with at_its_end(story_home) as opened:
        assert findings(opened.views.at(date(2024, 12, 31))).findings == ()
        whole = findings(opened.views.at(), covered=True)
    assert [(line.departure.value, line.rule, line.name, str(line.on)) for line in whole.findings] == [
        ("missing", "D1.material", "盖思远", "2025-03-13"),
        ("missing", "R4.membership", "钱頔", "2025-07-03"),
        ("missing", "R4.announcement", None, "2025-07-10"),
        ("missing", "D1.material", "盖思远", "2026-03-13"),
        ("missing", "D1.material", "盖思远", "2027-03-13"),
        ("missing", "D1.material", "盖思远", "2027-03-13"),
    ]
    assert {line.rule for line in whole.covered} >= {"T1.age", "T2.age", "T2.places", "W.nominate", "W.decide"}
    assert all(line.covered_by for line in whole.covered)


# Records against a rule


def test_a_record_of_a_day_to_come(trained: Planted) -> None:
    planted = trained.plant(having(talk(trained, "four"), occurred_on=date(2024, 3, 21)))
    assert trained.found("2024-03-21") == [("refused", "H4", planted)]


def test_a_record_by_a_capacity_that_may_not_make_it(trained: Planted) -> None:
    planted = trained.plant(having(talk(trained, "four"), capacity=Capacity.AUDITOR))
    assert trained.found() == [("refused", "O2", planted)]


def test_a_record_on_an_ended_membership(trained: Planted) -> None:
    late = talk(trained, "four", "2024-03-19")
    trained.school.disqualified(trained.school.members["four"], "2024-03-18")
    assert trained.found() == []
    planted = trained.plant(having(late, recorded_at=trained.school.now))
    (line,) = trained.all().findings
    assert (line.clause, line.positions, line.severity) == ("H2", planted, "serious")
    assert line.person_id == trained.school.members["four"]


def test_a_member_without_a_passed_resolution(trained: Planted) -> None:
    school = trained.school
    admissible = school.admissible("four")
    drafts = trained.drafts("admit-candidate", on="2024-03-14", **admissible)
    told = {"batch": BATCH, "matter": "admission", "round": "initial", "tier": "four", "agree": 2, "disagree": 7}
    told |= {"person": admissible["person"], "meeting": school.meeting("2024-03-14", title="再议"), "abstain": 0}
    failed = school.given("pass-resolution", on="2024-03-14", reason="再议", **told)
    assert trained.found() == []
    planted = trained.plant(having(drafts[0], resolution=failed["resolution"]), *drafts[1:])
    assert trained.found() == [("refused", "R4", planted)]


def test_a_record_of_something_that_is_not_there(trained: Planted) -> None:
    draft = having(talk(trained, "four"), batch="2020-first")
    assert trained.found() == []
    planted = trained.plant(draft)
    assert [(kind, where) for kind, _, where in trained.found()] == [("refused", planted)]


def test_a_withdrawal_of_what_others_rest_on(trained: Planted) -> None:
    voted = next(r for r in trained.school.log.scan() if r.event.KIND == "resolution-reached")
    event = EventWithdrawn(target=voted.position, target_id=voted.body.id)
    draft = having(talk(trained, "four"), reason="误录")
    planted = trained.plant(Draft(voted.stream, draft.body.model_copy(update={"data": event})))
    (line,) = [line for line in trained.all().findings if line.departure != "outdated"]
    assert (line.departure, line.clause, line.positions) == ("refused", "H3", planted)


AMENDMENTS_OF_NOTHING: list[Event] = [
    EventWithdrawn(target=99_999, target_id="e-0000000000000000"),
    EventCorrected(target=1, target_id="e-0000000000000000", changes={"batch": "2020-first"}),
]


@pytest.mark.parametrize("event", AMENDMENTS_OF_NOTHING)
def test_an_amendment_of_nothing_stops_no_view_and_is_found(trained: Planted, event: Event) -> None:
    talked, moment = talk(trained, "four"), trained.shown_at()
    before = [roster(moment), dossier(moment, talked.stream)]
    (planted,) = trained.plant(talked._replace(body=talked.body.model_copy(update={"data": event, "reason": "误录"})))
    moment = trained.shown_at()
    for view, then in zip([roster(moment), dossier(moment, talked.stream)], before, strict=True):
        content, earlier = (v.model_dump(exclude={"position", "rests_on", "trail", "hash"}) for v in (view, then))
        assert content == earlier
    assert [line.position for line in history(moment, talked.stream).entries][-1] == planted
    assert explain(moment, talked.stream).fields
    assert explain_roster(moment).members
    (line,) = trained.all().findings
    assert (line.departure, line.clause, line.positions) == ("refused", "H3", (planted,))


def test_a_breach_is_of_its_day_and_of_its_batch(trained: Planted) -> None:
    planted = trained.plant(having(talk(trained, "four"), capacity=Capacity.AUDITOR))
    assert trained.found("2024-03-19") == []
    other = trained.school.publish(
        on="2027-03-01", edit=lambda text: text.replace('"2024-second"', '"2027-third"').replace("2024-0", "2027-0")
    )
    assert planted in {line.positions for line in trained.all("2027-03-05", batch=BATCH).findings}
    assert trained.all("2027-03-05", batch=other).findings == ()


@pytest.mark.parametrize(
    ("change", "said"), [({"occurred_on": date(2024, 3, 19)}, "2024-03-19"), ({"reason": "另有原因"}, "另有原因")]
)
def test_a_record_of_another_day_or_reason_than_its_decision(
    change: dict[str, Any], said: str, trained: Planted
) -> None:
    person = trained.school.members["four"]
    *first, last = trained.drafts("record-leaving", on=DAY, person=person, cause="transferred", text="调走")
    planted = trained.plant(*first, having(last, **change))
    (line,) = trained.all().findings
    assert (line.departure, line.positions, line.value) == ("otherwise", planted[-1:], said)


def test_a_decision_that_a_position_cuts_through_is_not_judged_by_half(trained: Planted) -> None:
    trained.school.given("record-leaving", on=DAY, person=trained.school.members["four"], cause="resigned")
    assert trained.found() == trained.found(known=f"@{trained.school.log.head() - 1}") == []


# Limits crossed without what that asks for


def late_nomination(planted: Planted, **more: Any) -> list[Draft]:
    person = planted.school.person("迟荐者")
    about = {"person": person, "batch": BATCH, "tier": "three", "source": "office", "unit": "教务处"}
    return planted.drafts("nominate-candidate", on="2024-03-08", **about, reason="公章外出。", **more)


def test_a_nomination_out_of_its_window_with_a_reason_is_covered(published: Planted) -> None:
    planted = published.plant(*late_nomination(published))
    assert published.found() == []
    (line,) = published.all(covered=True).covered
    assert (line.rule, line.value, line.limit) == ("W.nominate", "2024-03-08", "2024-03-05")
    assert (line.positions, line.covered_by) == (planted, planted[0])


def test_a_nomination_out_of_its_window_without_a_reason(published: Planted) -> None:
    (draft,) = late_nomination(published)
    bare = tuple(j.supported(reason=None) for j in draft.body.judgements)
    planted = published.plant(having(draft, reason=None, judgements=bare))
    (line,) = published.all().findings
    assert (line.departure, line.rule, line.positions) == ("unexplained", "W.nominate", planted)
    assert (line.value, line.limit, line.severity) == ("2024-03-08", "2024-03-05", "moderate")


def too_old(planted: Planted) -> tuple[list[Draft], str]:
    """The shortlisting of somebody of forty-six, the exception asked for."""
    person = planted.school.assessed("three", born="1978-01-01")
    about = {"person": person, "batch": BATCH, "tier": "three", "round": "initial"}
    why = {"exceptions": requested("T1.age"), "reason": "表现突出", "document": "申请1号"}
    return planted.drafts("shortlist-candidate", on="2024-03-12", **about, **why), person


def test_too_old_a_candidate_whose_exception_nobody_asked_for(published: Planted) -> None:
    (draft,), person = too_old(published)
    bare = tuple(j.supported(reason=None) for j in draft.body.judgements)
    planted = published.plant(having(draft, judgements=bare))
    (line,) = published.all().findings
    assert (line.departure, line.rule, line.positions) == ("uncovered", "T1.age", planted)
    assert (line.value, line.limit, line.severity, line.covered_by) == ("46", "45", "serious", None)
    assert line.person_id == person


def test_too_old_a_candidate_is_covered_by_the_grant(published: Planted) -> None:
    (draft,), person = too_old(published)
    published.plant(draft)
    told = {"batch": BATCH, "round": "initial", "tier": "three"}
    resolution = published.school.resolved(person, "admission", "2024-03-14", **told)
    published.school.given(
        "admit-candidate", on="2024-03-14", person=person, resolution=resolution, reason="表现突出", **told
    )
    assert published.found() == []
    covers = {line.rule: line.covered_by for line in published.all(covered=True).covered}
    granted = next(r.position for r in published.school.log.scan() if r.event.KIND == "exception-granted")
    assert covers["T1.age"] == granted


# What was judged or decided otherwise


def test_a_judgement_in_an_envelope_that_the_rule_does_not_come_to(published: Planted) -> None:
    (draft,) = late_nomination(published)
    (judgement,) = draft.body.judgements
    planted = published.plant(having(draft, judgements=(judgement.model_copy(update={"value": "2024-03-06"}),)))
    assert published.found() == [("misjudged", "W.nominate", planted)]


def test_an_assessment_whose_result_is_another_than_the_rule_s(published: Planted) -> None:
    person = published.school.nominee("three", born="1978-01-01")
    (draft,) = published.drafts("assess-eligibility", on="2024-03-12", person=person, batch=BATCH, tier="three")
    assessed = draft.body.data
    assert isinstance(assessed, EligibilityAssessed)
    age, experience = assessed.results
    planted = published.plant(having(draft, results=(age.model_copy(update={"verdict": Verdict.OK}), experience)))
    (line,) = published.all().findings
    assert (line.departure, line.rule, line.positions) == ("otherwise", "T1.age", planted)
    assert "记录的判定是“符合”（46岁，不低于45岁），按规则是“例外”" in line.text


def test_a_term_longer_than_the_plan_s(trained: Planted) -> None:
    drafts = trained.drafts("admit-candidate", on="2024-03-14", **trained.school.admissible("four"))
    planted = trained.plant(having(drafts[0], ends_on=date(2029, 3, 13)), *drafts[1:])
    (line,) = trained.all().findings
    assert (line.departure, line.positions) == ("otherwise", planted[:1])
    assert (line.value, line.limit) == ("2029-03-13", "2027-03-13")


def test_an_end_that_opened_no_vacancy(trained: Planted) -> None:
    person = trained.school.members["four"]
    drafts = trained.drafts("record-leaving", on=DAY, person=person, cause="transferred", text="调走")
    kept = [draft for draft in drafts if draft.body.data.KIND != "vacancy-opened"]
    assert len(kept) < len(drafts)
    planted = trained.plant(*kept)
    assert trained.found() == [("otherwise", "D3", planted)]


def test_a_record_that_no_decision_leads_to(trained: Planted) -> None:
    person = trained.school.members["four"]
    drafts = trained.drafts("record-leaving", on=DAY, person=person, cause="transferred", text="调走")
    planted = trained.plant(*(draft for draft in drafts if draft.body.data.KIND == "vacancy-opened"))
    assert [(kind, where) for kind, _, where in trained.found()] == [("baseless", planted)]


def test_what_was_recorded_twice(trained: Planted) -> None:
    drafts = trained.drafts("record-leaving", on=DAY, person=trained.school.person("旁人"), cause="resigned")
    trained.plant(*drafts)
    assert trained.found() == []
    again = [having(draft, id=f"e-{n:016d}", correlation="k-1") for n, draft in enumerate(drafts)]
    planted = trained.plant(*again)
    assert [(kind, where) for kind, _, where in trained.found()] == [("repeated", planted)]


# What is known today


def test_an_assessment_that_a_corrected_birth_date_turns(published: Planted) -> None:
    school = published.school
    person = school.assessed("three")
    assessed = next(r.position for r in school.log.scan() if r.event.KIND == "eligibility-assessed")
    registered = next(r.position for r in school.log.scan() if r.stream == person)
    school.given(
        "correct-event", on="2024-03-13", position=registered, changes={"birth_date": "1970-01-01"}, reason="录错"
    )
    (line,) = published.all().findings
    assert (line.departure, line.rule, line.positions) == ("outdated", "T1.age", (assessed,))
    assert line.text.startswith("资格审查：按今天所知重算：")
    assert line.severity == "remark"
    assert published.found(known=f"@{school.log.head() - 1}") == []

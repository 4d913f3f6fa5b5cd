"""Who may record what (O2): a reviewed table over all commands. `self` and `mentor` hand in only what is their own."""

import pytest

from domain.capacities import OFFICE
from domain.commands import COMMANDS
from domain.language import Capacity
from tests.support.scenario import BATCH
from tests.support.stages import Programme

COMMITTEE = {"committee_secretary"}
GROUP = {"leading_group"}
# Besides the office, which records all that it leads.
BESIDES: dict[frozenset[str], set[str]] = {
    frozenset(COMMITTEE): {
        "publish-plan", "amend-plan", "grant-exception", "hold-meeting",
        "appoint-group-member", "release-group-member", "pass-resolution", "announce-result",
        "open-notice", "close-notice", "admit-candidate", "confirm-grade", "resolve-deferred-grade",
        "decide-disqualification", "decide-appeal", "consent-to-motion", "refuse-motion", "decide-outcome",
        "advance-member", "record-promotion", "end-membership",
    },
    frozenset(GROUP): {
        "open-step", "close-step", "note-preference", "assess-conduct", "complete-assessment", "shortlist-candidate",
        "propose-grade", "open-review", "close-review", "propose-disqualification", "raise-motion", "assess-cycle",
        "issue-requirement", "hold-inspection-talk", "suspend-membership", "resume-membership",
    },
    frozenset(GROUP | COMMITTEE): {
        "reschedule-step", "form-leading-group", "change-leading-group", "waive-grade", "cancel-vacancy",
    },
    frozenset(COMMITTEE | {"committee_member"}): {"declare-recusal"},
    frozenset({"discipline_officer"}): {"verify-concern", "dismiss-concern", "waive-hearing"},
    frozenset({"discipline_officer", "unit"}): {"raise-concern"},
    frozenset({"discipline_officer", "self"}): {"hear-person", "lodge-appeal"},
    frozenset({"discipline_officer"} | COMMITTEE): {"notify-decision", "receive-objection", "resolve-objection"},
    frozenset(GROUP | {"unit", "self"}): {"nominate-candidate", "withdraw-nomination"},
    frozenset({"unit"}): {
        "tally-ballot", "cite-appraisal", "record-staff-opinion", "hold-study-session", "record-attendance",
        "start-placement", "end-placement", "tally-appraisal",
    },
    frozenset({"unit", "self"}): {"file-document"},
    frozenset({"mentor"}): {"close-pairing", "record-mentoring"},
    frozenset({"guide", "unit"}): {"record-practice"},
    frozenset({"self"}): {"submit-self-summary", "acknowledge-grade"},
    frozenset(GROUP | COMMITTEE | {"discipline_officer", "unit"}): {"correct-event", "withdraw-event"},
}  # fmt: skip
REVIEWED = {command: besides for besides, commands in BESIDES.items() for command in commands}


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_names_who_may_record_it(command: str) -> None:
    assert OFFICE | set(REVIEWED.get(command, frozenset())) == COMMANDS[command].CAPACITIES


def test_the_table_names_commands() -> None:
    assert REVIEWED.keys() <= COMMANDS.keys()


def test_auditor_and_administrator_record_nothing() -> None:
    nobody = {Capacity.AUDITOR, Capacity.ADMINISTRATOR}
    assert [name for name, command in COMMANDS.items() if command.CAPACITIES & nobody] == []


@pytest.mark.parametrize("capacity", ["self", "mentor", "unit", "auditor", "administrator", "guide"])
def test_who_decides_nothing_admits_nobody(school: Programme, capacity: str) -> None:
    admit = school.admissible("four")
    school.when("admit-candidate", **admit, capacity=capacity).then_refused("O2")
    school.when("admit-candidate", **admit, capacity="committee_secretary").then_recorded("membership-started")


def test_as_oneself_one_nominates_only_oneself(school: Programme) -> None:
    person = school.person(born="1985-05-01")
    about = {"person": person, "batch": BATCH, "tier": "three", "capacity": "self"}
    school.when("nominate-candidate", on="2024-03-04", **about, source="office", unit="教务处").then_refused("O2")
    school.when("nominate-candidate", on="2024-03-04", **about, source="self", nominator=person).done()


def test_an_amendment_takes_the_capacity_of_what_it_amends(trained: Programme) -> None:
    practice = trained.about("five", kind="clubs", text="指导天文社")
    trained.given("record-practice", on="2024-05-01", **practice)
    done, started = trained.log.head(), next(
        r.position for r in trained.known.log() if r.event.KIND == "membership-started"
    )  # fmt: skip
    why = {"reason": "误记", "capacity": "unit"}
    trained.when("withdraw-event", position=started, **why).then_refused("O2")
    trained.when("correct-event", position=done, changes={"text": "指导文学社"}, **why).then_recorded("event-corrected")


@pytest.mark.parametrize("capacity", ["office_head", "office_clerk"])
def test_the_office_records_what_it_leads(trained: Programme, capacity: str) -> None:
    told = trained.about("five", kind="clubs", text="指导天文社")
    trained.when("record-practice", on="2024-05-01", **told, capacity=capacity).done()

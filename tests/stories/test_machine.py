"""Anything may be tried in any order: a small school, its clerks, their mistakes. What always holds, holds.

A tier of one, one of one and one of two; wrong days, wrong people, late records, corrections and withdrawals of
anything. What is refused changes nothing, a dry run tells the truth, and the laws of the archive stand at every step.
"""

import tempfile
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.desk import Request
from domain.errors import TiduiError
from domain.events.cycle_end import OutcomeDecided
from domain.events.selection import CandidateNominated
from domain.language import Capacity
from domain.plan import shipped_plan
from domain.school import members, open_vacancies
from tests.stories.attempts import AGO, PICK, WHY, FurtherAttempts
from tests.support import laws, stages
from tests.support.hostile import correctable, values
from tests.support.rows import rows
from tests.support.scenario import BATCH
from tests.support.shown import Shown
from tests.support.stages import COMPONENTS, CONDITIONS, Programme, excepted

END = date(2027, 3, 20)
TARGETS = {"three": 1, "four": 1, "five": 2}
TIERS = st.sampled_from(list(TARGETS))
ANY = st.integers(0, 999)

CONTENTS: dict[str, list[dict[str, Any]]] = {
    "person-registered": [{"birth_date": "1970-01-01"}, {"name": "另一人"}],
    "resolution-reached": [{"result": "failed"}, {"result": "passed"}, {"agree": 2, "disagree": 1}, {"tier": "five"}],
    "membership-started": [{"tier": "three"}, {"tier": "five"}, {"ends_on": "2025-03-13"}, {"vacancy": None}],
    "membership-ended": [{"effective_on": "2024-05-01"}, {"effective_on": "2027-01-01"}, {"cause": "terminated"}],
    "membership-extended": [{"ends_on": "2028-01-01"}, {"ends_on": "2026-01-01"}],
    "vacancy-opened": [{"tier": "three"}, {"cause": "initial"}],
    "appeal-decided": [{"upheld": True}, {"upheld": False}],
    "outcome-decided": [{"outcome": "promoted"}, {"term_ends_on": "2026-01-01"}],
    "practice-recorded": [{"text": "另一段文字"}],
    "person-left": [{"returned_on": "2024-06-03"}, {"returned_on": "2024-03-25"}, {"returned_on": None}],
}
# What a vote need not say.
LEFT_OPEN = ("case", "upheld", "extended_to", "rule")


@cache
def _small() -> Programme:
    """Members in every tier, two who were voted in and not yet admitted, and the committee of three."""
    (folder := stages._kept() / "small").mkdir()
    school = Programme(folder)

    def fewer(text: str) -> str:
        for target, small in (("target = 3", 1), ("target = 4", 1), ("target = 5", 2)):
            text = text.replace(target, f"target = {small}")
        return text

    school.found(size=3, edit=fewer)
    school.members = {tier: school.member(tier) for tier in TARGETS}
    school.members |= {f"ready {tier}": school.admissible(tier)["person"] for tier in ("four", "five")}
    school.close()
    return school


class AnyCourse(FurtherAttempts, RuleBasedStateMachine):
    """Every rule is something a clerk might try; most of it is wrong somewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.school = stages._copy(_small, self.place())
        self.begun()
        self.school.at("2024-06-14")
        self.people = list(self.school.members.values())
        self.votes: list[dict[str, Any]] = [
            {"person": person, "batch": BATCH, **self._last_vote(person)} for person in self.people[3:]
        ]
        self.cases: list[dict[str, str]] = []
        self.checked = 0

    def _last_vote(self, person: str) -> dict[str, str]:
        vote = self.school.last("resolution-reached", person)
        return {name: vote[name] for name in ("round", "tier", "resolution")}

    def place(self) -> Path:
        """A folder for the archive."""
        self._folder = tempfile.TemporaryDirectory()
        return Path(self._folder.name)

    def begun(self) -> None:
        """What else is opened beside the archive."""
        self.shown = Shown(self.school)

    def teardown(self) -> None:
        self.shown.close()
        self.school.close()
        self._folder.cleanup()

    def when(self, ago: int, told: dict[str, Any]) -> dict[str, Any]:
        """What is told, on a day so many days ago."""
        today = self.school.today
        return {"on": today - timedelta(days=ago), "today": today} | told

    # How it is tried

    def tries(self, command: str, ago: int, **told: Any) -> dict[str, Any] | None:
        """A rehearsal, then the thing itself; what its first event says. A repetition adds nothing."""
        when = self.when(ago, told)
        before = rows(self.school.log.path)
        rehearsed = self._outcome(command, dry_run=True, **when)
        assert rows(self.school.log.path) == before
        happened = self._outcome(command, **when)
        assert happened == rehearsed
        if self.school.error or not happened[0]:
            assert rows(self.school.log.path) == before
            assert self.school.known.position == len(before)
            return None
        if command != "register-person":
            again = self._outcome(command, dry_run=True, **when)
            assert self.school.error or not again[0], f"{command} is recorded twice"
        return dict(happened[0][0]["data"])

    def _outcome(self, command: str, **when: Any) -> tuple[Any, ...]:
        """What came of it, in a form that can be compared."""
        reply = self.school.when(command, **when).reply
        return (reply.events, reply.cautions) if reply else ((), str(self.school.error))

    def one(self, pick: int, among: list[Any]) -> Any:
        return among[pick % len(among)] if among else None

    def who(self, pick: int) -> dict[str, str]:
        """Mostly somebody in training, sometimes anybody."""
        trainees = [m.person for m in members(self.school.facts(self.school.today), BATCH) if m.active]
        return {"person": self.one(pick, trainees if trainees and pick % 4 else self.people), "batch": BATCH}

    def voted(self, ago: int, person: str | None, matter: str, **about: Any) -> str:
        """The resolution of a unanimous committee, or one that is none."""
        committee = self.school.committee
        meeting = {"batch": BATCH, "title": f"党委会 {self.school.log.head()}", "chair": committee[0]}
        held = self.tries("hold-meeting", ago, members=committee, present=committee, **meeting) or {}
        votes = {"agree": 3, "disagree": 0, "abstain": 0, "matter": matter, "person": person, "batch": BATCH}
        if self.school.log.head() % 3 == 0:
            about = {name: value for name, value in about.items() if name not in LEFT_OPEN}
        told = {"meeting": held.get("meeting", "m-000000"), **votes, **about}
        return str((self.tries("pass-resolution", ago, reason="须说明", **told) or {}).get("resolution", "r-000000"))

    # Time

    @rule(days=st.sampled_from([1, 5, 20, 60, 120, -3, -20]))
    def time_passes(self, days: int) -> None:
        """Or the machine's clock is set back."""
        self.school.at(self.school.today + timedelta(days=days))

    @precondition(lambda self: self.school.log.head() > 70 and self.school.today < END)
    @rule()
    def the_cycle_ends(self) -> None:
        self.school.at(END)
        self.tries("publish-plan", 0, toml=shipped_plan().decode().replace("2024-", "2027-"))

    # Into a tier

    @rule()
    def register(self) -> None:
        if len(self.people) < 7:
            self.people.append(self.school.person())

    @rule(pick=PICK, tier=TIERS, ago=AGO, why=WHY)
    def select(self, pick: int, tier: str, ago: int, why: str | None) -> None:
        self.selected(self.one(pick, self.people), tier, ago, why)

    def selected(self, person: str, tier: str, ago: int, why: str | None, turn: str = "initial") -> dict[str, Any]:
        """From the nomination to the vote, all on one day."""
        about: dict[str, Any] = {"person": person, "batch": BATCH, "round": turn}
        self.tries("nominate-candidate", ago, **about, tier=tier, source="office", unit="教务处", reason=why)
        self.tries("assess-eligibility", ago, **about, tier=tier)
        self.tries("assess-conduct", ago, **about, conditions=CONDITIONS, reason=why)
        completed = {"components": COMPONENTS, "conclusion": "建议列入"}
        self.tries("complete-assessment", ago, **about, tier=tier, **completed, reason=why)
        self.tries("shortlist-candidate", ago, **about, tier=tier, reason=why)
        vote = {**about, "tier": tier, "resolution": self.voted(ago, person, "admission", round=turn, tier=tier)}
        self.votes.append(vote)
        return vote

    @rule(pick=PICK, ago=AGO, why=WHY, excused=st.booleans())
    def admit(self, pick: int, ago: int, why: str | None, excused: bool) -> None:
        vote = self.one(pick, self.votes)
        exceptions = excepted("T1.places", "T2.places", "T3.places", by=vote["resolution"]) if excused else []
        self.tries("admit-candidate", ago, **vote, reason=why, exceptions=exceptions)

    @rule(pick=PICK, who=PICK, ago=AGO, why=WHY)
    def supplement(self, pick: int, who: int, ago: int, why: str | None) -> None:
        """Motion, consent, and a round of its own, all on one day."""
        vacancy = self.one(pick, open_vacancies(self.school.facts(), BATCH))
        if vacancy is None:
            return
        day = self.school.today - timedelta(days=ago)
        windows = [
            {"step": step, "starts_on": day, "ends_on": day + timedelta(days=9)}
            for step in ("nominate", "assess", "decide")
        ]
        raised = {"batch": BATCH, "vacancies": [vacancy.key], "windows": windows, "text": "建议增补"}
        motion = (self.tries("raise-motion", ago, **raised) or {}).get("motion", "d-000000")
        resolution = self.voted(ago, None, "supplement", round=motion)
        self.tries("consent-to-motion", ago, batch=BATCH, motion=motion, resolution=resolution)
        vote = self.selected(self.one(who, self.people), vacancy.value.tier, ago, why, motion)
        vote["vacancy"] = vacancy.key
        self.tries("admit-candidate", ago, **vote, reason=why)

    @rule(pick=PICK, ago=AGO)
    def cancel_a_vacancy(self, pick: int, ago: int) -> None:
        vacancy = self.one(pick, open_vacancies(self.school.facts(), BATCH))
        self.tries(
            "cancel-vacancy", ago, batch=BATCH, vacancy=vacancy.key if vacancy else "v-000000", reason="不再增补"
        )

    # In training

    @rule(pick=PICK, agos=st.lists(AGO, min_size=1, max_size=3))
    def practise(self, pick: int, agos: list[int]) -> None:
        for ago in agos:
            self.tries("record-practice", ago, **self.who(pick), kind="clubs", text="指导天文社", reason="须说明")

    @rule(pick=PICK, ago=AGO, back=st.booleans())
    def suspend_or_resume(self, pick: int, ago: int, back: bool) -> None:
        if back:
            self.tries("resume-membership", ago, **self.who(pick))
        else:
            self.tries("suspend-membership", ago, **self.who(pick), reason="借调")

    # Out of it

    @rule(pick=PICK, ago=AGO, back=st.sampled_from([None, None, 0, 4, 30]))
    def leave(self, pick: int, ago: int, back: int | None) -> None:
        """For good, or up to a day so many days ago."""
        until = {} if back is None else {"returned_on": self.school.today - timedelta(days=back)}
        self.tries("record-leaving", ago, person=self.who(pick)["person"], cause="transferred", **until)

    @rule(pick=PICK, ago=AGO)
    def disqualify(self, pick: int, ago: int) -> None:
        who = self.who(pick)
        concern = {"ground": "complaints", "raised_by": "教师", "text": f"反映 {self.school.log.head()}"}
        case = (self.tries("raise-concern", ago, **who, **concern) or {}).get("case", "c-000000")
        self.tries("verify-concern", ago, case=case, facts_found="属实")
        self.tries("waive-hearing", ago, case=case, reason="本人放弃")
        self.tries("propose-disqualification", ago, case=case, text="建议取消")
        resolution = self.voted(ago, who["person"], "disqualification", case=case)
        if self.tries("decide-disqualification", ago, case=case, resolution=resolution):
            self.cases.append({"person": who["person"], "case": case})

    @rule(pick=PICK, ago=AGO, upheld=st.booleans(), why=WHY)
    def appeal(self, pick: int, ago: int, upheld: bool, why: str | None) -> None:
        if case := self.one(pick, self.cases):
            self.tries("lodge-appeal", ago, **case, text="请求复核")
            resolution = self.voted(ago, case["person"], "appeal", case=case["case"], upheld=upheld)
            decided = {"upheld": upheld if pick % 4 else not upheld, "text": "复核决定", "resolution": resolution}
            self.tries("decide-appeal", ago, **case, **decided, reason=why)

    @precondition(lambda self: self.school.today >= END)
    @rule(pick=PICK, ago=AGO, outcome=st.sampled_from(["promoted", "advanced", "extended", "terminated"]))
    def decide_an_outcome(self, pick: int, ago: int, outcome: str) -> None:
        who = self.who(pick)
        self.tries("assess-cycle", ago, **who, text="完成任务")
        until = {"extended_to": self.school.today + timedelta(days=100)} if outcome == "extended" else {}
        resolution = self.voted(ago, who["person"], "outcome", outcome=outcome, **until)
        self.tries("decide-outcome", ago, **who, outcome=outcome, reason="须说明", resolution=resolution, **until)

    @precondition(lambda self: self.school.today >= END)
    @rule(pick=PICK, ago=AGO)
    def advance(self, pick: int, ago: int) -> None:
        who = self.who(pick)
        outcomes = self.school.facts().all(who["person"], OutcomeDecided)
        exceptions = excepted("T1.age", "T2.age", "T3.age", by=outcomes[-1].value.resolution) if outcomes else []
        self.tries("advance-member", ago, **who, exceptions=exceptions, reason="须说明")

    @precondition(lambda self: self.school.today >= END)
    @rule(ago=AGO)
    def close(self, ago: int) -> None:
        self.tries("close-batch", ago, batch=BATCH)

    # Put right, or made worse

    @rule(back=st.integers(0, 12), count=st.integers(1, 5), why=WHY)
    def withdraw(self, back: int, count: int, why: str | None) -> None:
        """One event, or several from the last of them backwards."""
        last = self.school.log.head() - back
        for position in range(last, max(last - count, 0), -1):
            self.tries("withdraw-event", 0, position=position, reason=why)

    @rule(back=st.integers(0, 12), days=st.sampled_from([-40, -10, -1, 1, 10]))
    def correct_a_day(self, back: int, days: int) -> None:
        position = self.school.log.head() - back
        day = self.school.log.get(position).day + timedelta(days=days)
        self.tries("correct-event", 0, position=position, occurred_on=day, reason="日期写错")

    @rule(back=st.integers(0, 12), pick=PICK)
    def correct_a_content(self, back: int, pick: int) -> None:
        """Of one of the last events that there are contents for, or with some that no event has."""
        found = [r for r in self.school.log.scan() if r.event.KIND in CONTENTS]
        recorded = found[-1 - back]
        content = self.one(pick, [*CONTENTS[recorded.event.KIND], {"batch": "2030-none"}, {"colour": "red"}])
        self.tries("correct-event", 0, position=recorded.position, changes=content, reason="内容写错")

    @rule(event=ANY, field=ANY, value=ANY, today=st.booleans())
    def correct_anything(self, event: int, field: int, value: int, today: bool) -> None:
        """Any field of any event, with a value that is plausible or hostile; of the last ones more often."""
        known = self.school.known
        events = correctable(known)
        recorded = self.one(event, events if today else events[-25:])
        name = self.one(field, list(type(recorded.event).model_fields))
        if name is None:
            return
        content = self.one(value, values(recorded.event, name, known))
        why: dict[str, Any] = {"reason": "内容写错"}
        if value % 5 == 0:
            why["exceptions"] = self._exceptions(value)
        self.tries("correct-event", 0, position=recorded.position, changes={name: content}, **why)

    @rule(event=ANY, days=st.sampled_from([-400, -40, -10, -2, -1, 1, 2, 10, 40]))
    def correct_any_day(self, event: int, days: int) -> None:
        recorded = self.one(event, correctable(self.school.known))
        day = recorded.day + timedelta(days=days)
        self.tries("correct-event", 0, position=recorded.position, occurred_on=day, reason="日期写错")

    @rule(event=ANY)
    def withdraw_anything(self, event: int) -> None:
        recorded = self.one(event, list(self.school.known.log()))
        self.tries("withdraw-event", 0, position=recorded.position, reason="误登")

    @rule(events=st.lists(ANY, min_size=2, max_size=3), field=ANY, value=ANY)
    def send_together(self, events: list[int], field: int, value: int) -> None:
        """Corrections and withdrawals in one transaction; all or none."""
        known = self.school.known
        sent: list[tuple[str, dict[str, Any], Request]] = []
        for event in events:
            recorded = self.one(event, correctable(known)[-30:])
            name = self.one(field, list(type(recorded.event).model_fields))
            told: dict[str, Any] = {"position": recorded.position}
            if event % 3 and name:
                told["changes"] = {name: self.one(value, values(recorded.event, name, known))}
            elif event % 2:
                told["occurred_on"] = (recorded.day + timedelta(days=value % 7 - 3)).isoformat()
            command = "correct-event" if len(told) > 1 else "withdraw-event"
            sent.append((command, told, self._request("录入错误")))
        self.together(sent)

    def together(self, sent: list[tuple[str, dict[str, Any], Request]]) -> None:
        head = self.school.log.head()
        try:
            self.school.office.handle_together(sent)
        except TiduiError:
            assert self.school.log.head() == self.school.known.position == head

    def _request(self, reason: str) -> Request:
        return Request(occurred_on=self.school.today, capacity=Capacity.OFFICE_CLERK, reason=reason)

    def _exceptions(self, pick: int) -> Any:
        """With a resolution that is about something else, or none."""
        votes = [*(vote["resolution"] for vote in self.votes), "r-000000", "党委会纪要3号"]
        return excepted("T1.age", "T2.age", "T3.age", "T1.places", "T2.places", by=self.one(pick, votes))

    @rule(pick=PICK, ago=AGO, field=st.sampled_from(["birth_date", "name", "staff_number", "title"]), value=ANY)
    def change_a_fact(self, pick: int, ago: int, field: str, value: int) -> None:
        among: dict[str, list[Any]] = {
            "birth_date": ["1970-01-01", "2054-01-01", "1995-02-28", "1999-01-01"],
            "staff_number": ["T0001", " T0001", "T0002", None],
        }
        now = self.one(value, among.get(field, ["另一人", "林　泉", "高级教师"]))
        person = self.one(pick, [*self.people, *self.school.committee])
        self.tries("change-person-fact", ago, person=person, field=field, now=now)

    @rule(pick=PICK, ago=AGO, agree=st.integers(0, 3), deferred=st.booleans())
    def vote_again(self, pick: int, ago: int, agree: int, deferred: bool) -> None:
        """A later vote on the same matter, which may fail."""
        vote = self.one(pick, self.votes)
        about = {name: vote[name] for name in ("round", "tier") if name in vote}
        counts = {"agree": agree, "disagree": 3 - agree, "deferred": deferred}
        vote["resolution"] = self.voted(ago, vote["person"], "admission", **about, **counts)

    @rule(pick=PICK, ago=AGO, change=ANY)
    def amend_the_plan(self, pick: int, ago: int, change: int) -> None:
        changes = [
            {"tiers.three.target": 2},
            {"tiers.four.age.years": 30},
            {"cycle.months": 24},
            {"grounds.bullying": {"label": "欺凌学生", "label_en": "bullying"}},
            {"tiers.six.target": 1},
        ]
        resolution = self.voted(ago, None, "plan", text=f"修订 {self.school.log.head()}")
        told = {"batch": BATCH, "changes": self.one(change, changes), "resolution": resolution}
        exceptions = excepted("O3.cycle", by=resolution) if pick % 2 else []
        self.tries("amend-plan", ago, **told, exceptions=exceptions, reason="工作需要")

    @rule(pick=PICK, ago=AGO)
    def take_a_nomination_back(self, pick: int, ago: int) -> None:
        person = self.one(pick, self.people)
        made = self.school.facts().all(person, CandidateNominated)
        if made:
            told = {"person": person, "batch": BATCH, "nomination": made[pick % len(made)].key}
            self.tries("withdraw-nomination", ago, **told, reason="推荐单位撤回")

    @rule(pick=PICK, ago=AGO, command=st.sampled_from(["admit-candidate", "decide-appeal", "consent-to-motion"]))
    def cite_what_is_not(self, pick: int, ago: int, command: str) -> None:
        about: dict[str, Any] = {"resolution": "r-000000"}
        if command == "consent-to-motion":
            about |= {"batch": BATCH, "motion": "d-000000"}
        else:
            about |= self.who(pick) | {"tier": "four"} if command == "admit-candidate" else {"person": "p-000000"}
        self.tries(command, ago, **about)
        assert self.school.error

    # What always holds

    @invariant()
    def all_laws_hold(self) -> None:
        head = self.school.log.head()
        if head != self.checked:
            laws.all_hold(
                self.school.log,
                self.school.known,
                self.shown._views,
                known_at=(self.checked + head) // 2,
                checked=self.checked,
            )
            self.checked = head


# The same courses on every run; `pytest --hypothesis-profile=explore tests/stories/test_machine.py` looks for others.
EXPLORING = settings.get_current_profile_name() == "explore"
AnyCourse.TestCase.settings = settings(
    max_examples=500 if EXPLORING else 25,
    stateful_step_count=40 if EXPLORING else 20,
    derandomize=not EXPLORING,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestAnyCourse = pytest.mark.slow(AnyCourse.TestCase)

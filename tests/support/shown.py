"""What readers are shown: a school's views, each asked for a day and a time of knowing, in the words of a test.

    shown.names("three", on="2024-03-14", known="2024-03-20")
    shown.stage(person, on="2024-03-12")

Without a day it is the school's today, without a time of knowing it is now.
"""

from datetime import date
from typing import Any

from projections.coverage import Gap, coverage
from projections.dossier import Dossier, dossier
from projections.exceptions import exceptions
from projections.history import HistoryEntry, history
from projections.moment import Moment, Views
from projections.roster import RosterMember, RosterTier, roster
from projections.selection import Candidate, selection
from projections.timetable import StepLine, timetable
from projections.vacancies import TierPlaces, VacancyLine, vacancies
from projections.yearly_review import YearMember, yearly_review
from tests.support.scenario import BATCH, Day, a_day
from tests.support.stages import Programme


class Shown:
    """The views of one school."""

    def __init__(self, school: Programme) -> None:
        self._views = Views(school.folder / "views.sqlite", school.log, lambda: school.now)

    def close(self) -> None:
        self._views.close()

    def at(self, on: Day | None = None, known: str | None = None) -> Moment:
        return self._views.at(a_day(on) if on else None, known)

    # Roster

    def tier(self, tier: str, *, batch: str = BATCH, **when: Any) -> RosterTier | None:
        """A tier as the roster has it; None where no plan was known or in force."""
        return next((each for each in roster(self.at(**when), batch).tiers if each.tier == tier), None)

    def names(self, tier: str, **when: Any) -> list[str]:
        """Who is on the roster of a tier."""
        found = self.tier(tier, **when)
        return [member.name for member in found.members] if found else []

    def member(self, person: str, *, batch: str = BATCH, **when: Any) -> RosterMember | None:
        """Somebody's line on the roster."""
        tiers = roster(self.at(**when), batch).tiers
        return next((line for tier in tiers for line in tier.members if line.person_id == person), None)

    def marks(self, person: str, **when: Any) -> tuple[str, bool]:
        """The status of somebody on the roster, and whether the outcome is overdue."""
        member = self.member(person, **when)
        assert member is not None, "not on the roster"
        return member.status.value, member.overdue

    # Selection

    def candidate(self, person: str, *, turn: str = "initial", **when: Any) -> Candidate | None:
        """Somebody's way through a round."""
        rounds = selection(self.at(**when), BATCH, turn).rounds
        return next((one for found in rounds for one in found.candidates if one.person_id == person), None)

    def stage(self, person: str, **when: Any) -> str | None:
        """How far somebody has come in a round."""
        found = self.candidate(person, **when)
        return found.stage if found else None

    def crossed(self, person: str | None, **when: Any) -> list[tuple[str, str, bool | None]]:
        """Rules that were crossed for somebody: which, by how much, and whether that is granted."""
        found = exceptions(self.at(**when), BATCH).exceptions
        return [(one.rule, one.verdict, one.granted) for one in found if one.person_id == person]

    # Places

    def places(self, tier: str, **when: Any) -> TierPlaces:
        return next(each for each in vacancies(self.at(**when), BATCH).tiers if each.tier == tier)

    def vacancy(self, vacancy: str, **when: Any) -> VacancyLine | None:
        return next((line for line in vacancies(self.at(**when), BATCH).vacancies if line.vacancy == vacancy), None)

    def filling(self, vacancy: str, **when: Any) -> str | None:
        """How far the filling of a vacancy has come."""
        found = self.vacancy(vacancy, **when)
        return found.stage.value if found else None

    # Training, year and course

    def gaps(self, person: str | None, **when: Any) -> list[tuple[str, str, int]]:
        """What somebody's training lacks: clause, code, year."""
        return [(gap.clause, gap.code, gap.year) for gap in self.gap_lines(person, **when)]

    def gap_lines(self, person: str | None, **when: Any) -> list[Gap]:
        return [gap for gap in coverage(self.at(**when), BATCH).gaps if gap.person_id == person]

    def year(self, person: str, year: int, **when: Any) -> YearMember | None:
        members = yearly_review(self.at(**when), year, BATCH).members
        return next((member for member in members if member.person_id == person), None)

    def step(self, step: str, *, turn: str = "initial", **when: Any) -> StepLine:
        rounds = timetable(self.at(**when), BATCH).rounds
        return next(line for each in rounds if each.round == turn for line in each.steps if line.step == step)

    def due(self, **when: Any) -> list[tuple[str, date]]:
        """What falls due, and is not done."""
        return [(entry.what, entry.on) for entry in timetable(self.at(**when), BATCH).due]

    # Records

    def dossier(self, person: str, *, batch: str | None = BATCH, **when: Any) -> Dossier:
        return dossier(self.at(**when), person, batch)

    def history(self, subject: str, **when: Any) -> list[HistoryEntry]:
        return list(history(self.at(**when), subject, limit=1000).entries)

    def last(self, subject: str, **when: Any) -> HistoryEntry:
        """The last thing recorded about somebody."""
        return self.history(subject, **when)[-1]

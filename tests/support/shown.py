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
from projections.parts.training_register import MembershipEntry
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

    def tiers(self, *, batch: str = BATCH, **when: Any) -> dict[str, RosterTier]:
        """The roster; nothing where no plan was known or published."""
        return {tier.tier: tier for tier in roster(self.at(**when), batch).tiers}

    def names(self, tier: str, **when: Any) -> list[str]:
        """Who is on the roster of a tier."""
        return [member.name for member in self.tiers(**when)[tier].members]

    def members(self, **when: Any) -> dict[str, RosterMember]:
        """Everybody on the roster, by person."""
        return {line.person_id: line for tier in self.tiers(**when).values() for line in tier.members}

    def marks(self, person: str, **when: Any) -> tuple[str, bool]:
        """The status of somebody on the roster, and whether the outcome is overdue."""
        member = self.members(**when)[person]
        return member.status.value, member.overdue

    # Selection

    def candidates(self, *, turn: str = "initial", **when: Any) -> dict[str, Candidate]:
        """Everybody's way through a round, by person."""
        return {
            one.person_id: one for found in selection(self.at(**when), BATCH, turn).rounds for one in found.candidates
        }

    def stage(self, person: str, **when: Any) -> str | None:
        """How far somebody has come in a round."""
        found = self.candidates(**when).get(person)
        return found.stage if found else None

    def crossed(self, person: str | None, **when: Any) -> list[tuple[str, str, bool | None]]:
        """Rules that were crossed for somebody: which, by how much, and whether that is granted."""
        found = exceptions(self.at(**when), BATCH).exceptions
        return [(one.rule, one.verdict, one.granted) for one in found if one.person_id == person]

    # Places

    def places(self, tier: str, **when: Any) -> TierPlaces:
        return next(each for each in vacancies(self.at(**when), BATCH).tiers if each.tier == tier)

    def vacancies(self, **when: Any) -> dict[str, VacancyLine]:
        return {line.vacancy: line for line in vacancies(self.at(**when), BATCH).vacancies}

    def filling(self, vacancy: str, **when: Any) -> str | None:
        """How far the filling of a vacancy has come."""
        found = self.vacancies(**when).get(vacancy)
        return found.stage.value if found else None

    # Training, year and course

    def gaps(self, person: str | None, **when: Any) -> list[tuple[str, str, int]]:
        """What somebody's training lacks: clause, code, year."""
        return [(gap.clause, gap.code, gap.year) for gap in self.gap_lines(person, **when)]

    def gap_lines(self, person: str | None, **when: Any) -> list[Gap]:
        return [gap for gap in coverage(self.at(**when), BATCH).gaps if gap.person_id == person]

    def year(self, year: int, **when: Any) -> dict[str, YearMember]:
        """Everybody in the review of a year, by person."""
        return {member.person_id: member for member in yearly_review(self.at(**when), year, BATCH).members}

    def step(self, step: str, *, turn: str = "initial", **when: Any) -> StepLine:
        rounds = timetable(self.at(**when), BATCH).rounds
        return next(line for each in rounds if each.round == turn for line in each.steps if line.step == step)

    def due(self, **when: Any) -> list[tuple[str, date]]:
        """What falls due, and is not done."""
        return [(entry.what, entry.on) for entry in timetable(self.at(**when), BATCH).due]

    # Records

    def dossier(self, person: str, *, batch: str | None = BATCH, **when: Any) -> Dossier:
        return dossier(self.at(**when), person, batch)

    def membership(self, person: str, **when: Any) -> MembershipEntry:
        """The membership as the training register tells it."""
        found = self.dossier(person, **when).parts.training_register.membership
        assert found is not None, "never in training"
        return found

    def history(self, subject: str, **when: Any) -> list[HistoryEntry]:
        return list(history(self.at(**when), subject, limit=1000).entries)

    def last(self, subject: str, **when: Any) -> HistoryEntry:
        """The last thing recorded about somebody."""
        return self.history(subject, **when)[-1]

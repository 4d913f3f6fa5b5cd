"""Views say in words what the log holds as codes and ids."""

from datetime import date

from domain.events.membership import MembershipSuspended
from projections.dossier import dossier
from tests.projections.records import BATCH, START, Records, person

P = person(1)


def test_a_resolution_is_named_by_its_meeting(records: Records) -> None:
    records.register(1, "单晓珺")
    started = records.admit(1, "four")
    shown = dossier(records.moment(date(2024, 4, 1)), P)
    membership = shown.parts.training_register.membership
    assert membership
    assert membership.resolved
    assert (membership.resolved.meeting, membership.resolved.on) == ("党委会", START)
    assert (membership.resolved.resolution, membership.resolved.source) == (membership.resolution, started - 1)
    votes = shown.parts.assessments.selection.votes
    assert votes
    assert votes.resolved == membership.resolved


def test_a_suspension_ends_with_the_membership(records: Records) -> None:
    records.register(1, "单晓珺")
    records.admit(1, "four")
    suspended = MembershipSuspended(membership=records.membership(1), batch=BATCH)
    records.record(P, suspended, date(2024, 5, 6), reason="核查期间")
    ended = records.end(1, date(2024, 6, 1))
    membership = dossier(records.moment(date(2024, 7, 1)), P).parts.training_register.membership
    assert membership
    [one] = membership.suspensions
    assert (one.text, one.start, one.end, one.sources["end"]) == ("核查期间", date(2024, 5, 6), date(2024, 6, 1), ended)

"""From records back to the command: every command names the event it leads to."""

from typing import get_type_hints

from domain.commands import COMMANDS
from domain.commands.plan import Publication, PublishPlan
from domain.desk import LEADING
from domain.events import EVENT_TYPES
from domain.reconstruct import bundles, command_of, request_of
from tests.support.stages import Programme

FOLLOWING = {
    "BallotCounted",
    "DisqualificationRevoked",
    "MembershipEnded",
    "MembershipExtended",
    "MembershipRestored",
    "VacancyFilled",
}


def test_every_command_names_the_event_it_leads_to() -> None:
    assert "EVENT" in get_type_hints(PublishPlan)
    assert [name for name, command in COMMANDS.items() if not hasattr(command, "EVENT")] == ["publish-plan"]
    assert LEADING[EVENT_TYPES["plan-published/1"]] == [Publication]


def test_every_event_comes_from_a_command_or_follows_in_its_bundle() -> None:
    assert {event.__name__ for event in EVENT_TYPES.values() if event not in LEADING} <= FOLLOWING


def test_records_are_decided_again_as_what_they_came_from(trained: Programme) -> None:
    for bundle in bundles(trained.log.scan()):
        command = command_of(bundle, trained.known)
        assert command is not None
        assert request_of(bundle).occurred_on == bundle[0].day

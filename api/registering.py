"""No read without a trace: what is about a person is written down before it is shown."""

from api.access import Act, Entry
from api.main import App
from projections.moment import Moment


def entry(
    opened: App,
    act: Act,
    what: str,
    *,
    person: str | None = None,
    moment: Moment | None = None,
    sha256: str | None = None,
) -> Entry:
    """An access as it is going to be written down."""
    return Entry(
        at=opened.clock(),
        who=opened.settings.actor,
        capacity=opened.settings.capacity,
        act=act,
        what=what,
        person_id=person,
        as_of=moment.as_of if moment else None,
        known_at=moment.known_at if moment else None,
        position=moment.position if moment else opened.log.head(),
        sha256=sha256,
    )


def written_down(
    opened: App,
    act: Act,
    what: str,
    *,
    person: str | None = None,
    moment: Moment | None = None,
    sha256: str | None = None,
) -> None:
    """Write an access down; raises Unavailable when it cannot be kept, and then nothing is shown."""
    opened.access.write(entry(opened, act, what, person=person, moment=moment, sha256=sha256))

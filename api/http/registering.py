"""No read without a trace: what is about a person is written down before it is shown."""

from datetime import date

from api.access import Act, Entry
from api.main import App


def written_down(
    opened: App,
    act: Act,
    what: str,
    *,
    person: str | None = None,
    as_of: date | None = None,
    known_at: str | None = None,
    position: int | None = None,
    sha256: str | None = None,
) -> None:
    """Write an access down; raises Unavailable when it cannot be kept, and then nothing is shown."""
    opened.access.write(
        Entry(
            at=opened.clock(),
            who=opened.settings.actor,
            capacity=opened.settings.capacity,
            act=act,
            what=what,
            person_id=person,
            as_of=as_of,
            known_at=known_at,
            position=position,
            sha256=sha256,
        )
    )

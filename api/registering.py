"""No read without a trace: what is about a person is written down before it is shown."""

from collections.abc import Iterable

from api.access import Act, Entry
from api.main import App
from projections.moment import Moment
from projections.people import People
from projections.roster import Roster
from projections.shape import View, people_in


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
    people: Iterable[str] = (),
    moment: Moment | None = None,
    sha256: str | None = None,
) -> None:
    """Write an access down, for each of several people at once or for nobody in particular.

    Raises Unavailable when it cannot be kept, and then nothing is shown.
    """
    opened.log.require_in_place()
    everyone = (*people,) or (person,)
    opened.access.write(*(entry(opened, act, what, person=one, moment=moment, sha256=sha256) for one in everyone))


def viewed(opened: App, what: str, found: View, moment: Moment) -> None:
    """Write down that a view is read."""
    written_down(opened, Act.VIEW, what, people=concerned(found), moment=moment)


def concerned(found: View) -> list[str]:
    """Whose matter a view shows: the one it is about, or all whom it names.

    A list of who there is tells nothing of anyone, and is written down once.
    """
    if isinstance(found, Roster | People):
        return []
    own: str | None = getattr(found, "person_id", None)
    return [own] if own else people_in(found)

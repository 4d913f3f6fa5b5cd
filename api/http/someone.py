"""Who is meant where an address or a query names a person: an id, `staff:` with a number, or `name:` with a name."""

from typing import Annotated

from fastapi import Depends, Path, Query

from api.http.asking import Opened
from api.http.problems import in_path
from domain.identity import find_person

_PATTERN = r"^(p-[0-9a-z]{6,26}|(name|staff):.{1,200})$"
_WHO = "an id, `staff:` with a staff number, or `name:` with the name of the only person who goes by it"


def _in_path(opened: Opened, person_id: Annotated[str, Path(pattern=_PATTERN, description=f"A person: {_WHO}")]) -> str:
    with in_path():
        return find_person(opened.office.known().on(), person_id)


def _in_query(
    opened: Opened,
    person: Annotated[str | None, Query(pattern=_PATTERN, description=f"One person ({_WHO}); by default all")] = None,
) -> str | None:
    return find_person(opened.office.known().on(), person) if person else None


Person = Annotated[str, Depends(_in_path)]
PersonAsked = Annotated[str | None, Depends(_in_query)]

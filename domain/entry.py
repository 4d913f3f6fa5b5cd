"""Where plain data comes in: every text brought to its one form, everybody named found, and what was changed told.

Which form a text has is told by the type of its field, so that commands need do nothing for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from types import UnionType
from typing import Annotated, Any, Self, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from domain.events.base import Ref
from domain.language import DAY_ONE, LAST_DAY, Sha256, TextForm
from domain.malformed import malformed
from domain.text import Unfit, normal

Place = tuple[str | int, ...]
FindPerson = Callable[[str], str]


class Remark(BaseModel):
    """What was typed in another form than it is recorded in."""

    model_config = ConfigDict(frozen=True)

    field: str
    typed: str
    recorded: str


class Entry(BaseModel):
    """Something that came in, with what was changed on the way."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    _remarks: tuple[Remark, ...] = PrivateAttr(())

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What was typed in another form."""
        return self._remarks

    @model_validator(mode="after")
    def _days_in_range(self) -> Self:
        for problem in (found for name, value in self for found in days_out_of_range(value, name)):
            raise PydanticCustomError(problem["type"], problem["msg"], problem["ctx"])
        return self

    def note(self, remarks: Iterable[Remark]) -> None:
        """Keep what was changed on the way in."""
        self._remarks = tuple(remarks)


def days_out_of_range(value: object, name: str) -> Iterator[dict[str, Any]]:
    """What is wrong with the days in a value: none lies before the school was, or where no plan reaches."""
    if isinstance(value, date) and not DAY_ONE <= value <= LAST_DAY:
        bounds = {"name": name, "first": str(DAY_ONE), "last": str(LAST_DAY)}
        said = "a day lies between {first} and {last}".format_map(bounds)
        yield {"loc": (name,), "type": "day_range", "msg": said, "ctx": bounds}
    elif isinstance(value, BaseModel):
        yield from (found for part, inner in value for found in days_out_of_range(inner, f"{name}.{part}"))
    elif isinstance(value, Mapping):
        yield from (found for part, inner in value.items() for found in days_out_of_range(inner, f"{name}.{part}"))
    elif isinstance(value, list | tuple):
        yield from (found for inner in value for found in days_out_of_range(inner, name))


@cache
def hints(model: type[BaseModel]) -> Mapping[str, Any]:
    """The types of a model's fields, marks included."""
    return get_type_hints(model, include_extras=True)


def is_file(hint: Any) -> bool:
    """Whether values of a type name a file of the archive by its hash."""
    return set(get_args(Sha256)[1:]) <= set(_marks(hint))


class Reading:
    """One pass over plain data. `find_person` finds who is meant by `name:…` or `staff:…`, where somebody can be."""

    def __init__(self, find_person: FindPerson | None = None) -> None:
        self.remarks: list[Remark] = []
        self._problems: list[dict[str, Any]] = []
        self._find_person = find_person

    def read(self, types: Mapping[str, Any], data: Any) -> Any:
        """The data in its one form. Raises Malformed, naming every field with text that is not taken."""
        found = self._fields(types, data, ())
        if self._problems:
            raise malformed(self._problems)
        return found

    def _fields(self, types: Mapping[str, Any], data: Any, place: Place) -> Any:
        if not isinstance(data, dict):
            return data
        return {name: self._value(types.get(name), value, (*place, name)) for name, value in data.items()}

    def _value(self, hint: Any, value: Any, place: Place) -> Any:
        if isinstance(value, str):
            return self._text(hint, value, place)
        if isinstance(value, list):
            item = next((get_args(part)[0] for part in _parts(hint) if get_origin(part) in (tuple, list)), None)
            return [self._value(item, one, (*place, rank)) for rank, one in enumerate(value)]
        if isinstance(value, dict):
            if isinstance(hint, Mapping):
                return self._fields(hint, value, place)
            return {name: self._value(type_under(hint, name), inner, (*place, name)) for name, inner in value.items()}
        return value

    def _text(self, hint: Any, value: str, place: Place) -> str:
        marks = tuple(_marks(hint))
        if self._find_person and Ref("person") in marks and value.startswith(("name:", "staff:")):
            return self._find_person(value)
        form = next((mark for mark in marks if isinstance(mark, TextForm)), None)
        if form is None:
            return value
        try:
            found = normal(value, form)
        except Unfit as error:
            self._problems.append(
                {"loc": place, "type": error.problem, "msg": _EN[error.problem], "ctx": {"code": error.code}}
            )
            return value
        if found != value.replace("\r\n", "\n"):
            self.remarks.append(Remark(field=".".join(map(str, place)), typed=value, recorded=found))
        return found


def type_under(hint: Any, name: str) -> Any:
    """The type of what stands under a name in a value of some type; None where it has none."""
    for part in _parts(hint):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return hints(part).get(name)
        if get_origin(part) in (dict, Mapping):
            return get_args(part)[1]
    return None


_EN = {
    "invisible": "holds nothing that can be seen",
    "line_feed": "is one line and takes no line feed",
    "control_character": "holds a control character",
    "replacement_character": "holds a character in place of one that could not be read",
    "direction_character": "holds a character that turns the direction of writing",
}


def _parts(hint: Any) -> Iterator[Any]:
    """The types that a value may have, without marks."""
    if get_origin(hint) is Annotated:
        yield from _parts(get_args(hint)[0])
    elif get_origin(hint) in (Union, UnionType):
        for part in get_args(hint):
            yield from _parts(part)
    else:
        yield hint


def _marks(hint: Any) -> Iterator[Any]:
    """Every mark on the types that a value may have."""
    if get_origin(hint) is Annotated:
        yield from hint.__metadata__
        yield from _marks(get_args(hint)[0])
    elif get_origin(hint) in (Union, UnionType):
        for part in get_args(hint):
            yield from _marks(part)

"""The language of the screen: Chinese, or English with TIDUI_LANG=en."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from api.settings import reads_english
from exports import english
from exports.wording import words
from projections.moment import Moment

M = TypeVar("M", bound=BaseModel)


def say(zh: str, en: str) -> str:
    """One of the two."""
    return en if reads_english() else zh


def say_day(day: date) -> str:
    """A day as it is said."""
    return words(say("zh", "en")).date(day.isoformat())


def localize(moment: Moment, found: M) -> M:
    """The view as it is read: in English each field that has English words says them under its own name."""
    if not reads_english():
        return found
    plans = (moment.plan(row.key) for row in moment.views.batches(moment.position))
    known = english.own() | {zh: en for plan in plans if plan for zh, en in plan.in_english.items()}
    return cast(M, _English(found, known))


class _English:
    """A view that answers in English where it can."""

    def __init__(self, of: BaseModel, known: Mapping[str, str]) -> None:
        self._of, self._known = of, known

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._of, f"{name}_en", None)
        if value is None:
            value = english.beside(vars(self._of), self._known).get(name, getattr(self._of, name))
        return self._wrapped(name, value)

    def _wrapped(self, name: str, value: Any) -> Any:
        if isinstance(value, BaseModel):
            return _English(value, self._known)
        if isinstance(value, tuple | list):
            return [self._wrapped(name, one) for one in value]
        if not isinstance(value, str):
            return value
        if name == "name" and not hasattr(self._of, "person_id"):  # a batch's is the plan's word
            return self._known.get(value, value)
        return english.told(value, name, self._known)

"""Every command, a file per chapter of the plan, found by its kebab-case name."""

from __future__ import annotations

from domain.commands import (
    assessment,
    batch,
    committee,
    cycle_end,
    disqualification,
    early_end,
    leaving,
    material,
    membership,
    nomination,
    notice,
    person,
    plan,
    record,
    register,
    review,
    signing,
    study,
    training,
    vacancy,
)
from domain.desk import Command

CHAPTERS = (
    plan,
    batch,
    person,
    leaving,
    nomination,
    assessment,
    committee,
    register,
    notice,
    membership,
    study,
    training,
    material,
    review,
    disqualification,
    vacancy,
    cycle_end,
    early_end,
    record,
    signing,
)

COMMANDS: dict[str, type[Command]] = {
    cls.command_name(): cls
    for chapter in CHAPTERS
    for cls in vars(chapter).values()
    if isinstance(cls, type)
    and issubclass(cls, Command)
    and cls.__module__ == chapter.__name__
    and "LABEL" in vars(cls)
}

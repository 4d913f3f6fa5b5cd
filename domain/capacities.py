"""In which capacities something may be recorded: the sets that commands name (O1, O2, R4, D2).

The office may record all that it leads (O2). `self`, `mentor` and `guide` hand in only what is their own, and decide
nothing; `auditor` and `administrator` record nothing of the programme.
"""

from __future__ import annotations

from typing import Final

from domain.language import Capacity

Capacities = frozenset[Capacity]

OFFICE: Final[Capacities] = frozenset({Capacity.OFFICE_CLERK, Capacity.OFFICE_HEAD})
GROUP: Final[Capacities] = OFFICE | {Capacity.LEADING_GROUP}
COMMITTEE: Final[Capacities] = OFFICE | {Capacity.COMMITTEE_SECRETARY}
DISCIPLINE: Final[Capacities] = OFFICE | {Capacity.DISCIPLINE_OFFICER}
UNIT: Final[Capacities] = OFFICE | {Capacity.UNIT}
SELF: Final[Capacities] = OFFICE | {Capacity.SELF}
MENTOR: Final[Capacities] = OFFICE | {Capacity.MENTOR}
GUIDE: Final[Capacities] = UNIT | {Capacity.GUIDE}

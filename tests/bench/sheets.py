"""A roster of three thousand as a workbook."""

from __future__ import annotations

from datetime import date
from functools import partial

from exports.workbook import Sheet, workbook
from tests.bench.measure import Bench, cpu, in_turn

_LINES = 3_000


def large_roster(bench: Bench) -> None:
    day = date(2024, 3, 14)
    columns = ("梯队", "姓名", "列入日期", "产生方式", "状态", "培养期至", "已逾期", "例外与说明", "人员编号")
    rows = [("三", f"单晓{n}", day, "民主推荐", "在培", day, "", "T4 41/40", f"p-{n:06}") for n in range(_LINES)]
    (spent,) = in_turn(3, partial(workbook, [Sheet("名册", columns, rows)]), clock=cpu)
    bench.most(f"roster of {_LINES:,} to XLSX", spent, 0.5, "CPU s", ".2f")

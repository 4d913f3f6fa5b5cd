"""`tidui findings`: the history judged by the plan as it stood, or by another one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from api.cli.app import (
    AsOfOption,
    HomeOption,
    JsonOption,
    KnownAtOption,
    app,
    archive,
    day,
    out,
    print_json,
    print_table,
    refuse_both,
)
from api.cli.handouts import write
from api.cli.speech import localize, say, say_day
from api.handouts import of_findings
from api.registering import viewed
from domain.bounds import rule_name
from domain.errors import Malformed
from domain.plan import read_plan_file
from projections.conformance.findings import Findings, findings
from projections.conformance.lines import FindingLine
from projections.conformance.whatif import WhatIf, what_if

_COLUMNS = ("程度", "类别", "规则", "日期", "姓名", "检查结果", "记录", "依据")


@app.command("findings")
def findings_(
    home: HomeOption = None,
    batch: Annotated[str | None, typer.Option("--batch", help="One batch alone [all]")] = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    plan: Annotated[
        Path | None,
        typer.Option("--plan", help="What if this had been the plan: who would have been decided otherwise"),
    ] = None,
    covered: Annotated[bool, typer.Option("--covered", help="List limits crossed with support as well")] = False,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write a table for spreadsheets to this file")] = None,
    json_: JsonOption = False,
) -> None:
    """Judge the whole history by the plan as it stood: what departs, and what is due and not there. Exit 1 if any."""
    if plan and (batch or covered):
        raise Malformed(
            "--plan 不与 --batch、--covered 同用：批次由方案文件指明。",
            "--plan goes without --batch and --covered: the file names its batch.",
        )
    refuse_both(json_, csv=csv)
    with archive(home) as opened:
        moment = opened.views.at(day(as_of), known_at)
        found = what_if(moment, read_plan_file(plan)[0]) if plan else findings(moment, batch, covered=covered)
        viewed(opened, "findings", found, moment)
        if csv:
            write(opened, moment, of_findings(opened, found, _lines(found)), csv)
        if json_:
            print_json(found)
        elif isinstance(found, WhatIf):
            _show_otherwise(localize(moment, found))
        else:
            _show(found, localize(moment, found))
        if isinstance(found, Findings) and found.findings:
            raise typer.Exit(1)


def summary(found: Findings) -> str:
    """How many there are of each kind, Chinese and English; or that there are none."""
    if not found.findings:
        return say("✓ 检查结果：记录全部符合规则，应有的都有\n  findings: none", "✓ findings: none")
    counts = Counter((line.departure_label, line.departure_label_en) for line in found.findings)
    zh = "、".join(f"{one} {count} 项" for (one, _), count in counts.items())
    en = ", ".join(f"{count} {other}" for (_, other), count in counts.items())
    departing = f"{found.departures} departing, {found.due} due ({en})"
    apart = f"不合规则 {found.departures} 项，应有而没有 {found.due} 项"
    return say(f"检查结果：{apart}（{zh}）\n  findings: {departing}", f"findings: {departing}")


def _lines(found: Findings | WhatIf) -> Sequence[FindingLine]:
    return found.otherwise if isinstance(found, WhatIf) else (*found.findings, *found.covered)


def _show(found: Findings, shown: Findings) -> None:
    if found.findings or found.covered:
        title = f"\n{say('检查结果', 'Findings')}　{say_day(found.as_of)}"
        print_table(title, _COLUMNS, [_row(line) for line in (*shown.findings, *shown.covered)])
    out.print(summary(found), markup=False)


def _show_otherwise(found: WhatIf) -> None:
    people = [
        (person.name, person.person_id, say("、", ", ").join(say(*rule_name(rule)[:2]) for rule in person.rules))
        for person in found.people
    ]
    if found.otherwise:
        print_table(
            say("\n按此方案会另有决定的人", "\nDecided otherwise by this plan"), ("姓名", "编号", "规则"), people
        )
        print_table(say("\n逐条", "\nOne by one"), _COLUMNS, [_row(line) for line in found.otherwise])
    zh = f"按此方案：{len(found.otherwise)} 处不同，涉及 {len(people)} 人"
    en = f"by this plan: {len(found.otherwise)} differences, {len(people)} people"
    out.print(say(f"{zh}\n  {en}", en), markup=False)


def _row(line: FindingLine) -> tuple[object, ...]:
    places = ("@" + say("、@", " @").join(map(str, line.positions))) if line.positions else ""
    cover = f"@{line.covered_by}" if line.covered_by else ""
    return (
        line.severity_label,
        line.departure_label,
        say(*rule_name(line.rule)[:2]),
        line.on,
        line.name,
        line.text,
        places,
        cover,
    )

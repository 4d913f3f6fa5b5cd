"""Which batches there are, and the plan in force of each, on the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from api.cli.app import (
    AsOfOption,
    BatchOption,
    HomeOption,
    JsonOption,
    KnownAtOption,
    app,
    archive,
    day,
    print_json,
    print_table,
)
from api.cli.batch_views import Sheet
from api.cli.record import plan
from api.cli.speech import localize, say
from api.registering import viewed
from domain import school
from projections.batches import PlanInForce, batches, plan_in_force


@app.command("batches")
def batches_(
    home: HomeOption = None, as_of: AsOfOption = None, known_at: KnownAtOption = None, json_: JsonOption = False
) -> None:
    """Which batches there are, and how far each has come."""
    with archive(home) as opened:
        moment = opened.views.at(day(as_of), known_at)
        found = batches(moment)
        viewed(opened, "batches", found, moment)
        if json_:
            print_json(found)
            return
        rows = [
            (b.name, b.batch, b.phase_label, f"{b.active}/{b.target}", b.starts_on, b.ends_on, b.last_day)
            for b in localize(moment, found).batches
        ]
        print_table(
            say("批次", "Batches"),
            ("名称", "批次", "阶段", "在培/目标", "周期起", "周期止", "最后期满"),
            rows,
            "batches",
        )


@plan.command("show")
def plan_show(
    home: HomeOption = None,
    batch: BatchOption = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    json_: JsonOption = False,
) -> None:
    """The plan in force, key by key, with its digest and amendments."""
    with archive(home) as opened:
        moment = opened.views.at(day(as_of), known_at)
        asked = moment.batch(batch) or school.batch_on(moment.facts, moment.as_of)
        found = plan_in_force(moment, asked)
        viewed(opened, "plan", found, moment)
        if json_:
            print_json(found)
            return
        for sheet in _plan(localize(moment, found)):
            print_table(*sheet)


def _plan(found: PlanInForce) -> Sequence[Sheet]:
    about = [
        (say("公布", "published"), found.published_on),
        (say("文号", "document no."), found.document),
        (say("文件", "file"), found.file_sha256),
        (say("摘要", "digest"), found.digest),
    ]
    keys = list(_keys(found.plan.model_dump(mode="json")))
    changes = [
        (a.on, key, value, a.reason, a.document, a.resolution, f"@{a.source}")
        for a in found.amendments
        for key, value in a.changes.items()
    ]
    return (
        Sheet(f"{found.plan.name}　{say('方案', 'plan')}", ("项目", "内容"), about),
        Sheet(say("各项", "Keys"), ("键", "值"), keys),
        Sheet(say("修订", "Amendments"), ("日期", "键", "值", "理由", "文号", "决议", "出处"), changes, "amendments"),
    )


def _keys(content: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, object]]:
    """The plan's values by their dotted keys, as an amendment names them."""
    for key, value in content.items():
        if isinstance(value, Mapping):
            yield from _keys(value, f"{path}{key}.")
        else:
            yield path + key, ", ".join(map(str, value)) if isinstance(value, list) else value

"""`tidui demo`: a practice archive that holds the whole story, shown, printed, checked, and served."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from random import Random
from time import monotonic
from typing import Annotated

import typer
from rich.progress import track

from api.cli.app import app, err, out, settings
from api.cli.judge import summary
from api.cli.keep import say_where
from api.cli.prove import print_report
from api.cli.show import show_roster
from api.cli.speech import localize, say
from api.demo.large import tell_batches
from api.demo.narrator import Narrator, SetClock
from api.demo.story import Story
from api.dossiers import export
from api.home import Home
from api.main import App, init_home, open_home
from api.proving import check_archive
from api.registering import viewed
from domain import school
from domain.archive.disk import write_whole
from domain.errors import Broken, Refusal
from domain.language import SHANGHAI
from domain.plan import shipped_plan
from projections.conformance.findings import findings
from projections.moment import Moment
from projections.roster import roster

START = datetime(2024, 2, 26, 9, tzinfo=SHANGHAI)
DAYS = (date(2024, 3, 14), date(2025, 6, 30), date(2026, 6, 30), date(2027, 3, 20))
MARK = "story.json"


@app.command()
def demo(
    home: Annotated[Path, typer.Option("--home", help="Where the demo's archive is made")] = Path("var/demo"),
    once: Annotated[bool, typer.Option("--once", help="Stop before serving")] = False,
    seed: Annotated[str, typer.Option(help="Another seed is another school")] = "2024",
    batches: Annotated[int, typer.Option(min=1, help="So many batches, for benchmarks: no documents, no serving")] = 1,
    port: Annotated[int | None, typer.Option(help="The port to serve at [TIDUI_PORT, default 8345]")] = None,
) -> None:
    """Live through the 2024 second batch in a practice archive, then serve it."""
    chosen = settings(home, port=port)
    err.print(
        say(
            f"演示：在 {home} 的演练档案库里，把第二批三年的经过走一遍，印出名册和档案，再校验一遍。约需一分钟。",
            f"Demo: lives through the second batch's three years in {home}, prints it and checks it. About a minute.",
        )
    )
    clock = SetClock(START)
    _found(home, seed, batches)
    with open_home(home, chosen, clock) as opened:
        if not (home / MARK).exists():
            with stage("记录三年的经过", "three years recorded"):
                _tell(opened, clock, seed, batches)
        clock.now = datetime.fromisoformat(json.loads((home / MARK).read_text())["now"])
        if batches > 1:
            head = opened.log.head()
            out.print(say(f"{head} 条记录，{batches} 批", f"{head} events, {batches} batches"))
            return
        _show(opened)
        with stage("印出个人档案 PDF", "dossiers as PDFs"):
            _print(opened, home / "out")
        with stage("校验档案并按方案检查", "archive verified, history judged"):
            _check(opened)
        if once:
            return
        from api.http.serve import serve  # noqa: PLC0415 - a second of imports that only a server needs

        serve(opened, say_where)


@contextmanager
def stage(zh: str, en: str) -> Iterator[None]:
    """A stage of the demo: what it is, and how long it took."""
    began = monotonic()
    err.print(say(f"… {zh}", f"… {en}"))
    yield
    seconds = monotonic() - began
    err.print(say(f"✓ {zh}　{seconds:.0f} 秒", f"✓ {en}  {seconds:.0f} s"))


def _found(home: Path, seed: str, batches: int) -> None:
    """A practice archive of this seed; one whose story broke off is made anew, anything else is left alone."""
    place = Home(home)
    if place.charter.exists():
        standing = place.read_charter()
        if not standing.practice or standing.seed != f"{seed}/{batches}":
            raise Refusal(
                "H4",
                f"{home} 已有另一个档案库，演示不会动它。请用 --home 另选文件夹。",
                f"There is another archive in {home}; the demo leaves it alone. Choose another --home.",
            )
        if (home / MARK).exists():
            return
        shutil.rmtree(home)
    init_home(home, settings(home, clock=START), practice=True, seed=f"{seed}/{batches}")


def _tell(opened: App, clock: SetClock, seed: str, batches: int) -> None:
    """Record the story, and mark it whole."""
    refused: list[tuple[str, str]] = []
    if batches > 1:
        tell_batches(opened.office, opened.evidence, clock, seed, batches)
    else:
        narrator = Narrator(opened.office, clock, Random(seed), _evidence(opened))  # noqa: S311 - a story, not a secret
        Story(narrator, shipped_plan()).tell()
        _read_and_bind(opened)
        refused = [(why, f"〔{e.clause}〕{e.zh}" if isinstance(e, Refusal) else e.zh) for why, e in narrator.refused]
    mark = {"now": clock.now.isoformat(), "refused": refused}
    write_whole(opened.home.folder / MARK, json.dumps(mark, ensure_ascii=False, indent=1).encode())


def _read_and_bind(opened: App) -> None:
    """Somebody reads the last roster, and the register of accesses is bound, at the story's own time."""
    moment = opened.views.at()
    viewed(opened, "roster", roster(moment, "2024-second"), moment)
    opened.binding.daily()
    opened.ledger.checkpoint()


def _evidence(opened: App):  # type: ignore[no-untyped-def]
    def keep(name: str, text: str) -> str:
        return opened.evidence.put(text.encode(), name=name, media_type="text/plain").sha256

    return keep


def _show(opened: App) -> None:
    """The rosters of four days, and what the plan refused on the way."""
    for day in DAYS:
        moment = opened.views.at(day)
        show_roster(localize(moment, roster(moment, "2024-second")))
    out.print(say("\n按方案被拒绝的尝试：", "\nRefused on the way:"))
    for why, refusal in json.loads((opened.home.folder / MARK).read_text(encoding="utf-8"))["refused"]:
        out.print(f"  {why} → {refusal}", markup=False)


def trainees(moment: Moment) -> Iterator[tuple[str, str, str]]:
    """(person, batch, tier) of everybody who ever held a place, the first batch of each."""
    seen = set()
    for batch in school.batches(moment.facts):
        for member in school.members(moment.facts, batch.key):
            if member.person not in seen:
                seen.add(member.person)
                yield member.person, batch.key, member.tier


def _print(opened: App, folder: Path) -> None:
    """A dossier for every trainee, on all worker processes."""
    folder.mkdir(parents=True, exist_ok=True)
    moment = opened.views.at()
    people = list(trainees(moment))

    def one(trainee: tuple[str, str, str]) -> None:
        person, batch, tier = trainee
        content = export(opened, opened.views.at(), person, batch)
        name = school.name_of(moment.facts, person)
        write_whole(folder / f"{tier}-{name}-{person[-4:]}.pdf", content)

    with ThreadPoolExecutor(opened.workers.processes) as pool:
        done = pool.map(one, people)
        for _ in track(
            done,
            say("个人档案 PDF", "dossiers"),
            total=len(people),
            console=err,
            disable=not err.is_terminal,
            transient=True,
        ):
            pass
    count = len(people)
    out.print(say(f"\n{count} 份个人档案 PDF 在 {folder}/", f"\n{count} dossiers as PDFs in {folder}/"))


def _check(opened: App) -> None:
    """Everything once more: signatures, tree, events, attachments, and the views against a replay."""
    charter, report = check_archive(opened.home, [])
    print_report(charter, report)
    moment = opened.views.at()
    found = findings(moment)
    out.print(summary(found), markup=False)
    out.print(say("故事有意留下这些，看检查能否发现：", "Left undone on purpose, to be found:"))
    for line in localize(moment, found).findings:
        out.print(" ", *filter(None, (line.rule, line.name, line.text)), markup=False)
    if report.problems:
        raise Broken("演示档案未通过校验。", "The demo's archive does not verify.")

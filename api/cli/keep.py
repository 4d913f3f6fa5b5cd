"""Commands that keep an archive: founding it, serving it, checking, rebuilding and backing it up."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from api import doctor as doctoring
from api.access import Act
from api.backup import back_up
from api.cli import terminal
from api.cli.app import ActorOption, HomeOption, JsonOption, app, archive, err, out, print_json, settings
from api.cli.show import find_person
from api.cli.speech import say
from api.home import Home
from api.main import clock_limits, init_home, open_home
from api.proving import attested_again
from api.registering import written_down
from api.replay import replay as replay_log
from domain.archive.log import PAGE
from domain.errors import Broken, Unknown
from domain.office import shown


@app.command()
def init(
    home: HomeOption = None,
    practice: Annotated[
        bool, typer.Option("--practice", help="A practice archive: seeded, its clock can be set")
    ] = False,
    seed: Annotated[str | None, typer.Option(help="The seed of a practice archive")] = None,
    json_: JsonOption = False,
) -> None:
    """Found a new, empty archive in a folder."""
    chosen = settings(home)
    founded = init_home(chosen.home, chosen, practice=practice, seed=seed)
    if json_:
        print_json(founded)
        return
    key, following = chosen.home / "signing.key", f"tidui plan publish 2024-second --home {chosen.home}"
    zh, en = ("演练档案库", "practice archive") if practice else ("档案库", "archive")
    out.print(
        say(
            f"已建立{zh} {founded.origin}，在 {chosen.home}\n公钥（请公布，供外人核对签名）：{founded.public_key}\n"
            f"签名密钥在 {key}，请另行妥善备份\n下一步：{following}",
            f"Founded the {en} {founded.origin} in {chosen.home}\nPublic line (publish it): {founded.public_key}\n"
            f"The signing key is {key}: keep a copy apart\nNext: {following}",
        )
    )


@app.command()
def doctor(home: HomeOption = None, json_: JsonOption = False) -> None:
    """Say what this machine lacks, with the cure."""
    chosen = settings(home)
    checks = doctoring.checks(chosen.home, chosen.port, chosen.host, clock_limits(chosen))
    if json_:
        print_json(doctoring.as_data(checks))
    else:
        out.print(doctoring.render(checks, chosen.lang), markup=False)
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


@app.command()
def serve(
    home: HomeOption = None,
    actor: ActorOption = None,
    host: Annotated[str | None, typer.Option(help="Loopback only until accounts exist [TIDUI_HOST]")] = None,
    port: Annotated[int | None, typer.Option(help="The port to serve at [TIDUI_PORT, default 8345]")] = None,
) -> None:
    """Answer over HTTP on this machine until stopped."""
    from api.http.serve import serve as serve_http  # noqa: PLC0415 - a second of imports that only a server needs

    chosen = settings(home, actor, host=host, port=port)
    with open_home(chosen.home, chosen) as opened:
        serve_http(opened, say_where)


def say_where(host: str, port: int) -> None:
    """Where the service answers, once it does."""
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    out.print(say(f"{address}/docs　（仅限本机；Ctrl-C 停止）", f"{address}/docs  (this machine only; Ctrl-C stops)"))


@app.command()
def events(
    home: HomeOption = None,
    after: Annotated[int, typer.Option(min=0, help="Only events after this position")] = 0,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line, all of them")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, without --jsonl")] = 100,
    type_: Annotated[str | None, typer.Option("--type", help="Only of this type")] = None,
    person: Annotated[str | None, typer.Option(help="Only about this person, by id or name")] = None,
    recorder: Annotated[str | None, typer.Option(help="Only recorded by this actor")] = None,
    clause: Annotated[str | None, typer.Option(help="Only resting on this clause of the plan")] = None,
) -> None:
    """Print the log as it was recorded."""
    with archive(home) as opened:
        who = find_person(opened, person) if person else None
        written_down(opened, Act.VIEW, "events", person=who)
        moment, of = opened.views.at(), {"kind": type_, "subject": who, "recorder": recorder, "clause": clause}
        if not jsonl:
            print_json([shown(one) for one in moment.events(after=after, limit=limit, **of)])
            return
        while page := moment.events(after=after, limit=PAGE, **of):
            terminal.write("".join(json.dumps(shown(one), ensure_ascii=False) + "\n" for one in page))
            after = page[-1].position


@app.command()
def replay(
    home: HomeOption = None,
    to: Annotated[int | None, typer.Option("--to", min=1, help="Make the attestation at this position again")] = None,
    json_: JsonOption = False,
) -> None:
    """Read every event again, validate it, and hold the views against what the log says."""
    if to is not None:
        _attest_again(home, to, json_=json_)
        return
    with archive(home) as opened:
        found = replay_log(opened)
    if json_:
        print_json(found)
    else:
        zh, en = ("一致", "agree") if found["same"] else ("不一致", "differ")
        out.print(
            say(
                f"{found['events']} 条记录逐条重读；视图与重放{zh}",
                f"{found['events']} events read again; views and replay {en}",
            )
        )
    if not found["same"]:
        raise Broken(
            "视图与重放不一致。先运行 tidui verify 看记录是否被改动；没有，再运行 tidui rebuild。",
            "The views differ from the replay. Run tidui verify to see if a record was altered; if not, tidui rebuild.",
        )


def _attest_again(home: Path | None, to: int, *, json_: bool) -> None:
    said, made = attested_again(Home(settings(home).home), to)
    if json_:
        print_json({"position": to, "same": said and said == made, "said": said and said.text(), "made": made.text()})
    else:
        terminal.write(made.text())
    if said is None:
        err.print(f"第 {to} 号没有检查点，无从比对 / no checkpoint was signed at @{to}: there is nothing to compare")
    elif said != made:
        raise Broken(
            f"第 {to} 号存证与重放不一致（软件版本{'相同' if said.code == made.code else '不同'}）。",
            f"Attestation {to} differs from its replay (by {'the same' if said.code == made.code else 'another'} "
            "version of the software).",
        )


@app.command()
def rebuild(home: HomeOption = None, json_: JsonOption = False) -> None:
    """Throw the views and the tree's nodes away and make them anew from the log."""
    with archive(home) as opened:
        position = opened.views.runner.rebuild()
        opened.ledger.nodes.rebuild()
        digest = opened.views.runner.digest()
    if json_:
        print_json({"position": position, "digest": digest})
    else:
        out.print(
            say(f"视图已重建至 @{position}，摘要 {digest[:16]}", f"views made anew to @{position}, {digest[:16]}")
        )


@app.command()
def reference(
    write: Annotated[Path | None, typer.Option("--write", help="Write the pages into this folder")] = None,
) -> None:
    """The reference pages, from the code itself: events, commands, routes, settings, glossary."""
    from api.reference import pages  # noqa: PLC0415 - likewise

    for name, text in pages(app).items():
        if write:
            (write / name).write_text(text, encoding="utf-8")
        else:
            terminal.write(text + "\n")


@app.command()
def bench(
    quick: Annotated[bool, typer.Option("--quick", help="A small archive and few rounds")] = False,
    events_: Annotated[int, typer.Option("--events", min=2000, help="Events of the large archive")] = 130_000,
    verified: Annotated[int, typer.Option(min=2000, help="Events of the archive that is verified")] = 1_000_000,
) -> None:
    """Measure against the stock library and the raw driver, in one run; needs a checkout of the sources."""
    root = Path(__file__).parents[2]
    if not (root / "tests" / "bench").is_dir():
        raise Unknown(
            "性能测试在源代码中，请在检出的文件夹里运行 ./run bench。",
            "The benchmark is in the sources: run ./run bench in a checkout.",
        )
    sizes = ["--events", str(events_), "--verified", str(verified)]
    words = [sys.executable, "-m", "tests.bench.run", *sizes, *(["--quick"] if quick else [])]
    raise typer.Exit(subprocess.run(words, cwd=root, check=False).returncode)  # noqa: S603 - our own module


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder")],
    home: HomeOption = None,
    json_: JsonOption = False,
) -> None:
    """Copy the archive while it is in use: the log, the access log, evidence; then read the copy back."""
    with archive(home) as opened:
        done = back_up(opened, folder)
    if json_:
        print_json(done)
    else:
        events, files = done["events"], done["files"]
        out.print(
            say(
                f"已备份 {events} 条记录、{files} 份附件到 {folder}，并已重读核对",
                f"{events} events and {files} files copied to {folder}, and the copy read back",
            )
        )

"""Input that is bent: requests made up from the service's own description, commands with anything in any place, sheets
with altered bytes. No answer is a server error, nothing ends without a sentence, and every view still answers.
"""

from __future__ import annotations

import io
import json
import random
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as of_hypothesis
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from api.http import events
from api.http.service import create
from api.main import App
from api.staff_file import read_staff
from domain.commands import COMMANDS
from domain.errors import TiduiError
from domain.reconstruct import bundles, command_of
from tests.faults.fault import Fault, Result
from tests.support.story import BATCH, at_its_end, tell_once

_SERVER_ERROR, _LOOK_EVERY = 500, 500
_VIEWS = ("roster", "vacancies", "timetable", "findings", "selection", "exceptions", "people", "batches")
HOSTILE: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 10**400, "", " ", "\u200b", "\u202e反", "\x00", "\ud800", "a" * 100_000, "😀" * 50),
    *("=1+1", "<b>粗</b>", "[/red]", "../../etc/passwd", "p-0000000000000000", "r-000000", "2024-02-30", "9999-12-31"),
    *([], {}, [[[[]]]], {"": ""}, ["一"] * 300, "三\n四", "一　二", BATCH, "three", -(2**63), 1e308),
)


def commands(folder: Path, tries: int, chance: random.Random, ceiling: int = _SERVER_ERROR) -> Result:
    """Commands of a whole story, each with one to three places changed for something else, recorded for real."""
    home = Path(shutil.copytree(tell_once(folder.parent / "story"), folder / "home"))
    result = Result()
    with at_its_end(home) as opened, _client(opened) as client:
        told = list(_told(opened))
        for number in range(tries):
            name, body = chance.choice(told)
            text = json.dumps(_bent(body, chance))
            answer = client.post(f"/v1/commands/{name}", content=text, headers={"Content-Type": "application/json"})
            wrong = [f"{name}: {answer.status_code} {text[:300]}"] if answer.status_code >= ceiling else []
            if number % _LOOK_EVERY == 0 or number == tries - 1:
                wrong += _dead_views(client)
            result.add(wrong, f"{answer.status_code // 100}xx")
    return result


def commands_refused(folder: Path, tries: int, chance: random.Random) -> Result:
    """The variant for which a plain refusal counts as one too many: it shows that answers are looked at."""
    return commands(folder, tries, chance, ceiling=400)


def _client(opened: App) -> TestClient:
    return TestClient(create(opened), base_url="http://127.0.0.1", raise_server_exceptions=False)


def _told(opened: App) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every command that the story was recorded by, as it is sent."""
    known, names = opened.office.known(), {command: name for name, command in COMMANDS.items()}
    for bundle in bundles(known.log()):
        command = command_of(bundle, known)
        if command is not None and type(command) in names:
            body = bundle[0].body
            envelope = {"occurred_on": body.occurred_on.isoformat(), "capacity": body.capacity, "reason": body.reason}
            yield names[type(command)], envelope | {"data": command.model_dump(mode="json", exclude_none=True)}


def _bent(value: Any, chance: random.Random) -> Any:
    copy = json.loads(json.dumps(value))
    for _ in range(chance.randint(1, 3)):
        holder, key = chance.choice(list(_places(copy)))
        if chance.random() < 0.1 and isinstance(holder, dict):
            holder[chance.choice(("colour", "position", "person", "__class__"))] = chance.choice(HOSTILE)
        elif chance.random() < 0.1 and isinstance(holder, dict):
            del holder[key]
        else:
            holder[key] = chance.choice(HOSTILE)
    return copy


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place that holds something: what it is in, and its name or number there."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in list(inner):
        yield value, key
        yield from _places(one)


def _dead_views(client: TestClient) -> list[str]:
    asked = {view: client.get(f"/v1/{view}").status_code for view in _VIEWS}
    return [f"/v1/{view} answers {status}" for view, status in asked.items() if status >= _SERVER_ERROR]


def requests(folder: Path, tries: int, chance: random.Random) -> Result:
    """Requests made up from the description of the service, right and wrong ones."""
    home = Path(shutil.copytree(tell_once(folder.parent / "story"), folder / "home"))
    result, (looks, pause) = Result(), (events._LOOKS, events._PAUSE)
    events._LOOKS, events._PAUSE = 1, 0  # nobody else records anything: nothing to wait for
    try:
        with at_its_end(home) as opened:
            _ask_everything(opened, tries, chance.randrange(2**32), result)
    finally:
        events._LOOKS, events._PAUSE = looks, pause
    return result


def _ask_everything(opened: App, tries: int, seed: int, result: Result) -> None:
    described = schemathesis.openapi.from_asgi("/openapi.json", create(opened), headers={"host": "127.0.0.1"})
    described.config.update(base_url="http://127.0.0.1", request_timeout=60)
    operations = [found.ok() for found in described.get_all_operations() if isinstance(found, Ok)]
    share = -(-tries // (2 * len(operations)))
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _ask(operation, mode, share, seed, result)


def _ask(operation: Any, mode: GenerationMode, share: int, seed: int, result: Result) -> None:
    @of_hypothesis(
        max_examples=share,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        status = case.call().status_code
        wrong = [f"{operation.label}: {status} {case.body!r:.200}"] if status >= _SERVER_ERROR and status != 503 else []
        result.add(wrong, f"{status // 100}xx")

    ask.hypothesis.seed = seed  # type: ignore[attr-defined]
    with suppress(Unsatisfiable):  # nothing wrong can be sent where nothing is
        ask()


def sheets(folder: Path, tries: int, chance: random.Random) -> Result:
    """A list of staff with bytes altered, cut, doubled, or put elsewhere: read, or refused in a sentence."""
    result, whole, place = Result(), _workbook(), folder / "名单.xlsx"
    for _ in range(tries):
        place.write_bytes(_altered(whole, chance))
        try:
            read_staff(place)
            result.add([], "read")
        except TiduiError:
            result.add([], "refused")
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what was looked for
            result.add([f"{type(error).__name__}: {error}"], "crashed")
    return result


def _workbook() -> bytes:
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as made:
        sheet = made.add_worksheet("名单")
        rows = [("姓名", "性别", "出生日期"), *((f"某{n}", "女", "1985-03-02") for n in range(20))]
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return content.getvalue()


def _altered(whole: bytes, chance: random.Random) -> bytes:
    content = bytearray(whole)
    for _ in range(chance.choice((1, 1, 3, 20))):
        at = chance.randrange(len(content))
        way = chance.randrange(4)
        if way == 0:
            content[at] = chance.randrange(256)
        elif way == 1:
            del content[at : at + chance.randrange(200)]
        elif way == 2:
            content[at:at] = content[at : at + chance.randrange(200)]
        else:
            content[at : at + 4] = chance.randbytes(4)
        if not content:
            break
    return bytes(content)


FAULTS = (
    Fault(
        "bent: commands",
        "never a server error; every view still answers",
        commands,
        quick=0,
        whole=20_000,
        teeth=commands_refused,
    ),
    Fault("bent: requests", "never a server error", requests, quick=0, whole=20_000),
    Fault("bent: sheets", "read, or refused in a sentence", sheets, quick=300, whole=20_000),
)

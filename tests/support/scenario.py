"""Given, when, then: an office on a real archive in a folder of its own, with a set clock and seeded ids.

    school.given("record-post", person=person, post="homeroom_teacher", on="2020-09-01")
    school.when("admit-candidate", person=person, batch=BATCH, tier="three", resolution=resolution)
    school.then_recorded("membership-started")

What is given must succeed and hands back what was recorded. What is tried with `when` waits for its `then_…`;
every refusal, and every `then_nothing`, also holds that the log did not grow.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any, Self

from PIL import Image

from domain import language
from domain.archive import EvidenceStore, Log
from domain.desk import Request, validate
from domain.errors import Refusal, TiduiError, Unsupported
from domain.facts import Facts, Reader
from domain.language import END_OF_TIME, SHANGHAI
from domain.office import Ids, Office, Reply

BATCH = "2024-second"
Day = date | str


ENVELOPE = {"capacity", "reason", "document", "exceptions", "evidence", "clock_reason"}


def plain(told: Any) -> Any:
    """As it comes in over the wire."""
    return json.loads(json.dumps(told, default=str))


def a_day(day: Day) -> date:
    return day if isinstance(day, date) else date.fromisoformat(day)


class Scenario:
    """One archive and what was last tried on it."""

    def __init__(self, folder: Path, *, today: Day = "2024-03-01", seed: str | None = "test") -> None:
        self.folder = folder
        self.log = Log(folder / "archive.sqlite")
        self.evidence = EvidenceStore(folder / "evidence")
        self.office = Office(self.log, self.evidence, lambda: self.now, Ids(seed), "office")
        self.reply: Reply | None = None
        self.error: TiduiError | None = None
        self.head = 0
        self.at(today)

    def at(self, today: Day) -> Self:
        """Set the clock to the morning of a day."""
        self.now = datetime.combine(a_day(today), time(9), SHANGHAI)
        return self

    def given(self, command: str, /, **told: Any) -> dict[str, Any]:
        """Record something that must be possible; the contents of its first event."""
        events = self.when(command, **told).done().events
        return dict(events[0]["data"]) if events else {}

    def file(self, content: str = "一份材料", name: str = "材料.txt") -> str:
        """Keep a file as evidence; its hash."""
        return self.evidence.put(content.encode(), name=name, media_type="text/plain").sha256

    def photo(self, color: str = "blue", name: str = "照片.png") -> str:
        """Keep a small picture as evidence; its hash."""
        written = BytesIO()
        Image.new("RGB", (27, 37), color).save(written, "PNG")
        return self.evidence.put(written.getvalue(), name=name, media_type="image/png").sha256

    def when(
        self, command: str, /, *, on: Any = None, today: Any = None, key: Any = None, dry_run: Any = False, **told: Any
    ) -> Self:
        """Try a command that counts from `on`; the clock follows, never back, unless `today` sets it.

        What belongs to the envelope (reason, evidence …) is told with the rest; `seen` is its `expected`.
        """
        day = a_day(on or today or self.today)
        if today or day > self.today:
            self.at(today or day)
        envelope = {"occurred_on": day, "capacity": "office_clerk", "expected": told.pop("seen", {})}
        envelope |= {name: told.pop(name) for name in ENVELOPE & told.keys()}
        self.reply = self.error = None
        self.head = self.log.head()
        try:
            request = validate(Request, plain(envelope))
            self.reply = self.office.handle(command, plain(told), request, key=key, dry_run=dry_run)
        except TiduiError as error:
            self.error = error
        return self

    def then_recorded(self, *types: str, cautions: Iterable[str] = ()) -> dict[str, Any]:
        """Exactly these types of events, in this order, under these judgements; the contents of the first."""
        reply = self.done()
        assert tuple(event["type"] for event in reply.events) == types
        assert [judgement.rule for judgement in reply.cautions] == list(cautions)
        recorded: dict[str, Any] = reply.events[0]["data"]
        return recorded

    def then_nothing(self) -> None:
        """It was already so."""
        assert self.done().events == ()
        self._log_stands()

    def then_refused(self, clause: str) -> None:
        """The plan or the house does not allow it, and says which clause."""
        assert isinstance(self.error, Refusal), self.error or self.reply
        assert not isinstance(self.error, Unsupported), self.error
        assert self.error.clause == clause, self.error
        self._log_stands()

    def then_needs(self, rule: str, verdict: str, *, value: str | None = None, limit: str | None = None) -> None:
        """A caution lacks its reason, or an exception one of its parts; with the value and the limit crossed."""
        assert isinstance(self.error, Unsupported), self.error or self.reply
        found = {j.rule: j for j in self.error.judgements}
        assert rule in found, self.error
        assert found[rule].verdict == verdict
        assert value in (None, found[rule].value)
        assert limit in (None, found[rule].limit)
        self._log_stands()

    def then_fails(self, error: type[TiduiError]) -> None:
        """It is no question of rules: unknown, malformed, stale …"""
        assert type(self.error) is error, self.error or self.reply
        self._log_stands()

    def done(self) -> Reply:
        """The reply; what was tried must have been possible."""
        if self.error:
            raise self.error
        assert self.reply is not None
        return self.reply

    def _log_stands(self) -> None:
        assert self.log.head() == self.head

    @property
    def today(self) -> date:
        return language.today(self.now)

    @property
    def known(self) -> Facts:
        return self.office.known()

    def facts(self, day: Day = END_OF_TIME) -> Reader:
        """What was so at the end of a day, as known now."""
        return self.known.on(a_day(day))

    def close(self) -> None:
        """Let go of the archive's files."""
        self.log.close()

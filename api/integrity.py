"""What is known of the archive's soundness: what did not fit at opening, and what the last `verify` found and when.

It stands beside answers, in headers and on the terminal, never in a paper or in the JSON of a view.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from api.home import Home
from domain.archive.disk import write_whole
from domain.errors import Unavailable
from projections.ledger.fit import Misfit
from projections.ledger.report import Report


class Verified(BaseModel):
    """What the last `verify` found. The file is trusted for nothing but to say when somebody looked."""

    model_config = ConfigDict(frozen=True)

    at: AwareDatetime
    ok: bool
    events: int
    problems: tuple[str, ...] = ()  # their codes

    def age(self, now: datetime) -> timedelta:
        """How long ago that was."""
        return max(now - self.at, timedelta())

    def misfit(self) -> Misfit | None:
        """A failed one warns as what does not fit does."""
        if self.ok:
            return None
        at, codes = self.at.isoformat(timespec="seconds"), ", ".join(sorted({*self.problems}))
        return Misfit(
            "verify",
            f"最近一次校验（{at}）不成立：{codes}。请运行 tidui verify 查看，从备份恢复后再校验一次。",
            f"The last verification, at {at}, did not hold: {codes}. Run tidui verify to see what; restore a backup "
            "and verify again.",
        )


def keep_result(home: Home, report: Report, now: datetime) -> None:
    """Remember what `verify` found. Raises Unavailable where the folder cannot be written to."""
    codes = tuple(problem.code for problem in report.problems)
    result = Verified(at=now, ok=not report.problems, events=report.events, problems=codes)
    try:
        write_whole(home.verified, (result.model_dump_json(indent=2) + "\n").encode())
    except OSError as error:
        raise Unavailable(
            f"校验结果记不进 {home.verified}（{error.strerror}），下次打开时不会提到它。",
            f"The result cannot be kept in {home.verified} ({error.strerror}): nothing will tell of it later.",
        ) from error


def last_result(path: Path) -> Verified | None:
    """What the last `verify` found; None where none was kept, or what was kept cannot be read."""
    try:
        return Verified.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def warnings(home: Home, misfit: Misfit | None) -> list[Misfit]:
    """All that does not fit, as of now."""
    result = last_result(home.verified)
    return [one for one in (misfit, result.misfit() if result else None) if one]


def describe_result(result: Verified | None, now: datetime) -> tuple[str, str]:
    """The last result and its age, in Chinese and English."""
    if result is None:
        return "尚未校验过（tidui verify）", "never verified (tidui verify)"
    days, at = result.age(now).days, result.at.isoformat(timespec="seconds")
    zh, en = ("成立", "held") if result.ok else ("不成立", "did not hold")
    return f"最近一次校验{zh}：{days} 天前（{at}）", f"the last verification {en}, {days} days ago ({at})"

from typing import Any

import pytest

from tests.api.support import Post

BATCH = "2024-second"
CONDITIONS = ("S1", "S2", "S3", "S4", "S5", "S6")


class Clerk:
    """Sends commands, each of which must be recorded."""

    def __init__(self, post: Post) -> None:
        self._post = post

    def __call__(self, command: str, on: str, *, more: Any = None, **data: Any) -> dict[str, Any]:
        reply = self._post(command, data, occurred_on=on, **(more or {}))
        assert reply.status_code == 201, reply.text
        first: dict[str, Any] = reply.json()["events"][0]["data"]
        return first

    def register(self, name: str, born: str = "1985-05-05") -> str:
        person = self("register-person", "2024-02-27", name=name, gender="male", birth_date=born, subject="数学")
        return str(person["person"])


@pytest.fixture
def clerk(post: Post) -> Clerk:
    return Clerk(post)


@pytest.fixture
def member(clerk: Clerk, plan: dict[str, Any]) -> str:
    """A trainee of tier four, from the plan to the place, by nothing but HTTP."""
    committee = [clerk.register(f"委员{number}") for number in range(3)]
    clerk("record-post", "2020-08-01", person=committee[0], post="party_secretary", unit="校党委")
    trainee = clerk.register("=单晓珺", "1988-02-29")
    about = {"person": trainee, "batch": BATCH}
    clerk("publish-plan", "2024-03-01", **plan)
    people = [{"person": person, "office": "组员"} for person in committee]
    clerk("form-leading-group", "2024-03-01", batch=BATCH, chair=committee[0], members=people)
    clerk("nominate-candidate", "2024-03-04", **about, tier="four", source="office", unit="教务处")
    clerk("assess-eligibility", "2024-03-11", **about, tier="four")
    found = [{"code": code, "finding": "met", "assessor": "考评组", "evidence": "考核材料"} for code in CONDITIONS]
    clerk("cite-appraisal", "2024-03-11", **about, year=2023, result="合格")
    clerk("record-staff-opinion", "2024-03-11", **about, heard=12, text="正面。")
    clerk("assess-conduct", "2024-03-11", **about, conditions=found)
    weighed = [{"component": c, "text": "良好。"} for c in ("nomination", "appraisal", "staff_opinion", "conduct")]
    clerk("complete-assessment", "2024-03-11", **about, tier="four", conclusion="良好。", components=weighed)
    clerk("shortlist-candidate", "2024-03-11", **about, tier="four", opinion="同意。")
    meeting = clerk(
        "hold-meeting",
        "2024-03-14",
        batch=BATCH,
        title="党委会",
        members=committee,
        present=committee,
        chair=committee[0],
    )["meeting"]
    votes = {"meeting": meeting, "matter": "admission", "agree": 3, "disagree": 0, "abstain": 0}
    resolution = clerk("pass-resolution", "2024-03-14", **about, **votes, round="initial", tier="four")["resolution"]
    clerk("admit-candidate", "2024-03-14", **about, tier="four", resolution=resolution)
    return trainee

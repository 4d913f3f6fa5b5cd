"""History: a sentence for every type of event, and what became of each."""

import json
from datetime import date
from typing import Any

import pytest

from domain.events import EVENT_TYPES
from domain.events.base import Event
from domain.events.committee import ResolutionReached
from domain.events.disqualification import ConcernRaised
from domain.events.person import PersonFactChanged, PostEnded, PostHeld
from domain.events.training import AttendanceRecorded, StudySessionHeld
from domain.language import Attendance
from projections.conformance.findings import findings
from projections.history import History, HistoryEntry, history
from projections.sentences import gaps, sentences
from tests.projections.records import BATCH, START, Records, person

KINDS = {cls.KIND: cls for cls in EVENT_TYPES.values()}
EVER = date(2027, 6, 1)


def entries(records: Records, subject: str | None = None, known_at: str | None = None) -> list[HistoryEntry]:
    return [*history(records.moment(EVER, known_at), subject).entries]


def test_every_type_of_event_has_a_sentence_and_no_other_has() -> None:
    assert set(sentences()) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_gaps_are_fields_of_the_event(kind: str) -> None:
    fields = {gap.removesuffix("_count") for gap in gaps(kind)} - {"who", "plan", "ballot"}
    assert fields <= set(KINDS[kind].model_fields)


def test_an_event_is_told_by_names_and_labels(records: Records) -> None:
    records.register(1, "单晓珺")
    records.nominate(1)
    told = entries(records, person(1))[-1]
    assert told.sentence == "单晓珺获处室推荐（教务处），推荐为“三”梯队人选（首轮选拔）。"
    assert told.sentence_en == "单晓珺 was nominated for tier Three: Office (教务处), initial selection."
    assert (told.label, told.label_en, told.clause) == ("民主推荐", "candidate nominated", "R2")


def test_what_another_event_made_is_told_by_what_it_was(records: Records) -> None:
    records.register(1, "单晓珺")
    post = PostHeld(record="x-0000000000000001", post="homeroom_teacher", unit="高一")
    records.record(person(1), post, date(2015, 9, 1))
    records.record(person(1), PostEnded(record="x-0000000000000001"), date(2018, 9, 1))
    session = StudySessionHeld(session="t-0000000000000001", batch=BATCH, title="师德", areas=("ethics",), hours=2)
    records.record(BATCH, session, START)
    attended = AttendanceRecorded(batch=BATCH, session="t-0000000000000001", attendance=Attendance.PRESENT, hours=2)
    records.record(person(1), attended, START)
    records.record(person(1), PersonFactChanged(field="title", was=None, now="高级", name="单晓珺"), START)
    assert [entry.sentence for entry in entries(records, person(1))][-4:] == [
        "单晓珺任高一班主任。",
        "单晓珺不再担任班主任。",
        "单晓珺参加学习“师德”：出席，2学时。",
        "单晓珺的职称变更为“高级”。",
    ]
    assert [e.sentence for e in entries(records, BATCH) if e.position == 5] == ["组织学习“师德”（师德修养，2学时）。"]


def test_a_resolution_names_somebody_only_where_it_is_about_one(records: Records) -> None:
    records.register(1, "单晓珺")
    records.admit(1, "three")
    of_all = records.log.get(4).event
    assert isinstance(of_all, ResolutionReached)
    records.record(BATCH, of_all.model_copy(update={"resolution": "r-0000000000000999"}), START)
    told = [entry.sentence for entry in entries(records) if entry.type == "resolution-reached"]
    assert told == [
        "党委会就单晓珺确定培养对象（“三”梯队）表决：同意8、不同意0、弃权0，通过。",
        "党委会就确定培养对象（“三”梯队）表决：同意8、不同意0、弃权0，通过。",
    ]


BALLOTS = [
    ({"matter": "grade", "year": 2024, "grade": "excellent"}, "年度评价意见（2024年度、优秀）", "2024, excellent"),
    ({"matter": "outcome", "outcome": "extended"}, "期满结果（延长培养期）", "extended"),
    (
        {"matter": "outcome", "outcome": "extended", "extended_to": "2027-09-13"},
        "期满结果（延长培养期、至2027年9月13日）",
        "extended, until 2027-09-13",
    ),
    ({"matter": "appeal", "case": "c-0000000000000001", "upheld": False}, "申诉（不成立）", "dismissed"),
]


@pytest.mark.parametrize(("ballot", "zh", "en"), BALLOTS)
def test_a_resolution_tells_what_was_put_to_the_vote(records: Records, ballot: Any, zh: str, en: str) -> None:
    records.register(1, "单晓珺")
    counts = {"entitled": 9, "agree": 9, "disagree": 0, "abstain": 0, "result": "passed"}
    about = {"resolution": "r-0000000000000001", "meeting": "m-0000000000000001", "batch": BATCH}
    reached = ResolutionReached.model_validate_json(json.dumps(about | counts | ballot))
    records.record(person(1), reached, START)
    told = entries(records, person(1))[-1]
    assert f"单晓珺{zh}表决" in told.sentence
    assert f"({en}): 9 for" in told.sentence_en


def test_a_case_keeps_what_was_said_and_of_whom(records: Records) -> None:
    records.register(1, "单晓珺")
    case = "c-0000000000000001"
    raised = ConcernRaised(
        case=case, person=person(1), batch=BATCH, ground="integrity", raised_by="某人", text="所反映的内容"
    )
    position = records.record(case, raised, START)
    assert [entry.position for entry in entries(records, case)] == [position]
    assert position not in [entry.position for entry in entries(records, person(1))]
    assert position not in [entry.position for entry in entries(records, BATCH)]
    assert entries(records, case)[0].sentence == "收到一件问题反映，另立案卷。"
    records.correct(position, START, reason="转述有误", text="另一内容")
    [*_, in_case] = entries(records, case)
    [*_, outside] = entries(records)
    assert (in_case.sentence, in_case.reason) == (f"更正第{position}号记录。", "转述有误")
    assert (outside.sentence, outside.reason) == (f"更正第{position}号记录。", None)


@pytest.mark.parametrize(("recorded", "late"), [(date(2024, 3, 9), False), (date(2024, 3, 10), True)])
def test_what_was_recorded_too_late_is_marked(records: Records, recorded: date, late: bool) -> None:
    records.register(1, "单晓珺")
    nominated = records.log.get(records.nominate(1)).event
    records.record(person(1), nominated, date(2024, 3, 2), recorded=recorded)
    last = entries(records)[-1]
    assert (last.late, last.late_days) == (late, (recorded - date(2024, 3, 2)).days)


def test_biography_is_never_late(records: Records) -> None:
    post = PostHeld(record="x-0000000000000001", post="homeroom_teacher")
    records.record(person(1), post, date(2015, 9, 1), recorded=START)
    assert not entries(records)[-1].late


def test_what_was_put_right_or_taken_back_says_by_which_event(records: Records) -> None:
    registered = records.register(1, "单晓珺")
    nominated = records.nominate(1)
    corrected = records.correct(registered, START, name="单晓君")
    withdrawn = records.withdraw(nominated, START)
    marks = {e.position: (e.corrected_by, e.withdrawn_by, e.amends) for e in entries(records, person(1))}
    assert marks == {
        registered: (corrected, None, None),
        nominated: (None, withdrawn, None),
        corrected: (None, None, registered),
        withdrawn: (None, None, nominated),
    }
    told = [entry.sentence for entry in entries(records, person(1))][-2:]
    assert told == ["更正第2号记录，内容改为姓名=单晓君。", "撤销第3号记录。"]
    assert all(e.corrected_by is e.withdrawn_by is None for e in entries(records, person(1), f"@{nominated}"))


def test_a_correction_tells_its_fields_in_words(records: Records) -> None:
    records.register(1, "单晓珺")
    records.admit(1, "three")
    vote = next(e.position for e in entries(records) if e.type == "resolution-reached")
    records.correct(vote, START, tier="four", result="failed", en_bloc=True)
    assert entries(records)[-1].sentence == f"更正第{vote}号记录，内容改为梯队=四、结果=未通过、集体表决=是。"


def test_a_correction_that_was_taken_back_is_marked_too(records: Records) -> None:
    registered = records.register(1, "单晓珺")
    corrected = records.correct(registered, START, name="单晓君")
    withdrawn = records.withdraw(corrected, START)
    marks = {e.position: (e.corrected_by, e.withdrawn_by) for e in entries(records, person(1))}
    assert marks == {registered: (None, None), corrected: (None, withdrawn), withdrawn: (None, None)}


def test_what_happens_later_than_the_day_is_left_out(records: Records) -> None:
    records.register(1, "单晓珺")
    nominated = records.nominate(1)
    seen = history(records.moment(date(2024, 3, 1)), person(1))
    assert [entry.position for entry in seen.entries] == [2]
    records.correct(nominated, START, occurred_on=date(2024, 3, 1))
    seen = history(records.moment(date(2024, 3, 1)), person(1))
    assert [entry.position for entry in seen.entries] == [2, nominated]


def test_pages_follow_one_another(records: Records) -> None:
    for number in range(1, 8):
        records.register(number, f"教师{number}")
    pages: list[History] = []
    after: int | None = 0
    while after is not None:
        pages.append(history(records.moment(), after=after, limit=3))
        after = pages[-1].next
    assert [[entry.position for entry in page.entries] for page in pages] == [[1, 2, 3], [4, 5, 6], [7, 8]]
    assert history(records.moment(), kind="plan-published").entries == pages[0].entries[:1]


def test_it_rests_on_its_own_events_and_names(records: Records) -> None:
    registered = records.register(1, "单晓珺")
    records.register(2, "欧阳·明")
    assert history(records.moment(), person(1)).rests_on == registered
    changed: Event = PersonFactChanged(field="name", was="单晓珺", now="单晓君", name="单晓君")
    position = records.record(person(1), changed, START)
    assert history(records.moment(), BATCH).rests_on < position == history(records.moment(), person(1)).rests_on


def test_each_answer_names_people_as_on_its_day(records: Records) -> None:
    records.register(1, "单晓珺")
    records.admit(1, "three")
    records.record(person(1), PersonFactChanged(field="name", was="单晓珺", now="单珺"), date(2025, 1, 1))
    for day, name in ((date(2024, 6, 1), "单晓珺"), (date(2025, 1, 1), "单珺")):
        told = history(records.moment(day), person(1)).entries[-1]
        assert told.sentence.startswith(name)
        assert {line.name for line in findings(records.moment(day)).findings if line.person_id} == {name}

import csv
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from fastapi.testclient import TestClient
from python_calamine import CalamineWorkbook

from api.access import Act
from api.main import App
from exports import workbook
from tests.api.http.conftest import Clerk
from tests.api.support import is_problem

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def members(roster: dict[str, Any]) -> Iterator[str]:
    return (member["person_id"] for tier in roster["tiers"] for member in tier["members"])


def test_the_roster_says_which_moment_it_answered_for(client: TestClient, opened: App, member: str) -> None:
    roster = client.get("/v1/roster").json()
    assert (roster["as_of"], roster["known_at"], roster["position"]) == ("2024-03-20", None, opened.log.head())
    assert roster["batch"] == "2024-second"
    assert [tier["tier"] for tier in roster["tiers"]] == ["three", "four", "five"]
    assert list(members(roster)) == [member]


def test_both_times_are_asked_for_apart(client: TestClient, opened: App, member: str) -> None:
    head = opened.log.head()
    day_before = client.get("/v1/roster?as_of=2024-03-13").json()
    not_known_yet = client.get(f"/v1/roster?known_at=@{head - 1}").json()
    assert list(members(day_before)) == list(members(not_known_yet)) == []
    assert (not_known_yet["known_at"], not_known_yet["position"]) == (f"@{head - 1}", head - 1)
    assert list(members(client.get(f"/v1/roster?known_at=@{head}&as_of=2024-03-14").json())) == [member]


def test_one_tier_alone(client: TestClient, member: str) -> None:
    assert list(members(client.get("/v1/roster?tier=four").json())) == [member]
    assert list(members(client.get("/v1/roster?tier=three").json())) == []


def test_without_a_plan_there_is_nothing_on_the_roster(client: TestClient) -> None:
    roster = client.get("/v1/roster").json()
    assert (roster["batch"], roster["tiers"]) == (None, [])


def test_a_question_that_cannot_be_answered(client: TestClient, member: str, subtests: pytest.Subtests) -> None:
    assert member
    for query, kind in (
        ("as_of=2024-3-1", "malformed"), ("as_of=1710374400", "malformed"), ("as_of=2024-02-30", "malformed"),
        ("as_of=9999-12-31", "malformed"), ("as_of=", "malformed"), ("as_of=2024-03-14T00:00:00", "malformed"),
        ("known_at=yesterday", "malformed"), ("known_at=@999999", "unknown"), ("known_at=2999-01-01", "unknown"),
        ("batch=2020-first", "unknown"), ("batch=x", "malformed"), ("tier=six", "unknown"), ("tier=6", "malformed"),
    ):  # fmt: skip
        with subtests.test(query):
            is_problem(client.get(f"/v1/roster?{query}"), 422, kind)
    told = client.get("/v1/roster?as_of=2024-3-1").json()["detail"]
    assert (
        told
        == "有 1 处不合要求：query.as_of：日期写作 2024-03-14 / 1 problem: query.as_of: a day is written 2024-03-14"
    )


def test_the_roster_as_a_table_for_excel(client: TestClient, opened: App, member: str) -> None:
    table = client.get("/v1/roster.csv")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.content.startswith(b"\xef\xbb\xbf")
    header, row = csv.reader(table.content.decode("utf-8-sig").splitlines())
    assert (header[0], header[1]) == ("梯队", "姓名")
    assert (row[0], row[1], row[-1]) == ("四", "'=单晓珺", member)
    assert client.get("/v1/roster", headers={"accept": "text/csv"}).content == table.content
    digest = sha256(table.content).hexdigest()
    assert [(e.act, e.what, e.sha256) for e in opened.access.entries()] == [(Act.EXPORT, "roster", digest)] * 2


def test_the_roster_as_a_workbook_is_written_down_and_names_what_it_rests_on(
    client: TestClient, opened: App, member: str
) -> None:
    reply = client.get("/v1/roster.xlsx?as_of=2024-03-20")
    book = CalamineWorkbook.from_filelike(BytesIO(reply.content))
    header, row = book.get_sheet_by_index(0).to_python()
    assert (header[1], row[1], row[-1]) == ("姓名", "=单晓珺", member)
    assert isinstance(row[2], date)
    about = {row[0]: row[1] for row in book.get_sheet_by_index(1).to_python()}
    assert about["批次"] == "第二批“三四五”后备干部（2024-second）"
    assert (about["姓名排列"], about["据何时所知"]) == ("按姓氏笔画", "")
    assert (about["截至日期"], about["依据至第几号记录"]) == (date(2024, 3, 20), opened.log.head())
    assert str(about["检查点"]).startswith(opened.charter.origin)
    entry = opened.access.entries()[-1]
    assert (entry.act, entry.what, entry.sha256) == (Act.EXPORT, "roster", sha256(reply.content).hexdigest())


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("*/*", "application/json"),
        ("application/json;q=0.1, text/csv;q=0.9", "text/csv; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
        ("text/html, */*;q=0.1", "application/json"),
        (f"{XLSX}, application/json;q=0.9", XLSX),
    ],
)
def test_the_accept_header_chooses(accept: str, answered: str, client: TestClient) -> None:
    for path in ("roster", "selection", "people"):
        reply = client.get(f"/v1/{path}", headers={"accept": accept})
        assert (reply.headers["content-type"], reply.headers["vary"]) == (answered, "Accept")


def test_a_format_that_is_not_offered(client: TestClient) -> None:
    for accept in ("image/png", "text/csv;q=0, text/html", "text/csv;q=x"):
        is_problem(client.get("/v1/roster", headers={"accept": accept}), 406, "not-offered")


@pytest.mark.parametrize("path", ["/v1/roster", "/v1/roster.csv", "/v1/exceptions"])
def test_an_unrelated_event_leaves_the_tag(path: str, client: TestClient, clerk: Clerk, member: str) -> None:
    first = client.get(path)
    known = {"if-none-match": f'"other", {first.headers["etag"]}'}
    clerk.register("解东")
    again = client.get(path, headers=known)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    clerk("suspend-membership", "2024-03-18", person=member, batch="2024-second", more={"reason": "借调"})
    assert client.get("/v1/roster", headers=known).status_code == 200


def test_a_workbook_is_the_same_bytes_until_something_in_it_changes(
    client: TestClient, clerk: Clerk, member: str
) -> None:
    first = client.get("/v1/roster.xlsx")
    clerk.register("解东")
    unrelated = client.get("/v1/roster.xlsx")
    assert (unrelated.content, unrelated.headers["etag"]) == (first.content, first.headers["etag"])
    clerk("suspend-membership", "2024-03-18", person=member, batch="2024-second", more={"reason": "借调"})
    changed = client.get("/v1/roster.xlsx")
    assert changed.content != first.content
    assert changed.headers["etag"] != first.headers["etag"]


def test_a_text_longer_than_a_cell_is_named_with_its_place_and_nothing_is_handed_out(
    client: TestClient, opened: App, member: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "_LONGEST", len(member) - 1)
    problem = is_problem(client.get("/v1/selection.xlsx"), 409, "unprintable")
    assert "“人员编号”超过" in problem["detail"]
    assert opened.access.entries() == []


def test_a_dossier_is_written_down_each_time_even_when_nothing_changed(
    client: TestClient, opened: App, member: str
) -> None:
    reply = client.get(f"/v1/people/{member}/dossier?as_of=2024-03-14&known_at=2024-03-20")
    dossier = reply.json()
    assert (dossier["person_id"], dossier["origin"], dossier["practice"]) == (member, opened.charter.origin, True)
    url = f"/v1/people/{member}/dossier?as_of=2024-03-14&known_at=2024-03-20"
    assert client.get(url, headers={"if-none-match": reply.headers["etag"]}).status_code == 304
    first, again = opened.access.entries()
    assert (first.act, first.what, first.person_id, first.who) == (Act.VIEW, "dossier", member, "office_clerk")
    assert (str(first.as_of), first.known_at, first.position) == ("2024-03-14", "2024-03-20", opened.log.head())
    assert vars(again) == vars(first) | {"number": again.number}


def test_a_reading_that_cannot_be_written_down_is_refused(client: TestClient, opened: App, member: str) -> None:
    opened.access.close()
    is_problem(client.get(f"/v1/people/{member}/dossier"), 503, "unavailable")


@pytest.mark.parametrize("path", ["dossier", "dossier.pdf"])
@pytest.mark.parametrize("person", ["p-0000000000000000", "nobody", "%00", "p-%F0%9F%98%80"])
def test_nobody_of_that_name(person: str, path: str, client: TestClient, opened: App) -> None:
    is_problem(client.get(f"/v1/people/{person}/{path}"), 404, "not-found")
    assert opened.access.entries() == []


@pytest.mark.slow
def test_the_dossier_in_print_is_the_same_each_time_and_its_hash_is_kept(
    client: TestClient, opened: App, member: str
) -> None:
    one = client.get(f"/v1/people/{member}/dossier.pdf")
    assert (one.status_code, one.headers["content-type"]) == (200, "application/pdf")
    assert one.content.startswith(b"%PDF-")
    other = client.get(f"/v1/people/{member}/dossier", headers={"accept": "application/pdf"})
    assert other.content == one.content
    unchanged = client.get(f"/v1/people/{member}/dossier.pdf", headers={"if-none-match": one.headers["etag"]})
    assert unchanged.status_code == 304
    digest = sha256(one.content).hexdigest()
    assert [(e.act, e.sha256) for e in opened.access.entries()] == [
        (Act.EXPORT, digest), (Act.EXPORT, digest), (Act.EXPORT, None)
    ]  # fmt: skip


@pytest.mark.parametrize("as_of", ["1900-01-01", "2024-03-14", "2027-03-13", "2999-12-31"])
def test_every_view_answers_at_any_moment(as_of: str, client: TestClient, member: str) -> None:
    batch = (
        "roster",
        "reviews/2024",
        "vacancies",
        "timetable",
        "gaps",
        "exceptions",
        "selection",
        "findings",
        "structure",
    )
    person = (f"people/{member}", f"people/{member}/dossier", f"people/{member}/history")
    for known_at in ("@0", "@1", "2024-03-20", "2024-03-20T09:00:00%2B08:00"):
        for path in (
            *batch,
            *(f"{path}?batch=2024-second" for path in batch),
            *person,
            "people",
            "batches",
            "batches/2024-second/plan",
        ):
            reply = client.get(f"/v1/{path}{'&' if '?' in path else '?'}as_of={as_of}&known_at={known_at}")
            assert reply.status_code in {200, 404}, (path, reply.text)
            assert reply.status_code == 200 or path.startswith(("reviews", "people", "batches")), (path, reply.text)


def test_a_review_is_of_a_training_year_of_the_batch(client: TestClient, member: str) -> None:
    review = client.get("/v1/reviews/2024").json()
    assert [line["person_id"] for line in review["members"]] == [member]
    for year in ("2019", "24", "year", "99999999999999999999"):
        is_problem(client.get(f"/v1/reviews/{year}"), 404, "not-found")


def test_people_are_found_by_part_of_a_name(client: TestClient, member: str) -> None:
    assert [p["person_id"] for p in client.get("/v1/people?q=晓珺").json()["people"]] == [member]
    assert client.get("/v1/people?q=无此人").json()["people"] == []
    assert len(client.get("/v1/people").json()["people"]) == 4
    for query in ("q=", "q=%00", "q=" + "a" * 51, "q=%ED%A0%80", "name=x"):
        is_problem(client.get(f"/v1/people?{query}"), 422, "malformed")


def test_people_are_listed_by_strokes_or_by_pinyin(client: TestClient, clerk: Clerk) -> None:
    for name in ("蔡一", "王一", "单一"):
        clerk.register(name)

    def listed(query: str) -> str:
        return "".join(p["name"][0] for p in client.get(f"/v1/people{query}").json()["people"])

    assert (listed(""), listed("?order=strokes"), listed("?order=pinyin")) == ("王单蔡", "王单蔡", "蔡单王")
    is_problem(client.get("/v1/people?order=age"), 422, "malformed")


def test_what_is_on_file_of_a_person_is_written_down_too(client: TestClient, opened: App, member: str) -> None:
    assert client.get(f"/v1/people/{member}").json()["name"] == "=单晓珺"
    is_problem(client.get("/v1/people/p-0000000000000000"), 404, "not-found")
    assert [(entry.what, entry.person_id) for entry in opened.access.entries()] == [("person", member)]


def test_a_history_is_told_a_page_at_a_time_and_written_down(client: TestClient, opened: App, member: str) -> None:
    told: list[dict[str, Any]] = []
    url: str | None = f"/v1/people/{member}/history?limit=3"
    while url:
        reply = client.get(url)
        told += reply.json()["entries"]
        url = reply.links["next"]["url"] if "next" in reply.links else None
    assert [entry["type"] for entry in told][:2] == ["person-registered", "candidate-nominated"]
    assert all(entry["sentence"] and entry["sentence_en"] for entry in told)
    assert {(entry.what, entry.person_id) for entry in opened.access.entries()} == {("history", member)}
    is_problem(client.get("/v1/people/p-0000000000000000/history"), 404, "not-found")


@pytest.mark.parametrize(
    ("path", "what"), [("reviews/2024", "review"), ("selection", "selection"), ("people", "people")]
)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_views_are_files_for_spreadsheets_each_written_down(
    path: str, what: str, form: str, client: TestClient, opened: App, member: str
) -> None:
    reply = client.get(f"/v1/{path}.{form}")
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-disposition"] == f'attachment; filename="{what}.{form}"'
    entries = opened.access.entries()
    assert {(e.act, e.what, e.sha256) for e in entries} == {(Act.EXPORT, what, sha256(reply.content).hexdigest())}
    assert [e.person_id for e in entries] == ([None] if what == "people" else [member])
    known = {"if-none-match": reply.headers["etag"]}
    assert client.get(f"/v1/{path}.{form}", headers=known).status_code == 304
    assert len(opened.access.entries()) == 2 * len(entries)


def test_a_file_that_there_is_not(client: TestClient, member: str) -> None:
    assert member
    for path in ("roster.pdf", "reviews/2024.ods", "reviews/1999.csv", "people.xls"):
        is_problem(client.get(f"/v1/{path}"), 404, "not-found")


def test_no_file_is_handed_out_that_cannot_be_written_down(client: TestClient, opened: App, member: str) -> None:
    assert member
    opened.access.close()
    for path in ("roster.csv", "reviews/2024.xlsx", "selection.csv", "people.xlsx"):
        is_problem(client.get(f"/v1/{path}"), 503, "unavailable")


def test_the_timetable_is_a_calendar_written_down_for_whom_it_names(
    client: TestClient, opened: App, member: str
) -> None:
    reply = client.get("/v1/timetable.ics")
    assert reply.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "=单晓珺" in reply.text
    (entry,) = opened.access.entries()
    assert (entry.act, entry.what, entry.person_id) == (Act.EXPORT, "timetable", member)
    assert client.get("/v1/timetable.ics", headers={"if-none-match": reply.headers["etag"]}).status_code == 304


def test_the_form_for_appointments_is_written_down_before_it_is_handed_out(
    client: TestClient, opened: App, member: str
) -> None:
    reply = client.get(f"/v1/people/{member}/appointment-form.lrmx")
    assert reply.headers["content-type"] == "application/xml"
    assert "<XingMing>=单晓珺</XingMing>" in reply.text
    (entry,) = opened.access.entries()
    digest = sha256(reply.content).hexdigest()
    assert (entry.what, entry.person_id, entry.sha256) == ("appointment-form", member, digest)
    is_problem(client.get("/v1/people/p-0000000000000000/appointment-form.lrmx"), 404, "not-found")
    opened.access.close()
    is_problem(client.get(f"/v1/people/{member}/appointment-form.lrmx"), 503, "unavailable")

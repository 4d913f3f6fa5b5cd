import csv

from fastapi.testclient import TestClient

from api.access import Act
from api.main import App
from tests.api.support import is_problem


def test_findings_name_the_rule_and_whom_it_is_about(client: TestClient, opened: App, member: str) -> None:
    assert client.get("/v1/findings").json()["findings"] == []
    found = client.get("/v1/findings?as_of=2024-04-14&batch=2024-second").json()
    assert (found["batch"], found["as_of"], found["position"]) == ("2024-second", "2024-04-14", opened.log.head())
    paired = next(line for line in found["findings"] if line["rule"] == "M3.pairing")
    assert (paired["person_id"], paired["clause"], paired["severity"]) == (member, "M3", "moderate")
    assert (paired["departure_label"], paired["limit"]) == ("应有而没有", "2024-04-13")


def test_findings_are_a_table_for_excel_too(client: TestClient, member: str) -> None:
    assert member
    table = client.get("/v1/findings.csv?as_of=2024-04-14")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(table.text.removeprefix("\ufeff").splitlines()))
    assert ("M3.pairing", "'=单晓珺") in {(row["规则"], row["姓名"]) for row in rows}
    asked = client.get("/v1/findings?as_of=2024-04-14", headers={"accept": "text/csv"})
    assert (asked.text, asked.headers["vary"]) == (table.text, "Accept")
    assert client.get("/v1/findings.csv", headers={"if-none-match": "*"}).status_code == 304


def test_a_reading_of_findings_is_written_down_first(client: TestClient, opened: App, member: str) -> None:
    assert member
    client.get("/v1/findings?as_of=2024-04-14")
    client.get("/v1/findings.csv")
    seen = [(entry.act, entry.what) for entry in opened.access.entries()]
    assert set(seen) == {(Act.VIEW, "findings"), (Act.EXPORT, "findings")}
    assert member in {entry.person_id for entry in opened.access.entries()}
    opened.access.close()
    is_problem(client.get("/v1/findings"), 503, "unavailable")


def test_findings_of_a_batch_that_is_not_there(client: TestClient, member: str) -> None:
    assert member
    is_problem(client.get("/v1/findings?batch=2020-first"), 422, "unknown")
    is_problem(client.get("/v1/findings?covered=perhaps"), 422, "malformed")

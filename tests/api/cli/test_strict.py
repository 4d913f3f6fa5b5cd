"""The command line takes numbers in digits alone, and JSON whose every key stands once."""

from pathlib import Path

import pytest

from tests.api.support import Tidui


@pytest.mark.parametrize("number", ["1_0", "+5", "\u0663", " 5", "-5", "05", "0x5", "1e1"])
def test_a_number_is_written_in_digits_alone(founded: Tidui, number: str) -> None:
    code, _, err = founded("history", "--limit", number)
    assert (code, "不是数字" in err) == (2, True)


def test_digits_are_read(founded: Tidui) -> None:
    assert founded("history", "--limit", "10", "--after", "0")[0] == 0


@pytest.mark.parametrize(
    "body",
    [
        '{"occurred_on": "2024-03-02", "capacity": "office_clerk", "data": {"title": "a", "title": "b"}}',
        '{"capacity": "self", "occurred_on": "2024-03-02", "capacity": "office_clerk", "data": {}}',
    ],
)
def test_a_key_that_stands_twice_is_refused(founded: Tidui, tmp_path: Path, body: str) -> None:
    (tmp_path / "body.json").write_text(body, encoding="utf-8")
    code, _, err = founded("record", "record-honour", "--json", str(tmp_path / "body.json"))
    assert (code, "键重复" in err) == (1, True)


def test_a_body_with_a_byte_order_mark_is_read_and_one_in_gbk_is_not(founded: Tidui, tmp_path: Path) -> None:
    body = (
        '{"occurred_on": "2024-03-02", "capacity": "office_clerk", "data": '
        '{"name": "单晓珺", "gender": "female", "birth_date": "1988-02-29"}}'
    )
    file = tmp_path / "body.json"
    file.write_bytes(b"\xef\xbb\xbf" + body.encode())
    assert founded("record", "register-person", "--json", str(file))[0] == 0
    file.write_bytes(body.encode("gbk"))
    code, _, err = founded("record", "register-person", "--json", str(file))
    assert (code, "JSON 不是 UTF-8" in err) == (1, True)

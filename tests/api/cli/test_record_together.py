"""`tidui record --json FILE` without a command's name: several commands in one transaction."""

import json
from pathlib import Path

from tests.api.support import Tidui


def test_a_list_or_lines_are_recorded_all_or_none(tidui: Tidui, tmp_path: Path) -> None:
    tidui("init", "--practice")
    people = [
        {"name": name, "gender": "female", "birth_date": "1988-02-29", "subject": "数学"} for name in ("单晓珺", "林泉")
    ]
    sent = [
        {"command": "register-person", "body": {"occurred_on": "2024-03-02", "capacity": "office_clerk", "data": one}}
        for one in people
    ]
    file = tmp_path / "sent.json"
    file.write_text("\n".join(json.dumps(one) for one in [*sent, {"command": "register-person"}]))
    code, _, err = tidui("record", "--json", str(file))
    assert code
    assert "第 3 项" in err
    file.write_text("\n".join(json.dumps(one) for one in sent))
    code, out, _ = tidui("record", "--json", str(file))
    assert (code, [event["position"] for event in json.loads(out)["events"]]) == (0, [1, 2])
    file.write_text(json.dumps([{**sent[0], "command": "no-such"}]))
    code, _, err = tidui("record", "--json", str(file))
    assert code
    assert "第 1 项" in err

"""The signing key on the command line: which it was and is, and changing it."""

import json
from pathlib import Path

from tests.api.support import Tidui


def test_the_key_is_changed_by_who_has_it_and_the_new_line_is_the_one_to_publish(
    founded: Tidui, tmp_path: Path
) -> None:
    first = founded("public-key")[1].strip()
    code, out, _ = founded("key", "rotate", "--reason", "经办人换岗")
    line = founded("public-key")[1].strip()
    assert (code, first == line, line in out) == (0, False, True)
    assert "请销毁它的备份" in out
    assert json.loads(founded("key", "show", "--json")[1]) == [
        {"since": 0, "public_key": first},
        {"since": 2, "public_key": line},
    ]
    assert founded("key", "show")[1].splitlines() == [f"@0 起 / from @0: {first}", f"@2 起 / from @2: {line}"]
    told = json.loads(founded("verify", "--json")[1])
    assert (told["holds"], [one["public_key"] for one in told["keys"]]) == (True, [first, line])
    assert [founded("verify", "--key", one)[0] for one in (first, f"{line}x")] == [0, 1]
    assert f"新的公钥是{line}" in founded("history")[1].replace("\n", "")
    assert founded("findings")[0] == 0
    assert founded("replay", "--to", "2")[0] == 0
    given = tmp_path / "given.json"
    request = {"occurred_on": "2024-03-02", "capacity": "office_clerk", "reason": "不要了", "data": {"position": 2}}
    given.write_text(json.dumps(request), encoding="utf-8")
    for command in ("withdraw-event", "correct-event"):
        code, _, err = founded("record", command, "--json", str(given))
        assert (code, "tidui key rotate" in err) == (1, True), err
    assert "没有“rotate-signing-key”这个命令" in founded("record", "rotate-signing-key", "--json", str(given))[2]
    code, _, err = founded("key", "rotate", "--reason", " ")
    assert (code, "reason" in err, founded("public-key")[1].strip()) == (1, True, line)
    told = json.loads(founded("key", "rotate", "--reason", "再换", "--json")[1])
    assert told == {"since": 3, "public_key": founded("public-key")[1].strip()}
    (tmp_path / "home" / "signing.key").unlink()
    code, _, err = founded("key", "rotate", "--reason", "又换")
    assert (code, "请从另行保存之处放回" in err, len(founded("key", "show")[1].splitlines())) == (1, True, 3)

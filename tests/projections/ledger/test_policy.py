"""Which witnesses suffice: the file is read strictly, and each problem is named by its line."""

import pytest

from projections.ledger.note import COSIGNATURE, PrivateKey
from projections.ledger.policy import BadPolicy, parse_policy

LOG = PrivateKey("tidui/test", bytes(32)).public
A, B, C = (PrivateKey(f"w{n}", bytes([n] * 32), COSIGNATURE).public for n in (1, 2, 3))
WITNESSES = f"witness a {A}\nwitness b {B}\nwitness c {C}\n"


@pytest.mark.parametrize(
    ("rule", "enough", "wanting"),
    [
        ("quorum none", [""], []),
        ("quorum b", ["b", "ab"], ["", "ac"]),
        ("group g 2 a b c\nquorum g", ["ab", "bc", "abc"], ["", "a", "c"]),
        ("group g any a b\nquorum g", ["a", "b"], ["", "c"]),
        ("group g all a b\nquorum g", ["ab"], ["a", "bc"]),
        ("group g any a b\ngroup h all g c\nquorum h", ["ac", "bc"], ["ab", "c"]),
    ],
)
def test_so_many_suffice(rule: str, enough: list[str], wanting: list[str]) -> None:
    policy = parse_policy(f"# ours\n\nlog {LOG}\n{WITNESSES}{rule}\n")
    assert policy.logs == [LOG]
    assert all(policy.suffices(set(names)) for names in enough)
    assert not any(policy.suffices(set(names)) for names in wanting)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (WITNESSES, "缺少 quorum"),
        ("quorum a\n", "第 1 行"),
        (WITNESSES + "quorum a\nquorum b\n", "第 5 行：quorum 只写一次"),
        (WITNESSES + "group g 4 a b c\n", "第 4 行：个数应为"),
        (WITNESSES + "group g 0 a b c\n", "第 4 行：个数应为"),
        (WITNESSES + "group g 01 a b c\n", "第 4 行：个数应为"),
        (WITNESSES + "group g any\n", "第 4 行：应为 group"),
        (WITNESSES + "group g any x\n", "第 4 行：“x”在前文未定义"),
        (WITNESSES + "group g 2 a a\n", "已属某组"),
        (WITNESSES + "group g any a\ngroup h any a b\n", "第 5 行：“a”在前文未定义，或已属某组"),
        (WITNESSES + f"witness a {LOG}\n", "第 4 行：名称“a”已用过"),
        (f"witness none {A}\n", "第 1 行：名称“none”已用过"),
        (f"witness a {LOG}\n", "第 1 行：公钥的种类不对"),
        (f"log {A}\n", "第 1 行：公钥的种类不对"),
        (f"witness a {A}\nwitness b {A}\n", "第 2 行：公钥重复"),
        ("witness a nonsense\n", "第 1 行"),
        ("witness a\n", "第 1 行：应为 witness"),
        ("log\n", "第 1 行：应为 log"),
        ("surprise\n", "第 1 行：应以 log"),
        ("quorum none\r\n", "第 1 行：含有控制字符"),
    ],
)
def test_what_is_no_policy_is_refused_by_its_line(text: str, problem: str) -> None:
    with pytest.raises(BadPolicy, match=problem):
        parse_policy(text)

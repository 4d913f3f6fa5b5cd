"""Which witnesses an archive knows and how many of them suffice: a text file of the form of c2sp.org/tlog-policy.

witness bureau 教育局+8a1b…
witness union 工会+03fe…
group both all bureau union
quorum both
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from domain.errors import Malformed
from projections.ledger.note import COSIGNATURE, ED25519, BadNote, PublicKey, parse_public

_SPACE = re.compile("[ \t]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NONE = "none"


class Group(NamedTuple):
    """How many of whom."""

    least: int
    members: tuple[str, ...]


class BadPolicy(Malformed):
    """A text that is no policy; the error names its line."""


@dataclass
class Policy:
    """What the file says. A checkpoint suffices where those who signed it make up the quorum."""

    logs: list[PublicKey] = field(default_factory=list)
    witnesses: dict[str, PublicKey] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str | None = None

    def suffices(self, names: set[str], whose: str | None = None) -> bool:
        """Whether these witnesses are enough, for the quorum or for one of the groups."""
        whose = whose or self.quorum or _NONE
        if whose not in self.groups:
            return whose == _NONE or whose in names
        least, members = self.groups[whose]
        return sum(self.suffices(names, one) for one in members) >= least

    def is_named(self, name: str) -> bool:
        """Whether a witness or a group goes by a name."""
        return name in self.witnesses or name in self.groups


def parse_policy(text: str) -> Policy:
    """A policy from its file. Raises BadPolicy, which names the line."""
    policy = Policy()
    for number, line in enumerate(text.split("\n"), 1):
        words = _SPACE.split(line.strip(" \t"))
        if words == [""] or words[0].startswith("#"):
            continue
        if _CONTROL.search(line):
            raise _bad(number, "含有控制字符", "it holds control characters")
        if words[0] not in _LINES:
            raise _bad(number, "应以 log、witness、group 或 quorum 开头", "begin it with log, witness, group or quorum")
        try:
            _LINES[words[0]](policy, words[1:], number)
        except BadNote as error:
            raise BadPolicy(
                f"见证规则第 {number} 行：{error.zh}", f"Line {number} of the policy: {error.en}"
            ) from error
    if policy.quorum is None:
        raise BadPolicy("见证规则缺少 quorum 一行。", "The policy lacks its quorum line.")
    return policy


def _log(policy: Policy, words: list[str], number: int) -> None:
    if len(words) not in (1, 2):
        raise _bad(number, "应为 log 公钥", "write log KEY")
    policy.logs.append(_key(words[0], ED25519, policy.logs, number))


def _witness(policy: Policy, words: list[str], number: int) -> None:
    if len(words) not in (2, 3):
        raise _bad(number, "应为 witness 名称 公钥", "write witness NAME KEY")
    _new(policy, words[0], number)
    policy.witnesses[words[0]] = _key(words[1], COSIGNATURE, policy.witnesses.values(), number)


def _group(policy: Policy, words: list[str], number: int) -> None:
    if len(words) < 3:  # noqa: PLR2004 - a name, a number, a member
        raise _bad(number, "应为 group 名称 个数 成员……", "write group NAME NUMBER MEMBER…")
    name, least, *members = words
    _new(policy, name, number)
    taken = {one for _, group in policy.groups.values() for one in group}
    for one in members:
        if not policy.is_named(one) or one in taken or members.count(one) > 1:
            raise _bad(
                number, f"“{one}”在前文未定义，或已属某组", f"“{one}” is not defined above, or is in a group already"
            )
    count = {"any": "1", "all": str(len(members))}.get(least, least)
    if not re.fullmatch("[1-9][0-9]{0,5}", count) or int(count) > len(members):
        raise _bad(
            number, f"个数应为 any、all 或 1 至 {len(members)}", f"the number is any, all, or 1 to {len(members)}"
        )
    policy.groups[name] = Group(int(count), tuple(members))


def _quorum(policy: Policy, words: list[str], number: int) -> None:
    if len(words) != 1 or policy.quorum is not None or not (words[0] == _NONE or policy.is_named(words[0])):
        raise _bad(number, "quorum 只写一次，指明前文的见证方或组", "one quorum line names a witness or group above it")
    policy.quorum = words[0]


_LINES: Mapping[str, Callable[[Policy, list[str], int], None]] = {
    "log": _log,
    "witness": _witness,
    "group": _group,
    "quorum": _quorum,
}


def _new(policy: Policy, name: str, number: int) -> None:
    if name == _NONE or policy.is_named(name):
        raise _bad(number, f"名称“{name}”已用过", f"the name “{name}” is taken")


def _key(line: str, kind: int, others: Iterable[PublicKey], number: int) -> PublicKey:
    key = parse_public(line)
    if key.kind != kind:
        raise _bad(number, "公钥的种类不对（见证方的公钥由 tidui witness init 打印）", "the key is of the other kind")
    if key.content in {other.content for other in others}:
        raise _bad(number, "公钥重复", "the key stands there twice")
    return key


def _bad(number: int, zh: str, en: str) -> BadPolicy:
    return BadPolicy(f"见证规则第 {number} 行：{zh}。", f"Line {number} of the policy: {en}.")

"""The report of a bundle in the terms of 四性检测: each line says what was checked, how, on how many, what was found.

Nothing stands in it that was not looked at while the bundle was made; what was not checked says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from exports.verify_bundle import practice
from projections.ledger.attestation import code
from projections.ledger.checkpoint import Checkpoint
from projections.ledger.report import Report

FORMAT = "tidui-four-tests/1"
UNREACHED = "witnesses"  # the problem that a report has where too few witnesses have signed

# How the files of a kind begin; of others nothing is known.
_BEGINS = {
    "application/pdf": (b"%PDF-",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "application/zip": (b"PK\x03\x04",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (b"PK\x03\x04",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (b"PK\x03\x04",),
}
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_SECRET = b"PRIVATE+KEY+"


@dataclass
class Looked:
    """What was seen of an archive while its bundle was made."""

    head: Checkpoint
    report: Report
    checkpoints: int
    streams: int
    views: int
    code: str  # of the software that attested the views
    topics: set[str] = field(default_factory=set)
    files: int = 0
    secrets: list[str] = field(default_factory=list)
    attachments: int = 0
    odd: list[str] = field(default_factory=list)
    unknown: int = 0
    programs: list[str] = field(default_factory=list)

    def file(self, name: str, content: bytes) -> None:
        """One more file of the bundle, or a part of one that is written line by line."""
        if _SECRET in content:
            self.secrets.append(name)

    def attachment(self, name: str, media_type: str, content: bytes) -> None:
        """One more attachment: whether it begins as its kind does, or as a program."""
        self.attachments += 1
        if content.startswith(_PROGRAMS):
            self.programs.append(name)
        media_type = media_type.partition(";")[0]
        if media_type.startswith("text/"):
            self._odd(name, _is_text(content))
        elif media_type in _BEGINS:
            self._odd(name, content.startswith(_BEGINS[media_type]))
        else:
            self.unknown += 1

    def _odd(self, name: str, as_it_should: bool) -> None:
        if not as_it_should:
            self.odd.append(name)


Said = tuple[str, str]  # in Chinese and in English
_HOLDS: Said = ("成立", "holds")
_OTHER_CODE: Said = ("由另一版本的软件签署，不同的未比对", "attested by another version; what differs was not compared")
_EVENTS: Said = ("条记录", "events")
_FILES: Said = ("份文件", "files")


class Line(NamedTuple):
    """One check. `holds` is None where it was not made."""

    checked: Said
    how: Said
    number: int
    unit: Said
    found: Said = _HOLDS
    holds: bool | None = True


def lines(looked: Looked) -> dict[Said, list[Line]]:
    """All checks, by what they test. A bundle is only made of an archive in which `tidui verify` found no problem."""
    return {
        ("真实性", "authenticity"): list(_authenticity(looked)),
        ("完整性", "integrity"): list(_integrity(looked)),
        ("可用性", "usability"): list(_usability(looked)),
        ("安全性", "safety"): list(_safety(looked)),
    }


def _authenticity(looked: Looked) -> Iterator[Line]:
    yield Line(
        ("检查点及其存证由本库密钥签署", "checkpoints and their attestations are signed with the archive's key"),
        ("逐个验证 Ed25519 签名", "each Ed25519 signature verified"),
        2 * looked.checkpoints,
        ("个签名", "signatures"),
    )
    yield Line(
        ("每条记录写明谁、以何身份、何时记录", "each event says who recorded it, as what and when"),
        ("按记录的格式逐条读出，时间不早于前一条", "each read by its form; its time held against the one before"),
        looked.head.size,
        _EVENTS,
    )
    same = looked.code == code()
    yield Line(
        ("最后一份存证中的视图（名册等）由记录推出", "the views in the last attestation follow from the events"),
        ("由记录重新推出，与签署的摘要比较", "made again from the events and held against the signed hashes"),
        looked.views,
        ("个视图", "views"),
        _HOLDS if same else _OTHER_CODE,
        True if same else None,
    )  # fmt: skip
    yield _witnesses(looked.report)


def _witnesses(report: Report) -> Line:
    """Who else has signed. A policy that is not reached yet keeps nobody from making a bundle; it is told of."""
    signers = ", ".join(sorted({one.witness for one in report.cosigned}))
    missing = next(((one.zh, one.en) for one in report.problems if one.code == UNREACHED), None)
    some = (f"成立：{signers}", f"hold: {signers}") if signers else ("没有可核对的", "there are none to check")
    return Line(
        ("见证方的签名", "signatures of witnesses"),
        ("按见证规则中的公钥和数目核对", "held against the keys and the number in the witness policy"),
        len(report.cosigned),
        ("个签名", "signatures"),
        missing or some,
        False if missing else True if signers else None,
    )


def _integrity(looked: Looked) -> Iterator[Line]:
    root = looked.head.root.hex()
    yield Line(
        ("记录无增、删、改、换位", "no event was added, removed, altered or moved"),
        ("由全部记录算出哈希树，与每个检查点比较", "a hash tree over all of them held against each checkpoint"),
        looked.head.size,
        _EVENTS,
        (f"成立，根为 {root}", f"holds, the root is {root}"),
    )
    yield Line(
        ("每条记录流的序号连续", "the events of each stream are numbered without gaps"),
        ("逐条核对", "one by one"),
        looked.streams,
        ("个流", "streams"),
    )
    yield Line(
        ("记录所附的文件都在，内容未变", "each file that was filed with an event is there, unchanged"),
        ("逐份计算 SHA-256", "SHA-256 of each"),
        looked.report.files,
        _FILES,
    )


def _usability(looked: Looked) -> Iterator[Line]:
    types = len(looked.topics)
    yield Line(
        ("记录可读", "the events can be read"),
        (f"按各种记录的格式逐条读出，共 {types} 种", f"each read by the form of its type, {types} types"),
        looked.head.size,
        _EVENTS,
    )
    odd, unknown = len(looked.odd), looked.unknown
    well = looked.attachments - odd - unknown
    yield Line(
        ("附件的开头与其类型相符", "attachments begin as files of their kind do"),
        ("比较开头的字节，文本按 UTF-8 读出；没有逐份打开", "first bytes compared, texts read as UTF-8; none opened"),
        looked.attachments,
        _FILES,
        (f"{well} 份相符，{odd} 份不符，{unknown} 份类型不识{_names(looked.odd)}",
         f"{well} as they should, {odd} not, {unknown} of kinds not known{_names(looked.odd)}"),
        not odd,
    )  # fmt: skip
    yield Line(
        ("名单所据的视图与记录一致", "the views that rosters are drawn from are what the events say"),
        ("由全部记录另建一份，比较摘要", "made again from all events, digests compared"),
        looked.head.size,
        _EVENTS,
    )


def _safety(looked: Looked) -> Iterator[Line]:
    yield _none_of(
        ("包内没有私钥", "no private key is in the bundle"),
        ("在每个文件中查找私钥的写法", "each file searched for the form of one"),
        looked.files,
        looked.secrets,
    )
    yield _none_of(
        ("附件不是程序", "no attachment is a program"),
        ("比较开头的字节（三种系统的程序和脚本）", "first bytes compared (programs of three systems, scripts)"),
        looked.attachments,
        looked.programs,
    )
    yield Line(
        ("病毒", "viruses"), ("—", "—"), 0, _FILES, ("未检，请用杀毒软件检查", "not looked for; use a scanner"), None
    )


def _none_of(checked: Said, how: Said, number: int, found: list[str]) -> Line:
    said = (f"不成立{_names(found)}", f"does not hold{_names(found)}") if found else _HOLDS
    return Line(checked, how, number, _FILES, said, not found)


def _names(names: list[str]) -> str:
    return f": {' '.join(names)}" if names else ""


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def as_json(looked: Looked) -> bytes:
    """The report for machines."""
    names = ("checked", "how", "unit", "found")
    content: dict[str, Any] = {
        "format": FORMAT,
        "origin": looked.head.origin,
        "events": looked.head.size,
        "root": looked.head.root.hex(),
        "notes": looked.report.notes,
        "tests": [
            {"property": en, "number": line.number, "holds": line.holds}
            | {name: getattr(line, name)[0] for name in names}
            | {f"{name}_en": getattr(line, name)[1] for name in names}
            for (_, en), found in lines(looked).items()
            for line in found
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"


def as_text(looked: Looked) -> bytes:
    """The report for people."""
    told = [
        "# 四性检测报告 / Report of the four tests",
        "",
        f"档案库 / archive: {looked.head.origin}",
        *practice(looked.head.origin),
        f"截至 / up to: @{looked.head.size}",
        "",
        "✓ 成立　✗ 不成立　○ 未检 / ✓ holds　✗ does not　○ not checked",
    ]
    for (zh, en), found in lines(looked).items():
        told += ["", f"## {zh} / {en}"]
        for place, line in enumerate(found, 1):
            mark = "○" if line.holds is None else "✓" if line.holds else "✗"
            told += [
                "",
                f"{place}. {mark} {line.checked[0]}：{line.found[0]}",
                f"   {line.checked[1]}: {line.found[1]}",
                f"   - 方法 / how: {line.how[0]} / {line.how[1]}",
                f"   - 数量 / number: {line.number} {line.unit[0]} / {line.unit[1]}",
            ]
    told += ["", *(f"- {note}" for note in looked.report.notes)]
    return ("\n".join(told).rstrip() + "\n").encode()

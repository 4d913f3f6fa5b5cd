"""Checks a dossier PDF or an evidence bundle without the archive: python3 verify.py FILE [--key PUBLIC-KEY]

Needs Python 3.10 or newer and nothing else. What it shows: every event in the file is, byte for byte, under a signed
checkpoint; it is all that the archive held of the person then; and every field stands in the event it cites. What it
cannot show: that what was recorded was true, or whose key it is. Compare the key with the line the school published.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import pathlib
import re
import sys
import zlib
from collections.abc import Iterator
from typing import Any, NoReturn

Head = tuple[str, int, bytes]
Point = tuple[int, int, int, int]
FILES = ("dossier.json", "evidence.json", "checkpoint.txt", "attestation.txt")


class Failed(Exception):
    """Something does not hold; the text says what, in Chinese and English."""


def main(arguments: list[str] | None = None) -> int:
    """Check a file and print what was found; 0 when all of it holds, 1 when not, 2 when there is none."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--key", help="the public line that the school has published")
    given = parser.parse_args(arguments)
    try:
        lines = check(attachments(pathlib.Path(given.file).read_bytes()), given.key)
    except OSError as error:
        sys.stderr.write(f"{given.file}: {error.strerror}\n")
        return 2
    except Failed as error:
        sys.stdout.write(f"✗ 不成立：{error.args[0]}\n✗ Does not hold: {error.args[1]}\n")
        return 1
    sys.stdout.write("".join(line + "\n" for line in lines))
    return 0


def check(files: dict[str, bytes], key: str | None = None) -> list[str]:
    """What a reader should know of a file that holds, line by line; raises Failed where it does not."""
    for name in FILES:
        if name not in files:
            fail(f"缺少附件 {name}", f"the attachment {name} is missing")
    dossier, evidence = read_json(files, "dossier.json"), read_json(files, "evidence.json")
    try:
        return _check(files, dossier, evidence, key)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        fail(f"附件内容格式不对（{error!r}）", f"an attachment is malformed ({error!r})")


def _check(files: dict[str, bytes], dossier: Any, evidence: Any, key: str | None) -> list[str]:
    if evidence["format"] != "tidui-evidence/1":
        fail("证明格式未知，请用更新的验证程序", "the evidence is of an unknown format; use a newer verifier")
    public = evidence["public_key"]
    if key is not None and public != key:
        fail(f"签名公钥不是您给的那一个：{public}", f"it is signed with another key than yours: {public}")
    head = origin, size, root = checkpoint(signed(files["checkpoint.txt"], public, "checkpoint.txt"))
    if dossier["origin"] != origin:
        fail(f"检查点属于另一个档案库 {origin}", f"the checkpoint is of another archive, {origin}")
    stream = evidence["stream"]["id"]
    if dossier["person_id"] != stream:
        fail(f"事件是另一个人的（{stream}）", f"the events are somebody else's ({stream})")
    check_events(evidence, stream, size, root)
    check_stream(evidence, signed(files["attestation.txt"], public, "attestation.txt"), head)
    check_hash(dossier)
    return report(dossier, evidence, head, check_citations(dossier, evidence), key_given=key is not None)


def check_events(evidence: Any, stream: str, size: int, root: bytes) -> None:
    """Each event is under the checkpoint, byte for byte, and in its place."""
    for event in evidence["events"]:
        index = event["position"] - 1
        place = f"tidui-leaf/1\n{index}\n{event['version']}\n{stream}\n{event['topic']}\n"
        leaf = hashlib.sha256(b"\0" + place.encode() + event["state"].encode()).digest()
        check_leaf(leaf, event, size, root)
    for other in evidence["elsewhere"]:
        check_leaf(unbase64(other["leaf"]), other, size, root)


def check_leaf(leaf: bytes, event: Any, size: int, root: bytes) -> None:
    """A leaf is in its place under the checkpoint."""
    position = event["position"]
    if root_of(leaf, position - 1, size, [unbase64(one) for one in event["proof"]]) != root:
        fail(
            f"第 {position} 号记录与检查点不符：内容或位置被改动",
            f"event @{position} is not what the checkpoint covers: it or its place was altered",
        )


def check_stream(evidence: Any, text: bytes, head: Head) -> None:
    """The events are the whole stream: its version at the checkpoint is attested."""
    lines = text.decode().split("\n")
    if lines[0] != "tidui-attestation/1" or checkpoint("\n".join(lines[1:4]).encode() + b"\n") != head:
        fail("存证与检查点不是同一时点的", "the attestation is of another checkpoint")
    count, root = next(line for line in lines if line.startswith("streams "))[8:].split(" ")
    versions = [event["version"] for event in evidence["events"]]
    if versions != list(range(1, len(versions) + 1)):
        fail("此人的记录不连续，有缺", "the person's events have a gap")
    stream = evidence["stream"]
    leaf = hashlib.sha256(f"\0tidui-stream/1\n{stream['id']}\n{len(versions)}\n".encode()).digest()
    if root_of(leaf, stream["index"], int(count), [unbase64(one) for one in stream["proof"]]) != unbase64(root):
        fail("此人在检查点时的记录不止这些，或被删减", "these are not all the events of the person at the checkpoint")


def check_hash(dossier: Any) -> None:
    """The short hash in the foot of every page is this dossier's."""
    content = {name: value for name, value in dossier.items() if name not in ("hash", "position")}
    if hashlib.sha256(canonical(content).encode()).hexdigest() != dossier["hash"]:
        fail("档案内容与其摘要不符", "the dossier is not what its hash says")


def check_citations(dossier: Any, evidence: Any) -> tuple[int, int]:
    """Every field that names a place in an event holds what stands there; how many do, and how many are worked out."""
    events = {event["position"]: json.loads(event["state"]) for event in evidence["events"]}
    there = {*events, *(other["position"] for other in evidence["elsewhere"])}
    cited = {one["field"]: one for one in evidence["citations"]}
    for field, position in fields(dossier, ""):
        if field not in cited:
            fail(f"栏目 {field} 没有写明出处", f"{field} cites nothing")
        if cited[field]["position"] not in amended(events, position):
            missing(field, position)
    for field, one in cited.items():
        if one["position"] not in there:
            missing(field, one["position"])
        if one["path"] is None:
            held = held_under(dossier, field, events, one["position"])
        else:
            held = at(events[one["position"]], one["path"])
        if held is not None and held != at(dossier, field):
            fail(
                f"栏目 {field} 与第 {one['position']} 号记录所载不同",
                f"{field} differs from event @{one['position']}",
            )
    exact = sum(one["path"] is not None for one in cited.values())
    return exact, len(cited) - exact


def held_under(dossier: Any, field: str, events: Any, position: int) -> Any:
    """What the event and those it amends say under a field's own name; None when there is no plain text by it."""
    where, _, name = field.rpartition("/")
    key = at(dossier, where).get("key", name)
    for place in amended(events, position) if name == "value" else ():
        data = events.get(place, {}).get("data", {})
        held = data.get("changes", data).get(key)
        if held is not None:
            return held if isinstance(held, str) else None
    return None


def amended(events: Any, position: int) -> Iterator[int]:
    """An event's position, and the positions of what it amends."""
    place: int | None = position
    while place is not None:
        yield place
        place = events.get(place, {}).get("data", {}).get("target")


def missing(field: str, position: int) -> NoReturn:
    fail(
        f"栏目 {field} 所引的第 {position} 号记录不在文件中",
        f"{field} cites event @{position}, which is not in the file",
    )


def fields(value: Any, where: str) -> Iterator[tuple[str, int]]:
    """Every field of the dossier that must be cited: where its value stands, and the event it rests on."""
    if isinstance(value, dict):
        if isinstance(value.get("source"), int) and not isinstance(value.get("value"), (list, dict, bool, type(None))):
            yield where + "/value", value["source"]
        for name, inner in value.items():
            yield from fields(inner, where + "/" + name.replace("~", "~0").replace("/", "~1"))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from fields(inner, f"{where}/{index}")


def report(dossier: Any, evidence: Any, head: Head, counts: tuple[int, int], *, key_given: bool) -> list[str]:
    """What holds, and what to compare with the paper."""
    origin, size, _ = head
    lines = ["✓ 签名、证明和出处全部成立 / signatures, proofs and citations all hold"]
    if origin.startswith("tidui-practice/"):
        lines.append("！ 这是演练档案库，内容是虚构的 / this is a practice archive: nothing in it is real")
    lines += [
        f"  {len(evidence['events'])} 条记录，是此人截至 @{size} 的全部记录 / events: all of the person's at @{size}",
        f"  {counts[0]} 项与记录逐字相同，{counts[1]} 项由记录推算 / items as in their event, and items worked out",
        "请与纸面核对 / compare with the paper:",
        f"  档案库 / archive   {origin}",
        f"  姓名 / name        {dossier['name']}",
        f"  档案号 / number    {dossier.get('number') or '—'}",
        f"  截至 / as of       {dossier['as_of']}",
        f"  所据 / rests on    @{dossier['rests_on']}",
        f"  摘要 / digest      {dossier['hash'][:16]}",
        f"签名公钥 / signed by: {evidence['public_key']}",
    ]
    if not key_given:
        lines.append(
            "请与学校公布的公钥核对，或用 --key 给出 / compare it with the school's published line, or give --key"
        )
    return lines


# --- signed notes and the tree -------------------------------------------------------------------------------------


def signed(content: bytes, public: str, name: str) -> bytes:
    """The text of a note that the key has signed."""
    text, blank, below = content.rpartition(b"\n\n")
    key_name, key_id, key = public.split("+", 2)
    raw = unbase64(key)
    expected = hashlib.sha256(key_name.encode() + b"\n" + raw).digest()[:4]
    if len(raw) != 33 or raw[0] != 1 or expected.hex() != key_id:
        fail("公钥格式不对", "the public key is malformed")
    for line in below.decode().split("\n"):
        parts = line.split(" ")
        if blank and len(parts) == 3 and parts[0] == "—" and parts[1] == key_name:
            signature = unbase64(parts[2])
            if signature[:4] == expected and ed25519(raw[1:], text + b"\n", signature[4:]):
                return text + b"\n"
    fail(f"{name} 没有该公钥的有效签名", f"{name} carries no valid signature of the key")


def checkpoint(text: bytes) -> Head:
    """Origin, size and root of a checkpoint's text."""
    origin, size, root, end = text.decode().split("\n")
    if end or str(int(size)) != size:
        raise ValueError("checkpoint")
    return origin, int(size), unbase64(root)


def root_of(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to (RFC 9162, 2.1.3.2), None when it is no such proof."""
    if not 0 <= index < size:
        return None
    last = size - 1
    for sibling in proof:
        if last == 0:
            return None
        if index & 1 or index == last:
            leaf = hashlib.sha256(b"\1" + sibling + leaf).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            leaf = hashlib.sha256(b"\1" + leaf + sibling).digest()
        index, last = index >> 1, last >> 1
    return leaf if last == 0 else None


# --- Ed25519 (RFC 8032), verification only --------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def ed25519(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the key made the signature over the message."""
    if len(signature) != 64:
        return False
    public, nonce = point(key), point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if public is None or nonce is None or scalar >= L:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    assert base is not None
    left, right = times(scalar, base), add(nonce, times(challenge, public))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def point(content: bytes) -> Point | None:
    """A curve point from its 32 bytes, None when they are none."""
    y = int.from_bytes(content, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def add(one: Point, other: Point) -> Point:
    """The sum of two points."""
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, one: Point) -> Point:
    """A point added up so many times."""
    found = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            found = add(found, one)
        one, scalar = add(one, one), scalar >> 1
    return found


# --- PDF attachments and JSON ---------------------------------------------------------------------------------------


def attachments(pdf: bytes) -> dict[str, bytes]:
    """The files attached to a PDF, by name. A later revision of the file replaces what an earlier one attached."""
    if not pdf.startswith(b"%PDF"):
        fail("这不是 PDF 文件", "this is no PDF file")
    places = {int(found[1]): found.end() for found in re.finditer(rb"(?:^|[\r\n])(\d+) 0 obj\b", pdf)}
    files = {}
    for body in bodies(pdf, places):
        embedded = re.search(rb"/EF\s*<<[^>]*?/F\s+(\d+)\s+0\s+R", body)
        name = re.search(rb"/UF\s*(\((?:\\.|[^\\)])*\)|<[0-9A-Fa-f\s]*>)", body, re.DOTALL)
        if embedded and name and int(embedded[1]) in places:
            files[pdf_text(name[1])] = stream(pdf, places[int(embedded[1])])[1]
    return files


def bodies(pdf: bytes, places: dict[int, int]) -> Iterator[bytes]:
    """Every object's text; those that lie in object streams one by one."""
    for start in places.values():
        head = pdf[start : pdf.find(b"endobj", start)]
        if b"/ObjStm" not in head[:400]:
            yield head.split(b"stream", 1)[0]
            continue
        about, content = stream(pdf, start)
        first = number(about, b"First")
        offsets = [int(one) for one in content[:first].split()[1::2]]
        for begin, end in zip(offsets, [*offsets[1:], len(content)], strict=True):
            yield content[first + begin : first + end]


def stream(pdf: bytes, start: int) -> tuple[bytes, bytes]:
    """What is said of a stream, and its content, inflated."""
    begin = re.compile(rb"stream\r?\n").search(pdf, start)
    if not begin:
        fail("PDF 附件已损坏", "an attachment of the PDF is damaged")
    about = pdf[start : begin.start()]
    content = pdf[begin.end() : begin.end() + number(about, b"Length")]
    if b"/FlateDecode" not in about:
        return about, content
    try:
        return about, zlib.decompressobj().decompress(content, 1 << 28)
    except zlib.error:
        fail("PDF 附件已损坏", "an attachment of the PDF is damaged")


def number(about: bytes, name: bytes) -> int:
    """A number in what is said of a stream."""
    found = re.search(rb"/" + name + rb"\s+(\d+)(?!\s+\d+\s+R)", about)
    if not found:
        fail("PDF 附件已损坏", "an attachment of the PDF is damaged")
    return int(found[1])


def pdf_text(token: bytes) -> str:
    """A PDF string."""
    if token[:1] == b"<":
        raw = binascii.unhexlify(re.sub(rb"[<>\s]", b"", token))
    else:
        raw = re.sub(rb"\\(.)", rb"\1", token[1:-1])
    return raw[2:].decode("utf-16-be", "replace") if raw[:2] == b"\xfe\xff" else raw.decode("latin-1")


def canonical(value: Any) -> str:
    """Canonical JSON (RFC 8785) of what a dossier holds: objects, lists, texts, whole numbers."""
    if isinstance(value, dict):
        ordered = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(canonical(name) + ":" + canonical(value[name]) for name in ordered) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float):
        return repr(int(value)) if value == int(value) else repr(value)
    return json.dumps(value, ensure_ascii=False)


def at(value: Any, pointer: str) -> Any:
    """What stands at a JSON pointer (RFC 6901)."""
    for step in (one.replace("~1", "/").replace("~0", "~") for one in pointer.split("/")[1:]):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def read_json(files: dict[str, bytes], name: str) -> Any:
    """The JSON in an attachment."""
    try:
        return json.loads(files[name].decode())
    except ValueError:
        fail(f"附件 {name} 不是 JSON", f"the attachment {name} is no JSON")


def unbase64(text: str) -> bytes:
    """Bytes from base64."""
    return base64.b64decode(text, validate=True)


def fail(zh: str, en: str) -> NoReturn:
    """Say what does not hold."""
    raise Failed(zh, en)


if __name__ == "__main__":
    sys.exit(main())

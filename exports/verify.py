"""Checks a paper (PDF) or an evidence bundle without the archive: python3 verify.py FILE [--key PUBLIC-KEY]

Of a bundle, its folder or its ZIP: python3 verify.py FILE --help tells what else can be asked. Needs Python 3.10
or newer and nothing else. What it shows of a PDF: the archive's key signed its bytes, pages and attachments, as it
finished them; where events are attached, each is, byte for byte, under a signed checkpoint; with a whole dossier, they
are all that the archive held of the person then; and every field stands in the event it cites. What it cannot show:
that what was recorded was true, or whose key it is: compare it with the line the school published.
"""

from __future__ import annotations

import argparse
import base64
import functools
import hashlib
import importlib
import json
import os
import pathlib
import re
import sys
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple, NoReturn

Head = tuple[str, int, bytes]
Point = tuple[int, int, int, int]
FILES = ("dossier.json", "evidence.json", "checkpoint.txt", "attestation.txt")

# What the JSON holds: a tuple names the types a value may have. There may be more beside it.
TEXT, NUMBER, PROOF = (str,), (int,), [(str,)]
DOSSIER = {"origin": TEXT, "person_id": TEXT, "name": TEXT, "as_of": TEXT, "rests_on": NUMBER, "hash": TEXT}
EVIDENCE = {
    "public_key": TEXT,
    "stream": {"id": TEXT},
    "events": [{"position": NUMBER, "version": NUMBER, "topic": TEXT, "state": TEXT, "proof": PROOF}],
    "elsewhere": [{"position": NUMBER, "leaf": TEXT, "proof": PROOF}],
    "citations": [{"field": TEXT, "position": NUMBER, "path": (str, type(None))}],
}
WHOLE, CITED = "tidui-evidence/1", "tidui-evidence/2"  # all events of the person; those that a paper cites
STREAM = {"stream": {"index": NUMBER, "proof": PROOF}}

KINDS = {
    dict: ("一组栏目", "an object"),
    list: ("列表", "a list"),
    str: ("文字", "a text"),
    int: ("整数", "a whole number"),
}

# Signed notes (c2sp.org/signed-note) and the four kinds of text in them.
NOTE = re.compile(r"([^\x00-\x09\x0b-\x1f]+\n)\n((?:— [^\s+]+ [A-Za-z0-9+/]+=*\n){1,64})")
CHECKPOINT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,17})\n([^\n]+)\n")
STATEMENT = re.compile(
    r"tidui-paper/1\n([^\n]+)\nkind ([^\n]+)\nlanguage ([^\n]+)\nposition ([0-9]{1,18})\nas-of ([^\n]+)\n"
    r"known-at ([^\n]+)\nprint ([0-9a-f]{64})\nmodel ([0-9a-f]{64})\nfile ([0-9]{1,18}) ([0-9a-f]{64})\n"
)
HANDOVER = re.compile(r"tidui-handover/1\n((?:[^\n]+\n){3})([^\n]+)\n([^\n]+)\n")
ATTESTATION = re.compile(
    r"tidui-attestation/(?:1(?!(?:\n[^\n]+){6}\ncharter )|2(?=(?:\n[^\n]+){6}\ncharter ))\n"
    r"((?:[^\n]+\n){3})as-of [0-9]{4}-[0-9]{2}-[0-9]{2}\ncode [^\n]+\n"
    r"streams (0|[1-9][0-9]{0,17}) ([^\n]+)\n"
    r"(?:charter [0-9a-f]{64}\nbefore [0-9]{1,18} [^\n]+\nregister [0-9]{1,18} [^\n]+\n)?(?:view [^\n]+ [^\n]+\n)*"
)


# Where a statement stands: a comment of fixed length, right before the end of the finished file.
MARK, ROOM = b"%tidui-statement/", 8192
PLACE = re.compile(rb"\n%%tidui-statement/1 ([A-Za-z0-9+/= ]{%d})\nstartxref\n[0-9]{1,10}\n%%%%EOF\n" % ROOM)
SIGNED = {"handovers": [TEXT], "note": TEXT, "public_key": TEXT}
UNSIGNED = (
    "？ 所附记录已经证明，文字和各页却没有任何人签署 / "
    "? its events are proved, its words and pages are signed by nobody"
)

PRACTICE = "！ 这是演练档案库，内容是虚构的 / this is a practice archive: nothing in it is real"


class Failed(Exception):
    """Something does not hold; the text says what, in Chinese and English."""


class Unproved(Failed):
    """Nothing is attached that could be checked."""


def main(arguments: list[str] | None = None) -> int:
    """Check a file and print what was found; 0 when all of it holds, 1 when not, 2 when there is none."""
    words = sys.argv[1:] if arguments is None else arguments
    if any(pathlib.Path(word).is_dir() or word.lower().endswith(".zip") for word in words):
        return verify_bundle(words)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--key", help="the public line that the school has published")
    given = parser.parse_args(words)
    try:
        lines, holds = check_paper(pathlib.Path(given.file).read_bytes(), given.key)
    except OSError as error:
        sys.stderr.write(f"{given.file}: {error.strerror}\n")
        return 2
    except Unproved as error:
        say(f"？ 无法核对：{error.args[0]}", f"? Cannot be checked here: {error.args[1]}")
        return 1
    except Failed as error:
        say(f"✗ 不成立：{error.args[0]}", f"✗ Does not hold: {error.args[1]}")
        return 1
    say(*lines)
    return 0 if holds else 1


def verify_bundle(arguments: list[str] | None) -> int:
    """Check a bundle, with the files that lie beside this one in it. Nothing is left behind there."""
    sys.dont_write_bytecode = True
    sys.path.append(str(pathlib.Path(__file__).parent))
    try:
        return int(importlib.import_module("verify_bundle").main(arguments))
    except ModuleNotFoundError as error:
        sys.stderr.write(f"{error.name}.py 不在 verify.py 旁边 / is not beside verify.py\n")
        return 2


def say(*lines: str) -> None:
    """Print lines, with the code point of what the terminal has no character for; exit 2 where nobody takes them."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write("".join(shown(line, encoding) + "\n" for line in lines))
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.stderr.write(f"输出没有写完 / the output was not written whole: {error.strerror}\n")
        sys.exit(2)


def shown(line: str, encoding: str) -> str:
    """A line in the characters of an encoding."""
    try:
        return line.encode(encoding).decode(encoding)
    except UnicodeEncodeError:
        return "".join(one if fits(one, encoding) else f"[U+{ord(one):04X}]" for one in line)


def fits(character: str, encoding: str) -> bool:
    """Whether an encoding has a character."""
    return character.encode(encoding, "ignore") != b""


# --- papers and their statement -------------------------------------------------------------------------------------


class Statement(NamedTuple):
    """What the archive's key signed of a paper. `keys` are the one that signed, and those it came from in turn."""

    origin: str
    kind: str
    language: str
    position: int
    as_of: str
    known_at: str
    print_key: str
    model: str
    keys: list[str]


class Paper(NamedTuple):
    """A PDF as it lies there: the finished file, its statement, and how many bytes follow."""

    finished: bytes
    statement: Statement | None
    behind: int


def check_paper(pdf: bytes, key: str | None = None) -> tuple[list[str], bool]:
    """What a reader should know of a paper, line by line, and whether all of it holds; raises Failed where not."""
    paper = read_paper(pdf)
    files = attachments(paper.finished)
    if paper.statement is None:
        return [UNSIGNED, *check(files, key)], False
    lines = [*signed_paper(paper.statement, files, key)]
    if not paper.behind:
        return lines, True
    zh = f"？ 其后另有 {paper.behind} 字节，能改变看到的各页，这里不能判断；电子签名请用 tidui verify-pdf 核对"
    en = f"? {paper.behind} bytes follow that can change what is seen, and are not judged here: use tidui verify-pdf"
    return [f"{zh} / {en}", f"  前 {len(paper.finished)} 字节 / the first bytes:", *lines], False


def read_paper(pdf: bytes) -> Paper:
    """A PDF with its statement, whose signature holds over the finished bytes; raises Failed where one is false."""
    if not pdf.startswith(b"%PDF"):
        fail("这不是 PDF 文件", "this is no PDF file")
    place, marks = PLACE.search(pdf), pdf.count(MARK)
    if marks > (place is not None):
        fail("签署声明不在它的位置上，或不止一份", "a statement is not in its place, or there is more than one")
    if place is None:
        return Paper(pdf, None, 0)
    finished, content = pdf[: place.end()], place[1].rstrip(b" ").decode()
    statement = read_statement(content, finished, place.span(1)) if content else None
    return Paper(finished, statement, len(pdf) - len(finished))


def read_statement(content: str, finished: bytes, place: tuple[int, int]) -> Statement:
    """The statement in a place, once it holds."""
    where = "声明 / statement"
    text = read_text(unbase64(content), where)
    given = shaped(read_json(text.encode(), where), SIGNED, where)
    if canonical({name: given[name] for name in SIGNED}) != text:
        fail("签署声明的写法不对", "the statement is not spelled as Tidui does")
    said = STATEMENT.fullmatch(signed(given["note"].encode("utf-8", "replace"), given["public_key"], where))
    if not said:
        fail("签署的不是文件声明", "what was signed is no statement of a paper")
    origin, kind, language, position, as_of, known_at, print_key, model, length, digest = said.groups()
    around = hashlib.sha256(finished[: place[0]] + finished[place[1] :]).hexdigest()
    if (int(length), digest) != (len(finished), around):
        fail(
            "文件不是签署的那一份：各页、附件或别处有改动",
            "the file is not the one that was signed: its pages, what is attached, or something else was altered",
        )
    keys = [given["public_key"], *before(given["handovers"], origin, given["public_key"])]
    if public_key(keys[0])[0] != origin:
        fail(f"声明属于另一个档案库 {origin}", f"the statement is of another archive, {origin}")
    return Statement(origin, kind, language, int(position), as_of, known_at, print_key, model, keys)


def before(handovers: list[str], origin: str, new: str) -> Iterator[str]:
    """The keys that handed over to one another, the last first, each by a note that both have signed."""
    for number, content in reversed([*enumerate(handovers, 1)]):
        new, _ = handover(content, origin, new, f"交接书 / handover {number}")
        yield new


def signed_paper(statement: Statement, files: dict[str, bytes], key: str | None) -> Iterator[str]:
    """What a reader should know of a signed paper that holds."""
    yield "✓ 签署声明成立：各页和附件逐字节是签署时的 / the statement holds: all bytes are as they were signed"
    yield plain(f"  文种 / kind        {statement.kind}（{statement.language}）")
    yield plain(f"  时点 / known at    {'—' if statement.known_at == '-' else statement.known_at}")
    check_model(statement, files)
    if "evidence.json" in files or "dossier.json" in files:
        yield "✓ 签名、证明和出处全部成立 / signatures, proofs and citations all hold"
        yield from check(files, key, statement)
        return
    require_key(statement.keys, key)
    if statement.origin.startswith("tidui-practice/"):
        yield PRACTICE
    yield "  不附记录，所载以档案库的签署为凭 / no events are attached: the archive's signature stands for what it says"
    yield plain(f"  档案库 / archive   {statement.origin}")
    yield plain(f"  截至 / as of       {statement.as_of}")
    yield f"  所据 / rests on    @{statement.position}"
    yield from map(plain, signers(statement.keys, key))


def check_model(statement: Statement, files: dict[str, bytes]) -> None:
    """What is attached as the paper's content is what was signed, of that kind, place and time."""
    if not files:
        return  # a plain print
    name = "dossier.json" if "dossier.json" in files else f"{statement.kind}.json"
    content = files.get(name, b"")
    model = read_json(content, name) if hashlib.sha256(content).hexdigest() == statement.model else None
    if not isinstance(model, dict):
        fail("所附内容不是声明所说的那一份", "what is attached is not what the statement names")
    said = {"kind": statement.kind, "position": statement.position, "as_of": statement.as_of}
    said |= {"origin": statement.origin, "known_at": None if statement.known_at == "-" else statement.known_at}
    if said != {name: model.get(name, "dossier" if name == "kind" else None) for name in said}:
        fail("声明与所附内容的文种、时点不符", "the statement is not of what is attached: kind, place or time differ")


# --- what is attached -----------------------------------------------------------------------------------------------


def check(files: dict[str, bytes], key: str | None = None, statement: Statement | None = None) -> list[str]:
    """What a reader should know of attachments that hold, line by line; raises Failed where they do not."""
    if not {"dossier.json", "evidence.json"} & files.keys():
        raise Unproved(
            "文件没有附带证明（不附数据的印件、综合文件，或附件已被取走），也没有档案库的签署声明，请凭导出登记核对",
            "the file carries no proof (a print without data, a collective document, or the attachments were taken "
            "out), and no statement of the archive; ask the archive whether it was exported there",
        )
    for name in FILES:
        if name not in files:
            fail(f"缺少附件 {name}", f"the attachment {name} is missing")
    try:
        return _check(files, key, statement)
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError):
        fail("附件内容不是梯队写出的格式", "an attachment is not in the format that Tidui writes")


def _check(files: dict[str, bytes], key: str | None, statement: Statement | None) -> list[str]:
    dossier = shaped(read_json(files["dossier.json"], "dossier.json"), DOSSIER, "dossier.json")
    evidence = shaped(read_json(files["evidence.json"], "evidence.json"), {"format": TEXT}, "evidence.json")
    whole = evidence["format"] == WHOLE
    if not whole and evidence["format"] != CITED:
        fail("证明格式未知，请用更新的验证程序", "the evidence is of an unknown format; use a newer verifier")
    shaped(evidence, EVIDENCE, "evidence.json")
    if whole:
        shaped(evidence, STREAM, "evidence.json")
    elif "kind" not in dossier:
        fail("整册档案须附此人的全部记录", "a whole dossier carries all events of the person")
    public = evidence["public_key"]
    head = origin, *_ = checkpoint(signed(files["checkpoint.txt"], public, "checkpoint.txt"))
    if statement is not None and evidence.get("language") != statement.language:
        fail("声明与所附证明的语言不同", "the statement and the evidence are of different languages")
    keys = check_keys(evidence, head, key, statement.keys if statement else [public])
    if dossier["origin"] != origin:
        fail(f"检查点属于另一个档案库 {origin}", f"the checkpoint is of another archive, {origin}")
    stream = evidence["stream"]["id"]
    if dossier["person_id"] != stream:
        fail(f"事件是另一个人的（{stream}）", f"the events are somebody else's ({stream})")
    check_events(evidence, stream, head)
    streams = attested(signed(files["attestation.txt"], public, "attestation.txt"), head)
    if whole:
        check_stream(evidence, *streams)
    check_hash(dossier)
    told = report(dossier, len(evidence["events"]), head, check_citations(dossier, evidence), whole)
    return [plain(line) for line in (*told, *signers(keys, key))]


def check_keys(evidence: Any, head: Head, key: str | None, later: list[str]) -> list[str]:
    """The key that signed, and those before it, each of which handed over to the next; yours must be one of them."""
    if later[-1] != evidence["public_key"]:
        fail(
            f"声明的签署公钥 {later[0]} 与所附证明的不相承接",
            f"the key that signed the statement, {later[0]}, does not come from the one that signed what is attached",
        )
    keys = [*later]
    for event in reversed(evidence.get("rotations", [])):
        check_leaf(leaf_of("keys", event), event, head)
        keys.append(handed_over(event, head[0], keys[-1])[0])
    require_key(keys, key)
    return keys


def require_key(keys: list[str], key: str | None) -> None:
    """The reader's key is one of those that signed, where they gave one."""
    if key is not None and key not in keys:
        fail(f"签名公钥不是您给的那一个：{keys[0]}", f"it is signed with another key than yours: {keys[0]}")


def signers(keys: list[str], key: str | None) -> Iterator[str]:
    """Who signed, and what is left to compare."""
    yield f"签名公钥 / signed by: {keys[0]}"
    yield from (f"在它之前的公钥 / the key before it: {one}" for one in keys[1:])
    if key is None:
        yield "请与学校公布的公钥核对，或用 --key 给出 / compare it with the school's published line, or give --key"


def handed_over(event: Any, origin: str, new: str) -> tuple[str, Head]:
    """The key before this one, and the log as it stood then, by an event with a note that both have signed."""
    where = f"@{event['position']}"
    state = shaped(read_json(event["state"].encode(), where), {"data": {"handover": TEXT}}, where)
    old, head = handover(state["data"]["handover"], origin, new, where)
    if head[1] != event["position"] - 1:
        not_handed_over(where, new)
    return old, head


def handover(content: str, origin: str, new: str, where: str) -> tuple[str, Head]:
    """The key before this one, and the log as it stood then, by a note that both have signed."""
    raw = content.encode("utf-8", "replace")
    said = HANDOVER.fullmatch(note(raw, where)[0])
    head = checkpoint(said[1]) if said else None
    if not said or not head or head[0] != origin or said[3] != new:
        not_handed_over(where, new)
    for public in said[2], new:
        signed(raw, public, where)
    return said[2], head


def not_handed_over(where: str, new: str) -> NoReturn:
    fail(f"{where} 没有在此处把密钥交给 {new}", f"{where} does not hand over to {new} there")


def check_events(evidence: Any, stream: str, head: Head) -> None:
    """Each event is under the checkpoint, byte for byte, and in its place."""
    for event in evidence["events"]:
        check_leaf(leaf_of(stream, event), event, head)
    for other in evidence["elsewhere"]:
        check_leaf(unbase64(other["leaf"]), other, head)


def leaf_of(stream: str, event: Any) -> bytes:
    """The hash of an event as a leaf of the tree: five lines about its place, and itself as it is stored."""
    place = f"tidui-leaf/1\n{event['position'] - 1}\n{event['version']}\n{stream}\n{event['topic']}\n"
    return hashlib.sha256(b"\0" + place.encode() + event["state"].encode()).digest()


def check_leaf(leaf: bytes, event: Any, head: Head) -> None:
    """A leaf is in its place under the checkpoint."""
    position = event["position"]
    if root_of(leaf, position - 1, head[1], [unbase64(one) for one in event["proof"]]) != head[2]:
        fail(
            f"第 {position} 号记录与检查点不符：内容或位置被改动",
            f"event @{position} is not what the checkpoint covers: it or its place was altered",
        )


def attested(text: str, head: Head) -> tuple[int, bytes]:
    """How many streams an attestation is of, and the root over their heads."""
    said = ATTESTATION.fullmatch(text)
    if not said:
        fail("attestation.txt 不是存证", "attestation.txt is no attestation")
    if checkpoint(said[1]) != head:
        fail("存证与检查点不是同一时点的", "the attestation is of another checkpoint")
    return int(said[2]), unbase64(said[3])


def check_stream(evidence: Any, count: int, root: bytes) -> None:
    """The events are the whole stream: its version at the checkpoint is attested."""
    versions = [event["version"] for event in evidence["events"]]
    if versions != list(range(1, len(versions) + 1)):
        fail("此人的记录不连续，有缺", "the person's events have a gap")
    stream = evidence["stream"]
    leaf = hashlib.sha256(f"\0tidui-stream/1\n{stream['id']}\n{len(versions)}\n".encode()).digest()
    if root_of(leaf, stream["index"], count, [unbase64(one) for one in stream["proof"]]) != root:
        fail("此人在检查点时的记录不止这些，或被删减", "these are not all the events of the person at the checkpoint")


def check_hash(dossier: Any) -> None:
    """The short hash in the foot of every page is this dossier's."""
    content = {name: value for name, value in dossier.items() if name not in ("hash", "position")}
    if hashlib.sha256(canonical(content).encode()).hexdigest() != dossier["hash"]:
        fail("档案内容与其摘要不符", "the dossier is not what its hash says")


def check_citations(dossier: Any, evidence: Any) -> tuple[int, int]:
    """Every field that names a place in an event holds what stands there; how many do, and how many are worked out."""
    events = {one["position"]: read_json(one["state"].encode(), f"@{one['position']}") for one in evidence["events"]}
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
        target = events.get(place, {}).get("data", {}).get("target")
        place = target if isinstance(target, int) and target < place else None


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


def report(dossier: Any, events: int, head: Head, counts: tuple[int, int], whole: bool = True) -> Iterator[str]:
    """What holds, and what to compare with the paper."""
    if head[0].startswith("tidui-practice/"):
        yield PRACTICE
    if whole:
        yield f"  {events} 条记录，是此人截至 @{head[1]} 的全部记录 / events: all of the person's at @{head[1]}"
    else:
        yield f"  {events} 条记录，是本件所依据的，不是此人的全部 / events: those it rests on, not all of the person's"
    yield f"  {counts[0]} 项与记录逐字相同，{counts[1]} 项由记录推算 / items as in their event, and items worked out"
    yield "请与纸面核对 / compare with the paper:"
    yield f"  档案库 / archive   {head[0]}"
    yield f"  姓名 / name        {dossier['name']}"
    yield f"  档案号 / number    {dossier.get('number') or '—'}"
    yield f"  截至 / as of       {dossier['as_of']}"
    yield f"  所据 / rests on    @{dossier['rests_on']}"
    yield f"  摘要 / digest      {dossier['hash'][:16]}"


# --- signed notes and the tree -------------------------------------------------------------------------------------


def signed(content: bytes, public: str, name: str) -> str:
    """The text of a note that the key has signed."""
    key_name, key_id, key = public_key(public)
    text, signatures = note(content, name)
    if not ed25519(key, text.encode(), signatures.get((key_name, key_id), b"")):
        fail(f"{name} 没有该公钥的有效签名", f"{name} carries no valid signature of the key")
    return text


def note(content: bytes, name: str) -> tuple[str, dict[tuple[str, bytes], bytes]]:
    """A note's text, and who signed it with what. What is not spelled exactly as a note must be is refused."""
    parts = NOTE.fullmatch(read_text(content, name))
    lines = [line.split(" ") for line in parts[2].split("\n")[:-1]] if parts else []
    signatures = {(who, unbase64(made)[:4]): unbase64(made)[4:] for _, who, made in lines}
    if not parts or len(signatures) < len(lines) or not all(signatures.values()):
        fail(f"{name} 不是规范的签名文本", f"{name} is no well-formed signed note")
    return parts[1], signatures


def public_key(line: str, kind: int = 1) -> tuple[str, bytes, bytes]:
    """The name, the id and the key itself in a public line; a witness's is of kind 4."""
    parts = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+(.+)", line)
    raw = unbase64(parts[3]) if parts else b""
    if not parts or len(raw) != 33 or raw[0] != kind:
        fail("公钥格式不对", "the public key is malformed")
    key_id = hashlib.sha256(parts[1].encode() + b"\n" + raw).digest()[:4]
    if key_id.hex() != parts[2]:
        fail("公钥的编号与其内容不符", "the public key's id is not its own")
    return parts[1], key_id, raw[1:]


def checkpoint(text: str) -> Head:
    """Origin, size and root of a checkpoint's text."""
    parts = CHECKPOINT.fullmatch(text)
    root = unbase64(parts[3]) if parts else b""
    if not parts or len(root) != 32:
        fail("检查点格式不对", "the checkpoint is malformed")
    return parts[1], int(parts[2]), root


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
    if public is None or nonce is None or scalar >= L or is_small(public):
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    assert base is not None
    x, y, z, t = public
    found = sum_of(scalar, base, challenge, (P - x, y, z, P - t))
    return (found[0] * nonce[2] - nonce[0] * found[2]) % P == 0 and (found[1] * nonce[2] - nonce[1] * found[2]) % P == 0


@functools.lru_cache(maxsize=16)
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


def is_small(one: Point) -> bool:
    """Whether a point is of small order: under such a key a signature can be made that holds for any text."""
    for _ in range(3):
        one = add(one, one)
    return one[0] % P == 0 and (one[1] - one[2]) % P == 0


def add(one: Point, other: Point) -> Point:
    """The sum of two points."""
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def sum_of(scalar: int, one: Point, other_scalar: int, other: Point) -> Point:
    """Two points added up, each so many times, both at once."""
    added = (None, one, other, add(one, other))
    found = (0, 1, 1, 0)
    for bit in reversed(range(max(scalar, other_scalar).bit_length())):
        found = add(found, found)
        if step := added[(scalar >> bit & 1) + 2 * (other_scalar >> bit & 1)]:
            found = add(found, step)
    return found


# --- PDF attachments and JSON ---------------------------------------------------------------------------------------


def attachments(pdf: bytes) -> dict[str, bytes]:
    """The files attached to a PDF, by name. A later revision of the file replaces what an earlier one attached."""
    if not pdf.startswith(b"%PDF"):
        fail("这不是 PDF 文件", "this is no PDF file")
    if re.search(rb"/Encrypt\s*(?:\d+\s+\d+\s+R\b|<<)", pdf):
        fail("PDF 已加密，请用导出时的原文件", "the PDF is encrypted; use the file as it was exported")
    places = {int(found[1]): found.end() for found in re.finditer(rb"(?:^|[\r\n])(\d{1,9}) 0 obj\b", pdf)}
    files = {}
    for body in bodies(pdf, places):
        embedded = re.search(rb"/EF\s*<<[^>]{0,99}?/F\s+(\d{1,9})\s+0\s+R", body)
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
        offsets = [int(one) for one in re.findall(rb"\b\d{1,9}\b", content[:first])[1::2]]
        for begin, end in pairwise([*offsets, len(content)]):
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
        return about, zlib.decompressobj().decompress(content, 1 << 26)
    except zlib.error:
        fail("PDF 附件已损坏", "an attachment of the PDF is damaged")


def number(about: bytes, name: bytes) -> int:
    """A number in what is said of a stream."""
    found = re.search(rb"/" + name + rb"\s+(\d{1,9})\b(?!\s+\d+\s+R)", about)
    if not found:
        fail("PDF 附件已损坏", "an attachment of the PDF is damaged")
    return int(found[1])


def pdf_text(token: bytes) -> str:
    """A PDF string."""
    if token[:1] == b"<":
        digits = re.sub(rb"[<>\s]", b"", token).decode()
        raw = bytes.fromhex(digits + "0" * (len(digits) % 2))
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


def shaped(value: Any, shape: Any, where: str) -> Any:
    """The value, where it has what the shape asks for."""
    if isinstance(shape, dict) and isinstance(value, dict):
        for name, inner in shape.items():
            if name not in value:
                fail(f"{where} 缺少 {name}", f"{where} lacks {name}")
            shaped(value[name], inner, f"{where}/{name}")
    elif isinstance(shape, list) and isinstance(value, list):
        for index, one in enumerate(value):
            shaped(one, shape[0], f"{where}/{index}")
    elif not isinstance(shape, tuple) or type(value) not in shape:
        zh, en = KINDS[shape[0] if isinstance(shape, tuple) else type(shape)]
        fail(f"{where} 应为{zh}", f"{where} should be {en}")
    return value


def read_json(content: bytes, name: str) -> Any:
    """The JSON in a text."""
    try:
        return json.loads(read_text(content, name))
    except ValueError:
        fail(f"{name} 不是 JSON", f"{name} is no JSON")
    except RecursionError:
        fail(f"{name} 嵌套过深", f"{name} is nested too deeply")


def read_text(content: bytes, name: str) -> str:
    """The text in an attachment."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        fail(f"{name} 不是 UTF-8 文本", f"{name} is no UTF-8 text")


def unbase64(text: str) -> bytes:
    """Bytes from base64 in its one canonical spelling."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raw = b""
    if base64.b64encode(raw).decode() != text:
        fail("base64 编码有误", "there is bad base64 in it")
    return raw


def plain(text: str) -> str:
    """A text in which nothing moves the cursor or starts a line of its own."""
    return "".join(one if one.isprintable() or one == "\u3000" else "�" for one in text)


def fail(zh: str, en: str) -> NoReturn:
    """Say what does not hold."""
    raise Failed(plain(zh), plain(en))


if __name__ == "__main__":
    sys.exit(main())

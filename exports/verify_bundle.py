"""Checks an evidence bundle without the archive: python3 verify.py FOLDER-OR-ZIP [--key LINE] [--head FILE] …

Needs Python 3.10 or newer and nothing else. What it shows: every file is listed with its SHA-256, and the school's key
signed the list; every event is, byte for byte, under every signed checkpoint that covers it; each stream is whole; each
attachment that an event names is there. What it cannot show: that what was recorded was true, or whose key it is.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pathlib
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, NamedTuple

if __package__:
    from exports import verify, verify_bag, verify_log
else:  # beside verify.py in a bundle
    import verify  # type: ignore[import-not-found, no-redef]
    import verify_bag  # type: ignore[import-not-found, no-redef]
    import verify_log  # type: ignore[import-not-found, no-redef]

TAGS, SIGNATURE = verify_bag.TAGS, verify_bag.SIGNATURE
CHARTER, KEY, POLICY = "data/archive.json", "data/public-key.txt", "data/witness-policy"
CHECKPOINTS, EVIDENCE = "data/checkpoints/", "data/evidence/"
SIGNED = re.compile(r"tidui-bundle/1\n([^\n]+)\n(0|[1-9][0-9]{0,17})\n([0-9a-f]{64})\n")
CHECKPOINT = re.compile(CHECKPOINTS + r"([0-9]{12})(\.cosigned)?")
LATEST = 253402300799  # the last second that a calendar has a name for
WITNESS = re.compile(r"witness\s+\S+\s+(\S+)")


class Found(NamedTuple):
    """What a bundle that holds was found to hold."""

    origin: str
    public_key: str
    earlier_keys: list[str]
    key_given: bool
    events: int
    root: str
    checkpoints: int
    attachments: int
    continues: list[str]
    cosigned: list[dict[str, Any]]
    left: list[str]


def main(arguments: list[str] | None = None) -> int:
    """Check a bundle and print what was found; 0 when all of it holds, 1 when not, 2 when there is none."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--key", help="the public line that the school has published")
    parser.add_argument(
        "--head", action="append", default=[], help="a checkpoint kept before, or a PDF that carries one"
    )
    parser.add_argument(
        "--witness", action="append", default=[], help="the public line of a witness who must have signed"
    )
    parser.add_argument("--json", action="store_true", help="what was found as JSON")
    given = parser.parse_args(arguments)
    try:
        heads = {name: pathlib.Path(name).read_bytes() for name in given.head}
        with verify_bag.bag_in(pathlib.Path(given.file)) as bag:
            found = check(bag, given.key, heads, given.witness)
    except OSError as error:
        sys.stderr.write(f"{error.filename or given.file}: {error.strerror}\n")
        return 2
    except verify.Failed as error:
        said = [f"✗ 不成立：{error.args[0]}", f"✗ Does not hold: {error.args[1]}"]
        verify.say(*([as_json(holds=False, zh=error.args[0], en=error.args[1])] if given.json else said))
        return 1
    verify.say(*([as_json(holds=True, **found._asdict())] if given.json else told(found)))
    return 0


def as_json(**found: object) -> str:
    """What was found for machines, on one line."""
    return json.dumps(found, ensure_ascii=False)


def told(found: Found) -> list[str]:
    """What a reader should know of a bundle that holds, line by line."""
    lines = [
        "✓ 证据包全部成立：文件清单、签名、记录、附件 / the bundle holds: manifests, signatures, events, attachments"
    ]
    lines += [
        *practice(found.origin),
        f"  档案库 / archive: {found.origin}",
        f"  记录 / events: {found.events}",
        f"  检查点 / checkpoints: {found.checkpoints}",
        f"  附件 / attachments: {found.attachments}",
        f"  根 / root: {found.root}",
        *(f"  承接 / continues: {name}" for name in found.continues),
        *(
            f"  文件管理器留下的，不属于本包，没有读 / left by a file manager, no part of it: {one}"
            for one in found.left
        ),
        *(f"  见证 / cosigned: {one['witness']} @{one['size']} {one['at']}" for one in found.cosigned),
        f"签名公钥 / signed by: {found.public_key}",
        *(f"在它之前的公钥 / the key before it: {one}" for one in found.earlier_keys),
    ]
    if not found.key_given:
        lines.append("请与学校公布的公钥核对，或用 --key 给出 / compare it with the published line, or give --key")
    return [verify.plain(line) for line in lines]


def practice(origin: str) -> list[str]:
    """What is said first of a practice archive."""
    said = "！ 这是演练档案库，内容是虚构的 / this is a practice archive: nothing in it is real"
    return [said] if origin.startswith("tidui-practice/") else []


def check(
    bag: verify_bag.Bag, key: str | None = None, heads: Mapping[str, bytes] | None = None, witnesses: Sequence[str] = ()
) -> Found:
    """What a bundle holds, when all of it holds; raises Failed where it does not."""
    verify_bag.check(bag)
    own, cosigned = checkpoints(bag)
    check_end(bag, own[-1])
    kept = [kept_head(content, name) for name, content in (heads or {}).items()]
    origin, size, root = last = own[-1].head
    log = verify_log.read_events(bag, {one.head[1] for one in (*own, *cosigned, *kept)}, last)
    for one in (*own, *cosigned, *kept):
        check_head(one, origin, log)
    if log.tree.size > size:
        verify.fail(f"@{size + 1} 起没有检查点覆盖", f"no checkpoint covers @{size + 1} and what follows")
    turns = check_keys(bag, origin, log)
    public, *earlier = [line for _, line in turns]
    if key not in (None, public, *earlier):
        verify.fail(f"签名公钥不是您给的那一个：{public}", f"it is signed with another key than yours: {public}")
    for one in (*own, *cosigned, *kept):
        verify.signed(one.content, key_at(one.head[1], turns), one.name)
    said = [attested(bag, one, key_at(one.head[1], turns)) for one in own]
    check_streams(said[-1], log)
    attachments = check_evidence(bag, log)
    check_list(bag, public)
    return Found(
        origin=origin,
        public_key=public,
        earlier_keys=earlier,
        key_given=key is not None,
        events=size,
        root=root.hex(),
        checkpoints=len(own),
        attachments=attachments,
        continues=[one.name for one in kept],
        cosigned=list(cosignatures(bag, cosigned, witnesses)),
        left=sorted(bag.left),
    )


def check_keys(bag: verify_bag.Bag, origin: str, log: verify_log.Log) -> list[tuple[int, str]]:
    """Each key with the first size that it signs, the last first. Each was handed over by the one before it."""
    public, turns = verify.read_text(verify_bag.whole(bag, KEY), KEY).strip(), []
    verify.public_key(public)
    for event in reversed(log.rotations):
        turns.append((event["position"], public))
        public, before = verify.handed_over(event, origin, public)
        check_head(Noted(f"handover@{event['position']}", b"", before), origin, log)
    return [*turns, (0, public)]


def key_at(size: int, turns: list[tuple[int, str]]) -> str:
    """The public line of the key that signs a log of so many events."""
    return next(line for since, line in turns if since <= size)


# --- what was signed ------------------------------------------------------------------------------------------------


class Noted(NamedTuple):
    """A checkpoint as it lies there: what it says, before anything is believed of it."""

    name: str
    content: bytes
    head: verify.Head


def checkpoints(bag: verify_bag.Bag) -> tuple[list[Noted], list[Noted]]:
    """Every checkpoint of the bundle, and those that witnesses signed as well, ascending."""
    found: tuple[list[Noted], list[Noted]] = [], []
    for name in sorted(bag.names):
        if parts := CHECKPOINT.fullmatch(name):
            one = noted(verify_bag.whole(bag, name), name)
            if one.head[1] != int(parts[1]):
                verify.fail(f"{name} 是第 {one.head[1]} 号检查点", f"{name} is the checkpoint of size {one.head[1]}")
            found[parts[2] is not None].append(one)
    if not found[0]:
        verify.fail("包中没有检查点", "the bundle holds no checkpoint")
    return found


def noted(content: bytes, name: str) -> Noted:
    """A checkpoint, read."""
    return Noted(name, content, verify.checkpoint(verify.note(content, name)[0]))


def kept_head(content: bytes, name: str) -> Noted:
    """A checkpoint that the reader kept: a file of its own, or one that a PDF carries."""
    if content.startswith(b"%PDF"):
        content = verify.attachments(content).get("checkpoint.txt", b"")
    return noted(content, name)


def check_head(one: Noted, origin: str, log: verify_log.Log) -> None:
    """The events of the bundle begin with those that a checkpoint was signed over."""
    whose, size, root = one.head
    if whose != origin:
        verify.fail(f"{one.name} 属于另一个档案库 {whose}", f"{one.name} is of another archive, {whose}")
    if size > log.tree.size:
        verify.fail(
            f"{one.name} 签署时有 {size} 条记录，这里只有 {log.tree.size} 条",
            f"{one.name} was signed over {size} events, here are only {log.tree.size}",
        )
    if log.roots[size] != root:
        verify.fail(
            f"{one.name} 签署的是另一份历史：前 {size} 条记录与这里的不同",
            f"{one.name} was signed over another history: its {size} events are not those in here",
        )


def attested(bag: verify_bag.Bag, one: Noted, public: str) -> Any:
    """What stands beside a checkpoint, signed: how many streams there were, and the root over their heads."""
    name = one.name + ".attestation"
    text = verify.signed(verify_bag.whole(bag, name), public, name)
    said = verify.ATTESTATION.fullmatch(text)
    if not said or verify.checkpoint(said[1]) != one.head:
        verify.fail(f"{name} 不是它的存证", f"{name} is not its attestation")
    return said


def check_end(bag: verify_bag.Bag, last: Noted) -> None:
    """The bundle ends with its last checkpoint."""
    origin, size, _ = the_list(verify.note(verify_bag.whole(bag, SIGNATURE), SIGNATURE)[0])
    if (origin, size) != last.head[:2]:
        verify.fail(
            f"{SIGNATURE} 属于 {origin} @{size}，最后的检查点却是 {last.name}",
            f"{SIGNATURE} is of {origin} @{size}, but the last checkpoint is {last.name}",
        )


def check_list(bag: verify_bag.Bag, public: str) -> None:
    """The list of all files is the one that was signed: rosters, report and readme stand as they were made."""
    *_, digest = the_list(verify.signed(verify_bag.whole(bag, SIGNATURE), public, SIGNATURE))
    if digest != verify_bag.digest(bag, TAGS):
        verify.fail(
            f"{TAGS} 不是签署的那一份：清单或所列文件被改动过",
            f"{TAGS} is not the one that was signed: the list, or a file in it, was changed",
        )


def the_list(text: str) -> tuple[str, int, str]:
    """What was signed of the list: whose it is, over how many events, and its SHA-256."""
    said = SIGNED.fullmatch(text)
    if not said:
        verify.fail(f"{SIGNATURE} 不是证据包的签名", f"{SIGNATURE} is not the signature of a bundle")
    return said[1], int(said[2]), said[3]


def cosignatures(bag: verify_bag.Bag, carried: list[Noted], wanted: Sequence[str]) -> Iterator[dict[str, Any]]:
    """What each witness signed last: those in the archive's policy, and those that the reader asks for."""
    policy = verify.read_text(verify_bag.whole(bag, POLICY), POLICY) if POLICY in bag.names else ""
    known = [found[1] for found in map(WITNESS.match, policy.splitlines()) if found]
    for key in dict.fromkeys((*wanted, *known)):
        name, key_id, point = verify.public_key(key, kind=4)
        made = [(one, verify.note(one.content, one.name)[1].get((name, key_id))) for one in carried]
        one, signature = next(((one, found) for one, found in reversed(made) if found), (None, b""))
        if one and signature:
            yield {"witness": name, "size": one.head[1], "at": cosigned_at(one, signature, name, point)}
        elif key in wanted:
            verify.fail(f"见证方 {name} 没有签署任何检查点", f"the witness {name} has signed no checkpoint in it")


def cosigned_at(one: Noted, signature: bytes, name: str, point: bytes) -> str:
    """When a witness signed a checkpoint (cosignature/v1 of c2sp.org/tlog-cosignature)."""
    text, seconds = verify.note(one.content, one.name)[0], int.from_bytes(signature[:8], "big")
    message = f"cosignature/v1\ntime {seconds}\n{text}".encode()
    if seconds > LATEST or not verify.ed25519(point, message, signature[8:]):
        verify.fail(f"{one.name} 中 {name} 的签名不成立", f"the signature of {name} in {one.name} is false")
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat()  # noqa: UP017 - Python 3.10 has no UTC


def check_streams(said: Any, log: verify_log.Log) -> None:
    """The streams are those that the last attestation counts, each as long as it says."""
    tree = verify_log.Tree()
    for stream in sorted(log.versions):
        tree.add(hashlib.sha256(f"\0tidui-stream/1\n{stream}\n{log.versions[stream]}\n".encode()).digest())
    if (tree.size, tree.root()) != (int(said[2]), verify.unbase64(said[3])):
        verify.fail("各流的条数与最后的存证不符", "the streams are not those of the last attestation")


def check_evidence(bag: verify_bag.Bag, log: verify_log.Log) -> int:
    """Every attachment is what its name says and is named by an event, and each that was filed is there; how many."""
    there = {name.removeprefix(EVIDENCE) for name in bag.names if name.startswith(EVIDENCE)}
    for name, position in log.cited.items():
        if name not in there:
            verify.fail(f"缺少 @{position} 的附件 {name}", f"the attachment {name} of @{position} is missing")
    for name in sorted(there):
        if name not in log.named:
            verify.fail(f"没有记录提到附件 {name}", f"no event names the attachment {name}")
        if verify_bag.digest(bag, EVIDENCE + name) != name:
            verify.fail(f"附件 {name} 被改动", f"the attachment {name} was altered")
    return len(there)


if __name__ == "__main__":
    sys.exit(main())

"""The events of a bundle, read one by one: each spelled as it must be, in its place, and under the last checkpoint."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

if __package__:
    from exports import verify, verify_bag
else:  # beside verify.py in a bundle
    import verify  # type: ignore[import-not-found, no-redef]
    import verify_bag  # type: ignore[import-not-found, no-redef]

EVENTS, PROOFS = "data/events.jsonl", "data/proofs.jsonl"
EVENT = {
    "position": verify.NUMBER,
    "stream": verify.TEXT,
    "version": verify.NUMBER,
    "topic": verify.TEXT,
    "state": verify.TEXT,
}
HASH = re.compile(r"\b[0-9a-f]{64}\b")
PROOF = {"position": verify.NUMBER, "proof": verify.PROOF}


class Tree:
    """A growing Merkle tree's right edge (RFC 6962): enough for its root."""

    def __init__(self) -> None:
        self.size, self.edge = 0, list[bytes]()

    def add(self, leaf: bytes) -> None:
        """Take in the next leaf."""
        size = self.size
        while size & 1:
            leaf, size = parent(self.edge.pop(), leaf), size >> 1
        self.edge.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root so far."""
        *larger, root = self.edge or [hashlib.sha256().digest()]
        for subtree in reversed(larger):
            root = parent(subtree, root)
        return root


def parent(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return hashlib.sha256(b"\1" + left + right).digest()


@dataclass
class Log:
    """What one pass over the events leaves: the tree, its roots at the sizes asked for and where the key changed, the
    events by which it did, the streams, the attachments.

    `cited` must be there; `named` is every hash that any event mentions, a photo's among them.
    """

    tree: Tree = field(default_factory=Tree)
    roots: dict[int, bytes] = field(default_factory=lambda: {0: Tree().root()})
    versions: dict[str, int] = field(default_factory=dict)
    cited: dict[str, int] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    rotations: list[dict[str, Any]] = field(default_factory=list)


def read_events(bag: verify_bag.Bag, sizes: set[int], head: verify.Head) -> Log:
    """Read the events one by one: each spelled as it must be, in its place, and under the last checkpoint."""
    log, proofs = Log(), verify_bag.lines(bag, PROOFS)
    for position, line in enumerate(verify_bag.lines(bag, EVENTS), 1):
        event = the_event(line, position)
        leaf = verify.leaf_of(event["stream"], event)
        if event["stream"] == "keys":
            log.rotations.append(event)
            log.roots[position - 1] = log.tree.root()
        check_proof(next(proofs, b"{}"), leaf, position, head)
        log.tree.add(leaf)
        if position in sizes:
            log.roots[position] = log.tree.root()
        check_version(event, log.versions)
        log.named.update(HASH.findall(event["state"]))
        for digest in attached(verify.read_json(event["state"].encode(), f"@{position}"), position):
            log.cited.setdefault(digest, position)
    if next(proofs, None) is not None:
        verify.fail(f"{PROOFS} 多出行", f"{PROOFS} has more lines than {EVENTS}")
    return log


def the_event(line: bytes, position: int) -> dict[str, Any]:
    """The event of a line, which says nothing but what is under the tree, in one spelling."""
    where = f"{EVENTS}:{position}"
    event: dict[str, Any] = verify.shaped(verify.read_json(line, where), EVENT, where)
    if event["position"] != position:
        verify.fail(
            f"{EVENTS} 第 {position} 行是 @{event['position']}：有增删或调换",
            f"line {position} of {EVENTS} is @{event['position']}: events were added, removed or moved",
        )
    if event_line(*(event[name] for name in EVENT)) != line + b"\n" or set(event) != set(EVENT):
        verify.fail(f"{where} 的写法不对", f"{where} is not spelled as Tidui does")
    return event


def event_line(*event: object) -> bytes:
    """An event as its line: position, stream, version, topic, and the state as it is stored."""
    return json.dumps(dict(zip(EVENT, event, strict=True)), ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def proof_line(position: int, path: list[bytes]) -> bytes:
    """The proof that the event of a position is under the last checkpoint, as its line."""
    proof = [base64.b64encode(one).decode() for one in path]
    return json.dumps({"position": position, "proof": proof}).encode() + b"\n"


def check_proof(line: bytes, leaf: bytes, position: int, head: verify.Head) -> None:
    """The event is under the last checkpoint, by its proof."""
    where = f"{PROOFS}:{position}"
    said = verify.shaped(verify.read_json(line, where), PROOF, where)
    path = [verify.unbase64(one) for one in said["proof"]]
    if position <= head[1] and verify.root_of(leaf, position - 1, head[1], path) != head[2]:
        verify.fail(
            f"@{position} 与检查点不符：内容、位置或其证明被改动",
            f"@{position} is not what the checkpoint covers: it, its place or its proof was altered",
        )


def check_version(event: Mapping[str, Any], versions: dict[str, int]) -> None:
    """A stream's events follow one another."""
    stream, version = event["stream"], event["version"]
    if version != versions.get(stream, 0) + 1:
        verify.fail(
            f"@{event['position']}：{stream} 由第 {versions.get(stream, 0)} 条跳到第 {version} 条",
            f"@{event['position']}: {stream} goes from version {versions.get(stream, 0)} to {version}",
        )
    versions[stream] = version


def attached(event: Any, position: int) -> list[str]:
    """The attachments that an event names."""
    files = event.get("evidence") if isinstance(event, dict) else None
    return [one["sha256"] for one in verify.shaped(files or [], [{"sha256": verify.TEXT}], f"@{position}/evidence")]

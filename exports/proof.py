"""What a document carries so that it can be proved without the archive.

dossier.json      what is printed, as canonical JSON (RFC 8785)
evidence.json     events as they are stored, their proofs, and for each field the event and path it is from; likewise
                  the events by which the signing key was handed over until then
checkpoint.txt    the signed head that all this is under (c2sp.org/tlog-checkpoint)
attestation.txt   the heads of all streams then, signed

With a whole dossier go all events of the person, and the proof that there are no others. With a paper go the events of
theirs that it cites, no more: who holds a pairing agreement learns nothing of votes and appeals from it.
exports/verify.py and verify.html read them; nothing in them is about anybody else.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import rfc8785

from domain.archive.sqlite import StoredRow
from exports.pdf.manuscript import AttachedFile
from projections.ledger.ledger import StreamProof

WHOLE, CITED = "tidui-evidence/1", "tidui-evidence/2"  # all events of the person; those that a paper cites

_BESIDE = {
    "evidence.json": "事件与证明 / events and proofs",
    "checkpoint.txt": "检查点 / checkpoint",
    "attestation.txt": "存证 / attestation",
}

# Parts of a field that are said about it, not taken from an event.
_SAID = {
    "label",
    "key",
    "kind",
    "source",
    "sources",
    "text",
    "position",
    "sentence",
    "sentence_en",
    "clause",
    "late",
    "type",
}


def attachments(
    model: Mapping[str, Any],
    proof: StreamProof,
    under: Callable[[int], tuple[bytes, list[bytes]]],
    language: str,
) -> list[AttachedFile]:
    """The files beside dossier.json; `model` is the dossier as it is printed.

    Of an event in another stream only the leaf's hash is given, with its proof `under` the checkpoint: that it is
    there, not what it says.
    """
    stream, events = proof.rows[0][1], {row[0]: json.loads(row[4]) for row in proof.rows}
    whole = "kind" not in model
    if not whole:
        rests = {place for _, _, position in _fields(model, "") for place in _amended(events, position)}
        rests |= {place for _, one, _ in _fields(model, "") for at in _beside(one) for place in _amended(events, at)}
        events = {position: event for position, event in events.items() if position in rests}
    cited = list(citations(model, events))
    elsewhere = {position: under(position) for position in sorted({one["position"] for one in cited} - set(events))}
    evidence: dict[str, Any] = {
        "format": WHOLE if whole else CITED,
        "language": language,
        "public_key": str(proof.key),
        "stream": {"id": stream, **({"index": proof.place, "proof": _texts(proof.head)} if whole else {})},
        "events": [_event(*one) for one in zip(proof.rows, proof.proofs, strict=True) if one[0][0] in events],
        "elsewhere": [
            {"position": position, "leaf": base64.b64encode(leaf).decode(), "proof": _texts(hashes)}
            for position, (leaf, hashes) in elsewhere.items()
        ],
        "citations": cited,
    }
    if proof.rotations:
        evidence["rotations"] = [_event(*one) for one in proof.rotations]
    return carried(
        {
            "evidence.json": rfc8785.dumps(evidence),
            "checkpoint.txt": str(proof.checkpoint).encode(),
            "attestation.txt": str(proof.attestation).encode(),
        }
    )


def carried(files: Mapping[str, bytes]) -> list[AttachedFile]:
    """The files beside dossier.json as they are attached."""
    return [AttachedFile(name, description, files[name]) for name, description in _BESIDE.items()]


def _event(row: StoredRow, hashes: list[bytes]) -> dict[str, Any]:
    position, _, version, topic, state = row
    return {"position": position, "version": version, "topic": topic, "state": state.decode(), "proof": _texts(hashes)}


def citations(model: Mapping[str, Any], events: Mapping[int, Any]) -> Iterator[dict[str, Any]]:
    """For every part of every field: the event it rests on, and where in it the same value stands (RFC 6901).

    `path` is None where the value is not in the event as it is: an age, a count, a name for an id.
    """
    scalars = {position: list(_scalars(event)) for position, event in events.items()}
    for where, field, position in _fields(model, ""):
        for name, value in field.items():
            if name in _SAID or name.endswith("_label") or value is None or isinstance(value, list | dict | bool):
                continue
            cited = (field.get("sources") or {}).get(name, position)
            names = {name, field.get("key")}
            found = [(at, _path(scalars.get(at, []), names, value)) for at in _amended(events, cited)]
            at, path = next((one for one in found if one[1] is not None), (cited, None))
            yield {"field": f"{where}/{_escaped(name)}", "position": at, "path": path}


def _beside(field: Mapping[str, Any]) -> Iterator[int]:
    """The events that single parts of a field rest on."""
    yield from (one for one in (field.get("sources") or {}).values() if isinstance(one, int))


def _amended(events: Mapping[int, Any], position: int) -> Iterator[int]:
    """An event and what it corrects: what a correction leaves alone stands in the event before it."""
    at: int | None = position
    while at is not None:
        yield at
        at = events.get(at, {}).get("data", {}).get("target")


def _fields(value: object, where: str) -> Iterator[tuple[str, Mapping[str, Any], int]]:
    if isinstance(value, Mapping):
        position = value.get("source", value.get("position") if "recorded_at" in value else None)
        if isinstance(position, int):
            yield where, value, position
        for name, inner in value.items():
            yield from _fields(inner, f"{where}/{_escaped(name)}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _fields(inner, f"{where}/{index}")


def _path(scalars: list[tuple[str, object]], names: set[Any], value: object) -> str | None:
    """Where the value stands: under the field's own name before any other; a number only under its name."""
    equal = [path for path, found in scalars if found == value and type(found) is type(value)]
    named = [path for path in equal if path.rpartition("/")[2] in names]
    return next(iter(named or (equal if isinstance(value, str) else [])), None)


def _scalars(value: object, where: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _scalars(inner, f"{where}/{_escaped(name)}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _scalars(inner, f"{where}/{index}")
    else:
        yield where, value


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _texts(hashes: list[bytes]) -> list[str]:
    return [base64.b64encode(one).decode() for one in hashes]

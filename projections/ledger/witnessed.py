"""What an archive keeps of its witnesses: their signatures beside its checkpoints, held against a policy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from domain.errors import Broken, Unknown
from projections.ledger.checkpoint import WitnessRequest, parse_checkpoint
from projections.ledger.cosignature import Cosigned, cosignature, cosigned_at
from projections.ledger.held import Fork, Held
from projections.ledger.ledger import Ledger
from projections.ledger.note import BadNote, Note, Signature, parse_note, parse_signatures
from projections.ledger.policy import Policy
from projections.ledger.report import Report


def request(ledger: Ledger, since: int) -> WitnessRequest:
    """What a witness is asked that has seen the log at a size; the log is signed as it stands."""
    note = ledger.checkpoint()
    size = parse_checkpoint(note).size
    if since > size:
        raise Fork(
            f"见证方已见过 {since} 条记录，本库只签署到 {size} 条。请从备份恢复。",
            f"The witness has seen {since} events, but this archive has signed {size}. Restore it from a backup.",
        )
    return WitnessRequest(since, tuple(ledger.consistency(since, size)), note, ledger.handovers(since))


def last_seen(held: Held, policy: Policy, witness: str | None) -> int:
    """The largest size that a witness has signed, as far as is on file; the policy's only one where none is named."""
    if witness is None and len(policy.witnesses) == 1:
        witness = next(iter(policy.witnesses))
    if witness not in policy.witnesses:
        names = "、".join(policy.witnesses)
        raise Unknown(
            f"请用 --witness 指明见证方，可选：{names}。",
            f"Name the witness with --witness, one of: {', '.join(policy.witnesses)}.",
        )
    key = policy.witnesses[witness]
    return max((size for size in held.cosigned_sizes() if cosignature(held.cosigned(size), key)), default=0)


def add(ledger: Ledger, policy: Policy, note: Note) -> list[Cosigned]:
    """Keep what witnesses signed, beside the checkpoint that they signed; what is new of it.

    Raises Unknown, Fork or BadNote where it is not of this archive or of no known witness; nothing is kept then.
    """
    size = _own(ledger, note)
    given = _signatures(policy, note)
    if not given:
        raise Unknown(
            f"这上面没有本库已知见证方的签名。已知：{'、'.join(policy.witnesses)}。",
            f"No known witness has signed it. Known are: {', '.join(policy.witnesses)}.",
        )
    held = ledger.held
    with held.alone():
        before = held.cosigned(size) if size in held.cosigned_sizes() else held.checkpoint(size)
        new = {name: one for name, one in given.items() if not cosignature(before, policy.witnesses[name])}
        if new:
            held.keep_cosigned(Note(before.text, (*before.signatures, *new.values())))
    return [Cosigned(size, name, cosigned_at(one)) for name, one in new.items()]


def read_cosigned(ledger: Ledger, policy: Policy, content: bytes) -> Note:
    """What a witness gave back: the checkpoint with its signature, or the signature lines alone, as the specification
    returns them. Those are of the last checkpoint under which they hold. Raises BadNote or Unknown.
    """
    bare = parse_signatures(content)
    if bare is None:
        return parse_note(content)
    for size in reversed(ledger.held.sizes()):
        own = ledger.held.checkpoint(size)
        with suppress(BadNote):  # it signed another one
            if _signatures(policy, Note(own.text, bare)):
                return Note(own.text, (*own.signatures, *bare))
    raise Unknown(
        f"这些签名不是本库已知见证方对本库任何检查点的签名。已知：{'、'.join(policy.witnesses)}。",
        f"No known witness has signed a checkpoint of this archive by these lines. Known are: "
        f"{', '.join(policy.witnesses)}.",
    )


def _own(ledger: Ledger, note: Note) -> int:
    """The size of a checkpoint, once it is known to be one of the archive's own."""
    checkpoint = parse_checkpoint(note)
    if checkpoint.origin != ledger.origin:
        raise Unknown(
            f"这是另一个档案库 {checkpoint.origin} 的检查点。",
            f"This is a checkpoint of another archive, {checkpoint.origin}.",
        )
    if not ledger.keys().signed(note, checkpoint.size):
        raise Unknown("这个检查点不是用本库的密钥签署的。", "This checkpoint is not signed with this archive's key.")
    if ledger.held.checkpoint(checkpoint.size).text != note.text:
        raise Fork(
            f"见证方签署的第 {checkpoint.size} 号检查点与本库的不同：有两份历史。请运行 tidui verify --head 核对。",
            f"The witness signed another checkpoint of size {checkpoint.size} than this archive has: there are two "
            "histories. Run tidui verify --head on it.",
        )
    return checkpoint.size


def _signatures(policy: Policy, note: Note) -> dict[str, Signature]:
    found = {name: cosignature(note, key) for name, key in policy.witnesses.items()}
    return {name: one for name, one in found.items() if one}


def judge(held: Held, policy: Policy | None, report: Report) -> None:
    """Tell which witnesses have signed which checkpoints, and whether by the policy they suffice."""
    if policy is None:
        if sizes := held.cosigned_sizes():
            report.notes.append(
                f"有 {len(sizes)} 个检查点带见证签名，但没有见证规则，无从核对。 / "
                f"{len(sizes)} checkpoints are cosigned, but no witness policy tells by whom."
            )
        return
    if policy.logs and not {turn.key for turn in report.keys.turns} & {*policy.logs}:
        report.add("witnesses", "见证规则列出的档案库中没有本库。", "The witness policy is of other archives.")
    report.cosigned = list(_cosigned(held, policy, report))
    enough = [s for s in held.cosigned_sizes() if policy.suffices({o.witness for o in report.cosigned if o.size == s})]
    if policy.suffices(set()):
        return
    if not enough:
        report.add(
            "witnesses",
            "见证规则不成立：没有一个检查点有足够的见证签名。请把 tidui witness request 的文件送交见证方。",
            "The witness policy does not hold: enough witnesses have signed no checkpoint. Take them what tidui "
            "witness request writes.",
        )
        return
    later = max(report.events - enough[-1], 0)
    report.notes.append(
        f"见证规则成立：至 @{enough[-1]} 有足够的见证签名，其后 {later} 条尚无。 / "
        f"The witness policy holds up to @{enough[-1]}; {later} events since are not witnessed."
    )


def _cosigned(held: Held, policy: Policy, report: Report) -> Iterator[Cosigned]:
    for size in held.cosigned_sizes():
        try:
            found = _signatures(policy, held.cosigned(size))
        except Broken:
            continue  # checking the heads has told of it
        except BadNote as error:
            report.add(
                "witness", f"checkpoints/{size}.cosigned：{error.zh}", f"checkpoints/{size}.cosigned: {error.en}"
            )
            continue
        for name, one in found.items():
            yield Cosigned(size, name, cosigned_at(one))

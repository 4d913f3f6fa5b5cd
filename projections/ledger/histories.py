"""Signed heads against one another: whether one history is under all of them, or the key has signed two."""

from __future__ import annotations

from collections.abc import Sequence

from projections.ledger.alignment import Kept
from projections.ledger.report import Problem, Signed, places


def told(heads: Sequence[Signed], unlike: Sequence[Signed], matched: Sequence[Signed], kept: Kept) -> list[Problem]:
    """What is to be said of heads that the log is `unlike`.

    Those that are of the kept tree say nothing by themselves: what differs from it is told row by row.
    """
    if not unlike:
        return []
    roots = kept.roots({head.checkpoint.size for head in heads})
    of_kept = [head for head in heads if roots.get(head.checkpoint.size) == head.checkpoint.root]
    first = next((head for head in unlike if head not in of_kept), None)
    if first is None:
        return []
    size, root = first.checkpoint.size, first.checkpoint.root
    sound = max((head.checkpoint.size for head in matched if head.checkpoint.size < size), default=0)
    twice = [head for head in unlike if head.checkpoint.size == size and head.checkpoint.root != root]
    contrary = [*(head for head in (*matched, *of_kept) if head.checkpoint.size >= size), *twice]
    return [_fork(first, contrary[0], sound) if contrary else _unlike(first, sound)]


def _fork(one: Signed, other: Signed, sound: int) -> Problem:
    size, more = one.checkpoint.size, other.checkpoint.size
    zh = (
        f"{one.where}（{size} 条）与 {other.where}（{more} 条）都由本库的密钥签署，却出自两份历史，"
        f"最迟在 @{size} 已经不同。此前与日志相符的签署{f'至 @{sound}' if sound else '一个也没有'}。"
    )
    en = (
        f"{one.where} over {size} events and {other.where} over {more} are both signed with this archive's key, but "
        f"are of two histories, which differ by @{size} at the latest. Before that, what was signed matches the log "
        f"{f'up to @{sound}' if sound else 'nowhere'}."
    )
    return Problem("fork", zh, en, sound + 1, size)


def _unlike(head: Signed, sound: int) -> Problem:
    first, last = sound + 1, head.checkpoint.size
    if first == last:
        zh, en = f"@{last} 不是签署时的那一条", f"@{last} is not the event that was signed there"
    else:
        zh = f"{places(first, last)} 之中有改动、增删或调换"
        en = f"in {places(first, last)} something was altered, removed, added or moved"
    return Problem(
        "root", f"与 {head.where} 不符：{zh}。", f"The log is not what {head.where} signed: {en}.", first, last
    )

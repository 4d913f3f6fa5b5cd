"""The Merkle tree of RFC 6962, pure: roots, inclusion and consistency proofs, and their verification.

`Node` gives the hash of a complete subtree: `node(level, index)` covers the leaves from index·2^level on,
2^level of them. Hashes are 32 bytes of SHA-256; proofs run from the leaf upwards (RFC 9162, 2.1).
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

Node = Callable[[int, int], bytes]

EMPTY = sha256(b"").digest()


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf's bytes."""
    return sha256(b"\x00" + content).digest()


def parent(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


def nodes_of(leaves: Sequence[bytes]) -> Node:
    """Nodes over leaf hashes held in memory."""

    def node(level: int, index: int) -> bytes:
        if level == 0:
            return leaves[index]
        return parent(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    return node


def root(size: int, node: Node) -> bytes:
    """The root of the tree's first `size` leaves."""
    return _subtree(0, size, node) if size else EMPTY


def inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """The proof that a leaf is in the tree of a size. Raises ValueError when it is not."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    return _path(index, 0, size, node)


def consistency(old: int, new: int, node: Node) -> list[bytes]:
    """The proof that the tree of size `new` begins with the tree of size `old`. Raises ValueError when it cannot."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} does not begin with one of {old}")
    return _common(old, 0, new, node, whole=True) if old else []


def root_of_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that a proof leads to (RFC 9162, 2.1.3.2), None when it has not the length of such a proof."""
    if not 0 <= index < size:
        return None
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = parent(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = parent(found, sibling)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the newer tree begins with the older one (RFC 9162, 2.1.4.2)."""
    if (old == 0 and old_root != EMPTY) or (new == 0 and new_root != EMPTY):
        return False
    if old in (new, 0):
        return not proof and 0 <= old <= new and (old == 0 < new or old_root == new_root)
    if not 0 < old < new or not proof:
        return False
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            older, newer = parent(step, older), parent(step, newer)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            newer = parent(newer, step)
        place, last = place >> 1, last >> 1
    return last == 0 and older == old_root and newer == new_root


class Frontier:
    """A growing tree's right edge: enough for its root, without its nodes."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []  # roots of complete subtrees, the largest first

    def add(self, leaf: bytes) -> None:
        """Take in the next leaf's hash."""
        size = self.size
        while size & 1:
            leaf = parent(self._edge.pop(), leaf)
            size >>= 1
        self._edge.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root so far."""
        if not self._edge:
            return EMPTY
        found = self._edge[-1]
        for subtree in reversed(self._edge[:-1]):
            found = parent(subtree, found)
        return found


def _subtree(start: int, end: int, node: Node) -> bytes:
    width = end - start
    if width & (width - 1) == 0:
        level = width.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(width)
    return parent(_subtree(start, middle, node), _subtree(middle, end, node))


def _path(index: int, start: int, end: int, node: Node) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle, node), _subtree(middle, end, node)]
    return [*_path(index, middle, end, node), _subtree(start, middle, node)]


def _common(old: int, start: int, end: int, node: Node, *, whole: bool) -> list[bytes]:
    """RFC 6962's SUBPROOF; `whole` while the older tree is the subtree itself, which the reader knows."""
    if old == end:
        return [] if whole else [_subtree(start, end, node)]
    middle = start + _split(end - start)
    if old <= middle:
        return [*_common(old, start, middle, node, whole=whole), _subtree(middle, end, node)]
    return [*_common(old, middle, end, node, whole=False), _subtree(start, middle, node)]


def _split(width: int) -> int:
    """The largest power of two smaller than a width of two or more."""
    return 1 << (width - 1).bit_length() - 1

"""What the tree's leaves are: every event as it is stored, with its place, in bytes anyone can put together."""

from domain.archive.sqlite import StoredRow
from projections.ledger.tree import leaf_hash

PREFIX = "tidui-leaf/1"


def leaf(row: StoredRow) -> bytes:
    """Five lines — prefix, index, stream version, stream, topic — then the stored state, byte for byte."""
    position, stream, version, topic, state = row
    return f"{PREFIX}\n{position - 1}\n{version}\n{stream}\n{topic}\n".encode() + state


def hash_of(row: StoredRow) -> bytes:
    """The leaf's hash."""
    return leaf_hash(leaf(row))

"""What the tree's leaves are: every event as it is stored, with its place, in bytes anyone can put together."""

from domain.archive.sqlite import StoredRow
from domain.errors import Broken
from projections.ledger.tree import leaf_hash

PREFIX = "tidui-leaf/1"


def leaf(row: StoredRow) -> bytes:
    """Five lines — prefix, index, stream version, stream, topic — then the stored state, byte for byte."""
    position, stream, version, topic, state = row
    try:
        return f"{PREFIX}\n{position - 1}\n{version}\n{stream}\n{topic}\n".encode() + state
    except TypeError as error:  # whoever edits with SQL leaves text where bytes were
        raise Broken(
            f"@{position} 不是记录的样子。请运行 tidui verify。",
            f"@{position} has not the form of an event. Run tidui verify.",
        ) from error


def hash_of(row: StoredRow) -> bytes:
    """The leaf's hash."""
    return leaf_hash(leaf(row))

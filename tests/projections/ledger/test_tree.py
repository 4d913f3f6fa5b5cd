"""The tree of RFC 6962, against published answers and a reference that is slow and plain."""

from collections.abc import Sequence
from hashlib import sha256

import pytest

from projections.ledger import tree

# The inputs and roots that the Certificate Transparency projects test against.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [tree.leaf_hash(content) for content in INPUTS]
SIZES = sorted({1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65})


def slow_root(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\x01" + slow_root(leaves[:half]) + slow_root(leaves[half:])).digest()


def many(size: int) -> list[bytes]:
    return [tree.leaf_hash(str(index).encode()) for index in range(size)]


def flipped(proof: list[bytes]) -> list[list[bytes]]:
    """The proof with one bit turned, at one place of each hash."""
    turned = []
    for place, one in enumerate(proof):
        bit = (place * 37) % 256
        broken = bytearray(one)
        broken[bit // 8] ^= 1 << bit % 8
        turned.append([*proof[:place], bytes(broken), *proof[place + 1 :]])
    return turned


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert tree.root(0, tree.nodes_of([])).hex() == sha256(b"").hexdigest()
    assert tree.Frontier().root() == tree.EMPTY


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_published_ones(size: int) -> None:
    frontier = tree.Frontier()
    for leaf in LEAVES[:size]:
        frontier.add(leaf)
    assert tree.root(size, tree.nodes_of(LEAVES)).hex() == ROOTS[size - 1] == frontier.root().hex()


def test_a_published_proof_of_inclusion() -> None:
    assert [one.hex() for one in tree.inclusion(0, 8, tree.nodes_of(LEAVES))] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_a_published_proof_of_consistency() -> None:
    assert [one.hex() for one in tree.consistency(1, 8, tree.nodes_of(LEAVES))] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_is_proved_and_no_other_proof_passes(size: int) -> None:
    leaves = many(size)
    node, root = tree.nodes_of(leaves), slow_root(leaves)
    assert tree.root(size, node) == root
    for index, leaf in enumerate(leaves):
        proof = tree.inclusion(index, size, node)
        assert tree.root_of_inclusion(leaf, index, size, proof) == root
        assert all(tree.root_of_inclusion(leaf, index, size, wrong) != root for wrong in flipped(proof))
        assert tree.root_of_inclusion(leaf, index, size, [*proof, leaf]) is None
        assert not proof or tree.root_of_inclusion(leaf, index, size, proof[:-1]) is None
        assert tree.root_of_inclusion(tree.leaf_hash(b"other"), index, size, proof) != root
        assert size == 1 or tree.root_of_inclusion(leaf, (index + 1) % size, size, proof) != root


@pytest.mark.parametrize("new", SIZES)
def test_every_older_tree_is_a_beginning_and_no_other_proof_passes(new: int) -> None:
    leaves = many(new)
    node, root = tree.nodes_of(leaves), slow_root(leaves)
    for old in range(new + 1):
        older = slow_root(leaves[:old])
        proof = tree.consistency(old, new, node)
        assert tree.is_consistent(old, older, new, root, proof)
        assert not any(tree.is_consistent(old, older, new, root, wrong) for wrong in flipped(proof))
        assert not tree.is_consistent(old, tree.leaf_hash(b"other"), new, root, proof)
        assert not tree.is_consistent(old, older, new, root, [*proof, older])
        assert old in (0, new) or not tree.is_consistent(old, older, new, tree.leaf_hash(b"other"), proof)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3), (3, 3)])
def test_what_is_not_in_the_tree_cannot_be_proved(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="not in a tree"):
        tree.inclusion(index, size, tree.nodes_of(many(4)))
    assert tree.root_of_inclusion(bytes(32), index, size, []) is None


@pytest.mark.parametrize(("old", "new"), [(2, 1), (-1, 3)])
def test_a_smaller_tree_does_not_begin_with_a_larger(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="does not begin"):
        tree.consistency(old, new, tree.nodes_of(many(4)))
    assert not tree.is_consistent(old, bytes(32), new, bytes(32), [])


def test_a_tree_without_leaves_has_one_root() -> None:
    other = tree.leaf_hash(b"x")
    assert tree.is_consistent(0, tree.EMPTY, 0, tree.EMPTY, [])
    assert not tree.is_consistent(0, tree.EMPTY, 0, other, [])
    assert not tree.is_consistent(0, other, 3, other, [])
    assert tree.is_consistent(0, tree.EMPTY, 3, other, [])

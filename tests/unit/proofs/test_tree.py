"""The tree of the ledger against pymerkle and against itself, exhaustively for small trees."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from probanza import proofs

SMALL = 64
BODIES = [f"entry {number}".encode() for number in range(SMALL)]


def build(bodies: Sequence[bytes]) -> tuple[proofs.Tree, list[bytes]]:
    tree = proofs.Tree()
    return tree, [tree.append(proofs.leaf_hash(body)) for body in bodies]


ROWS = build(BODIES)[1]


def hash_of(node: proofs.Node) -> bytes:
    """What a ledger row answers: the completing leaf carries the subtree's hash."""
    return ROWS[node.last][32 * node.level : 32 * (node.level + 1)]


def root(size: int) -> bytes:
    return build(BODIES[:size])[0].root()


ROOTS = [root(size) for size in range(SMALL + 1)]


def inclusion(index: int, size: int) -> list[bytes]:
    return proofs.resolve(proofs.inclusion_path(index, size), hash_of)


def consistency(first: int, second: int) -> list[bytes]:
    return proofs.resolve(proofs.consistency_path(first, second), hash_of)


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert proofs.Tree().root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_roots_of_all_small_trees_are_those_of_pymerkle() -> None:
    oracle = InmemoryTree(algorithm="sha256")
    for body in BODIES:
        oracle.append_entry(body)
    assert ROOTS[1:] == [oracle.get_root(size) for size in range(1, SMALL + 1)]


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=80))
def test_any_tree_has_the_root_of_pymerkle(bodies: list[bytes]) -> None:
    oracle = InmemoryTree.init_from_entries(bodies, algorithm="sha256")
    assert build(bodies)[0].root() == oracle.get_root()


def test_every_inclusion_proof_of_small_trees_holds() -> None:
    held = [
        proofs.verify_inclusion(ROWS[index][:32], index, size, inclusion(index, size), ROOTS[size])
        for size in range(1, SMALL + 1)
        for index in range(size)
    ]
    assert all(held)
    assert len(held) == SMALL * (SMALL + 1) // 2


def test_every_consistency_proof_of_small_trees_holds() -> None:
    held = [
        proofs.verify_consistency(first, second, ROOTS[first], ROOTS[second], consistency(first, second))
        for second in range(1, SMALL + 1)
        for first in range(1, second + 1)
    ]
    assert all(held)


def test_inclusion_proofs_are_those_of_pymerkle() -> None:
    oracle = InmemoryTree.init_from_entries(BODIES[:37], algorithm="sha256")
    for index in range(37):
        theirs = oracle.prove_inclusion(index + 1).serialize()["path"]
        assert [step.hex() for step in inclusion(index, 37)] == theirs[1:]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 21, 64])
def test_an_inclusion_proof_holds_for_no_other_leaf_place_or_length(size: int) -> None:
    for index in range(size):
        proof, leaf = inclusion(index, size), ROWS[index][:32]
        assert not proofs.verify_inclusion(proofs.leaf_hash(b"forged"), index, size, proof, ROOTS[size])
        assert not any(proofs.verify_inclusion(leaf, other, size, proof, ROOTS[size]) for other in range(size) if other != index)
        assert not proofs.verify_inclusion(leaf, index, size, [*proof, leaf], ROOTS[size])
        assert not (proof and proofs.verify_inclusion(leaf, index, size, proof[:-1], ROOTS[size]))


@given(st.data())
def test_a_proof_with_one_changed_bit_does_not_hold(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, SMALL))
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion(index, size)
    step, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    proof[step] = (int.from_bytes(proof[step]) ^ (1 << bit)).to_bytes(32)
    assert not proofs.verify_inclusion(ROWS[index][:32], index, size, proof, ROOTS[size])


@given(st.integers(1, SMALL - 1), st.data())
def test_a_rewritten_history_has_no_consistency_proof(first: int, data: st.DataObject) -> None:
    second = data.draw(st.integers(first + 1, SMALL))
    rewritten = build([b"forged", *BODIES[1:first]])[0].root()
    assert not proofs.verify_consistency(first, second, rewritten, ROOTS[second], consistency(first, second))


@pytest.mark.parametrize(("first", "second"), [(0, 5), (6, 5), (-1, 3)])
def test_impossible_sizes_are_refused(first: int, second: int) -> None:
    assert not proofs.verify_consistency(first, second, ROOTS[1], ROOTS[5], [])
    with pytest.raises(ValueError, match="no proof leads"):
        proofs.consistency_path(first, second)


def test_a_consistency_proof_of_the_wrong_length_does_not_hold() -> None:
    proof = consistency(6, 11)
    assert not proofs.verify_consistency(6, 11, ROOTS[6], ROOTS[11], proof[:-1])
    assert not proofs.verify_consistency(6, 11, ROOTS[6], ROOTS[11], [*proof, proof[0]])
    assert not proofs.verify_consistency(6, 11, ROOTS[6], ROOTS[11], [])
    assert not proofs.verify_consistency(6, 6, ROOTS[6], ROOTS[6], proof)


def test_a_leaf_outside_the_tree_has_no_proof() -> None:
    with pytest.raises(ValueError, match="leaf 5 is not in a tree of 5 leaves"):
        proofs.inclusion_path(5, 5)
    assert proofs.root_from_inclusion(ROWS[0][:32], 5, 5, []) is None


def test_a_tree_continues_from_its_stored_peaks() -> None:
    stored = [hash_of(node) for node in proofs.peak_nodes(0, 37)]
    tree = proofs.Tree(37, stored)
    for row in ROWS[37:]:
        tree.append(row[:32])
    assert tree.root() == ROOTS[SMALL]


def test_a_tree_with_peaks_missing_is_refused() -> None:
    with pytest.raises(ValueError, match="has 3 peaks"):
        proofs.Tree(37, [ROOTS[1]])

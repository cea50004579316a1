"""Places in the tree, signed heads and proofs."""

import datetime
import threading
from typing import Any

import pytest
from django.db import connection, transaction

from governance.access.services import create_organisation
from governance.evidence import sequencer
from governance.evidence.models import Head, Leaf, Waiting
from governance.evidence.services import NotSequenced, prove, sequence
from governance.keys.services import public_keys
from probanza import proofs

LATER = datetime.timedelta(seconds=1)


def places(organisation: Any) -> list[int]:
    return list(Leaf.objects.of(organisation.id).order_by("seq").values_list("seq", flat=True))


@pytest.mark.django_db
def test_entries_get_contiguous_places_in_the_order_they_were_sealed(desk: Any, organisation: Any) -> None:
    late = desk.seal("late", now=desk.now + LATER)
    early = desk.seal("early")
    assert sequence(desk.now) == 2
    assert places(organisation) == [0, 1]
    assert [early.leaf.seq, late.leaf.seq] == [0, 1]
    assert not Waiting.objects.exists()


@pytest.mark.django_db
def test_sequencing_again_does_nothing(desk: Any) -> None:
    desk.seal()
    assert sequence(desk.now) == 1
    assert sequence(desk.now) == 0
    assert Head.objects.count() == 1


@pytest.mark.django_db
def test_each_batch_has_one_signed_head_that_names_the_one_before(desk: Any, organisation: Any) -> None:
    for words in ("one", "two", "three"):
        desk.seal(words)
        sequence(desk.now)
    heads = list(Head.objects.of(organisation.id).order_by("size"))
    keys = public_keys(organisation.id)
    assert [head.size for head in heads] == [1, 2, 3]
    assert [head.previous for head in heads] == ["", heads[0].signed().digest(), heads[1].signed().digest()]
    assert all(proofs.verify_signature(head.signed().signed_bytes(), bytes(head.signature), keys[head.key_id]) for head in heads)


@pytest.mark.django_db
def test_a_full_queue_is_taken_in_batches(desk: Any, organisation: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "BATCH", 2)
    for number in range(5):
        desk.seal(str(number))
    assert sequence(desk.now) == 5
    assert list(Head.objects.of(organisation.id).order_by("size").values_list("size", flat=True)) == [2, 4, 5]


@pytest.mark.django_db
def test_a_head_is_never_older_than_the_one_before(desk: Any, organisation: Any) -> None:
    desk.seal()
    sequence(desk.now + LATER)
    desk.seal()
    sequence(desk.now)
    first, second = Head.objects.of(organisation.id).order_by("size")
    assert second.at == first.at


@pytest.mark.django_db
def test_every_entry_is_proven_under_the_newest_head(desk: Any) -> None:
    entries = []
    for number in range(11):
        entries.append(desk.seal(str(number)))
        if number % 3 == 0:
            sequence(desk.now)
    sequence(desk.now)
    for entry in entries:
        proof = prove(entry)
        head = proofs.SignedHead.from_plain({k: v for k, v in proof["head"].items() if k != "signature"})
        hashes = [bytes.fromhex(one) for one in proof["hashes"]]
        leaf = proofs.leaf_hash(bytes(entry.body))
        assert proofs.verify_inclusion(leaf, proof["leaf_index"], proof["tree_size"], hashes, bytes.fromhex(head.root))
        signature, key = bytes.fromhex(proof["head"]["signature"]), bytes.fromhex(proof["public_key"])
        assert proofs.verify_signature(head.signed_bytes(), signature, key)


@pytest.mark.django_db
def test_an_entry_without_place_has_no_proof_yet(desk: Any) -> None:
    with pytest.raises(NotSequenced):
        prove(desk.seal())


@pytest.mark.django_db
def test_organisations_have_trees_of_their_own(desk: Any, desk_of: Any, organisation: Any) -> None:
    other = create_organisation(name="Otro", slug="otro", now=desk.now)
    stranger = desk_of(type(desk.actor)(**{**_fields(desk.actor), "organisation": other.id}), desk.now)
    desk.seal()
    stranger.seal()
    assert sequence(desk.now) == 2
    assert places(organisation) == places(other) == [0]


@pytest.mark.django_db
def test_nothing_is_built_on_a_broken_tree_and_other_organisations_go_on(
    desk: Any, desk_of: Any, organisation: Any, caplog: pytest.LogCaptureFixture
) -> None:
    other = create_organisation(name="Otro", slug="otro", now=desk.now)
    stranger = desk_of(type(desk.actor)(**{**_fields(desk.actor), "organisation": other.id}), desk.now)
    Head.objects.create(organisation=organisation, size=4, root="00" * 32, key_id="none", signature=b"", at=desk.now)
    desk.seal()
    stranger.seal()
    assert sequence(desk.now) == 1
    assert places(organisation) == []
    assert "manage.py verify" in caplog.text


def test_sequencers_at_once_give_every_entry_exactly_one_place(
    committed: None, organisation: Any, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "BATCH", 3)
    for number in range(40):
        desk.seal(str(number))
    done: list[int] = []

    def work() -> None:
        done.append(sequence(desk.now))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 40
    assert places(organisation) == list(range(40))


def test_a_late_commit_gets_a_later_place(committed: None, organisation: Any, desk: Any) -> None:
    sealed, may_commit = threading.Event(), threading.Event()
    late = []

    def work() -> None:
        with transaction.atomic():
            late.append(desk.seal("late"))
            sealed.set()
            may_commit.wait(10)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    sealed.wait(10)
    early = desk.seal("early", now=desk.now + LATER)
    assert sequence(desk.now) == 1
    may_commit.set()
    thread.join()
    assert sequence(desk.now) == 1
    assert [early.leaf.seq, late[0].leaf.seq] == [0, 1]


def test_a_sealed_entry_rings_the_sequencers_bell(committed: None, organisation: Any, desk: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("LISTEN probanza_ledger")
    desk.seal()
    raw = connection.connection
    assert raw is not None
    heard = [note.payload for note in raw.notifies(timeout=5, stop_after=1)]
    assert heard == [str(organisation.id)]


def _fields(actor: Any) -> dict[str, Any]:
    return {name: getattr(actor, name) for name in ("id", "name", "kind", "organisation", "role", "scopes")}

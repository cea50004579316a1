"""Sealing, its payloads, and what is stale."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connections, transaction

from governance.access.policies import Forbidden
from governance.evidence.models import Entry, Head, Leaf, Payload, Waiting
from governance.evidence.services import (
    PayloadErased,
    PayloadMissing,
    SealError,
    erase_payload,
    read_payload,
    sequence,
    stale,
)
from governance.retention.periods import after
from governance.trail.models import TrailEntry
from probanza import proofs
from probanza.canonical import canonical_bytes


@pytest.mark.django_db
def test_the_stored_bytes_are_the_canonical_form_and_carry_their_hash(desk: Any) -> None:
    entry = Entry.objects.get(id=desk.seal("¿qué?").id)
    assert bytes(entry.body) == canonical_bytes(entry.statement())
    assert bytes(entry.leaf_hash) == proofs.leaf_hash(bytes(entry.body))
    assert entry.statement()["facts"] == {"words": "¿qué?"}


@pytest.mark.django_db
def test_a_sealed_entry_waits_for_its_place_and_leaves_a_trail_row(desk: Any) -> None:
    entry = desk.seal()
    assert Waiting.objects.filter(entry=entry).count() == 1
    assert TrailEntry.objects.get(action="evidence.seal").subject_id == str(entry.id)


@pytest.mark.django_db
def test_a_payload_is_encrypted_and_readable_and_its_reading_is_recorded(desk: Any) -> None:
    entry = desk.seal(payload=b"Call Ana on 600 000 000")
    assert b"Ana" not in bytes(Payload.objects.get(entry=entry).ciphertext)
    assert b"Ana" not in bytes(entry.body)
    assert read_payload(actor=desk.actor, entry=entry, now=desk.now) == b"Call Ana on 600 000 000"
    assert TrailEntry.objects.filter(action="evidence.read_payload", subject_id=str(entry.id)).count() == 1


@pytest.mark.django_db
def test_an_erased_payload_says_when_by_whom_and_why(desk: Any) -> None:
    entry = desk.seal(payload=b"words")
    erase_payload(actor=desk.actor, entry=entry, reason="asked for by the person", now=desk.now)
    with pytest.raises(PayloadErased, match=r"erased on 20.* by Ana Auditora because: asked for by the person"):
        read_payload(actor=desk.actor, entry=entry, now=desk.now)
    assert Entry.objects.filter(id=entry.id).exists()
    told = TrailEntry.objects.get(action="evidence.erase_payload").detail
    kept_until = after(entry.sealed_at.date(), 6).isoformat()  # the logs of Art. 19(1) and 26(6)
    assert told == {"reason": "asked for by the person", "retention_ends": kept_until}


@pytest.mark.django_db
def test_erasing_twice_says_that_it_is_gone(desk: Any) -> None:
    entry = desk.seal(payload=b"words")
    erase_payload(actor=desk.actor, entry=entry, reason="asked", now=desk.now)
    with pytest.raises(PayloadErased):
        erase_payload(actor=desk.actor, entry=entry, reason="again", now=desk.now)


@pytest.mark.django_db
def test_erasing_needs_a_reason(desk: Any) -> None:
    with pytest.raises(ValueError, match="reason: say in words"):
        erase_payload(actor=desk.actor, entry=desk.seal(payload=b"words"), reason="  ", now=desk.now)


@pytest.mark.django_db
def test_an_entry_without_payload_says_so(desk: Any) -> None:
    with pytest.raises(PayloadMissing):
        read_payload(actor=desk.actor, entry=desk.seal(), now=desk.now)


@pytest.mark.django_db
def test_who_may_only_read_can_neither_seal_nor_erase(desk: Any) -> None:
    entry = desk.seal(payload=b"words")
    desk.actor = replace(desk.actor, scopes=frozenset({"evidence:read"}))
    with pytest.raises(Forbidden):
        desk.seal()
    with pytest.raises(Forbidden):
        erase_payload(actor=desk.actor, entry=entry, reason="asked", now=desk.now)


@pytest.mark.django_db
def test_a_payload_is_not_read_without_the_scope(desk: Any) -> None:
    entry = desk.seal(payload=b"words")
    with pytest.raises(Forbidden):
        read_payload(actor=replace(desk.actor, scopes=frozenset({"audits:read"})), entry=entry, now=desk.now)


@pytest.mark.django_db
def test_a_pin_that_is_not_registered_is_refused(desk: Any) -> None:
    pin = {**desk.pin(), "id": str(uuid4())}
    with pytest.raises(SealError, match=r"pins\[0\]\.id: .* is no version of this organisation"):
        desk.seal(statement={"pins": [pin]})


@pytest.mark.django_db
def test_a_pin_with_another_digest_than_registered_is_refused(desk: Any) -> None:
    pin = {**desk.pin(), "digest": "sha256:" + "0" * 64}
    with pytest.raises(SealError, match=r"pins\[0\]\.digest: differs"):
        desk.seal(statement={"pins": [pin]})


@pytest.mark.django_db
def test_evidence_is_stale_once_a_pinned_version_has_a_successor(desk: Any) -> None:
    entry = desk.seal()
    assert stale(entry) == []
    successor = desk.next_version()
    assert stale(entry) == [{**desk.pin(), "successor": {"id": str(successor.id), "number": 2}}]


@pytest.mark.parametrize("change", [{"kind": "forged"}, {"body": b"{}"}, {"leaf_hash": b"\x00" * 32}])
@pytest.mark.django_db
def test_the_database_refuses_to_change_an_entry(desk: Any, change: dict[str, Any]) -> None:
    entry = desk.seal()
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.filter(id=entry.id).update(**change)


@pytest.mark.parametrize("model", [Leaf, Head])
@pytest.mark.parametrize("using", ["default", "owner"])
def test_the_database_refuses_to_change_or_delete_places_and_heads(committed: None, desk: Any, model: Any, using: str) -> None:
    desk.seal()
    sequence(desk.now)
    for statement in ("UPDATE {} SET organisation_id = organisation_id", "DELETE FROM {}"):
        with pytest.raises(DatabaseError), connections[using].cursor() as cursor:
            cursor.execute(statement.format(model._meta.db_table))
    connections[using].close()
    assert model.objects.count() == 1


@pytest.mark.django_db
def test_the_database_refuses_to_move_a_payload_to_another_entry(desk: Any) -> None:
    entry, other = desk.seal(payload=b"words"), desk.seal()
    with pytest.raises(DatabaseError), transaction.atomic():
        Payload.objects.filter(entry=entry).update(entry=other)

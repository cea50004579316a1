"""Writes evidence and its proofs into one file that a stranger checks offline with `probanza verify`."""

import io
from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import islice
from tempfile import TemporaryFile
from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.evidence.models import Head, Leaf
from governance.evidence.proving import NotSequenced, consistency_hashes, head_plain, inclusion_hashes, newest_head
from governance.evidence.statement import utc_text
from governance.keys.services import public_keys, signing_key
from governance.trail import services as trail
from probanza import bundle, container, proofs
from probanza.canonical import canonical_bytes
from probanza.manifests import SCHEMA

CHUNK = 200  # entries whose proofs are looked up at once


class NothingToExport(Exception):  # noqa: N818 - reads as what was found
    """No sequenced entry was chosen, or a head was named that does not exist."""


def export_bundle(
    *,
    actor: Actor,
    target: BinaryIO,
    entries: Collection[UUID] | None = None,
    since: int | None = None,
    forms: Mapping[str, bytes] | None = None,
    now: datetime,
) -> int:
    """Write a bundle of the actor's organisation; how many entries it holds.

    entries: ids; None for the whole ledger, which needs no proof for each. since: size of an earlier head, which the bundle
    then shows to be contained in the newest. forms: a report's forms, `report.<ending>` -> content; its sealed bytes,
    `report.json`, among them. Private payloads are not in a bundle. That it was made is written to the trail.

    Raises `Forbidden`, `NotSequenced` while a chosen entry waits for its place, `NothingToExport`, `ValueError` over 4 GiB.
    """
    check_can(actor, "evidence:read")
    heads = _heads(actor.organisation, since)
    with transaction.atomic(), TemporaryFile() as bodies, TemporaryFile() as found:
        count = _write_entries(actor.organisation, heads[-1], entries, bodies, found)
        parts: dict[str, BinaryIO] = {
            container.KEYS: io.BytesIO(),
            container.HEADS: _json({"heads": [head_plain(head) for head in heads]}),
            container.ENTRIES: bodies,
        }
        if entries is not None:
            parts[container.PROOFS] = found
        if len(heads) > 1:
            hashes = consistency_hashes(actor.organisation, heads[0].size, heads[-1].size)
            parts[container.CONSISTENCY] = _json({"hashes": hashes})
        parts |= {name: io.BytesIO(content) for name, content in sorted((forms or {}).items())}
        _sign_and_write(actor, target, parts, heads, (count, _payloads(actor.organisation, heads[-1], entries)), now)
        detail = {"entries": count, "head": heads[-1].size}
        trail.record(
            actor=actor, action="evidence.export", subject="organisation", subject_id=actor.organisation, detail=detail, now=now
        )
    return count


def _heads(organisation: UUID, since: int | None) -> list[Head]:
    newest = newest_head(organisation)
    if newest is None:
        raise NothingToExport(_("The ledger has no signed head yet; seal something first."))
    if since is None or since == newest.size:
        return [newest]
    earlier = Head.objects.of(organisation).filter(size=since).first()
    if earlier is None:
        raise NothingToExport(_("There is no head over %(size)s entries.") % {"size": since})
    return [earlier, newest]


def _chosen(organisation: UUID, head: Head, chosen: Collection[UUID] | None) -> QuerySet[Leaf]:
    leaves: QuerySet[Leaf] = Leaf.objects.of(organisation).filter(seq__lt=head.size).order_by("seq")
    return leaves if chosen is None else leaves.filter(entry_id__in=set(chosen))


def _payloads(organisation: UUID, head: Head, chosen: Collection[UUID] | None) -> int:
    """How many of the entries have private words, kept or erased, beside them."""
    return _chosen(organisation, head, chosen).filter(entry__payload__isnull=False).count()


def _write_entries(organisation: UUID, head: Head, chosen: Collection[UUID] | None, bodies: BinaryIO, found: BinaryIO) -> int:
    count = 0
    rows = _chosen(organisation, head, chosen).values_list("seq", "entry__body").iterator(chunk_size=CHUNK)
    while batch := list(islice(rows, CHUNK)):
        bodies.writelines(bytes(body) + b"\n" for _seq, body in batch)
        count += len(batch)
        if chosen is not None:
            _write_proofs(organisation, head, [seq for seq, _body in batch], found)
    if chosen is not None and count < len(set(chosen)):
        raise NotSequenced(_("A chosen entry is unknown or waits for its place in the ledger; ask again in a few seconds."))
    if count == 0:
        raise NothingToExport(_("No entry fits the choice."))
    return count


def _write_proofs(organisation: UUID, head: Head, seqs: list[int], found: BinaryIO) -> None:
    for seq, hashes in zip(seqs, inclusion_hashes(organisation, seqs, head.size), strict=True):
        found.write(canonical_bytes({"seq": seq, "hashes": hashes}) + b"\n")


def _sign_and_write(  # the manifest names all other files by digest, and is signed
    actor: Actor, target: BinaryIO, parts: dict[str, BinaryIO], heads: list[Head], counts: tuple[int, int], now: datetime
) -> None:
    key_id, key = signing_key(actor.organisation)
    known = public_keys(actor.organisation)
    used = {key_id, *(head.key_id for head in heads)}
    parts[container.KEYS] = _json({"keys": {name: known[name].hex() for name in sorted(used)}})
    manifest = {
        "schema": SCHEMA,
        "organisation": str(actor.organisation),
        "created_at": utc_text(now),
        "entries": counts[0],
        "payloads": counts[1],
    }
    envelope = bundle.envelope(manifest, parts, key_id, lambda message: proofs.sign(message, key))
    bundle.write(target, [(container.ENVELOPE, io.BytesIO(envelope)), *parts.items()])


def _json(value: dict[str, Any]) -> BinaryIO:
    return io.BytesIO(canonical_bytes(value))

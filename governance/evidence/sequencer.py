"""Gives sealed entries their places in the tree, batch by batch, and signs a head over each batch."""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from governance.evidence.models import Entry, Head, Leaf, Waiting
from governance.keys.services import signing_key
from governance.trail.ids import uuid7
from probanza import proofs

BATCH = 2000
_INSERT = (
    "INSERT INTO governance_leaf (organisation_id, id, seq, entry_id, nodes) "
    "SELECT %s, * FROM unnest(%s::uuid[], %s::bigint[], %s::uuid[], %s::bytea[])"
)
log = logging.getLogger(__name__)


class LedgerBroken(Exception):  # noqa: N818 - reads as what was found
    """The stored tree does not lead to its signed head; nothing is built on it."""


def sequence(now: datetime) -> int:
    """Sequence everything that was committed before the call; how many entries got a leaf.

    Several sequencers may run at once. An organisation whose stored tree is broken is left alone and logged as an error;
    `verify` names the row.
    """
    done = 0
    for organisation in Waiting.objects.order_by().values_list("organisation_id", flat=True).distinct():
        try:
            done += _drain(organisation, now)
        except LedgerBroken:
            log.exception("ledger of organisation %s: run `manage.py verify`", organisation)
    return done


def _drain(organisation: UUID, now: datetime) -> int:
    done = 0
    while batch := _sequence_batch(organisation, now):
        done += batch
        if batch < BATCH:
            break
    return done


@transaction.atomic
def _sequence_batch(organisation: UUID, now: datetime) -> int:
    _lock(organisation)
    # Ids sort by the time they were made, and their index gives the first ones however long the queue is.
    waiting = Waiting.objects.of(organisation).order_by("entry_id")
    taken = sorted(waiting.values_list("entry__sealed_at", "entry_id", "entry__leaf_hash")[:BATCH], key=lambda row: row[:2])
    rows = [(entry, bytes(leaf)) for _sealed_at, entry, leaf in taken]
    if not rows:
        return 0
    last = Head.objects.of(organisation).order_by("-size").first()
    tree = right_edge(organisation, last)
    _append(organisation, tree, rows)
    _sign(organisation, tree, last, now)
    done = Waiting.objects.of(organisation).filter(entry_id__in=[entry for entry, _ in rows])
    done._raw_delete(done.db)
    return len(rows)


def _lock(organisation: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"probanza ledger {organisation}"])


def right_edge(organisation: UUID, head: Head | None) -> proofs.Tree:
    """The tree under a head, out of O(log n) rows; raises `LedgerBroken` when they do not lead to its root."""
    if head is None:
        return proofs.Tree()
    nodes = proofs.peak_nodes(0, head.size)
    hashes = node_hashes(organisation, nodes)
    if len(hashes) < len(nodes):
        raise LedgerBroken(f"leaves below head {head.size} are missing")
    tree = proofs.Tree(head.size, [hashes[node] for node in nodes])
    if tree.root().hex() != head.root:
        raise LedgerBroken(f"the leaves below head {head.size} do not lead to its root")
    return tree


def node_hashes(organisation: UUID, nodes: Sequence[proofs.Node]) -> dict[proofs.Node, bytes]:
    """The stored hashes of perfect subtrees, in one query; a missing leaf leaves its nodes out."""
    completing = Leaf.objects.of(organisation).filter(seq__in={node.last for node in nodes})
    rows = {seq: bytes(hashes) for seq, hashes in completing.values_list("seq", "nodes")}
    found = ((node, rows.get(node.last, b"")[32 * node.level : 32 * (node.level + 1)]) for node in nodes)
    return {node: digest for node, digest in found if len(digest) == proofs.HASH_BYTES}


def _append(organisation: UUID, tree: proofs.Tree, rows: Sequence[tuple[UUID, bytes]]) -> None:
    # In one statement; not COPY, which PostgreSQL refuses under row-level security.
    first = tree.size
    nodes = [tree.append(leaf) for _, leaf in rows]
    ids, entries = [uuid7() for _ in rows], [entry for entry, _ in rows]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [organisation, ids, list(range(first, tree.size)), entries, nodes])


def _sign(organisation: UUID, tree: proofs.Tree, last: Head | None, now: datetime) -> Head:
    key_id, key = signing_key(organisation)
    head = Head(
        organisation_id=organisation,
        size=tree.size,
        root=tree.root().hex(),
        previous=last.signed().digest() if last else "",
        key_id=key_id,
        at=max(now, last.at) if last else now,  # two sequencers' clocks: a head is never older than the one before
    )
    head.signature = proofs.sign(head.signed().signed_bytes(), key)
    head.save()
    return head


def waiting_entries(organisation: UUID, before: datetime) -> int:
    """Entries sealed before a moment that still have no leaf; looks at the entries, not at the queue."""
    return Entry.objects.of(organisation).filter(leaf__isnull=True, sealed_at__lt=before).count()


def lost_entries(organisation: UUID) -> QuerySet[Entry]:
    """Entries that have no leaf and do not wait for one either; the two come and go in one transaction, so there are none."""
    queued = Exists(Waiting.objects.filter(entry_id=OuterRef("pk")))
    entries: QuerySet[Entry] = Entry.objects.of(organisation).filter(~queued, leaf__isnull=True).defer("body").order_by("id")
    return entries

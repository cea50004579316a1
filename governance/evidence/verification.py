"""Checks a whole ledger against itself: every body, place, head, signature and payload, in constant memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from governance.evidence.models import Head, Leaf, Payload
from governance.evidence.sequencer import lost_entries, waiting_entries
from governance.evidence.statement import SALT_BYTES, commitment, read_body, utc_text
from governance.keys.envelope import CannotOpen
from governance.keys.services import decrypt, foreign_signing_keys, public_keys
from probanza import proofs

CHUNK = 200  # rows held at once; a body may be megabytes
PAYLOAD_CHUNK = 8
SHOWN = 20
PATIENCE = timedelta(minutes=1)
Progress = Callable[[int], None]


class Failure(NamedTuple):
    """What does not hold, of which row (`entry 0197...`, `head 12`), in words."""

    row: str
    problem: str


@dataclass(slots=True)
class Report:
    """What a verification saw. `failures` holds the first 20 of `failed`; `waiting` entries are late, not wrong."""

    organisation: UUID
    leaves: int = 0
    heads: int = 0
    payloads: int = 0
    erased: int = 0
    waiting: int = 0
    size: int = 0
    root: str = ""
    failed: int = 0
    failures: list[Failure] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything that was looked at holds."""
        return self.failed == 0

    def fail(self, row: str, problem: str) -> None:
        """Count a failure; keep it while there is room."""
        self.failed += 1
        if len(self.failures) < SHOWN:
            self.failures.append(Failure(row, problem))


class Row(NamedTuple):
    """A leaf with its entry, as stored."""

    seq: int
    nodes: bytes
    entry: UUID
    body: bytes
    leaf_hash: bytes
    kind: str
    subject: str
    run_id: str
    sealed_at: datetime
    payload: UUID | None


def verify_ledger(organisation: UUID, now: datetime, progress: Progress | None = None) -> Report:
    """Recompute one organisation's ledger from what is stored; `progress` is told the leaves done so far.

    It cannot see that the newest heads were cut off together with their leaves: only somebody who kept a later head can.
    """
    report = Report(organisation)
    newest = Head.objects.of(organisation).order_by("-size").first()
    walk = _Walk(report, newest.size if newest else 0, public_keys(organisation))
    for row in _rows(organisation, walk.end):
        walk.step(row)
        if progress is not None and report.leaves % CHUNK == 0:
            progress(report.leaves)
    walk.finish()
    _check_end(report)
    _check_keys(report)
    _check_lost(report)
    _check_payloads(report)
    report.waiting = waiting_entries(organisation, now - PATIENCE)
    return report


def _rows(organisation: UUID, end: int) -> Iterator[Row]:
    columns = ("seq", "nodes", "entry_id", *(f"entry__{name}" for name in _COLUMNS), "entry__payload__id")
    leaves = Leaf.objects.of(organisation).filter(seq__lt=end).order_by("seq").values_list(*columns)
    yield from map(Row._make, leaves.iterator(chunk_size=CHUNK))


_COLUMNS = ("body", "leaf_hash", "kind", "subject", "run_id", "sealed_at")


class _Walk:
    """Leaves and heads side by side, both in order."""

    def __init__(self, report: Report, end: int, keys: dict[str, bytes]) -> None:
        self.report, self.end, self.keys = report, end, keys
        self.tree = proofs.Tree()
        self.previous: Head | None = None
        heads = Head.objects.of(report.organisation).filter(size__lte=end).order_by("size")
        self.heads: Iterator[Head] = heads.iterator(chunk_size=CHUNK)
        self.head = next(self.heads, None)
        self.whole = True

    def step(self, row: Row) -> None:
        if row.seq != self.tree.size and self.whole:
            self.whole = False
            self.report.fail(f"leaf {self.tree.size}", _("The leaf or its entry is missing: the sequence has a gap."))
        self.report.leaves += 1
        for problem in _problems(self.report.organisation, row):
            self.report.fail(f"entry {row.entry}", _("At place %(seq)s: %(problem)s") % {"seq": row.seq, "problem": problem})
        # The stored hash is carried on, so that the heads tell whether it is the one that was signed.
        if self.tree.append(row.nodes[: proofs.HASH_BYTES]) != row.nodes and self.whole:
            self.report.fail(f"leaf {row.seq}", _("The stored tree hashes differ from the recomputed ones."))
        while self.head is not None and self.head.size <= self.tree.size:
            self._check_head(self.head)

    def finish(self) -> None:
        while self.head is not None:
            self._check_head(self.head)
        self.report.size = self.tree.size
        self.report.root = self.tree.root().hex()

    def _check_head(self, head: Head) -> None:
        self.report.heads += 1
        for problem in self._head_problems(head):
            self.report.fail(f"head {head.size}", problem)
        self.previous, self.head = head, next(self.heads, None)

    def _head_problems(self, head: Head) -> Iterator[str]:
        key = self.keys.get(head.key_id)
        if key is None:
            yield _("It names the signing key %(key)s, which this organisation does not have.") % {"key": head.key_id}
        elif not proofs.verify_signature(head.signed().signed_bytes(), bytes(head.signature), bytes(key)):
            yield _("Its signature does not hold.")
        if head.size != self.tree.size or head.root != self.tree.root().hex():
            yield _("Its root differs from the root of the stored leaves: leaves up to it were changed, added or removed.")
        if head.previous != (self.previous.signed().digest() if self.previous else ""):
            yield _("It does not follow the stored head before it: a head was changed, added or removed.")
        if self.previous is not None and head.at < self.previous.at:
            yield _("It is older than the head before it.")


def _check_end(report: Report) -> None:
    # A leaf becomes visible together with its head, so the head is looked up after the leaf.
    last = Leaf.objects.of(report.organisation).order_by("-seq").values_list("seq", flat=True).first()
    newest = Head.objects.of(report.organisation).order_by("-size").values_list("size", flat=True).first()
    if last is not None and last >= (newest or 0):
        report.fail(f"leaf {last}", _("It stands under no signed head: the newest head was changed or removed."))


def _check_keys(report: Report) -> None:
    for key_id in foreign_signing_keys(report.organisation):
        report.fail(f"signing key {key_id}", _("It was not made here: its private half does not open or belongs to another key."))


def _check_lost(report: Report) -> None:
    for entry in lost_entries(report.organisation).iterator(chunk_size=CHUNK):
        report.fail(f"entry {entry.id}", _("It has no leaf and does not wait for one: its place was taken away."))


def _problems(organisation: UUID, row: Row) -> Iterator[str]:
    computed = proofs.leaf_hash(row.body)
    if computed != bytes(row.leaf_hash):
        yield _("the body was changed: it no longer has the hash it was sealed with.")
    if computed != row.nodes[: proofs.HASH_BYTES]:
        yield _("the body does not have the hash that stands in the tree.")
    try:
        body = read_body(bytes(row.body))
    except ValueError:
        yield _("the body is not JSON.")
        return
    yield from _column_problems(organisation, row, body)


def _column_problems(organisation: UUID, row: Row, body: dict[str, Any]) -> Iterator[str]:
    columns = {
        "id": str(row.entry),
        "organisation": str(organisation),
        "kind": row.kind,
        "subject": row.subject,
        "run_id": row.run_id,
        "sealed_at": utc_text(row.sealed_at),
    }
    for name, value in columns.items():
        if body.get(name) != value:
            yield _("the column %(name)s differs from the sealed body.") % {"name": name}
    if (body.get("payload") is None) != (row.payload is None):
        yield _("the body and the stored payload disagree on whether there is one.")


def _check_payloads(report: Report) -> None:
    payloads = Payload.objects.of(report.organisation).order_by("id").values_list("entry_id", "ciphertext", "entry__body")
    for entry, ciphertext, body in payloads.iterator(chunk_size=PAYLOAD_CHUNK):
        if ciphertext is None:
            report.erased += 1
            continue
        report.payloads += 1
        problem = _payload_problem(report.organisation, entry, bytes(ciphertext), bytes(body))
        if problem:
            report.fail(f"payload of entry {entry}", problem)


def _payload_problem(organisation: UUID, entry: UUID, ciphertext: bytes, body: bytes) -> str:
    try:
        plain = decrypt(organisation=organisation, purpose="evidence", row=str(entry), sealed=ciphertext)
        promised = read_body(body).get("payload")
    except CannotOpen:
        return _("It does not decrypt: it was changed, or belongs to another entry.")
    except ValueError:
        return _("Its entry's body is not JSON.")
    if commitment(plain[:SALT_BYTES], plain[SALT_BYTES:]) != promised:
        return _("It differs from what was sealed.")
    return ""

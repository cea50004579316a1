"""Seals, sequences and verifies rows in the embedded PostgreSQL, durably; compares in the same run, and flips bits of bundles.

    python -m benchmarks.ledger [--rows 100000] [--single 400] [--flips 10000]

Prints rows per second and ratios; the last line is one line of JSON with the figures by name.
"""

import argparse
import io
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from governance.config.engines import Engines
from probanza import container, proofs, verify

DATABASE = "probanza_bench"
ROUNDS = 3
OFFLINE_ROUNDS = 9
PROVEN = 2000
RATES = ("PROBANZA_RATE_TOKEN", "PROBANZA_RATE_ORGANISATION", "PROBANZA_RATE_PERSON")


@contextmanager
def database() -> Iterator[None]:
    """A fresh, durable database of this run's own; Django is set up on it."""
    state = Path(tempfile.mkdtemp(prefix="probanza-bench-"))
    state.chmod(0o755)
    try:
        with Engines(database="postgres", state=state, environ={"REDIS_URL": "redis://unused.invalid"}) as engines:
            assert engines.postgres is not None
            engines.postgres.ensure_database(DATABASE, recreate=True)
            engines.database = DATABASE
            os.environ.update(engines.urls().environment())
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.config.settings")
            os.environ.update(
                PROBANZA_STATE_DIR=str(state), PROBANZA_SECRET_KEY="for this benchmark only" * 3, PROBANZA_LOG_LEVEL="WARNING"
            )
            os.environ.update(dict.fromkeys(RATES, "1000000000"))  # counted, never reached
            set_up()
            yield
            close()
    finally:
        shutil.rmtree(state, ignore_errors=True)


def set_up() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", database="owner", verbosity=0, interactive=False)


def close() -> None:
    from django.db import connections

    for connection in connections.all():
        connection.close_pool() if hasattr(connection, "close_pool") else connection.close()


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def spent(work: Callable[[], Any]) -> float:
    """Seconds of one core."""
    start = time.process_time()
    work()
    return time.process_time() - start


def flips_found(content: bytes, bits: Iterable[int]) -> int:
    """How many of these bits the verifier finds when they are flipped, one at a time."""
    changed, found = bytearray(content), 0
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        for bit in bits:
            changed[bit >> 3] ^= 1 << (bit & 7)
            file.seek(bit >> 3)
            file.write(changed[bit >> 3 : (bit >> 3) + 1])
            file.flush()
            found += not holds(file)
            changed[bit >> 3] ^= 1 << (bit & 7)
            file.seek(bit >> 3)
            file.write(changed[bit >> 3 : (bit >> 3) + 1])
    return found


def holds(file: Any) -> bool:
    try:
        return verify.verify_stream(file).ok
    except container.NotABundle:
        return False


def typical(work: Callable[[], Any]) -> float:
    """Median seconds of three rounds."""
    return median(timed(work)[0] for _ in range(ROUNDS))


class Bench:
    """One organisation's ledger and what was measured on it."""

    def __init__(self) -> None:
        from governance.access.actors import system_actor
        from governance.access.services import create_organisation
        from governance.keys.services import signing_key

        self.now = datetime.now(UTC)
        self.organisation = create_organisation(name="Bench", slug="bench", now=self.now)
        self.actor = system_actor(self.organisation.id, "benchmark")
        signing_key(self.organisation.id)
        self.figures: dict[str, float] = {}

    def tell(self, name: str, value: float, words: str) -> None:
        self.figures[name] = round(value, 3)
        print(f"{words:<78} {value:>12,.1f}", flush=True)

    def seal(self, number: int) -> None:
        from governance.evidence.services import seal

        seal(actor=self.actor, kind="bias", subject="version", statement=statement(number), now=self.now)

    def seal_many(self, rows: int) -> None:
        """As `seal` writes them, but many in one statement and without the trail: what is measured comes after."""
        from governance.evidence.models import Entry, Waiting

        for start in range(0, rows, 2000):
            entries = [self._entry(number) for number in range(start, min(start + 2000, rows))]
            Entry.objects.bulk_create(entries)
            Waiting.objects.bulk_create([Waiting(organisation_id=self.organisation.id, entry=entry) for entry in entries])

    def _entry(self, number: int) -> Any:
        from governance.evidence.models import Entry
        from governance.evidence.statement import Envelope, sealed_body
        from governance.trail.ids import uuid7

        envelope = Envelope(uuid7(), self.organisation.id, "bias", "version", "", self.now, self.actor.id)
        body = sealed_body(envelope, statement(number), None)
        return Entry(
            id=envelope.id,
            organisation_id=envelope.organisation,
            kind=envelope.kind,
            subject=envelope.subject,
            body=body,
            leaf_hash=proofs.leaf_hash(body),
            sealed_at=envelope.sealed_at,
        )

    def sealing_and_sequencing(self, rows: int, single: int) -> None:
        from governance.evidence import sequencer

        seconds, _ = timed(lambda: [self.seal(number) for number in range(single)])
        self.tell("seal_own_transaction_per_s", single / seconds, "seal(), one transaction each, rows/s")
        batch, sequencer.BATCH = sequencer.BATCH, 1
        alone, done = timed(lambda: sequencer.sequence(self.now))
        assert done == single
        sequencer.BATCH = batch
        self.tell(
            "sequence_one_leaf_a_transaction_per_s", single / alone, "sequencing, one transaction and signed head a leaf, rows/s"
        )
        self.seal_many(rows)
        together, done = timed(lambda: sequencer.sequence(self.now))
        assert done == rows
        self.tell(
            "append_per_s", rows / together, f"appended to the tree in batches of {batch}, each with its signed head, rows/s"
        )
        self.tell("sequence_ratio", (rows / together) / (single / alone), "  times one transaction a leaf")

    def verifying(self) -> None:
        from governance.evidence.models import Entry
        from governance.evidence.services import verify_ledger

        rows = Entry.objects.count()
        seconds, report = timed(lambda: verify_ledger(self.organisation.id, self.now))
        assert report.ok, report.failures
        assert report.leaves == rows
        self.tell("verify_per_s", rows / seconds, "verify of everything in the database, rows/s")
        bodies = [bytes(body) for body in Entry.objects.values_list("body", flat=True)]
        bare = typical(lambda: [proofs.leaf_hash(body) for body in bodies])
        self.tell("verify_over_bare_hashing", seconds / bare, "  times the bare hashing of the same bodies in memory")
        self.tell("mean_body_bytes", sum(map(len, bodies)) / rows, "mean body, bytes")
        self.offline(rows, bodies)

    def offline(self, rows: int, bodies: list[bytes]) -> None:
        """The whole ledger as a file, verified by one core; in the same rounds the bare hashing of the same bodies."""
        from governance.evidence.models import Entry
        from governance.evidence.services import export_bundle

        with tempfile.TemporaryFile() as target:
            export, _ = timed(lambda: export_bundle(actor=self.actor, target=target, now=self.now))
            self.tell("export_per_s", rows / export, "bundle of the whole ledger written, rows/s")
            assert verify.verify_stream(target).ok
            rounds = [
                (spent(lambda: verify.verify_stream(target)), spent(lambda: [proofs.leaf_hash(one) for one in bodies]))
                for _ in range(OFFLINE_ROUNDS)
            ]
        verified, bare = (min(seconds) for seconds in zip(*rounds, strict=True))  # without what other work on the machine adds
        self.tell("verify_100k_s", verified * 100_000 / rows, "whole ledger verified offline, s of one core for 100,000 events")
        self.tell("ratio_leaf_hashing", verified / bare, "  times the bare hashing of the same bodies in memory")
        chosen = list(Entry.objects.order_by("id").values_list("id", flat=True)[:PROVEN])
        some = io.BytesIO()
        export_bundle(actor=self.actor, target=some, entries=chosen, now=self.now)
        seconds, outcome = timed(lambda: verify.verify_stream(some))
        assert outcome.ok, outcome.problems
        self.tell(
            "offline_each_proof_per_s", len(chosen) / seconds, "chosen entries verified, each by a proof of its own, rows/s"
        )

    def flipping(self, sampled: int) -> None:
        """Every bit of a small bundle flipped, and some of one with 2,000 entries: how many flips the verifier finds."""
        from governance.evidence.models import Entry
        from governance.evidence.services import export_bundle

        ids = list(Entry.objects.order_by("id").values_list("id", flat=True)[:PROVEN])
        small, big = io.BytesIO(), io.BytesIO()
        export_bundle(actor=self.actor, target=small, entries=ids[:2], since=1, now=self.now)
        export_bundle(actor=self.actor, target=big, entries=ids, now=self.now)
        every = range(8 * len(small.getvalue()))
        found = flips_found(small.getvalue(), every)
        self.tell("flips_small", len(every), f"flips of a bundle of {len(every) // 8:,} bytes: every bit")
        self.tell("flips_small_found", found, "  found")
        content, chance = big.getvalue(), Random(1)
        some = sorted(chance.sample(range(8 * len(content)), sampled))
        found_big = flips_found(content, some)
        self.tell("flips_big", len(some), f"flips of a bundle of {len(content):,} bytes: at random")
        self.tell("flips_big_found", found_big, "  found")
        self.tell("flips", len(every) + len(some), "flips together")
        self.tell("flips_found", found + found_big, "  found")

    def proving(self) -> None:
        from governance.evidence.models import Entry
        from governance.evidence.services import prove

        entries = list(Entry.objects.order_by("?")[:200])
        seconds, _ = timed(lambda: [prove(entry) for entry in entries])
        self.tell("prove_ms", 1000 * seconds / len(entries), "prove() of one entry from the database, ms")


def statement(number: int) -> dict[str, Any]:
    one = {"name": "selection_rate", "value": f"0.{number}", "low": "0.1", "high": "0.9", "n": number}
    return {"facts": {"measures": [one] * 4}}


def against_pymerkle(bench: Bench, rows: int) -> None:
    """The pure tree, append and proofs, beside pymerkle's in-memory tree; roots must be equal."""
    from pymerkle import InmemoryTree, verify_inclusion

    bodies = [f"{number:0500d}".encode() for number in range(rows)]

    def ours() -> tuple[proofs.Tree, list[bytes]]:
        tree = proofs.Tree()
        return tree, [tree.append(proofs.leaf_hash(body)) for body in bodies]

    def theirs() -> Any:
        return InmemoryTree.init_from_entries(bodies, algorithm="sha256")

    (tree, stored), oracle = ours(), theirs()
    root = tree.root()
    assert root == oracle.get_root()
    mine, other = typical(lambda: ours()[0].root()), typical(lambda: theirs().get_root())
    bench.tell("tree_append_per_s", rows / mine, "our tree: append and root, leaves/s")
    bench.tell("tree_append_over_pymerkle", other / mine, "  times pymerkle's rate")

    def hash_of(node: proofs.Node) -> bytes:
        return stored[node.last][32 * node.level : 32 * (node.level + 1)]

    step = max(1, rows // PROVEN)
    chosen = range(0, rows, step)

    def prove_ours() -> None:
        for index in chosen:
            found = proofs.resolve(proofs.inclusion_path(index, rows), hash_of)
            assert proofs.verify_inclusion(stored[index][:32], index, rows, found, root)

    def prove_theirs() -> None:
        for index in chosen:
            verify_inclusion(oracle.get_leaf(index + 1), root, oracle.prove_inclusion(index + 1))

    mine, other = typical(prove_ours), typical(prove_theirs)
    bench.tell("proofs_per_s", len(chosen) / mine, "our inclusion proofs, made and checked, proofs/s")
    bench.tell("proofs_over_pymerkle", other / mine, "  times pymerkle's rate")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="entries sequenced in batches")
    parser.add_argument("--single", type=int, default=400, help="entries sequenced one a transaction")
    parser.add_argument("--flips", type=int, default=10_000, help="flips sampled of the bigger bundle")
    given = parser.parse_args()
    with database():
        bench = Bench()
        bench.sealing_and_sequencing(given.rows, given.single)
        bench.proving()
        bench.verifying()
        bench.flipping(given.flips)
    against_pymerkle(bench, min(given.rows, 20_000))
    print(json.dumps({"rows": given.rows, "single": given.single, **bench.figures}))


if __name__ == "__main__":
    main()

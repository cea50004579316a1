"""Seals, sequences and verifies rows in the embedded PostgreSQL, durably; compares in the same run.

    python -m benchmarks.ledger [--rows 20000] [--single 400]

Prints rows per second and ratios; the last line is one line of JSON with the figures by name.
"""

import argparse
import io
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from governance.config.engines import Engines
from probanza import proofs, verify

DATABASE = "probanza_bench"
ROUNDS = 3
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

        measures = [
            {"name": "selection_rate", "value": f"0.{number}", "low": "0.1", "high": "0.9", "n": number} for _ in range(4)
        ]
        seal(actor=self.actor, kind="bias", subject="version", statement={"facts": {"measures": measures}}, now=self.now)

    def seal_many(self, rows: int) -> None:
        from django.db import transaction

        for start in range(0, rows, 1000):
            with transaction.atomic():
                for number in range(start, min(start + 1000, rows)):
                    self.seal(number)

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
        self.tell("sequence_per_s", rows / together, f"sequencing in batches of {batch}, rows/s")
        self.tell("sequence_ratio", (rows / together) / (single / alone), "  times one transaction a leaf")

    def verifying(self) -> None:
        from governance.evidence.models import Entry
        from governance.evidence.services import export_bundle, verify_ledger

        rows = Entry.objects.count()
        seconds, report = timed(lambda: verify_ledger(self.organisation.id, self.now))
        assert report.ok, report.failures
        assert report.leaves == rows
        self.tell("verify_per_s", rows / seconds, "verify of everything in the database, rows/s")
        bodies = [bytes(body) for body in Entry.objects.values_list("body", flat=True)]
        bare = typical(lambda: [proofs.leaf_hash(body) for body in bodies])
        self.tell("verify_over_bare_hashing", seconds / bare, "  times the bare hashing of the same bodies in memory")
        self.tell("mean_body_bytes", sum(map(len, bodies)) / rows, "mean body, bytes")
        target = io.BytesIO()
        export, _ = timed(lambda: export_bundle(actor=self.actor, target=target, now=self.now))
        offline, outcome = timed(lambda: verify.verify_stream(target))
        assert outcome.ok, outcome.problems
        self.tell("export_per_s", rows / export, "bundle written, rows/s")
        self.tell("offline_verify_per_s", rows / offline, "bundle verified offline, each with its own proof, rows/s")

    def proving(self) -> None:
        from governance.evidence.models import Entry
        from governance.evidence.services import prove

        entries = list(Entry.objects.order_by("?")[:200])
        seconds, _ = timed(lambda: [prove(entry) for entry in entries])
        self.tell("prove_ms", 1000 * seconds / len(entries), "prove() of one entry from the database, ms")


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
    parser.add_argument("--rows", type=int, default=20_000, help="entries sequenced in batches")
    parser.add_argument("--single", type=int, default=400, help="entries sequenced one a transaction")
    given = parser.parse_args()
    with database():
        bench = Bench()
        bench.sealing_and_sequencing(given.rows, given.single)
        bench.proving()
        bench.verifying()
    against_pymerkle(bench, given.rows)
    print(json.dumps({"rows": given.rows, "single": given.single, **bench.figures}))


if __name__ == "__main__":
    main()

"""`python -m benchmarks.report [--tests 13] [--rounds 5]`: a report of 60 pages with 40 drawings as PDF, in one run.

Measured: from the sealed bytes to the PDF (PDF/A-3a and PDF/UA-1, tagged, evidence attached), the first time in the process,
which loads fonts and the template, and the median of the rounds after it. Beside it, where chromium is at hand, the same
report's page printed by it (tagged, but neither PDF/A nor with attachments). The last line is JSON.
"""

import argparse
import hashlib
import io
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("PROBANZA_SECRET_KEY", "a benchmark without secrets, but of the length that is asked for")

import django

django.setup()

import pikepdf  # noqa: E402 - needs the settings above

from governance.book import (  # noqa: E402
    Block,
    Column,
    IntervalChart,
    IntervalRow,
    Number,
    Raw,
    Table,
    Text,
    to_plain,
)
from governance.compliance.assessment import Sealed, assess_duties  # noqa: E402
from governance.compliance.frameworks import load  # noqa: E402
from governance.reports import html, pdf  # noqa: E402
from governance.reports.build import book_of  # noqa: E402
from governance.reports.sealed import SealedReport, read_sealed  # noqa: E402
from governance.reports.snapshot import Head, Part, Snapshot  # noqa: E402
from probanza.canonical import canonical_bytes  # noqa: E402
from probanza.proofs import leaf_hash  # noqa: E402

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
VERSION = "019371b0-0000-7000-8000-000000000001"
DIGEST = "sha256:" + "3f" * 32
KINDS = ("bias", "explainability", "pii", "fidelity")
GROUPS = 12


def invented(tests: int) -> SealedReport:
    """A report over so many made-up audits: of each a judged figure that is drawn, two drawings and a table of its own."""
    evidence = [_evidence(number) for number in range(tests)]
    snapshot = Snapshot(
        report_id="019371b0-0000-7000-8000-0000000000ff",
        organisation="Banco Ejemplo",
        system="Customer assistant",
        owner="Eva Responsable",
        stage="production",
        version_id=VERSION,
        number=3,
        digest=DIGEST,
        spec={"purpose": "Answers customers' questions", "roles": ["provider", "deployer"], "risk_class": "high_risk"},
        parts=(Part("system", "Customer assistant", 3, DIGEST), Part("model", "gpt-ejemplo", 1, DIGEST)),
        assessment=assess_duties(load(), evidence),
        language="en",
        issued_at=NOW,
        built_by="Ana Auditora",
        head=Head(41, "ab" * 32, "ed25519:1"),
    )
    bodies = [canonical_bytes(one.statement) for one in evidence]
    named = [{"id": one.id, "digest": f"sha256:{leaf_hash(body).hex()}"} for one, body in zip(evidence, bodies, strict=True)]
    return read_sealed(canonical_bytes({"book": to_plain(book_of(snapshot)), "evidence": named}), bodies)


def _evidence(number: int) -> Sealed:
    identifier = f"019371b0-0000-7000-8000-{number:012d}"
    figure = {"group": [], "value": "0.71", "low": "0.64", "high": "0.77", "n": 180, "unit": "share", "level": "0.95"}
    statement = {
        "facts": {
            "coverage": {"planned": 200, "scored": 180, "unscored": {"timeout": 20}},
            "measures": [{**figure, "name": "share", "method": "wilson"}],
        },
        "criteria": [{"id": "c", "frozen_at": "2026-11-20T12:00:00+00:00", "author": "Ana Auditora", "digest": DIGEST}],
        "verdicts": [
            {**figure, "criterion": "c", "measure": "share", "limit": "0.8", "direction": "at_least", "state": "not_met"}
        ],
        "blocks": to_plain((*_drawings(number), _table(number))),
        "provenance": {"requested_by": "benchmark", "kind_version": "1", "code_version": "0"},
    }
    return Sealed(identifier, KINDS[number % len(KINDS)], DIGEST, identifier, NOW, VERSION, 3, statement)


def _drawings(number: int) -> tuple[Block, ...]:
    rows = tuple(
        IntervalRow(Raw(f"group {group}"), f"0.{50 + group}", f"0.{40 + group}", f"0.{60 + group}", 90 + group)
        for group in range(GROUPS)
    )
    return tuple(
        IntervalChart(
            Text(f"Finding {number}.{place}"), Text("share of supported answers"), rows, limit="0.6", direction="at_least"
        )
        for place in range(2)
    )


def _table(number: int) -> Table:
    rows = tuple(
        (Raw(f"question {number}-{row}"), Raw("The words of an answer that goes over the line of its column."), _number(row))
        for row in range(GROUPS)
    )
    columns = (Column(Text("Item")), Column(Text("Remark")), Column(Text("Result"), figures=True))
    return Table(Text("Worst items"), columns, rows)


def _number(row: int) -> Number:
    return Number(f"0.{50 + row}", f"0.{40 + row}", f"0.{60 + row}", 90 + row, limit="0.6", direction="at_least")


def timed(report: SealedReport) -> tuple[bytes, float]:
    """One PDF and the seconds it took."""
    start = time.perf_counter()
    printed = pdf.render(report)
    return printed, time.perf_counter() - start


def theirs(report: SealedReport) -> float | None:
    """Seconds in which chromium prints the report's page, its own start included; None where there is no chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        page, printed = Path(folder) / "report.html", Path(folder) / "report.pdf"
        page.write_text(html.render(report), encoding="utf-8")
        command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={printed}", page.as_uri()]
        start = time.perf_counter()
        subprocess.run(command, capture_output=True, check=False, timeout=120)
        seconds = time.perf_counter() - start
        return seconds if printed.exists() else None


def states() -> dict[str, Any]:
    """Seconds in which the states of 300 duties of 200 systems are computed anew, by their own benchmark."""
    return dict(import_module("benchmarks.states").measure()) if find_spec("benchmarks.states") else {}


def main() -> None:
    """Print the report some times and tell the figures."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--tests", type=int, default=14)
    arguments.add_argument("--rounds", type=int, default=5)
    given = arguments.parse_args()
    report = invented(given.tests)
    first, cold = timed(report)
    rounds = [timed(report) for _ in range(given.rounds)]
    with pikepdf.open(io.BytesIO(first)) as document:
        pages = len(document.pages)
    drawings = sum(type(block).__name__.endswith("Chart") for section in report.book.sections for block in section.blocks)
    quick = statistics.median(seconds for _, seconds in rounds)
    digests = {hashlib.sha256(printed).hexdigest() for printed in (first, *(printed for printed, _ in rounds))}
    peer = theirs(report)
    found = states()
    beside = "no chromium is at hand" if peer is None else f"chromium prints the page in {peer:.2f} s"
    print(f"{pages} pages, {drawings} drawings, {len(first) / 1e6:.1f} MB: {cold:.2f} s cold, {quick:.2f} s after; {beside}")
    figures = {
        "pdf_s": round(cold, 3),
        "pdf_warm_s": round(quick, 3),
        "identical": len(digests) == 1,
        "pages": pages,
        "charts": drawings,
        "chromium_s": None if peer is None else round(peer, 3),
        "states_s": found.get("states_s"),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

"""A made-up system with made-up evidence, and the bytes that `services.build` would seal."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from governance.book import (
    BarChart,
    BarRow,
    Block,
    Book,
    Chip,
    Column,
    Digest,
    Heading,
    IntervalChart,
    IntervalRow,
    Listing,
    Notice,
    Number,
    Paragraph,
    Passage,
    Provenance,
    Raw,
    Section,
    Span,
    Table,
    Text,
    to_plain,
)
from governance.classification.classify import classify
from governance.classification.questions import questionnaire
from governance.classification.standing import Standing
from governance.compliance.assessment import Assigned, Said, Sealed, Stated, Waived, assess_duties
from governance.compliance.frameworks import load
from governance.incidents.told import Clocks, IncidentTold, MonitoringLine, MonitoringTold, RetentionTold
from governance.reports.build import book_of
from governance.reports.sealed import SealedReport, read_sealed
from governance.reports.snapshot import Head, Part, Registered, Snapshot
from probanza.canonical import canonical_bytes

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
VERSION = "019371b0-0000-7000-8000-000000000001"
DIGEST = "sha256:" + "3f" * 32
HOSTILE = '<script>alert(1)</script> {{7*7}} #panic("x") $x$ {% now %} العربية 中 😀 \u202eevil " & \\ %s %(x)s'


def rows(*given: tuple[str, str | None, str | None, str | None, int]) -> tuple[IntervalRow, ...]:
    return tuple(IntervalRow(Raw(label), value, low, high, n) for label, value, low, high, n in given)


BLOCKS: dict[str, tuple[Block, ...]] = {
    "bias": (
        Paragraph(Text("Favourable is “%(value)s”.", (("value", "approved"),))),
        Heading(Text("By %(features)s", (("features", "sex × age"),)), 4),
        IntervalChart(
            Text("Women are approved 11 points less often"),
            Text("selection rate"),
            rows(
                ("men", "0.62", "0.58", "0.66", 540),
                ("women", "0.51", "0.47", "0.55", 520),
                ("women, 60 and older, northern branch", "0.44", "0.30", "0.58", 48),
                ("not stated", None, None, None, 3),
            ),
            limit="0.55",
            direction="at_least",
        ),
        Table(
            Text("Counts by group"),
            (Column(Text("Group")), Column(Text("Approved"), figures=True), Column(Text("Rate"), figures=True)),
            (
                (Raw("men"), Raw("335"), Number("0.62", "0.58", "0.66", 540, limit="0.55", direction="at_least")),
                (Raw("women"), Raw("265"), Number("0.51", "0.47", "0.55", 520, limit="0.55", direction="at_least")),
                (Raw("not stated"), Raw("1"), Number(None, None, None, 3)),
            ),
        ),
    ),
    "explainability": (
        IntervalChart(
            Text("Income carries most of the score"),
            Text("mean absolute attribution"),
            rows(
                ("income", "0.31", "0.29", "0.33", 400),
                ("age", "0.08", "0.07", "0.09", 400),
                ("postcode", "0.02", "0", "0.04", 400),
            ),
            unit="score",
        ),
    ),
    "pii": (
        BarChart(
            Text("Personal data was found in 4 of 60 texts"),
            Text("findings by type"),
            (BarRow(Raw("IBAN_CODE"), 1), BarRow(Raw("EMAIL_ADDRESS"), 3), BarRow(Raw("PHONE_NUMBER"), 2)),
        ),
        Notice(Text("Detectors do not find all personal data."), "info"),
    ),
    "fidelity": (
        IntervalChart(
            Text("One of five answers is not supported by what was retrieved"),
            Text("share of supported answers"),
            rows(("all questions", "0.8", "0.38", "0.96", 5)),
            limit="0.9",
            direction="at_least",
        ),
        Passage(
            "The rate is 25 %. Ask your branch.",
            (Span(0, 17, Text("not in the passages")),),
            Text("Answer to question %(id)s", (("id", "3"),)),
        ),
        Listing((Text("Only five questions were asked."), Raw("q1, q2, q3, q4, q5"))),
    ),
}
STATES = {"bias": ("not_met", "met"), "explainability": (), "pii": ("met",), "fidelity": ("inconclusive",)}


def sealed(kind: str, number: int, changed: tuple[str, ...] = (), hostile: str = "") -> Sealed:
    verdicts = [
        {
            "criterion": f"c{index}",
            "measure": "selection_rate_ratio",
            "group": [["sex", hostile or "F"]] if kind == "bias" else [],
            "value": "0.71",
            "low": "0.64",
            "high": "0.77",
            "n": 180,
            "unit": "ratio",
            "limit": "0.8",
            "direction": "at_least",
            "state": state,
        }
        for index, state in enumerate(STATES[kind])
    ]
    criterion = {"frozen_at": "2026-11-22T12:00:00+00:00", "author": hostile or "Ana Auditora", "digest": DIGEST}
    measures = [
        {
            **{name: verdict[name] for name in ("group", "value", "low", "high", "n", "unit")},
            "name": "selection_rate_ratio", "method": "newcombe", "level": "0.95", "unscored": 0, "reason": "",
        }
        for verdict in verdicts[:1]
    ]  # fmt: skip
    statement: dict[str, Any] = {
        "facts": {"seed": 7, "coverage": {"planned": 60, "scored": 56, "unscored": {"timeout": 4}}, "measures": measures},
        "blocks": to_plain((Paragraph(Raw(hostile)), *BLOCKS[kind]) if hostile else BLOCKS[kind]),
        "criteria": [{"id": f"c{index}", **criterion} for index in range(len(verdicts))],
        "verdicts": verdicts,
        "pins": [{"role": "model", "id": VERSION, "digest": DIGEST}],
        "provenance": {"requested_by": "tests", "kind_version": "1", "code_version": "0.1.0", "target": {"type": "http_rag"}},
    }
    identifier = f"019371b0-0000-7000-8000-0000000000{number:02d}"
    return Sealed(identifier, kind, DIGEST, "run-" + identifier, NOW, VERSION, 3, statement, changed)


def snapshot(language: str = "en", kinds: tuple[str, ...] = tuple(BLOCKS), hostile: str = "", **more: Any) -> Snapshot:
    found = [sealed(kind, 10 + index, hostile=hostile) for index, kind in enumerate(kinds)]
    given: dict[str, Any] = {
        "report_id": "019371b0-0000-7000-8000-0000000000ff",
        "organisation": "Banco Ejemplo",
        "system": hostile or "Customer assistant",
        "owner": "Eva Responsable",
        "stage": "validation",
        "version_id": VERSION,
        "number": 3,
        "digest": DIGEST,
        "spec": {"purpose": hostile or "Answers customers' questions", "roles": ["provider"], "risk_class": "not_classified"},
        "parts": (Part("system", "Customer assistant", 3, DIGEST), Part("model", "gpt-ejemplo", 1, DIGEST)),
        "assessment": assess_duties(load(), found),
        "language": language,
        "issued_at": NOW,
        "built_by": "Ana Auditora",
        "head": Head(41, "ab" * 32, "ed25519:1"),
    }
    return Snapshot(**{**given, **more})


def stated(duty: str, number: int, words: str = "We looked at it.", **more: Any) -> Stated:
    given = {"state": "attested", "person": "Eva Responsable", "role": "Head of risk", "at": "2026-11-20T09:00:00+00:00"}
    return Stated(**{"id": f"s{number}", "duty": duty, "statement": words, **given, **more})


def said(hostile: str = "") -> Said:
    """A statement with a document, one against a measurement, one that a duty does not apply, a waiver, two owners."""
    words = hostile or "We looked at it."
    return Said(
        statements=(
            stated("Art.9(5)", 1, words, document_digest=DIGEST, document_name="risks.pdf", evidence_id="e1"),
            stated("Art.10(2)(f)", 2, words, cites=("019371b0-0000-7000-8000-000000000010",), state="fulfilled_by_decision"),
            stated("Art.12(3)", 3, words, state="not_applicable", reference="Annex III 1(a)"),
        ),
        waivers=(Waived("w1", "Art.14(5)", words, "Ana Auditora", "Eva Responsable", date(2027, 3, 1), active=True),),
        assignments=(
            Assigned(hostile or "Olga Propietaria", date(2027, 1, 31), "Art.9(9)"),
            Assigned(hostile or "Olga Propietaria", None, "Art.9(5)"),
        ),
    )


def standing(**answers: Any) -> Standing:
    """A confirmed classification of a credit scorer that its provider uses itself."""
    given = {"r_roles": ["develops_or_own_name", "uses_under_authority"], "h3_points": ["5b"], "h3_profiling": "yes", **answers}
    outcome = classify(given, {one.id: one.applies_from for one in load().dates})
    return Standing(outcome, given, NOW, "Ana Auditora", NOW, "Eva Responsable", "Officer", "e9", DIGEST)


def clocks(words: str = "Wrong refusals for a week") -> Clocks:
    """An open incident with its evidence frozen, a clock that runs and one that does not, a plan with an overdue line."""
    return Clocks(
        incidents=(
            IncidentTold(
                "i1",
                words,
                "health",
                NOW,
                NOW,
                "15 days",
                "Art. 73(2)",
                "open",
                None,
                frozen=True,
                standing="overdue",
                altered=(3,),
            ),
        ),
        retention=(
            RetentionTold(Text("Technical documentation"), "Art. 18", date(2027, 1, 1), date(2037, 1, 1), False, Text("")),
            RetentionTold(Text("Logs"), "Art. 19", None, None, True, Text("")),
        ),
        monitoring=MonitoringTold(
            2,
            "Ana Auditora",
            NOW,
            (MonitoringLine("bias", "selection_rate_ratio", 30, None, NOW, overdue=True, state="overdue"),),
        ),
    )


DATA = {"use": "testing", "origin": "", "rows": 1200, "personal_data": True}
MODEL = {"provider": "Ejemplo", "family": "gpt", "general_purpose": True, "licence": "by contract", "limitations": ""}


def whole(language: str = "en", hostile: str = "", **more: Any) -> Snapshot:
    """The made-up system with everything there can be on file."""
    made, words = standing(), {"words": hostile} if hostile else {}
    found = [sealed(kind, 10 + index, hostile=hostile) for index, kind in enumerate(BLOCKS)]
    facts = sealed("pii", 30)
    lineage = replace(facts, kind="lineage", statement={"blocks": to_plain((Paragraph(Text("Two versions.")),))})
    given: dict[str, Any] = {
        "assessment": assess_duties(load(), [*found, lineage], replace(said(hostile), classification=made)),
        "classification": made,
        "questions": questionnaire().questions,
        "clocks": clocks(**words),
        "history": (Registered(1, NOW, "Ana", "", DIGEST), Registered(3, NOW, "Ana", hostile or "New prompt", DIGEST)),
        "parts": (
            Part("system", "Customer assistant", 3, DIGEST, "ai_system"),
            Part("model", hostile or "gpt-ejemplo", 1, DIGEST, "model", MODEL),
            Part("data", "cases", 1, DIGEST, "dataset", DATA),
        ),
    }
    return snapshot(language, hostile=hostile, **{**given, **more})


def sealed_report(book: Book) -> SealedReport:
    return read_sealed(canonical_bytes({"schema": "probanza.evidence/1", "book": to_plain(book)}))


def every_block(words: str) -> Book:
    raw = Raw(words)
    text = Text("%(words)s", (("words", words),))
    columns = (Column(text), Column(text, figures=True))
    cells = ((raw, Digest(words)), (Chip(words), Number(words, None, None, 1)))
    spans = (Span(0, 3, text), Span(2, 9, text), Span(-5, 10**6, text))
    blocks: tuple[Block, ...] = (
        Heading(text),
        Heading(text, 6),
        Paragraph(raw),
        Notice(text),
        Notice(text, words),
        Listing((raw, text)),
        Table(text, columns, cells),
        Passage(words, spans, text),
        Provenance(((text, raw),)),
        IntervalChart(text, text, (IntervalRow(raw, "0.5", "0.4", "0.6", 9),), limit="0.5", direction="at_least"),
        BarChart(text, text, (BarRow(raw, 3),)),
    )
    return Book(text, raw, "en", NOW.isoformat(), ((text, raw),), (Section("a", text, blocks),))


@pytest.fixture
def make() -> Callable[..., SealedReport]:
    """A sealed report of the made-up system: `make(language="es", kinds=(), hostile="...")`."""
    return lambda **given: sealed_report(book_of(snapshot(**given)))


@pytest.fixture
def make_snapshot() -> Callable[..., Snapshot]:
    return snapshot


@pytest.fixture
def make_whole() -> Callable[..., Snapshot]:
    return whole


@pytest.fixture
def make_standing() -> Callable[..., Standing]:
    return standing


@pytest.fixture
def hostile() -> SealedReport:
    """A report with every kind of block, each of its words hostile."""
    return sealed_report(every_block(HOSTILE))


@pytest.fixture
def of_words() -> Callable[[str], SealedReport]:
    return lambda words: sealed_report(every_block(words))

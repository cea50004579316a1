"""Sealed reports made by hand: a statement, the statements of its evidence, and the bytes of both."""

from collections.abc import Mapping, Sequence
from typing import Any

from governance.book import Book, Paragraph, Raw, Section, Text, to_plain
from governance.reports.sealed import SealedReport, read_sealed
from probanza.canonical import canonical_bytes
from probanza.proofs import leaf_hash

ISSUED = "2026-11-22T14:05:00+00:00"
DIGEST = "sha256:" + "3f" * 32
REPORT = "019371b0-0000-7000-8000-0000000000ff"
HOSTILE = "=cmd|' /C calc'!A0 <script>alert(1)</script> {{7*7}} | **x** [a](javascript:1) http://evil.example \u202e😀\nnext --- "


def identifier(number: int) -> str:
    return f"019371b0-0000-7000-8000-{number:012d}"


def measure(name: str = "supported_rate", value: str | None = "0.71", **more: Any) -> dict[str, Any]:
    interval = {"low": None, "high": None} if value is None else {"low": "0.64", "high": "0.77"}
    return {
        "name": name, "value": value, **interval, "n": 180, "method": "wilson", "unit": "share", "level": "0.95", "unscored": 0,
        "group": [], "reason": "" if value else "too few", **more,
    }  # fmt: skip


def evidence(number: int, kind: str, measures: Sequence[Mapping[str, Any]], **more: Any) -> dict[str, Any]:
    """The sealed statement of one audit. limits: of its verdicts, by measure name (limit, direction, state)."""
    limits: Mapping[str, tuple[str, str, str]] = more.pop("limits", {})
    facts = {
        "kind": kind, "kind_version": "1", "parameters": {"k": "5"}, "seed": 7, "measures": list(measures), "details": {},
        "coverage": {"planned": 60, "scored": 56, "unscored": {"timeout": 4}}, "limits": ["Detectors do not find everything."],
    }  # fmt: skip
    judged = [
        {"criterion": f"c-{one['name']}", "measure": one["name"], "limit": limit, "direction": direction, "state": state}
        | {name: one[name] for name in ("group", "value", "low", "high", "n", "unit", "level")}
        for one in measures
        if one["name"] in limits
        for limit, direction, state in [limits[one["name"]]]
    ]
    criteria = [
        {"id": one["criterion"], "author": "Ana Auditora", "frozen_at": "2026-11-20T09:00:00+00:00", "digest": DIGEST}
        for one in judged
    ]
    return {
        "id": identifier(number), "kind": kind, "sealed_at": "2026-11-21T10:00:00+00:00", "run_id": f"run-{number}",
        "facts": facts, "verdicts": judged, "criteria": criteria, "provenance": {}, **more,
    }  # fmt: skip


def duty(name: str, state: str, *cited: str, **more: Any) -> dict[str, Any]:
    rows = [{"id": one, "strength": "direct", "state": state} for one in cited]
    return {"duty": name, "framework": "eu_ai_act", "title": f"About {name}", "words": f"Do {name}.", "state": state,
            "evidence": rows, **more}  # fmt: skip


DUTIES = (
    duty("Art.9(8)", "criterion_not_met", identifier(1)),
    duty("Art.10(2)(f)", "criterion_met", identifier(1)),
    duty("Art.13(3)(b)(ii)", "not_assessed", owner="Eva", due="2027-01-31"),
    duty(
        "Art.14(4)", "not_applicable", statements=[{"state": "not_applicable", "person": "Ana", "statement": "Nobody decides."}]
    ),
    duty("Art.17", "fulfilled_by_decision", statements=[{"state": "fulfilled_by_decision", "person": "Luis"}]),
)
BIAS = evidence(
    1,
    "bias",
    (
        measure("selection_rate", "0.71", group=[["sex", "female"]]),
        measure("selection_rate_difference", "-0.11", low="-0.18", high="-0.04", unit="difference", method="newcombe"),
        measure("accuracy", None),
    ),
    limits={"selection_rate": ("0.8", "at_least", "not_met")},
)


def statement(
    bodies: Sequence[Mapping[str, Any]] = (BIAS,), duties: Sequence[Mapping[str, Any]] = DUTIES, **more: Any
) -> dict[str, Any]:
    """What a report seals, as interface and older versions have it; `more` replaces or adds."""
    system = {
        "name": "Customer assistant", "version": "3", "digest": DIGEST,
        "spec": {"purpose": "Answers questions", "languages": ["es"], "deployers": ["Banco Ejemplo"],
                 "foreseeable_misuse": "As advice"},
        "parts": [
            {"role": "system", "asset": "Customer assistant", "number": "3", "digest": DIGEST},
            {"role": "model", "asset": "gpt-ejemplo", "number": "1", "digest": "sha256:" + "4e" * 32},
            {"role": "dataset", "asset": "letters", "number": "2", "digest": "sha256:" + "5d" * 32},
        ],
    }  # fmt: skip
    return {
        "id": identifier(99), "kind": "report", "sealed_at": ISSUED, "report": REPORT, "language": "en",
        "law": {"text_version": "02024R1689-20260727", "checked_on": "2026-11-22"},
        "system": system,
        "duties": list(duties),
        "counts": {},
        "evidence": [_named(one) for one in bodies],
        "pins": [{"role": "system", "id": identifier(50), "digest": DIGEST}],
        **more,
    }  # fmt: skip


def _named(body: Mapping[str, Any]) -> dict[str, Any]:
    digest = f"sha256:{leaf_hash(canonical_bytes(body)).hex()}"
    return {"id": body["id"], "kind": body["kind"], "digest": digest, "run": body["run_id"], "stale": []}


def sealed(
    given: Mapping[str, Any] | None = None, bodies: Sequence[Mapping[str, Any]] = (BIAS,), language: str = "en"
) -> SealedReport:
    """The report as its forms get it."""
    whole = {"book": to_plain(book(language)), **(statement(bodies) if given is None else given)}
    return read_sealed(canonical_bytes(whole), [canonical_bytes(one) for one in bodies])


def book(language: str = "en") -> Book:
    title = Text("Evidence report: %(system)s", (("system", "Customer assistant"),))
    rows = ((Text("Version"), Raw("3")), (Text("Organisation"), Raw("Banco Ejemplo")))
    section = Section("result", Text("Result on one page"), (Paragraph(Raw("words")),))
    return Book(title, Raw("EU AI Act"), language, ISSUED, rows, (section,))

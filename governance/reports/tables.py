"""The form for spreadsheets: a ZIP of CSV files (RFC 4180, UTF-8 with the mark that spreadsheets look for).

A cell that a spreadsheet would compute is given an apostrophe in front and shows as text; figures are decimal text as sealed.
The names of columns and states are stable and in English, so that a programme can read every language's file.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from governance.charts.svg import clean
from governance.reports.said import NOTHING, voice_of
from governance.reports.sealed import SealedReport
from governance.reports.stored import stored
from governance.reports.told import DutyTold, Figure, Judged, Proof, Told, told

CONTENT_TYPE = "application/zip"
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
_COMPUTED = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_UNSEEN = "\u200b\u2060\ufeff"
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")

DUTIES = (
    "duty", "framework", "title", "state", "applies_from", "owner", "due", "evidence", "evidence_states", "statements", "waivers",
)  # fmt: skip
FIGURES = (
    "kind", "measure", "group", "value", "low", "high", "level", "n", "unscored", "method", "unit", "reason", "criterion",
    "limit", "direction", "verdict", "criterion_author", "criterion_frozen_at", "evidence",
)  # fmt: skip
EVIDENCE = ("evidence", "kind", "digest", "run", "sealed_at", "planned", "scored", "stale_because", "limits")
REPORT = (
    "report", "digest", "system", "version", "version_digest", "organisation", "issued_at", "language", "law", "law_checked_on",
    "evidence", "says_first",
)  # fmt: skip


def render(report: SealedReport) -> bytes:
    """The report as `report.csv`, `duties.csv`, `figures.csv` and `evidence.csv` in one ZIP file."""
    rows = told(report)
    return stored(
        {
            "report.csv": written(REPORT, [_report(rows)]),
            "duties.csv": written(DUTIES, map(_duty, rows.duties)),
            "figures.csv": written(FIGURES, (row for figure in rows.figures() for row in _figure(figure))),
            "evidence.csv": written(EVIDENCE, map(_evidence, rows.evidence)),
        }
    )


def written(names: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file with a head; None is an empty cell."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(names)
    writer.writerows([harmless(value) for value in row] for row in rows)
    return (MARK + target.getvalue()).encode()


def harmless(value: object) -> str:
    """A cell as text that no spreadsheet computes; a number stays a number."""
    words = "" if value is None else clean(str(value))
    if words.lstrip().lstrip(_UNSEEN).startswith(_COMPUTED) and not _NUMBER.fullmatch(words):
        return f"'{words}"
    return words


def _report(rows: Told) -> tuple[object, ...]:
    law, first = rows.law, "" if rows.evidence else voice_of(rows).message(NOTHING)
    return (
        rows.report, rows.digest, rows.system.name, rows.system.number, rows.system.digest, rows.organisation, rows.issued_at,
        rows.language, law.get("text_version"), law.get("checked_on"),
        len(rows.evidence), first,
    )  # fmt: skip


def _duty(duty: DutyTold) -> tuple[object, ...]:
    return (
        duty.id,
        duty.framework,
        duty.title,
        duty.state,
        duty.applies_from,
        duty.owner,
        duty.due,
        _listed(one.id for one in duty.evidence),
        _listed(f"{one.strength}: {one.state}" for one in duty.evidence),
        _listed(f"{one.get('state', '')} {one.get('person', '')} {one.get('at', '')}".strip() for one in duty.stated),
        _listed(f"{one.get('reason', '')} ({one.get('expires_on', '')})" for one in duty.waived),
    )


def _figure(figure: Figure) -> Iterable[tuple[object, ...]]:
    """One row a criterion, one without any where nothing was judged."""
    for judged in figure.judged or (Judged("", "", "", "no_criterion"),):
        yield (
            figure.kind, figure.name, figure.of_group(), figure.value, figure.low, figure.high, figure.level, figure.n,
            figure.unscored, figure.method, figure.unit, figure.reason, judged.criterion, judged.limit, judged.direction,
            judged.state, judged.author, judged.frozen_at, figure.evidence,
        )  # fmt: skip


def _evidence(proof: Proof) -> tuple[object, ...]:
    return (
        proof.id, proof.kind, proof.digest, proof.run, proof.sealed_at, proof.planned, proof.scored, _listed(proof.stale),
        _listed(proof.limits),
    )  # fmt: skip


def _listed(words: Iterable[str]) -> str:
    return "; ".join(words)

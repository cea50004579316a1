"""A difference as JSON-ready data without floats; canonical, so that the same two reports give the same bytes. Pure."""

from dataclasses import asdict
from typing import Any

from governance.reports.diff.compare import CriterionChange, Difference
from governance.reports.diff.moves import STATES, Move
from governance.reports.told import Figure, Group, Told

Plain = dict[str, Any]
SCHEMA = "probanza.report-difference/1"


def plain(difference: Difference) -> Plain:
    """Everything that differs, and how many figures were held against each other."""
    counts = {state: sum(one.state == state for one in difference.figures) for state in STATES}
    return {
        "schema": SCHEMA,
        "before": _report(difference.before),
        "after": _report(difference.after),
        "nothing_changed": difference.nothing(),
        "states": [asdict(one) for one in difference.states],
        "figures": [_move(one) for one in difference.figures if one.state != "same_evidence"],
        "figure_counts": counts,
        "evidence": [{**asdict(one), "because": list(one.because)} for one in difference.evidence],
        "criteria": [_criterion(one) for one in difference.criteria],
        "versions": [asdict(one) for one in difference.versions],
        "law": [asdict(one) for one in difference.law],
        "classification": [asdict(one) for one in difference.classification],
        "people": [asdict(one) for one in difference.people],
        "incidents": [asdict(one) for one in difference.incidents],
    }


def _report(told: Told) -> Plain:
    return {
        "report": told.report,
        "digest": told.digest,
        "issued_at": told.issued_at,
        "language": told.language,
        "system": told.system.name,
        "version": told.system.number,
    }


def _move(move: Move) -> Plain:
    return {
        "kind": move.kind,
        "measure": move.name,
        "group": _pairs(move.group),
        "state": move.state,
        "why": move.why,
        "otherwise": list(move.otherwise),
        "difference": move.difference,
        "low": move.low,
        "high": move.high,
        "towards": move.towards,
        "before": _figure(move.before),
        "after": _figure(move.after),
    }


def _figure(figure: Figure | None) -> Plain | None:
    if figure is None:
        return None
    names = ("evidence", "value", "low", "high", "level", "n", "method", "unit", "unscored", "reason")
    return {**{name: getattr(figure, name) for name in names}, "verdicts": [one.state for one in figure.judged]}


def _criterion(change: CriterionChange) -> Plain:
    return {
        "kind": change.kind,
        "measure": change.measure,
        "group": _pairs(change.group),
        "before": asdict(change.before) if change.before else None,
        "after": asdict(change.after) if change.after else None,
    }


def _pairs(group: Group) -> list[list[str]]:
    return [list(pair) for pair in group]

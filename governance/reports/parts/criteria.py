"""Appendix: every criterion that a figure of this report was held against, as it was frozen."""

from collections.abc import Mapping
from typing import Any

from governance.book import Cell, Digest, Notice, Raw, Section, Table, Text, gettext_noop
from governance.charts.tables import limit_text
from governance.compliance.assessment import Sealed
from governance.reports.parts.figures import criteria_of, frozen_words, measure_words, verdicts_of
from governance.reports.parts.words import DASH, data, table, told
from governance.reports.snapshot import Snapshot

TITLE = Text(gettext_noop("Criteria"))


def criteria(snapshot: Snapshot) -> Section:
    """Measure, limit, author, day and reason of each."""
    found: dict[str, tuple[Sealed, Mapping[str, Any]]] = {}
    for one in snapshot.assessment.evidence:
        verdicts = {str(verdict.get("criterion")): verdict for verdict in verdicts_of(one)}
        for criterion in criteria_of(one):
            whole = {**verdicts.get(str(criterion.get("id")), {}), **criterion}
            found.setdefault(str(criterion.get("digest") or f"{one.id} {criterion.get('id')}"), (one, whole))
    if not found:
        message = gettext_noop("No criterion was frozen before any of these runs. Owner: %(owner)s.")
        return Section("criteria", TITLE, (Notice(Text(message, (("owner", snapshot.owner),)), "no_criterion"),))
    return Section("criteria", TITLE, (_table(snapshot, list(found.values())),))


def _table(snapshot: Snapshot, found: list[tuple[Sealed, Mapping[str, Any]]]) -> Table:
    titles = (
        gettext_noop("Test"),
        gettext_noop("Measure"),
        gettext_noop("Limit"),
        gettext_noop("Least n"),
        gettext_noop("Criterion frozen"),
        gettext_noop("Reason"),
        gettext_noop("Digest"),
    )
    return table(gettext_noop("Criteria as they were frozen"), titles, [_row(snapshot, *pair) for pair in found])


def _row(snapshot: Snapshot, one: Sealed, criterion: Mapping[str, Any]) -> tuple[Cell, ...]:
    limit = criterion.get("limit")
    return (
        snapshot.kind_title(one.kind),
        measure_words(snapshot, one, criterion),
        limit_text(str(limit), str(criterion.get("direction") or "")) if limit is not None else Raw(DASH),
        data(str(criterion.get("min_n") or "")),
        frozen_words(snapshot, one, {"criterion": criterion.get("id")}),
        data(told(criterion.get("rationale"))),
        Digest(str(criterion["digest"])) if criterion.get("digest") else Raw(DASH),
    )

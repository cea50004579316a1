"""A post-market monitoring plan (Art. 72) as lines, and how sealed evidence stands to each. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from governance.shapes import ShapeError, read

MOST_LINES = 100
MOST_DAYS = 1_096  # three years
LONGEST_NOTE = 4_000
LineState = Literal["never", "current", "stale", "overdue"]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to look at again and again. measure: empty for any measure of the kind. every_days: 1 or more."""

    kind: str
    measure: str
    every_days: int

    def key(self) -> tuple[str, str]:
        """What the line looks at."""
        return self.kind, self.measure


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest sealed evidence that feeds a line. current: it is about the newest version of the system."""

    at: datetime
    current: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class MonitoringLine:
    """A line and how it stands. last_at: of the evidence that fed it, None before the first. evidence: its id, else empty.

    state: never (nothing has fed it yet), current, stale (only an earlier version was looked at) or overdue.
    """

    kind: str
    measure: str
    every_days: int
    last_at: datetime | None
    due_at: datetime
    overdue: bool
    state: LineState
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class MonitoringTold:
    """The plan in force and how it stands. digest: of the plan. evidence: id of its seal."""

    version: int
    set_by: str
    set_at: datetime
    lines: tuple[MonitoringLine, ...]
    note: str = ""
    digest: str = ""
    evidence: str = ""


def read_lines(given: object, known: Mapping[str, Mapping[str, str]]) -> tuple[Line, ...]:
    """The lines of a plan. known: kinds of audits with the measures of each.

    Raises `ShapeError` naming the line and the field.
    """
    if not isinstance(given, list | tuple) or not given:
        raise ShapeError("lines", "must be a list with at least one line.")
    if len(given) > MOST_LINES:
        raise ShapeError("lines", f"has {len(given)} lines; at most {MOST_LINES} are allowed.")
    lines = tuple(_line(f"lines[{index}]", one, known) for index, one in enumerate(given))
    for index, line in enumerate(lines):
        if line.key() in [before.key() for before in lines[:index]]:
            raise ShapeError(f"lines[{index}]", "looks at what another line looks at already.")
    return lines


def _line(path: str, given: object, known: Mapping[str, Mapping[str, str]]) -> Line:
    line = read(Line, given, path)
    if line.kind not in known:
        raise ShapeError(f"{path}.kind", "is not a known audit kind.", tuple(sorted(known)))
    if line.measure and line.measure not in known[line.kind]:
        raise ShapeError(f"{path}.measure", f"is no measure of {line.kind}.", tuple(sorted(known[line.kind])))
    if not 1 <= line.every_days <= MOST_DAYS:
        raise ShapeError(f"{path}.every_days", f"must be from 1 to {MOST_DAYS} days.")
    return line


def plan_form(*, system: str, version: int, lines: Sequence[Line], note: str) -> dict[str, Any]:
    """What the digest of a plan covers, as plain data."""
    told = [{"kind": one.kind, "measure": one.measure, "every_days": one.every_days} for one in lines]
    return {"system": system, "version": version, "lines": told, "note": note}


def stand(line: Line, *, since: datetime, seen: Seen | None, now: datetime) -> MonitoringLine:
    """How one line stands. since: when a plan first had it; its first evidence is due one interval later."""
    due_at = (seen.at if seen else since) + timedelta(days=line.every_days)
    overdue = now > due_at
    return MonitoringLine(
        kind=line.kind,
        measure=line.measure,
        every_days=line.every_days,
        last_at=seen.at if seen else None,
        due_at=due_at,
        overdue=overdue,
        state=_state(seen, overdue=overdue),
        evidence=seen.evidence if seen else "",
    )


def _state(seen: Seen | None, *, overdue: bool) -> LineState:
    if overdue:
        return "overdue"
    if seen is None:
        return "never"
    return "current" if seen.current else "stale"

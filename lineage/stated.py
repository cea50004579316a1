"""Edges as somebody states them, read from plain data. Pure.

Read by hand: ten thousand in one call are as many as fit into the second that they may take.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from governance.shapes import ShapeError
from lineage.names import Named

End = UUID | Named
MOST_EDGES = 10_000
MOST_COLUMNS, LONGEST_COLUMN, LONGEST_NOTE = 1_000, 500, 2_000
FIELDS = ("source", "target", "kind", "valid_from", "note", "columns")
NAMED = ("kind", "namespace", "name")


@dataclass(frozen=True, slots=True)
class Stated:
    """`source KIND target` from `valid_from` on. An end is an id (of a version, or of something named before) or a name, which
    whoever states it checks.

    columns: pairs of a column of the source and a column of the target.
    """

    source: End
    target: End
    kind: str
    valid_from: datetime
    note: str = ""
    columns: tuple[tuple[str, str], ...] = ()


def read_edges(given: object, now: datetime, path: str = "edges") -> list[Stated]:
    """A list of 1 to 10,000 edges. Raises `ShapeError` with the path of what does not fit, as `edges[17].kind`."""
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_EDGES:
        raise ShapeError(path, f"must be a list of 1 to {MOST_EDGES} edges.")
    return [read_edge(one, now, f"{path}[{place}]") for place, one in enumerate(given)]


def read_edge(given: object, now: datetime, path: str = "") -> Stated:
    """One edge; `valid_from` is `now` when left out. Raises `ShapeError`."""
    edge = _object(given, FIELDS, path)
    before = f"{path}." if path else ""
    return Stated(
        _end(edge.get("source"), f"{before}source"),
        _end(edge.get("target"), f"{before}target"),
        _text(edge.get("kind"), f"{before}kind", 32),
        _moment(edge["valid_from"], f"{before}valid_from") if "valid_from" in edge else now,
        _text(edge.get("note", ""), f"{before}note", LONGEST_NOTE),
        _columns(edge.get("columns"), f"{before}columns"),
    )


def _object(given: object, known: Sequence[str], path: str) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise ShapeError(path, "must be an object.")
    for name in given:
        if name not in known:
            raise ShapeError(f"{path}.{name}" if path else str(name), "unknown field.", tuple(sorted(known)))
    return given


def _end(given: object, path: str) -> End:
    if isinstance(given, str):
        try:
            return UUID(given)
        except ValueError:
            raise ShapeError(path, "must be an id, or an object of kind, namespace and name.") from None
    if given is None:
        raise ShapeError(path, "is required.")
    named = _object(given, NAMED, path)
    return Named(*(_text(named.get(name), f"{path}.{name}", 10_000) for name in NAMED))


def _text(given: object, path: str, most: int) -> str:
    if given is None:
        raise ShapeError(path, "is required.")
    if not isinstance(given, str):
        raise ShapeError(path, "must be text.")
    if len(given) > most:
        raise ShapeError(path, f"must have at most {most} characters.")
    return given


def _moment(given: object, path: str) -> datetime:
    if isinstance(given, str):
        try:
            found = datetime.fromisoformat(given)
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise ShapeError(path, "must be a moment in ISO 8601, such as 2026-08-02T00:00:00Z.")


def _columns(given: object, path: str) -> tuple[tuple[str, str], ...]:
    if given is None:
        return ()
    if not isinstance(given, list) or len(given) > MOST_COLUMNS:
        raise ShapeError(path, f"must be a list of at most {MOST_COLUMNS} pairs.")
    return tuple(_pair(pair, f"{path}[{place}]") for place, pair in enumerate(given))


def _pair(given: object, path: str) -> tuple[str, str]:
    if not isinstance(given, list) or len(given) != 2:
        raise ShapeError(path, "must be a pair: a column of the source and one of the target.")
    return _text(given[0], f"{path}[0]", LONGEST_COLUMN), _text(given[1], f"{path}[1]", LONGEST_COLUMN)

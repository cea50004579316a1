"""How nodes and edges get into the database: one statement for any number of them, and nothing read back."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from governance.trail.ids import uuid7
from lineage.names import Named
from lineage.stated import Stated

_ADVANCE = (
    "INSERT INTO lineage_clock (id, organisation_id, version) VALUES (%s, %s, 1) "
    "ON CONFLICT (organisation_id) DO UPDATE SET version = lineage_clock.version + 1 RETURNING version"
)
_NODES = (
    "INSERT INTO lineage_node (id, organisation_id, kind, namespace, name, version_id, named_at) "
    "SELECT n.id, %s, n.kind, n.namespace, n.name, CASE WHEN n.name = '' THEN n.id END, %s "
    "FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[]) AS n(id, kind, namespace, name) ON CONFLICT DO NOTHING"
)
# The arrays stand in the order of the columns, so that the statement needs no other.
_GIVEN = "unnest(%s::uuid[], %s::uuid[], %s::text[], %s::timestamptz[]) WITH ORDINALITY AS g(source, target, kind, since, place)"
_OVERLAP = (
    f"SELECT g.place, e.id, e.valid_to FROM {_GIVEN} JOIN lineage_edge e "  # noqa: S608 - a constant text
    "ON e.source_id = g.source AND e.target_id = g.target AND e.kind = g.kind AND e.valid_to > g.since "
    "WHERE e.organisation_id = %s AND NOT EXISTS (SELECT FROM lineage_edge o WHERE o.source_id = g.source "
    "AND o.target_id = g.target AND o.kind = g.kind AND o.valid_to IS NULL) ORDER BY g.place LIMIT 1"
)
_EDGES = (
    "INSERT INTO lineage_edge (id, organisation_id, source_id, target_id, kind, valid_from, note, columns, stated_by, stated_at, "
    "stated_in) SELECT g.id, %s, g.source, g.target, g.kind, g.since, g.note, g.columns::jsonb, %s, %s, %s "
    "FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::timestamptz[], %s::text[], %s::text[]) "
    "AS g(id, source, target, kind, since, note, columns) ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Row:
    """An edge whose ends are known by their ids."""

    id: UUID
    source: UUID
    target: UUID
    stated: Stated


def rows_of(edges: Iterable[tuple[UUID, UUID, Stated]]) -> list[Row]:
    """Each edge with an id of its own."""
    return [Row(uuid7(), source, target, stated) for source, target, stated in edges]


def advance(organisation: UUID) -> int:
    """The next lineage version; other writers of this organisation wait until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE, [uuid7(), organisation])
        return int(cursor.fetchone()[0])


def keep_nodes(organisation: UUID, versions: Mapping[UUID, str], named: Mapping[UUID, Named], now: datetime) -> int:
    """See to it that there is a node for each: of versions the kind is given, of the rest the name. Returns how many are new."""
    nodes = [(key, kind, "", "") for key, kind in versions.items()]
    nodes += [(key, one.kind, one.namespace, one.name) for key, one in named.items()]
    if not nodes:
        return 0
    nodes.sort()  # two writers that add the same nodes wait for each other, and not both
    with connection.cursor() as cursor:
        keys, *words = map(list, zip(*nodes, strict=True))
        cursor.execute(_NODES, [organisation, now, uuids(keys), *words])
        return int(cursor.rowcount)


def overlapping(organisation: UUID, rows: Sequence[Row]) -> tuple[int, UUID, datetime] | None:
    """The first edge, by place, that would begin before an edge of the same three has ended: with that one's id and end."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERLAP, [*_joins(rows), organisation])
        found = cursor.fetchone()
    return None if found is None else (int(found[0]) - 1, found[1], found[2])


def keep_edges(organisation: UUID, rows: Sequence[Row], version: int, stated_by: str, now: datetime) -> int:
    """How many edges are new; those that stand open already stay as they are."""
    ids = uuids(row.id for row in rows)
    notes = [row.stated.note for row in rows]
    columns = [json.dumps(row.stated.columns) if row.stated.columns else None for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_EDGES, [organisation, stated_by, now, version, ids, *_joins(rows), notes, columns])
        return int(cursor.rowcount)


def uuids(given: Iterable[UUID]) -> str:
    """An array of them as one text: a value for each takes longer than the statement itself."""
    return f"{{{','.join(map(str, given))}}}"


def _joins(rows: Sequence[Row]) -> tuple[str, str, list[str], list[datetime]]:
    return (
        uuids(row.source for row in rows),
        uuids(row.target for row in rows),
        [row.stated.kind for row in rows],
        [row.stated.valid_from for row in rows],
    )

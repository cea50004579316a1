"""Edges out of the database into numpy, in one statement for any number of them.

The server puts each edge into a few bytes and hands them over in big blocks: a row for each would take four times as long.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from lineage.arrows import FOREVER, ID, Edges, Ids, Indices, ids_of, keys_of
from lineage.rules import BACKWARDS, PART_OF, RULES

KINDS = tuple(RULES)
WITH_COLUMNS = 64  # added to the code of a kind where the edge names columns
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ROW = np.dtype([("id", ID), ("tail", ID), ("head", ID), ("kind", ">i2"), ("since", ">i8"), ("until", ">i8")])


def _quoted(kinds: Sequence[str]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


_BACK = f"e.kind IN ({_quoted(BACKWARDS)})"
_CODE = (
    f"array_position(ARRAY[{_quoted(KINDS)}]::text[], e.kind::text) - 1 "
    f"+ CASE WHEN e.columns IS NULL THEN 0 ELSE {WITH_COLUMNS} END"
)
_BYTES = (
    f"uuid_send(e.id) || uuid_send(CASE WHEN {_BACK} THEN e.target_id ELSE e.source_id END) "
    f"|| uuid_send(CASE WHEN {_BACK} THEN e.source_id ELSE e.target_id END) || int2send(({_CODE})::int2) "
    "|| timestamptz_send(e.valid_from) || timestamptz_send(COALESCE(CASE WHEN COALESCE(e.ended_in, 0) <= {version} "
    "THEN e.valid_to END, 'infinity'))"
)
_BLOCKS = "SELECT string_agg({row}, ''::bytea) FROM lineage_edge e WHERE {where} GROUP BY get_byte(uuid_send(e.id), 15)"
_PARTS = (
    "SELECT DISTINCT c.component_version_id, c.system_version_id, v.created_at FROM governance_component c "
    "JOIN governance_assetversion v ON v.id = c.system_version_id WHERE c.organisation_id = %s"
)


class Rows:
    """Edges as the database has them: their ends are ids still."""

    def __init__(self, rows: NDArray[Any]) -> None:
        self.ids = np.ascontiguousarray(rows["id"])
        self.tails = np.ascontiguousarray(rows["tail"])
        self.heads = np.ascontiguousarray(rows["head"])
        self.kinds = rows["kind"].astype(np.int16)
        self.since = rows["since"].astype(np.int64)
        self.until = rows["until"].astype(np.int64)

    def only(self, which: NDArray[np.bool_]) -> "Rows":
        """These rows."""
        found = object.__new__(Rows)
        found.ids, found.tails, found.heads = self.ids[which], self.tails[which], self.heads[which]
        found.kinds, found.since, found.until = self.kinds[which], self.since[which], self.until[which]
        return found

    def between(self, tails: Indices, heads: Indices) -> Edges:
        """As edges between places of nodes."""
        return Edges(self.ids, self.kinds, tails, heads, self.since, self.until)


def moment_of(when: datetime) -> int:
    """Microseconds since 2000-01-01 UTC, as PostgreSQL counts."""
    return (when - EPOCH) // _MICROSECOND


def when_of(moment: int) -> datetime | None:
    """The reverse of `moment_of`; None for what has no end."""
    return None if moment == FOREVER else EPOCH + timedelta(microseconds=moment)


def all_rows(organisation: UUID, version: int) -> Rows:
    """Every edge of an organisation as of a lineage version."""
    return _rows("e.organisation_id = %s AND e.stated_in <= %s", [organisation, version], version)


def stated_rows(organisation: UUID, after: int, version: int) -> Rows:
    """Edges that lineage versions brought, from the one behind `after` up to `version`."""
    where = "e.organisation_id = %s AND e.stated_in > %s AND e.stated_in <= %s"
    return _rows(where, [organisation, after, version], version)


def ended_rows(organisation: UUID, after: int, version: int) -> Rows:
    """Edges of before that lineage versions ended, from the one behind `after` up to `version`."""
    where = "e.organisation_id = %s AND e.ended_in > %s AND e.ended_in <= %s AND e.stated_in <= %s"
    return _rows(where, [organisation, after, version, after], version)


def rows_among(organisation: UUID, nodes: Sequence[UUID], moment: datetime, most: int, version: int) -> Rows:
    """At most so many edges between these nodes that hold at `moment`."""
    where = (
        "e.id IN (SELECT i.id FROM lineage_edge i WHERE i.organisation_id = %s AND i.source_id = ANY(%s::uuid[]) "
        "AND i.target_id = ANY(%s::uuid[]) AND i.valid_from <= %s AND (i.valid_to IS NULL OR i.valid_to > %s) LIMIT %s)"
    )
    return _rows(where, [organisation, list(nodes), list(nodes), moment, moment, most], version)


def part_rows(organisation: UUID, newer: UUID | None = None, among: Sequence[UUID] | None = None) -> Rows:
    """The components of system versions as edges without an id.

    newer: only those behind this id. among: only those that join two of these nodes.
    """
    asked, values = _PARTS, [organisation]  # type: tuple[str, list[Any]]
    if newer is not None:
        asked, values = f"{asked} AND c.id > %s", [*values, newer]
    if among is not None:
        asked = f"{asked} AND c.component_version_id = ANY(%s::uuid[]) AND c.system_version_id = ANY(%s::uuid[])"
        values = [*values, list(among), list(among)]
    with connection.cursor() as cursor:
        cursor.execute(asked, values)
        found = cursor.fetchall()
    rows = np.zeros(len(found), dtype=_ROW)
    if found:
        rows["head"], rows["tail"] = ids_of([part for part, _, _ in found]), ids_of([whole for _, whole, _ in found])
        rows["since"] = [moment_of(since) for _, _, since in found]
    rows["kind"], rows["until"] = KINDS.index(PART_OF), FOREVER
    return Rows(rows)


def joined(parts: Sequence[Rows]) -> tuple[Ids, Edges]:
    """All nodes that the rows name, each once, and the edges between their places."""
    tails, heads = (np.concatenate([getattr(part, name) for part in parts]) for name in ("tails", "heads"))
    ids, places = _distinct(np.concatenate((tails, heads)))
    first = 0
    edges = []
    for part in parts:
        last = first + part.tails.size
        edges.append(part.between(places[first:last], places[tails.size + first : tails.size + last]))
        first = last
    return ids, Edges.join(edges)


def _distinct(ids: Ids) -> tuple[Ids, Indices]:
    """Each id once, and where each of `ids` stands among them."""
    keys = keys_of(ids)
    order = np.argsort(keys)
    keys = keys[order]
    new = np.ones(order.size, dtype=np.bool_)
    new[1:] = keys[1:] != keys[:-1]
    places = np.empty(order.size, dtype=np.int32)
    places[order] = np.cumsum(new, dtype=np.int32) - 1
    found = ids[order[new]]
    return (found, places) if _same(found[places], ids) else _distinct_slowly(ids)


def _same(one: Ids, other: Ids) -> bool:
    return bool(np.array_equal(one.view("<u8"), other.view("<u8")))


def _distinct_slowly(ids: Ids) -> tuple[Ids, Indices]:
    # Two ids share a key, so that equal ids need not stand side by side.
    place: dict[bytes, int] = {}
    places = np.array([place.setdefault(one.tobytes(), len(place)) for one in ids], dtype=np.int32)
    return np.frombuffer(b"".join(place), dtype=ID), places


def _rows(where: str, values: Sequence[Any], version: int) -> Rows:
    asked = _BLOCKS.format(row=_BYTES.format(version=int(version)), where=where)
    with connection.cursor() as cursor, cursor.connection.cursor(binary=True) as blocks:
        blocks.execute(asked, values)
        packed = b"".join(bytes(block) for (block,) in blocks)
    return Rows(np.frombuffer(packed, dtype=_ROW))

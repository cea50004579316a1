"""The neighbourhood of a node straight from the database: while no snapshot stands, and for graphs too big to hold.

`UNION` over ids ends cycles, and PostgreSQL works a recursion out hop by hop and no further than its LIMIT asks. So what comes
is always a front part of the breadth-first order, which holds the shortest way to each of its nodes: depths are exact.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from lineage import loading
from lineage.graph import Direction, Graph
from lineage.rules import BACKWARDS

MOST_EDGES = 200_000
_STEP = (
    "SELECT e.{there} AS id FROM lineage_edge e WHERE e.{here} = r.id AND e.organisation_id = %(organisation)s "
    "AND {sense} e.kind = ANY(%(backwards)s) AND e.valid_from <= %(moment)s AND (e.valid_to IS NULL OR e.valid_to > %(moment)s)"
)
_PART = (
    "SELECT c.{there} AS id FROM governance_component c JOIN governance_assetversion v ON v.id = c.system_version_id "
    "WHERE c.{here} = r.id AND c.organisation_id = %(organisation)s AND v.created_at <= %(moment)s"
)
_WALK = (
    "WITH RECURSIVE reached(id) AS (SELECT %(start)s::uuid UNION SELECT n.id FROM reached r CROSS JOIN LATERAL ({steps}) n) "
    "SELECT id FROM reached LIMIT %(most)s"
)


def _walk(here: str, there: str, whole: str, part: str) -> str:
    forth = _STEP.format(here=here, there=there, sense="NOT")
    back = _STEP.format(here=there, there=here, sense="")
    return _WALK.format(steps=" UNION ALL ".join((forth, back, _PART.format(here=whole, there=part))))


_UP = _walk("source_id", "target_id", "system_version_id", "component_version_id")
_DOWN = _walk("target_id", "source_id", "component_version_id", "system_version_id")


@dataclass(frozen=True, slots=True)
class Gathered:
    """A part of the graph. whole: whether nothing that can be reached is missing."""

    graph: Graph
    whole: bool


def gather(organisation: UUID, start: UUID, direction: Direction, moment: datetime, version: int, most: int) -> Gathered:
    """Up to `most` nodes of each side that is asked for, the nearest first, and the edges between them."""
    asked = [walk for side, walk in (("upstream", _UP), ("downstream", _DOWN)) if direction in (side, "both")]
    sides = [_reached(walk, organisation, start, moment, most) for walk in asked]
    nodes = list(dict.fromkeys(node for side in sides for node in side))
    rows = loading.rows_among(organisation, nodes, moment, MOST_EDGES, version)
    graph = Graph.of(*loading.joined((rows, loading.part_rows(organisation, among=nodes))))
    whole = all(len(side) < most for side in sides) and rows.tails.size < MOST_EDGES
    return Gathered(graph, whole)


def _reached(walk: str, organisation: UUID, start: UUID, moment: datetime, most: int) -> list[UUID]:
    values: dict[str, Any] = {
        "organisation": organisation,
        "start": start,
        "moment": moment,
        "most": most,
        "backwards": list(BACKWARDS),
    }
    with connection.cursor() as cursor:
        cursor.execute(walk, values)
        return [row[0] for row in cursor.fetchall()]

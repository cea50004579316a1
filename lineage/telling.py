"""Nodes and edges of a walk as an answer tells them: thousands at once, in one query and without an object for each id."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from lineage.answer import EdgeLine, NodeLine
from lineage.arrows import ID, Edges, Ids
from lineage.graph import Graph, Side, Walk
from lineage.loading import EPOCH, KINDS, WITH_COLUMNS, when_of
from lineage.models import Edge
from lineage.rules import BACKWARDS

_NO_ID = "00000000-0000-0000-0000-000000000000"  # of edges that the registry's components draw
_LINES = (
    "SELECT v.id::text, v.id::text, v.asset_id::text, a.name, a.kind, v.number, v.digest, '' FROM governance_assetversion v "
    "JOIN governance_asset a ON a.id = v.asset_id WHERE v.organisation_id = %(organisation)s AND v.id = ANY(%(ids)s::uuid[]) "
    "UNION ALL SELECT n.id::text, NULL, NULL, n.name, n.kind, NULL, NULL, n.namespace FROM lineage_node n "
    "WHERE n.organisation_id = %(organisation)s AND n.id = ANY(%(ids)s::uuid[]) AND n.version_id IS NULL"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What can be told of a node before it is known where it stands; the fields of `NodeLine` in their order."""

    row: tuple[str, str | None, str | None, str, str, int | None, str | None, str]

    def line(self, depth: int, side: Side) -> NodeLine:
        """The node where it stands."""
        return NodeLine(*self.row, depth, side)


def lines(organisation: UUID, ids: Sequence[str]) -> dict[str, Told]:
    """The nodes of these ids that there are in this organisation."""
    with connection.cursor() as cursor:
        # One text instead of a value for each: putting a thousand ids into a query takes longer than asking it.
        cursor.execute(_LINES, {"organisation": organisation, "ids": f"{{{','.join(ids)}}}"})
        return {row[0]: Told(row) for row in cursor.fetchall()}


def nodes(organisation: UUID, known: Graph, walk: Walk) -> tuple[NodeLine, ...]:
    """The nodes that a walk shows, in its order."""
    ids = texts(known.ids[walk.places])
    told = lines(organisation, ids)
    shown = zip(ids, walk.depths.tolist(), walk.sides, strict=True)
    return tuple(told[one].line(depth, side) for one, depth, side in shown)


def edges(organisation: UUID, known: Graph, shown: Edges) -> tuple[EdgeLine, ...]:
    """The edges that a walk shows, in its order."""
    columns = _columns(organisation, shown)
    tails, heads = texts(known.ids[shown.tails]), texts(known.ids[shown.heads])
    moments = {moment: when_of(moment) for moment in {*shown.since.tolist(), *shown.until.tolist()}}
    rows = zip(
        texts(shown.ids), shown.kinds.tolist(), tails, heads, shown.since.tolist(), shown.until.tolist(), strict=True
    )  # fmt: skip
    found = []
    for key, code, tail, head, since, until in rows:
        kind = KINDS[code % WITH_COLUMNS]
        ends = (head, tail) if kind in BACKWARDS else (tail, head)
        identifier = None if key == _NO_ID else key
        found.append(EdgeLine(identifier, *ends, kind, moments[since] or EPOCH, moments[until], columns.get(key, ())))
    return tuple(found)


def texts(ids: Ids) -> list[str]:
    """Each id as a UUID is written."""
    digits = ids.tobytes().hex()
    each = [digits[place : place + 32] for place in range(0, len(digits), 2 * ID.itemsize)]
    return [f"{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}" for one in each]


def _columns(organisation: UUID, shown: Edges) -> dict[str, tuple[tuple[str, str], ...]]:
    told = [UUID(one) for one in texts(shown.ids[shown.kinds >= WITH_COLUMNS])]
    if not told:
        return {}
    rows = Edge.objects.of(organisation).filter(pk__any_of=told).order_by().values_list("pk", "columns")
    return {str(key): tuple((one, other) for one, other in pairs or ()) for key, pairs in rows}

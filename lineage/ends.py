"""The ends of stated edges: which nodes they are, and of which kinds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from governance.access.tenancy import NotFound
from governance.registry.models import AssetVersion
from governance.shapes import ShapeError
from lineage import writing
from lineage.models import Node
from lineage.names import Named, check_named, node_id
from lineage.rules import check_edge
from lineage.stated import End, Stated


@dataclass(slots=True)
class Ends:
    """Nodes by id. versions and kinds: the kind of each; named: those that are told by name, whether known before or not."""

    organisation: UUID
    versions: dict[UUID, str] = field(default_factory=dict)
    known: dict[UUID, str] = field(default_factory=dict)
    named: dict[UUID, Named] = field(default_factory=dict)
    ids: dict[Named, UUID] = field(default_factory=dict)

    @classmethod
    def of(cls, organisation: UUID, edges: Sequence[Stated]) -> "Ends":
        """Looks all ids up: in the registry, and what is no version among the nodes."""
        given = [end for edge in edges for end in (edge.source, edge.target)]
        ids = {end for end in given if isinstance(end, UUID)}
        found = cls(organisation)
        found.versions = _versions(organisation, ids)
        found.known = _outside(organisation, ids - found.versions.keys())
        found.ids = {end: node_id(organisation, end) for end in set(given) - ids if isinstance(end, Named)}
        found.named = {key: end for end, key in found.ids.items()}
        return found

    def join(self, edge: Stated) -> tuple[UUID, UUID, Stated]:
        """The ids of both ends. Raises `NotFound`, and `ShapeError` for an edge that its kind does not allow."""
        source, source_kind = self._end(edge.source, "source")
        target, target_kind = self._end(edge.target, "target")
        check_edge(edge.kind, source_kind, target_kind)
        if source == target:
            raise ShapeError("target", "an edge joins two different nodes.")
        return source, target, edge

    def join_all(self, edges: Sequence[Stated]) -> Iterable[tuple[UUID, UUID, Stated]]:
        """As `join`, for each. Raises `ShapeError` alone, with the edge's place: `edges[17].target`."""
        for place, edge in enumerate(edges):
            try:
                yield self.join(edge)
            except NotFound as missing:
                end = "target" if edge.source in self else "source"
                raise ShapeError(f"edges[{place}].{end}", str(missing)) from None
            except ShapeError as error:
                raise ShapeError(f"edges[{place}].{error.field}", error.problem, error.allowed) from None

    def keep(self, now: datetime) -> int:
        """See to it that each of them has a row. Returns how many are new."""
        return writing.keep_nodes(self.organisation, self.versions, self.named, now)

    def __contains__(self, end: object) -> bool:
        return isinstance(end, Named) or end in self.versions or end in self.known

    def _end(self, end: End, path: str) -> tuple[UUID, str]:
        if isinstance(end, Named):
            check_named(end, path)
            return self.ids[end], end.kind
        kind = self.versions.get(end) or self.known.get(end)
        if kind is None:
            raise NotFound("version or node", end)
        return end, kind


def _versions(organisation: UUID, ids: Iterable[UUID]) -> dict[UUID, str]:
    rows = AssetVersion.objects.of(organisation).filter(pk__any_of=list(ids)) if ids else AssetVersion.objects.none()
    return dict(rows.values_list("pk", "asset__kind"))


def _outside(organisation: UUID, ids: Iterable[UUID]) -> dict[UUID, str]:
    rows = Node.objects.of(organisation).filter(pk__any_of=list(ids), version=None) if ids else Node.objects.none()
    return dict(rows.values_list("pk", "kind"))

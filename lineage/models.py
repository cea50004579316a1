"""Nodes, the edges between them, each valid for a stretch of time, and the count of what was stated."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from governance.access.tenancy import TenantModel, TenantQuerySet
from governance.registry.models import AssetVersion
from governance.trail.append_only import AppendOnly


class Node(AppendOnly, TenantModel):
    """What an edge may join: a version, under its own id, or something outside the registry, under the id of its name.

    kind: the asset's kind, or one of `names.EXTERNAL`. `names.node_id` makes the id of a name, so a name is there once.
    """

    kind = models.CharField(max_length=40)
    namespace = models.CharField(max_length=500, blank=True, default="")
    name = models.CharField(max_length=2000, blank=True, default="")
    version = models.OneToOneField(AssetVersion, models.PROTECT, null=True, blank=True, related_name="+")
    named_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(version=None) & ~Q(namespace="") & ~Q(name="") | Q(version=F("id"), namespace="", name=""),
                name="lineage_node_version_or_name",
            ),
        )
        indexes = (models.Index(fields=("organisation", "kind", "-id"), name="lineage_node_of_kind"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.version_id or f'{self.namespace} {self.name}'}"


class EdgeQuerySet(TenantQuerySet["Edge"]):
    """Questions about edges."""

    def valid_at(self, moment: datetime) -> Self:
        """Edges that held at `moment`: from `valid_from` on, `valid_to` not included."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=moment), valid_from__lte=moment)


class Edge(TenantModel):
    """`source KIND target`, as somebody stated it. Only its end is ever filled in.

    columns: pairs of a column of the source and one of the target, or null where nobody named any.
    stated_in, ended_in: the organisation's lineage version that brought the edge, and the one that ended it.
    """

    append_only_but: ClassVar[tuple[str, ...]] = ("valid_to", "ended_in")

    source = models.ForeignKey(Node, models.PROTECT, related_name="+", db_index=False)  # `lineage_edge_joins` finds it
    target = models.ForeignKey(Node, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    stated_by = models.CharField(max_length=400)
    stated_at = models.DateTimeField()
    note = models.TextField(blank=True, default="")
    columns = models.JSONField(null=True, blank=True)
    stated_in = models.BigIntegerField(default=0)
    ended_in = models.BigIntegerField(null=True, blank=True)

    objects: ClassVar[Any] = EdgeQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("source", "target", "kind"), condition=Q(valid_to=None), name="lineage_edge_open_once"
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="lineage_edge_joins_two"),
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="lineage_edge_ends_later"),
        )
        indexes = (
            models.Index(fields=("organisation", "-id"), name="lineage_edge_of_organisation"),
            models.Index(fields=("source", "target", "kind"), name="lineage_edge_joins"),
            models.Index(fields=("organisation", "stated_in"), name="lineage_edge_stated_in"),
            models.Index(fields=("organisation", "ended_in"), name="lineage_edge_ended_in", condition=Q(ended_in__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class Clock(TenantModel):
    """An organisation's lineage version: one more for each transaction that changes its graph.

    Whoever changes the graph holds this row until the transaction ends, so versions become visible in their order.
    """

    version = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation",), name="lineage_clock_once"),)

    def __str__(self) -> str:
        return str(self.version)

"""Edges between versions, each valid for a stretch of time."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from governance.access.tenancy import TenantModel, TenantQuerySet
from governance.registry.models import AssetVersion


class EdgeQuerySet(TenantQuerySet["Edge"]):
    """Questions about edges."""

    def valid_at(self, moment: datetime) -> Self:
        """Edges that held at `moment`: from `valid_from` on, `valid_to` not included."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=moment), valid_from__lte=moment)


class Edge(TenantModel):
    """`source KIND target`, as somebody stated it. Only its end is ever filled in."""

    append_only_but: ClassVar[tuple[str, ...]] = ("valid_to",)

    source = models.ForeignKey(AssetVersion, models.PROTECT, related_name="+")
    target = models.ForeignKey(AssetVersion, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    stated_by = models.CharField(max_length=400)
    stated_at = models.DateTimeField()
    note = models.TextField(blank=True, default="")

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
        indexes = (models.Index(fields=("organisation", "-id"), name="lineage_edge_of_organisation"),)

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"

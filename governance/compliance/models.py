"""Criteria: what a measure is held against, fixed before it is measured."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models

from governance.access.tenancy import TenantModel
from governance.registry.models import Asset
from governance.trail.append_only import AppendOnly

if TYPE_CHECKING:
    _Field = models.DecimalField[Decimal, Decimal]  # Django's own class cannot be subscripted
else:
    _Field = models.DecimalField


class ExactDecimal(_Field):
    """A decimal that comes back as it was written, without the zeros a column adds."""

    def from_db_value(self, value: Decimal | None, expression: Any, connection: Any) -> Decimal | None:
        """The stored number in its shortest plain form."""
        return None if value is None else Decimal(format(value.normalize(), "f"))


class Criterion(AppendOnly, TenantModel):
    """One measure, its limit and who fixed both, for good. `digest` covers all of it (`criterion_form`).

    min_n: the smallest n that may decide; below it the verdict is `insufficient`.
    """

    system = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="criteria")
    kind = models.CharField(max_length=64)
    measure = models.CharField(max_length=200)
    group = models.JSONField(default=list)
    limit = ExactDecimal(max_digits=24, decimal_places=12)
    direction = models.CharField(max_length=10)
    min_n = models.PositiveIntegerField(default=1)
    rationale = models.TextField(blank=True)
    author = models.CharField(max_length=400)
    author_id = models.CharField(max_length=200)
    frozen_at = models.DateTimeField()
    digest = models.CharField(max_length=71)

    class Meta:
        indexes = (models.Index(fields=("organisation", "system", "kind"), name="criterion_of_system"),)

    def __str__(self) -> str:
        return f"{self.measure} {self.direction} {self.limit}"

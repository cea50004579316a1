"""Post-market monitoring plans, each version for good."""

from django.db import models

from governance.access.tenancy import TenantModel
from governance.registry.models import Asset
from governance.trail.append_only import AppendOnly


class Plan(AppendOnly, TenantModel):
    """One version of the plan of a system. lines: as `plan.plan_form` tells them; the digest covers all of it."""

    system = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    lines = models.JSONField()
    note = models.TextField(blank=True)
    digest = models.CharField(max_length=71)
    evidence_id = models.UUIDField()
    set_by = models.CharField(max_length=400)
    set_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("system", "number"), name="plan_number_once"),)

    def __str__(self) -> str:
        return f"plan {self.number} of {self.system_id}"

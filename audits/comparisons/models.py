"""Comparisons of two runs over the same questions. Each look is a row of its own; none is ever changed."""

from django.db import models

from audits.runs.models import Run
from governance.access.tenancy import TenantModel


class Comparison(TenantModel):
    """One look at two runs.

    looks: `once` for a look that was fixed beforehand, `any` for one of many. margin: the smallest difference that
    matters, decimal text. verdict: of the second run beside the first.
    """

    append_only = True

    first = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=80)
    margin = models.CharField(max_length=20)
    looks = models.CharField(max_length=8)
    facts = models.JSONField()
    blocks = models.JSONField()
    verdict = models.CharField(max_length=24)
    evidence_id = models.UUIDField()
    created_by = models.CharField(max_length=400)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["organisation", "-id"], name="comparison_of_organisation")]

    def __str__(self) -> str:
        return f"{self.measure} {self.verdict}"

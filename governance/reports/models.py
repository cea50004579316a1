"""Reports that were built. What a report says is its sealed entry; this row is how it is found."""

from django.db import models

from governance.access.tenancy import TenantModel
from governance.evidence.models import Entry
from governance.registry.models import AssetVersion
from governance.trail.append_only import AppendOnly


class Report(AppendOnly, TenantModel):
    """One report about one system version, in one language."""

    system_version = models.ForeignKey(AssetVersion, on_delete=models.PROTECT, related_name="reports")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="report")
    language = models.CharField(max_length=10)
    created_by = models.CharField(max_length=400)
    created_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("organisation", "system_version", "-id"), name="report_of_version"),)

    def __str__(self) -> str:
        return f"report {self.id}"

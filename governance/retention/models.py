"""Holds: what nobody may erase, and why."""

from django.db import models
from django.db.models import Q

from governance.access.tenancy import TenantModel
from governance.registry.models import Asset


class Hold(TenantModel):
    """While it stands no payload about the system can be erased. Released once; another cause needs another hold.

    cause: what it was placed for, as `incident:<id>`, or empty where a person placed it by itself.
    """

    append_only_but = ("released_at", "released_by", "released_name", "released_because")

    system = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=100, blank=True)
    reason = models.TextField()
    placed_at = models.DateTimeField()
    placed_by = models.CharField(max_length=100)
    placed_name = models.CharField(max_length=400)
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=100, blank=True)
    released_name = models.CharField(max_length=400, blank=True)
    released_because = models.TextField(blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(released_at=None, released_by="", released_because="")
                | Q(released_at__isnull=False) & ~Q(released_by="") & ~Q(released_because=""),
                name="hold_stands_or_is_released",
            ),
            models.UniqueConstraint(
                fields=("organisation", "system", "cause"),
                condition=Q(released_at=None) & ~Q(cause=""),
                name="hold_stands_once_a_cause",
            ),
        )
        indexes = (models.Index(fields=("organisation", "system"), condition=Q(released_at=None), name="hold_standing"),)

    def __str__(self) -> str:
        return f"hold on {self.system_id}"

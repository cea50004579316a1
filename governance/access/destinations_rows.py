"""Where an organisation's outbound calls may go."""

from django.db import models
from django.db.models import Q

from governance.access.tenancy import TenantModel

ASKED, APPROVED, REFUSED, WITHDRAWN = "asked", "approved", "refused", "withdrawn"
STATES = (ASKED, APPROVED, REFUSED, WITHDRAWN)


class Destination(TenantModel):
    """A host, `.host` for all below it, or a private network: asked for by one person, approved by an admin.

    state: asked -> approved | refused; approved -> withdrawn. A place that was refused or withdrawn is asked for anew.
    """

    place = models.CharField(max_length=260)
    reason = models.TextField(blank=True)
    state = models.CharField(max_length=20, default=ASKED)
    asked_by = models.CharField(max_length=400)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=400, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "place"), condition=Q(state__in=(ASKED, APPROVED)), name="destination_open_once"
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="destination_state_known"),
            models.CheckConstraint(
                condition=Q(state=ASKED, decided_at__isnull=True) | (~Q(state=ASKED) & Q(decided_at__isnull=False)),
                name="destination_decided_or_asked",
            ),
        )

    def __str__(self) -> str:
        return f"{self.place} ({self.state})"

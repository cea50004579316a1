"""Four eyes: somebody asks, somebody else decides, about exactly one content."""

from django.db import models
from django.db.models import F, Q

from governance.access.tenancy import TenantModel


class Approval(TenantModel):
    """A request to approve one content, and what became of it. Decided once; another content needs another request.

    subject, subject_id: what is shown, a `version` or a `criterion`. digest: its content, which is what is approved.
    system: the asset whose version it is, or whose criterion. requested_by, decided_by: ids of people; whoever acts by a token is
    the person behind it.
    """

    append_only_but = ("decision", "decided_by", "decided_name", "decided_at", "reason")

    subject = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    system = models.ForeignKey("governance.Asset", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=71)
    note = models.TextField(blank=True)
    requested_by = models.CharField(max_length=100)
    requested_name = models.CharField(max_length=400)
    requested_at = models.DateTimeField()
    decision = models.CharField(max_length=20, blank=True)
    decided_by = models.CharField(max_length=100, blank=True)
    decided_name = models.CharField(max_length=400, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(requested_by=F("decided_by")), name="approval_has_four_eyes"),
            models.CheckConstraint(
                condition=Q(decision="", decided_by="", decided_at=None)
                | Q(decision__in=("approved", "rejected"), decided_at__isnull=False) & ~Q(decided_by=""),
                name="approval_is_open_or_decided",
            ),
            models.UniqueConstraint(
                fields=("organisation", "subject", "subject_id"), condition=Q(decision=""), name="approval_open_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.decision or 'requested'} {self.subject} {self.subject_id}"

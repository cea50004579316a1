"""Serious incidents, and what was done about each. What people wrote is encrypted and can be erased; the rest stays."""

from django.db import models
from django.db.models import Q

from governance.access.tenancy import TenantModel
from governance.incidents.life import State
from governance.registry.models import Asset, AssetVersion

ALTERED = "altered"  # what is noted by itself, beside the acts of people


class Incident(TenantModel):
    """One incident of one system. The moment of awareness never changes: every clock runs from it.

    effects: the harm, of `life.EFFECTS`. reported_at: when an authority was first told. words: what happened, encrypted.
    """

    append_only_but = ("state", "effects", "reported_at", "words")

    system = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    system_version = models.ForeignKey(AssetVersion, on_delete=models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=200)
    effects = models.JSONField()
    state = models.CharField(max_length=20, default=State.OPEN.value)
    occurred_at = models.DateTimeField(null=True)
    aware_at = models.DateTimeField()
    reported_at = models.DateTimeField(null=True)
    words = models.BinaryField(null=True)
    recorded_by = models.CharField(max_length=400)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (models.CheckConstraint(condition=Q(state__in=[one.value for one in State]), name="incident_state_known"),)
        indexes = (
            models.Index(fields=("organisation", "system", "-id"), name="incident_of_system"),
            models.Index(fields=("aware_at",), condition=Q(state=State.OPEN.value), name="incident_open"),
        )

    def __str__(self) -> str:
        return self.title


class IncidentAct(TenantModel):
    """One thing that was done about an incident, in the order of its ids.

    state: where the incident stood afterwards. at: when it happened, such as when a report was sent. authority, reference: of a
    report; of what is noted by itself the version. words: encrypted.
    """

    append_only_but = ("words",)

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="acts")
    act = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    effects = models.JSONField(default=list)
    at = models.DateTimeField()
    authority = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=200, blank=True)
    words = models.BinaryField(null=True)
    evidence_id = models.UUIDField(null=True)
    by_id = models.CharField(max_length=100)
    by_name = models.CharField(max_length=400)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("incident", "reference"), condition=Q(act=ALTERED), name="incident_altered_once"),
        )

    def __str__(self) -> str:
        return f"{self.act} {self.incident_id}"

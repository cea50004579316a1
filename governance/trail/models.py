"""Who did what, when. Ids and text only, no foreign keys: what was written stays written."""

from django.db import models

from governance.trail.append_only import AppendOnly
from governance.trail.ids import uuid7


class TrailEntry(AppendOnly):
    """One act of a person, a token or the system.

    organisation_id: whose trail it is. actor_*: who, as they were called then. action: a verb such as
    `registry.add_version`. subject, subject_id: what it was done to. detail: JSON without personal data or secrets.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation_id = models.UUIDField()
    actor_id = models.CharField(max_length=100)
    actor_name = models.CharField(max_length=400)
    actor_kind = models.CharField(max_length=20)
    action = models.CharField(max_length=100)
    subject = models.CharField(max_length=100)
    subject_id = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "trail entry"
        verbose_name_plural = "trail entries"
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("organisation_id", "-id"), name="trail_of_organisation"),
            models.Index(fields=("organisation_id", "subject", "subject_id"), name="trail_of_subject"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor_name}: {self.action} {self.subject} {self.subject_id}"

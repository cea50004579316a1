"""What users said of answers, and what they did with them."""

from django.db import models

from audits.runs.models import Run
from governance.access.tenancy import TenantModel
from governance.registry.models import AssetVersion


class Feedback(TenantModel):
    """One user's word on one answer. What was not observed is empty, never false.

    run, item: the audited answer it is about, or answer_digest: of an answer recorded elsewhere (`sha256:` over its UTF-8
    bytes); neither: about the system version as such. thumb: up or down. clicked: whether a source was opened. task_ms: from
    question to done. comment: encrypted words, erasable.
    """

    append_only_but = ("comment",)

    system_version = models.ForeignKey(AssetVersion, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, null=True, related_name="+")
    item = models.CharField(max_length=200, blank=True)
    answer_digest = models.CharField(max_length=71, blank=True)
    thumb = models.CharField(max_length=4, blank=True)
    clicked = models.BooleanField(null=True)
    task_ms = models.PositiveIntegerField(null=True)
    comment = models.BinaryField(null=True)
    given_at = models.DateTimeField()

    idempotency_key = models.CharField(max_length=200, blank=True)
    body_digest = models.CharField(max_length=71, blank=True)
    recorded_by = models.CharField(max_length=400)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = "feedback"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
                name="feedback_idempotency_key_once",
            ),
            models.CheckConstraint(condition=models.Q(thumb__in=["", "up", "down"]), name="feedback_thumb_known"),
        ]
        indexes = [
            models.Index(fields=["organisation", "system_version", "-id"], name="feedback_of_version"),
            models.Index(fields=["run", "item"], condition=~models.Q(item=""), name="feedback_of_item"),
            models.Index(
                fields=["organisation", "answer_digest"], condition=~models.Q(answer_digest=""), name="feedback_of_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"feedback {self.id}"

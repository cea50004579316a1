"""Runs, the checkpoints of their items, and the one result each may have. The row is the truth."""

from django.db import models

from audits.intake.models import Target
from audits.states import OPEN, State
from governance.access.tenancy import TenantModel
from governance.registry.models import AssetVersion


class Run(TenantModel):
    """One audit, from the request to its end.

    criteria: the frozen criteria as they stood at the request (id, measure, group, limit, direction, digest, ...).
    fence: grows with every claim; only its newest holder may write. lease_until is on the database's clock.
    attempts: claims in a row without a new item; more than max_attempts of them and the run is given up.
    sent_at, sends: when and how often the broker was told since the run last moved; a message may be lost or repeated.
    """

    kind = models.CharField(max_length=80)
    system_version = models.ForeignKey(AssetVersion, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="runs")
    parameters = models.JSONField(default=dict)
    seed = models.BigIntegerField(default=0)
    criteria = models.JSONField(default=list)
    queue = models.CharField(max_length=80)

    state = models.CharField(max_length=20, default=State.QUEUED)
    fence = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=5)
    cancel_requested = models.BooleanField(default=False)
    sent_at = models.DateTimeField(null=True)
    sends = models.PositiveSmallIntegerField(default=0)

    idempotency_key = models.CharField(max_length=200, blank=True)
    body_digest = models.CharField(max_length=71, blank=True)
    requested_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    planned = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    cause = models.CharField(max_length=80, blank=True)
    message = models.TextField(blank=True)
    verdicts = models.JSONField(default=list)
    evidence_id = models.UUIDField(null=True)
    code_version = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
                name="run_idempotency_key_once",
            ),
            models.CheckConstraint(condition=models.Q(state__in=list(State)), name="run_state_known"),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=models.Q(state__in=sorted(OPEN)), name="run_open"),
            models.Index(fields=["organisation", "system_version", "-id"], name="run_of_system_version"),
            models.Index(fields=["organisation", "-id"], name="run_of_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class ItemRecord(TenantModel):
    """The checkpoint of one item. `private` holds encrypted words and may be emptied, nothing else may change."""

    append_only_but = ("private",)

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="items")
    item = models.CharField(max_length=200)
    outcome = models.CharField(max_length=20)
    values = models.JSONField(default=dict)
    reason = models.CharField(max_length=200, blank=True)
    private = models.BinaryField(null=True)
    fence = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["run", "item"], name="item_recorded_once")]

    def __str__(self) -> str:
        return self.item


class Result(TenantModel):
    """What a run concluded. One row a run, held by the database."""

    append_only = True

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="result")
    facts = models.JSONField()
    blocks = models.JSONField()
    verdicts = models.JSONField()
    evidence_id = models.UUIDField()
    fence = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"result of {self.run_id}"

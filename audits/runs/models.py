"""Runs, the steps they are carried in, the checkpoints of their items, and the one result each may have."""

from django.db import models

from audits.intake.models import Target
from audits.states import OPEN, State, StepKind, StepState
from governance.access.tenancy import TenantModel
from governance.registry.models import AssetVersion


class Run(TenantModel):
    """One audit, from the request to its end.

    criteria: the frozen criteria as they stood at the request (id, measure, group, limit, direction, digest, ...).
    planned, done: items; planned is unknown until the run has looked at its target. reproduces: the run whose request
    this one repeats. facts_digest: of what it concluded, so that two runs can be compared.
    """

    kind = models.CharField(max_length=80)
    system_version = models.ForeignKey(AssetVersion, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="runs")
    parameters = models.JSONField(default=dict)
    seed = models.BigIntegerField(default=0)
    criteria = models.JSONField(default=list)
    queue = models.CharField(max_length=80)

    state = models.CharField(max_length=20, default=State.QUEUED)
    cancel_requested = models.BooleanField(default=False)
    reproduces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="reproductions")

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
    facts_digest = models.CharField(max_length=71, blank=True)
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


class Step(TenantModel):
    """A part of a run that one worker carries: the plan, a chunk of its items, or the conclusion.

    items: ids of the items to measure, in order; payloads: what the plan said of each, in the same order.
    fence: grows with every claim; only its newest holder may write. lease_until is on the database's clock.
    attempts: claims in a row without a new item; too many of them and the run is given up.
    sent_at, sends: when and how often the broker was told since the step last moved; a message may be lost or repeated.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    items = models.JSONField(default=list)
    payloads = models.JSONField(default=list)
    queue = models.CharField(max_length=80)

    state = models.CharField(max_length=20, default=StepState.OPEN)
    fence = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    sends = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["run", "number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="step_number_once"),
            models.UniqueConstraint(fields=["run"], condition=models.Q(kind=StepKind.CONCLUDE.value), name="step_concludes_once"),
            models.CheckConstraint(condition=models.Q(kind__in=list(StepKind)), name="step_kind_known"),
            models.CheckConstraint(condition=models.Q(state__in=list(StepState)), name="step_state_known"),
        ]
        indexes = [
            models.Index(fields=["run", "number"], condition=models.Q(state=StepState.OPEN.value), name="step_open"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class ItemRecord(TenantModel):
    """The checkpoint of one item. `private` holds encrypted words and may be emptied, nothing else may change.

    fence: that of the step which held the item when it was recorded.
    """

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

"""Suites, their runs, and the schedules that fire them. A suite is changed by adding a version; history stays."""

from django.db import models

from audits.runs.models import Run
from governance.access.tenancy import TenantModel
from governance.registry.models import Asset, AssetVersion


class Suite(TenantModel):
    """A named set of audits of one AI system. What it holds stands in its versions."""

    append_only = True

    system = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    created_by = models.CharField(max_length=400)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["system", "name"], name="suite_name_once")]
        indexes = [models.Index(fields=["organisation", "-id"], name="suite_of_organisation")]

    def __str__(self) -> str:
        return self.name


class SuiteVersion(TenantModel):
    """What a suite held at one time, for good.

    entries: what each audit is asked, its target and criteria pinned by digest (`services.Entry`); digest covers all of it.
    """

    append_only = True

    suite = models.ForeignKey(Suite, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    entries = models.JSONField()
    digest = models.CharField(max_length=71)
    note = models.TextField(blank=True)
    created_by = models.CharField(max_length=400)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["suite", "number"], name="suite_version_once")]

    def __str__(self) -> str:
        return f"{self.suite} {self.number}"


class SuiteRun(TenantModel):
    """One run of a suite: all its audits, asked for in one transaction. State and verdict are computed from them.

    finished_at: when the dispatcher saw that every audit had ended; empty again while one is retried.
    """

    append_only_but = ("finished_at",)

    suite_version = models.ForeignKey(SuiteVersion, on_delete=models.PROTECT, related_name="runs")
    system_version = models.ForeignKey(AssetVersion, on_delete=models.PROTECT, related_name="+")
    idempotency_key = models.CharField(max_length=200, blank=True)
    body_digest = models.CharField(max_length=71, blank=True)
    requested_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
                name="suite_run_idempotency_key_once",
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="suite_run_of_organisation"),
            models.Index(fields=["created_at"], condition=models.Q(finished_at=None), name="suite_run_open"),
        ]

    def __str__(self) -> str:
        return f"run of {self.suite_version}"


class SuiteRunItem(TenantModel):
    """Which audit stands for which entry of the suite."""

    append_only = True

    suite_run = models.ForeignKey(SuiteRun, on_delete=models.PROTECT, related_name="items")
    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["suite_run", "name"], name="suite_run_entry_once")]

    def __str__(self) -> str:
        return self.name


class Schedule(TenantModel):
    """When a suite is run by itself: a cron expression in a time zone.

    next_due: the next due time, empty while paused or when none will come. planned_at: the clock when next_due was worked
    out; a clock that is found behind it has been set back, and next_due is worked out anew.
    """

    suite = models.ForeignKey(Suite, on_delete=models.PROTECT, related_name="schedules")
    expression = models.CharField(max_length=100)
    time_zone = models.CharField(max_length=64)
    misfire = models.CharField(max_length=8)
    enabled = models.BooleanField(default=True)
    next_due = models.DateTimeField(null=True)
    planned_at = models.DateTimeField()
    created_by = models.CharField(max_length=400)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="schedule_of_organisation"),
            models.Index(fields=["next_due"], condition=models.Q(enabled=True), name="schedule_due"),
        ]

    def __str__(self) -> str:
        return f"{self.expression} ({self.time_zone})"


class Firing(TenantModel):
    """What became of one due time of a schedule. One row a due time, held by the database.

    outcome: started, missed (let go by the misfire rule), or refused with its reason. let_go: due times before this one
    that were let go with it.
    """

    append_only = True

    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="firings")
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField()
    outcome = models.CharField(max_length=8)
    reason = models.TextField(blank=True)
    let_go = models.PositiveIntegerField(default=0)
    suite_run = models.OneToOneField(SuiteRun, on_delete=models.PROTECT, null=True, related_name="firing")

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["schedule", "due_at"], name="fired_once")]

    def __str__(self) -> str:
        return f"{self.due_at:%Y-%m-%d %H:%M} {self.outcome}"

"""Endpoints that want notices, the notices, and the delivery of each to each. The rows are the truth, as with runs."""

from django.db import models
from django.db.models import Q

from governance.access.models import Membership
from governance.access.tenancy import TenantModel

WEBHOOK, MAIL = "webhook", "mail"
WAITING, DELIVERED, GIVEN_UP = "waiting", "delivered", "given_up"
STATES = (WAITING, DELIVERED, GIVEN_UP)


class Endpoint(TenantModel):
    """Who wants which notices: a server, called by webhook, or a member, written to by mail.

    events: names of `events.EVENTS`. secrets: encrypted JSON, a list of `secret` and `until` (ISO time or null), newest
    first. failing_since, failures: since when and how often in a row nothing was taken. disabled_because: "" while enabled.
    """

    name = models.CharField(max_length=100, blank=True)
    channel = models.CharField(max_length=20)
    url = models.CharField(max_length=2000, blank=True)
    member = models.ForeignKey(Membership, on_delete=models.CASCADE, null=True, related_name="+")
    language = models.CharField(max_length=10, default="en")
    events = models.JSONField()
    secrets = models.BinaryField(null=True)
    enabled = models.BooleanField(default=True)
    disabled_because = models.CharField(max_length=300, blank=True)
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    created_by = models.CharField(max_length=400)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(channel=WEBHOOK, member__isnull=True, secrets__isnull=False)
                | Q(channel=MAIL, member__isnull=False, secrets__isnull=True),
                name="endpoint_is_webhook_or_mail",
            ),
        )

    def __str__(self) -> str:
        return self.name or f"{self.channel} {self.id}"


class Notice(TenantModel):
    """Something that happened. once: not empty for what is told only once, such as that one version made evidence stale."""

    event = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    data = models.JSONField()
    once = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("organisation", "once"), condition=~Q(once=""), name="notice_told_once"),)

    def __str__(self) -> str:
        return f"{self.event} {self.subject}"


class Delivery(TenantModel):
    """One notice on its way to one endpoint.

    fence: grows with every claim; only its newest holder may write. lease_until, next_at, sent_at: on the database's clock.
    tries: claims so far, those of workers that died too. sends: how often the broker was told since the last claim.
    """

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=20, default=WAITING)
    fence = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    sends = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=500, blank=True)
    took_ms = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ("-id",)
        constraints = (models.CheckConstraint(condition=Q(state__in=STATES), name="delivery_state_known"),)
        indexes = (
            models.Index(fields=("next_at",), condition=Q(state=WAITING), name="delivery_waiting"),
            models.Index(fields=("organisation", "endpoint", "-id"), name="delivery_of_endpoint"),
        )

    def __str__(self) -> str:
        return f"{self.notice_id} to {self.endpoint_id}"

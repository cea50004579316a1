"""What people say about duties. Rows look sealed evidence up; what counts is the sealed statement itself."""

from django.db import models
from django.db.models import F, Q

from governance.access.tenancy import TenantModel
from governance.compliance.verdict import STATEMENT_STATES
from governance.evidence.models import Entry
from governance.registry.models import Asset, AssetVersion
from governance.trail.append_only import AppendOnly


class Statement(AppendOnly, TenantModel):
    """A person's statement about one duty of one system version, for good. It can be withdrawn, never edited.

    reference: where the law or a file says that the duty does not apply. document_digest: of the document's bytes, which lie
    encrypted beside the sealed statement. key_id, signature: the organisation's, over the sealed statement.
    """

    system = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(AssetVersion, on_delete=models.PROTECT, related_name="+")
    duty = models.CharField(max_length=100)
    state = models.CharField(max_length=30)
    words = models.TextField()
    reference = models.CharField(max_length=400, blank=True)
    person = models.CharField(max_length=400)
    person_id = models.CharField(max_length=100)
    role = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    document_name = models.CharField(max_length=200, blank=True)
    document_type = models.CharField(max_length=100, blank=True)
    document_digest = models.CharField(max_length=71, blank=True)
    document_size = models.PositiveIntegerField(default=0)
    cites = models.JSONField(default=list)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")
    key_id = models.CharField(max_length=100)
    signature = models.BinaryField(max_length=64)

    class Meta:
        indexes = (models.Index(fields=("organisation", "system", "duty"), name="statement_of_system"),)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=STATEMENT_STATES), name="statement_state_is_known"),
            models.CheckConstraint(condition=~Q(state="attested", document_digest=""), name="attestation_has_a_document"),
        )

    def __str__(self) -> str:
        return f"{self.state} {self.duty} {self.id}"


class Withdrawal(AppendOnly, TenantModel):
    """A statement taken back: it stays readable and counts no more."""

    statement = models.OneToOneField(Statement, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.TextField()
    person = models.CharField(max_length=400)
    person_id = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"withdrawal of {self.statement_id}"


class Waiver(TenantModel):
    """Somebody asks to be excused from a duty until a day, and somebody else agrees. `digest` covers what is asked."""

    append_only_but = (
        "second", "second_id", "agreed_at", "entry", "key_id", "signature", "ended_by", "ended_at", "ended_because",
    )  # fmt: skip

    system = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(AssetVersion, on_delete=models.PROTECT, related_name="+")
    duty = models.CharField(max_length=100)
    reason = models.TextField()
    expires_on = models.DateField()
    person = models.CharField(max_length=400)
    person_id = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    digest = models.CharField(max_length=71)
    second = models.CharField(max_length=400, blank=True)
    second_id = models.CharField(max_length=100, blank=True)
    agreed_at = models.DateTimeField(null=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+", null=True)
    key_id = models.CharField(max_length=100, blank=True)
    signature = models.BinaryField(max_length=64, null=True)
    ended_by = models.CharField(max_length=400, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.TextField(blank=True)

    class Meta:
        indexes = (models.Index(fields=("organisation", "system", "duty"), name="waiver_of_system"),)
        constraints = (
            models.CheckConstraint(condition=~Q(person_id=F("second_id")), name="waiver_has_four_eyes"),
            models.CheckConstraint(
                condition=Q(agreed_at=None, second="", second_id="", entry=None)
                | Q(agreed_at__isnull=False, entry__isnull=False) & ~Q(second_id=""),
                name="waiver_is_agreed_or_not",
            ),
        )

    def __str__(self) -> str:
        return f"waiver of {self.duty} {self.id}"


class Assignment(AppendOnly, TenantModel):
    """Who has to see to a duty of a system, and by when. The newest counts; an empty owner takes it from everybody."""

    system = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    duty = models.CharField(max_length=100)
    owner = models.CharField(max_length=200, blank=True)
    due = models.DateField(null=True)
    made_by = models.CharField(max_length=400)
    made_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("organisation", "system", "duty", "-id"), name="assignment_of_system"),)

    def __str__(self) -> str:
        return f"{self.owner} {self.duty}"

"""Reviews by people: which answers were drawn, who said what of them, and the calibration that came of it."""

from django.db import models

from audits.runs.models import ItemRecord, Run
from governance.access.tenancy import TenantModel
from governance.registry.models import Asset, AssetVersion

FIRST, SECOND, SETTLED = 1, 2, 3  # places of labels: two people apart, then one word where they differ
LABELS = ("supported", "unsupported", "cannot_tell")


class Review(TenantModel):
    """People label a sample of one audit's answers.

    judge, guideline: registered versions, of the instrument and of what reviewers were told to do. language: of the answers.
    size: the sample asked for; strata: by judge score. second_share: share that two people label (decimal text).
    population: answers it was drawn from. finished_at: empty while people label. continues: the finished review whose answers
    and labels this one begins with.
    """

    append_only_but = ("finished_at",)

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="reviews")
    judge = models.ForeignKey(AssetVersion, on_delete=models.PROTECT, related_name="+")
    guideline = models.ForeignKey(AssetVersion, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8)
    size = models.PositiveIntegerField()
    strata = models.PositiveSmallIntegerField()
    second_share = models.CharField(max_length=20)
    seed = models.BigIntegerField()
    population = models.PositiveIntegerField()
    continues = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="continued_by")
    idempotency_key = models.CharField(max_length=200, blank=True)
    body_digest = models.CharField(max_length=71, blank=True)
    opened_by = models.CharField(max_length=400)
    opened_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
                name="review_idempotency_key_once",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-id"], name="review_of_organisation")]

    def __str__(self) -> str:
        return f"review {self.id}"


class Sampled(TenantModel):
    """One answer that was drawn. inclusion: its chance to be drawn, decimal text. second: two people label it.

    place: the order in which it is shown, which tells nothing of its score. carried: labelled in the review that this one
    continues, where all could look at it afterwards; so its labels stay as they are.
    """

    append_only = True

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="sample")
    record = models.ForeignKey(ItemRecord, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveIntegerField()
    stratum = models.SmallIntegerField()
    inclusion = models.CharField(max_length=24)
    second = models.BooleanField()
    carried = models.BooleanField(default=False)

    class Meta:
        verbose_name = "answer of this review"
        ordering = ["review", "place"]
        constraints = [
            models.UniqueConstraint(fields=["review", "record"], name="sampled_once"),
            models.UniqueConstraint(fields=["review", "place"], name="sampled_place_once"),
        ]

    def __str__(self) -> str:
        return f"answer {self.place}"


class Label(TenantModel):
    """What one person said of one answer. A change of mind is a new row with the next `revision`; the newest counts.

    reviewer: id of the person. spans: stretches [start, end) of the answer, in characters, that are not supported.
    """

    append_only = True

    sampled = models.ForeignKey(Sampled, on_delete=models.PROTECT, related_name="labels")
    place = models.PositiveSmallIntegerField()
    revision = models.PositiveIntegerField()
    label = models.CharField(max_length=20)
    spans = models.JSONField(default=list)
    reviewer = models.CharField(max_length=120)
    reviewer_name = models.CharField(max_length=400)
    labelled_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["sampled", "place", "revision"], name="label_revision_once"),
            models.CheckConstraint(condition=models.Q(label__in=LABELS), name="label_known"),
            models.CheckConstraint(condition=models.Q(place__in=[FIRST, SECOND, SETTLED]), name="label_place_known"),
        ]

    def __str__(self) -> str:
        return self.label


class Calibration(TenantModel):
    """What a finished review says of a judge: for one system, one judge version and one language, until it expires or lapses.

    figures, blocks: as sealed. seen_until: the end of the newest audit that was looked at for drift.
    lapsed_because: `drift`; what else ends a calibration is worked out from the registry and the clock.
    """

    append_only_but = ("seen_until", "lapsed_at", "lapsed_because", "lapsed_by_run")

    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="calibration")
    system = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    judge = models.ForeignKey(AssetVersion, on_delete=models.PROTECT, related_name="+")
    guideline = models.ForeignKey(AssetVersion, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8)
    judge_digest = models.CharField(max_length=71)
    figures = models.JSONField()
    blocks = models.JSONField()
    verdicts = models.JSONField()
    evidence_id = models.UUIDField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    seen_until = models.DateTimeField()
    lapsed_at = models.DateTimeField(null=True)
    lapsed_because = models.CharField(max_length=20, blank=True)
    lapsed_by_run = models.UUIDField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["organisation", "system", "judge_digest", "language"], name="calibration_of_judge"),
            models.Index(fields=["seen_until"], condition=models.Q(lapsed_at=None), name="calibration_watched"),
        ]

    def __str__(self) -> str:
        return f"calibration {self.id}"

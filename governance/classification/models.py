"""Answers about a system as they are now, and the classifications that people confirmed."""

from django.db import models

from governance.access.tenancy import TenantModel
from governance.trail.append_only import AppendOnly


class SystemAnswers(TenantModel):
    """What is answered so far about one AI system.

    answers: question id -> answer, in canonical form; what is left out is open.
    """

    append_only_but = ("answers", "changed_at", "changed_by")

    system = models.OneToOneField("governance.Asset", on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=400)

    class Meta:
        verbose_name = "answers"

    def __str__(self) -> str:
        return f"answers of {self.system_id}"


class Classification(AppendOnly, TenantModel):
    """A classification that a named person confirmed, about one version of a system; for good.

    watched: what the version said of its purpose; where a later one says something else, this has to be looked at again.
    digest: over answers, outcome, questionnaire and version, which is what was confirmed. evidence: the sealed statement.
    """

    system = models.ForeignKey("governance.Asset", on_delete=models.PROTECT, related_name="+")
    system_version = models.ForeignKey("governance.AssetVersion", on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField()
    outcome = models.JSONField()
    watched = models.JSONField()
    digest = models.CharField(max_length=71)
    classified_at = models.DateTimeField()
    classified_by = models.CharField(max_length=400)
    confirmed_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=400)
    confirmed_by_id = models.CharField(max_length=100)
    confirmed_role = models.CharField(max_length=40)
    statement = models.TextField()
    evidence = models.ForeignKey("governance.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = (models.Index(fields=("organisation", "system", "-id"), name="classification_of_system"),)

    def __str__(self) -> str:
        return f"classification of {self.system_id}"

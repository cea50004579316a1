"""Frameworks that an organisation brought itself, each version for good."""

from django.db import models
from django.db.models import Q

from governance.access.tenancy import TenantModel


class OwnFramework(TenantModel):
    """One version of an own framework's file. Only whether it is in use may change.

    framework: `meta.id` of the file. number: its versions, counted from 1. content: the file as it was handed in.
    digest: of what it says (`Framework.digest`).
    """

    append_only_but = ("in_use",)

    framework = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=400)
    edition = models.CharField(max_length=400)
    content = models.TextField()
    digest = models.CharField(max_length=71)
    in_use = models.BooleanField(default=True)
    added_by = models.CharField(max_length=100)
    added_name = models.CharField(max_length=400)
    added_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "framework", "number"), name="own_framework_version_once"),
            models.UniqueConstraint(
                fields=("organisation", "framework"), condition=Q(in_use=True), name="own_framework_in_use_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.framework} {self.number}"

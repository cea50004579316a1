"""What is registered: assets, their versions, and what a system version is made of."""

from django.db import models

from governance.access.tenancy import TenantModel
from governance.registry.stages import FIRST_STAGE
from governance.trail.append_only import AppendOnly


class Asset(TenantModel):
    """An AI system, model, prompt, data set, knowledge base, agent or tool. What it is made of stands in its versions."""

    append_only_but = ("name", "owner", "stage")  # another kind would change what its versions' digests mean

    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=100)
    owner = models.CharField(max_length=200)
    stage = models.CharField(max_length=40, default=FIRST_STAGE)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation", "slug"), name="asset_slug_once"),)
        indexes = (models.Index(fields=("organisation", "kind", "-id"), name="asset_of_kind"),)

    def __str__(self) -> str:
        return self.name


class AssetVersion(AppendOnly, TenantModel):
    """One state of an asset, for good. `digest` covers kind, specification and components (`fingerprint.py`)."""

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    spec = models.JSONField()
    digest = models.CharField(max_length=71)
    note = models.TextField(blank=True)
    created_by = models.CharField(max_length=400)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "version"
        constraints = (models.UniqueConstraint(fields=("asset", "number"), name="version_number_once"),)
        indexes = (models.Index(fields=("organisation", "-id"), name="version_of_organisation"),)

    def __str__(self) -> str:
        return f"{self.asset} {self.number}"


class Component(AppendOnly, TenantModel):
    """One part of a system version, and the role it plays there."""

    system_version = models.ForeignKey(AssetVersion, on_delete=models.PROTECT, related_name="components")
    component_version = models.ForeignKey(AssetVersion, on_delete=models.PROTECT, related_name="part_of")
    role = models.SlugField(max_length=60)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("system_version", "role", "component_version"), name="component_once"),)

    def __str__(self) -> str:
        return f"{self.role}: {self.component_version}"

"""What audits are aimed at: registered targets and uploaded files. Rows are added, never changed."""

from django.db import models

from governance.access.tenancy import TenantModel


class UploadedFile(TenantModel):
    """One upload. Its bytes lie on disk, encrypted with the organisation's key.

    sha256: 64 hexadecimal digits over the plain bytes; size: plain bytes; path: relative to PROBANZA_FILES_DIR.
    """

    append_only = True

    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=120)
    format = models.CharField(max_length=20, blank=True)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=255)
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=models.Q(size__gt=0), name="uploaded_file_not_empty")]

    def __str__(self) -> str:
        return self.name

    def digest(self) -> str:
        """The content's digest as evidence pins it."""
        return f"sha256:{self.sha256}"


class Target(TenantModel):
    """A door to what is audited. A changed door is a new target, so that old runs keep saying what they asked.

    secrets: encrypted JSON of name -> value; only `secret_names` are ever shown.
    columns: names of a table's columns, null where they are not told from the head of its file.
    """

    append_only = True

    name = models.CharField(max_length=200)
    type = models.CharField(max_length=40)
    spec = models.JSONField()
    secrets = models.BinaryField()
    secret_names = models.JSONField(default=list)
    columns = models.JSONField(null=True)
    digest = models.CharField(max_length=71)
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

"""Keys of an organisation, wrapped: nothing in these rows opens anything without a master key."""

from django.db import models
from django.db.models.functions import Now

from governance.trail.ids import uuid7


class OrganisationKey(models.Model):
    """What both kinds of keys have in common. `number` counts up per organisation; the highest is in use."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey("governance.Organisation", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        abstract = True


class DataKey(OrganisationKey):
    """Encrypts an organisation's content. Re-wrapping changes `master` and `wrapped`, never the key itself."""

    append_only_but = ("master", "wrapped")

    master = models.CharField(max_length=100)
    wrapped = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation", "number"), name="data_key_number"),)

    def __str__(self) -> str:
        return f"data key {self.number} under {self.master}"


class SigningKey(OrganisationKey):
    """Ed25519. The public half is kept for good, so that old signatures stay verifiable."""

    append_only = True

    key_id = models.CharField(max_length=100, unique=True)
    public = models.BinaryField()
    private = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation", "number"), name="signing_key_number"),)

    def __str__(self) -> str:
        return self.key_id

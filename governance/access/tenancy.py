"""The tenant stands on every row: the base of all tables of an organisation, and how rows are found."""

from typing import Any, Self, TypeVar
from uuid import UUID

from django.db import models

from governance.trail.ids import uuid7

Row = TypeVar("Row", bound=models.Model)


class NotFound(Exception):  # noqa: N818 - reads as the answer it becomes
    """There is no such thing in this organisation. Another organisation's things are not found either."""

    def __init__(self, what: str, sought: object) -> None:
        super().__init__(f"There is no {what} {sought}.")


class Conflict(Exception):  # noqa: N818 - reads as the answer it becomes
    """What was asked for collides with what is there. `field` names what to change."""

    def __init__(self, field: str, problem: str) -> None:
        self.field = field
        self.problem = problem
        super().__init__(f"{field}: {problem}")


class TenantQuerySet(models.QuerySet[Row]):
    """Rows of one organisation."""

    def of(self, organisation: UUID) -> Self:
        """The rows of one organisation; the first thing every query says."""
        return self.filter(organisation_id=organisation)

    def one(self, organisation: UUID, sought: UUID | str) -> Row:
        """The row with this id. Raises `NotFound`, also for another organisation's id and for text that is no id."""
        identifier = as_uuid(sought)
        if identifier is None:
            raise NotFound(str(self.model._meta.verbose_name), sought)
        # One row has no order; leaving it out makes the most frequent question of all cheaper to ask than `first` does.
        row = next(iter(self.filter(organisation_id=organisation, pk=identifier).order_by()), None)
        if row is None:
            raise NotFound(str(self.model._meta.verbose_name), sought)
        return row


def as_uuid(value: UUID | str) -> UUID | None:
    """A UUID, or None for text that is none."""
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value)
    except ValueError:
        return None


class TenantModel(models.Model):
    """Base of every table of an organisation: a UUIDv7 as key, the organisation, rows found by `objects.of(...)`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey("governance.Organisation", on_delete=models.PROTECT, related_name="+")

    objects: Any = TenantQuerySet.as_manager()

    class Meta:
        abstract = True

"""The mark of tables whose rows are added and never changed.

A model says `append_only = True`, or `append_only_but = ("column",)` to name the columns that may
change. `protection.py` makes the database refuse the rest; this base also refuses it in Python,
with words that say what to do instead.
"""

from typing import Any, ClassVar, NoReturn

from django.db import models


class AppendOnlyError(Exception):
    """Somebody tried to change or delete a row that is there for good."""


class AppendOnly(models.Model):
    """Base of models whose rows are never changed; add a new row instead."""

    append_only: ClassVar[bool] = True

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the row. Raises `AppendOnlyError` when it is already there."""
        if not self._state.adding:
            raise AppendOnlyError(f"{self._meta.verbose_name} {self.pk} is never changed; add a new one instead.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raises `AppendOnlyError`, always."""
        raise AppendOnlyError(f"{self._meta.verbose_name} {self.pk} is never deleted.")

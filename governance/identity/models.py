"""Tries to sign in, so that passwords and codes cannot be guessed at leisure."""

from typing import ClassVar

from django.db import models

from governance.trail.ids import uuid7


class SignInTries(models.Model):
    """Failures of one e-mail address from one network address, or of one person's codes. `key` is a digest that names nobody.

    It belongs to no organisation: before the sign-in there is none.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=71, unique=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    objects: ClassVar[models.Manager["SignInTries"]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.failures} failures until {self.last_at:%Y-%m-%d %H:%M}"

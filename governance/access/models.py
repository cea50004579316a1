"""Organisations, their people and their tokens."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from governance.access.tenancy import TenantModel
from governance.trail.ids import uuid7


class Organisation(models.Model):
    """The tenant. Everything else belongs to one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=100, unique=True)
    created_at = models.DateTimeField()
    second_factor = models.BooleanField(default=False, db_default=False)  # whether its members must have one

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes people; finds them by e-mail address in any case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person with a hashed password; without one nobody can sign in as them."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person. What they may do stands in their membership of an organisation, not here."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="user_email_once"),)

    def __str__(self) -> str:
        return self.name or self.email


class Membership(TenantModel):
    """A person's role in an organisation."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation", "user"), name="member_once"),)

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class ApiToken(TenantModel):
    """A secret that a programme shows. Only its SHA-256 is kept; `prefix` finds the row.

    owner: whose role bounds it from now on; without one (a service's token) `role` does.
    """

    owner = models.ForeignKey(Membership, on_delete=models.CASCADE, null=True, blank=True, related_name="tokens")
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=20)
    scopes = models.JSONField()
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API token"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"

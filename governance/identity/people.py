"""Who a session belongs to."""

from typing import Any
from uuid import UUID

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from governance.access.compiled import compiled, first
from governance.access.models import User
from governance.access.tenancy import as_uuid


@compiled(UUID)
def _person(user_id: UUID) -> QuerySet[User, User]:
    return User.objects.filter(pk=user_id)


class People(ModelBackend):
    """Passwords as Django checks them; the person of a session by a query that is compiled once."""

    def get_user(self, user_id: Any) -> User | None:
        """The person with this id who may still sign in."""
        identifier = as_uuid(user_id)
        found = first(_person(identifier)) if identifier else None
        return found if found is not None and found.is_active else None

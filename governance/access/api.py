"""What every REST door uses: who is calling, what they may do, how lists are turned over, how problems are told.

It knows no view, because Django REST framework loads it while it makes its first view.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from governance.access.actors import Actor
from governance.access.bodies import Body as Body
from governance.access.bodies import JSONBody as JSONBody
from governance.access.bodies import Query as Query
from governance.access.entering import RateLimited, enter
from governance.access.policies import check_can
from governance.access.problems import Problem as Problem
from governance.access.problems import problem_handler as problem_handler
from governance.access.rates import note_allowances
from governance.shapes import ShapeError

_NO_CURSOR = "is none that a page gave out."


@dataclass(frozen=True, slots=True)
class Principal:
    """`request.user` of a REST call."""

    actor: Actor
    is_authenticated: bool = True


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer pbz_...`. A call without the header is nobody's; a wrong token is refused."""

    keyword = "bearer"

    def authenticate(self, request: Request) -> tuple[Principal, None] | None:
        """The principal of the token shown. Raises `AuthenticationFailed`, `RateLimited`."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != self.keyword.encode():
            return None
        if len(words) != 2:
            self._refuse()
        try:
            entered = enter(words[1].decode("latin-1"))
        except RateLimited as limit:
            note_allowances(request, (limit.used_up,))
            raise
        if entered is None:
            self._refuse()
        note_allowances(request, entered.allowances)
        return Principal(entered.actor), None

    def authenticate_header(self, request: Request) -> str:
        """Of a 401: how to sign in."""
        return 'Bearer realm="probanza"'

    def _refuse(self) -> NoReturn:
        # One answer to every mistake: it does not tell a guesser which part was right.
        raise AuthenticationFailed("The token is unknown, expired or revoked.")


def acting(request: Request) -> Actor:
    """Who is calling. Only behind a permission that asks for somebody."""
    principal: Principal = request.user  # type: ignore[assignment]
    return principal.actor


def needs(scope: str, *, write: str = "") -> type[BasePermission]:
    """A permission class: `scope` for every method, or, where `write` is given, that one for methods that change things."""

    class Needs(Needed):
        reads, writes = scope, write or scope

    return Needs


class Needed(BasePermission):
    """The scopes that a door asks for; made by `needs`."""

    reads: ClassVar[str]
    writes: ClassVar[str]

    @classmethod
    def scope_for(cls, method: str) -> str:
        """The scope that this method asks for."""
        return cls.reads if method.upper() in SAFE_METHODS else cls.writes

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether there is a caller; raises `Forbidden` for one who lacks the scope."""
        caller: object = request.user
        if not isinstance(caller, Principal):
            return False
        check_can(caller.actor, self.scope_for(str(request.method)))
        return True


class Filters(DjangoFilterBackend):  # type: ignore[misc]  # it ships no types
    """The filters that a list names in `filterset_fields`; a list that nobody filters does without their form."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any, Any], view: Any) -> QuerySet[Any, Any]:
        """The rows that the address asks for. Raises `ValidationError`."""
        if request.query_params.keys().isdisjoint(getattr(view, "filterset_fields", ())):
            return queryset
        filtered: QuerySet[Any, Any] = super().filter_queryset(request, queryset, view)
        return filtered


class Pages(CursorPagination):
    """Newest first; `?cursor=` turns the page, `?size=` (1 to 200) says how long one is."""

    ordering = ("-id",)
    page_size_query_param = "size"
    max_page_size = 200

    def get_page_size(self, request: Request) -> int | None:
        """What `?size=` asks for. Raises `ShapeError` for what is no number from 1 to the most."""
        asked = request.query_params.get("size", str(self.page_size))
        if not (asked.isascii() and asked.isdigit() and len(asked) < 4 and 1 <= int(asked) <= self.max_page_size):
            raise ShapeError("size", _("must be a whole number from 1 to 200."))
        return int(asked)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """What the OpenAPI says of the two."""
        told = super().get_schema_operation_parameters(view)
        for one in told:
            one["schema"].update({"minimum": 1, "maximum": self.max_page_size} if one["name"] == "size" else {})
        return told

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The cursor of the address. Raises `ShapeError` for one that no page gave out."""
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            raise ShapeError("cursor", _NO_CURSOR) from None
        if cursor is not None and cursor.position is not None and self.ordering[0].lstrip("-") == "id":
            _check_position(str(cursor.position))
        return cursor


def _check_position(position: str) -> None:
    try:
        UUID(position)
    except ValueError:
        raise ShapeError("cursor", _NO_CURSOR) from None

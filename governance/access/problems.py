"""RFC 9457 problems: whatever goes wrong at the REST door becomes `application/problem+json`."""

from collections.abc import Iterator
from http import HTTPStatus
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from governance.access.entering import RateLimited
from governance.access.policies import Forbidden
from governance.access.problem_types import TYPES, type_of
from governance.access.tenancy import Conflict, NotFound
from governance.shapes import ShapeError

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 50  # enough to see the pattern; a list of 100 000 wrong entries gets no answer of its own size


class FieldProblem(serializers.Serializer[Any]):
    """One field that does not fit: its dotted path, what is wrong, and what would fit."""

    field = serializers.CharField()
    problem = serializers.CharField()
    allowed = serializers.ListField(child=serializers.CharField())


class Problem(serializers.Serializer[Any]):
    """RFC 9457."""

    type = serializers.CharField(
        help_text=f"What kind of problem it is; each has a page: {', '.join(one.uri for one in TYPES.values())}."
    )
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = FieldProblem(many=True)  # type: ignore[assignment]  # a field of ours, not the property


def problem(status: int, detail: str, errors: list[dict[str, Any]] | None = None, slug: str = "") -> dict[str, Any]:
    """The body of a problem of the kind `slug`, or of the usual kind of its status."""
    told = type_of(status, slug)
    uri, title = (told.uri, told.title) if told else ("about:blank", HTTPStatus(status).phrase)
    return {"type": uri, "title": title, "status": status, "detail": detail, "errors": errors or []}


def problem_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Django REST framework's EXCEPTION_HANDLER; None (a 500) for what nobody foresaw.

    An exception names its kind of problem by an attribute `problem_type`, a slug of `problem_types.TYPES`; without one it is
    the usual kind of its status.
    """
    body = _body(error, getattr(error, "problem_type", ""))
    if body is None:
        return None
    return Response(body, status=body["status"], headers=_headers(error), content_type=MEDIA_TYPE)


def _body(error: Exception, slug: str) -> dict[str, Any] | None:
    if isinstance(error, ShapeError):
        return problem(400, str(error), [field_problem(error.field, error.problem, error.allowed)], slug)
    if isinstance(error, Conflict):
        return problem(409, str(error), [field_problem(error.field, error.problem)], slug)
    if isinstance(error, exceptions.ValidationError):
        found = list(islice(_field_problems(error.detail), MOST_ERRORS))
        return problem(400, "; ".join(f"{one['field']}: {one['problem']}" for one in found), found, slug)
    if isinstance(error, exceptions.APIException):
        return problem(error.status_code, str(error.detail), getattr(error, "errors", None), slug or _of_framework(error))
    for kind, status in STATUSES.items():
        if isinstance(error, kind):
            return problem(status, str(error) or HTTPStatus(status).description, None, slug)
    return None


def _of_framework(error: exceptions.APIException) -> str:
    return "malformed-body" if isinstance(error, exceptions.ParseError) else ""


STATUSES: dict[type[Exception], int] = {
    NotFound: 404,
    Http404: 404,
    Forbidden: 403,
    PermissionDenied: 403,
    RequestDataTooBig: 413,
    RateLimited: 429,
}


def field_problem(field: str, words: str, allowed: tuple[str, ...] = ()) -> dict[str, Any]:
    """One entry of `errors`."""
    return {"field": field or "body", "problem": words, "allowed": list(allowed)}


def _field_problems(detail: Any, path: str = "") -> Iterator[dict[str, Any]]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _field_problems(inner, _below(path, name))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            yield from _field_problems(inner, path if isinstance(inner, str) else f"{path}[{index}]")
    else:
        yield field_problem(path, str(detail))


def _below(path: str, name: str | int) -> str:
    if name == "non_field_errors":
        return path
    if isinstance(name, int):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name


def _headers(error: Exception) -> dict[str, str]:
    headers: dict[str, str] = {}
    if authenticate := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = authenticate
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers

"""Tells callers what is left of their limits (draft-ietf-httpapi-ratelimit-headers-10)."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from governance.access.entering import WINDOW, Allowance

_NOTED = "allowances"
_WINDOW_S = int(WINDOW.total_seconds())


def note_allowances(request: Any, allowances: Sequence[Allowance]) -> None:
    """Keep with the request what its answer is to tell. Takes Django REST framework's request or Django's."""
    setattr(getattr(request, "_request", request), _NOTED, allowances)


class RateLimitHeaders:
    """Middleware: `RateLimit-Policy` names the limits, `RateLimit` what is left (r) and for how many seconds (t)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        noted: Sequence[Allowance] = getattr(request, _NOTED, ())
        if noted:
            response.headers["RateLimit-Policy"] = ", ".join(f'"{one.name}";q={one.limit};w={_WINDOW_S}' for one in noted)
            response.headers["RateLimit"] = ", ".join(f'"{one.name}";r={one.left};t={one.reset_s}' for one in noted)
        return response

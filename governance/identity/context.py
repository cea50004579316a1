"""What allauth's middleware does for every request, for the few views that need it."""

from collections.abc import Callable
from functools import wraps
from types import SimpleNamespace
from typing import Any, Concatenate, ParamSpec

from allauth.core.context import request_context
from django.http import HttpRequest, HttpResponse

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def with_allauth(view: View[Rest]) -> View[Rest]:
    """A view in which allauth knows the request."""

    @wraps(view)
    def entered(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        seen: Any = request
        seen.allauth = SimpleNamespace()
        with request_context(request):
            return view(request, *args, **kwargs)

    return entered

"""Log lines with ids and without payloads: one JSON object a line, or one plain line.

What an exception says is left out, since it may quote a question, an answer or a row: its type and its place are kept.
"""

import json
import logging
import re
import traceback
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from governance.marks import marked, marks

HEADER = "X-Request-ID"
MOST_FRAMES = 12
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
_KEPT = "probanza.request_id"
_OF_A_RUN = "run %s"  # how lines about one run begin, in every room


class JsonLines(logging.Formatter):
    """`{"at", "level", "logger", "message", "run"?, "request"?, "carries"?, "error"?, "where"?}`."""

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object without line breaks."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname, "logger": record.name, "message": message_of(record)}
        line |= {**marks(), **_run_of(record), **_request_of(record)}
        if record.exc_info and record.exc_info[1]:
            line |= {"error": _types(record.exc_info[1]), "where": _frames(record.exc_info[1])}
        return json.dumps(line, ensure_ascii=False)


class Lines(logging.Formatter):
    """`time LEVEL logger message`, and the whole traceback: for the eyes of whoever develops."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")


class RequestIds:
    """Every request has an id: the proxy's `X-Request-ID` or one of ours. The answer tells it, and so do log lines."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        name = given if _GIVEN.fullmatch(given) else str(uuid.uuid4())
        request.META[_KEPT] = name  # Django tells of a refusal after every middleware has ended
        with marked(request=name):
            response = self.get_response(request)
        response.headers[HEADER] = name
        return response


def message_of(record: logging.LogRecord) -> str:
    """The message; of an exception only its type, which Celery tells in words, and of an address only its route."""
    request, args = getattr(record, "request", None), record.args
    if isinstance(request, HttpRequest) and isinstance(args, tuple) and args:
        route = request.resolver_match.route if request.resolver_match else "an address without a page"
        return f"{getattr(record, 'status_code', '')} {request.method} {route}".strip()
    if isinstance(args, dict) and "exc" in args:
        error = record.exc_info[1] if record.exc_info else None
        return str(record.msg) % {
            **args,
            "exc": _types(error) if error else "an error",
            "traceback": "",
            "args": "",
            "kwargs": "",
        }
    return record.getMessage()


def _run_of(record: logging.LogRecord) -> dict[str, str]:
    about_a_run = isinstance(record.msg, str) and record.msg.startswith(_OF_A_RUN)
    return {"run": str(record.args[0])} if about_a_run and isinstance(record.args, tuple) and record.args else {}


def _request_of(record: logging.LogRecord) -> dict[str, str]:
    request = getattr(record, "request", None)
    name = request.META.get(_KEPT) if isinstance(request, HttpRequest) else None
    return {"request": str(name)} if name else {}


def _types(error: BaseException) -> str:
    """The types of an error and of what led to it, innermost last."""
    names: list[str] = []
    one: BaseException | None = error
    while one is not None and len(names) < MOST_FRAMES:
        names.append(type(one).__qualname__)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return " < ".join(names)


def _frames(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]

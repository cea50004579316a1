"""Log lines name ids and never what people or systems said."""

import json
import logging
import sys
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from governance.config.logs import HEADER, JsonLines, RequestIds
from governance.marks import mark, marked, marks

CANARY = "the-canary-of-a-customer"


def line(message: str, *args: Any, error: BaseException | None = None) -> dict[str, Any]:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("audits.runs", logging.WARNING, "x.py", 1, message, args, info)
    found: dict[str, Any] = json.loads(JsonLines().format(record))
    return found


def raised() -> BaseException:
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as inner:
            raise ValueError(f"Failing row contains ({CANARY})") from inner
    except ValueError:
        error = sys.exc_info()[1]
        assert error is not None
        return error


def test_a_line_is_one_json_object_with_a_moment_and_a_level() -> None:
    told = line("dispatcher: %s\nmessages", 7)
    assert (told["level"], told["logger"], told["message"]) == ("WARNING", "audits.runs", "dispatcher: 7\nmessages")
    assert told["at"].endswith("+00:00")


def test_a_line_about_a_run_names_it() -> None:
    assert line("run %s: the lease is lost", "0199")["run"] == "0199"
    assert "run" not in line("run is no name here")


def test_of_an_error_its_types_and_places_are_told_and_never_its_words() -> None:
    told = line("run %s: failed", "0199", error=raised())
    assert told["error"] == "ValueError < KeyError"
    assert told["where"][0].endswith(" raised")
    assert CANARY not in json.dumps(told)


def test_celery_s_line_about_a_failed_task_loses_the_error_s_words() -> None:
    context = {"name": "audits.carry_out", "id": "1", "description": "raised", "exc": f"ValueError('{CANARY}')", "args": CANARY}
    told = line("Task %(name)s[%(id)s] %(description)s: %(exc)s", context, error=raised())
    assert told["message"] == "Task audits.carry_out[1] raised: ValueError < KeyError"


def test_lines_inside_a_request_carry_its_id_and_lines_after_it_do_not() -> None:
    seen: list[dict[str, Any]] = []

    def view(request: Any) -> HttpResponse:
        seen.append(line("inside"))
        return HttpResponse()

    answer = RequestIds(view)(RequestFactory().get("/", headers={HEADER: "proxy-made-1"}))
    assert (answer.headers[HEADER], seen[0]["request"]) == ("proxy-made-1", "proxy-made-1")
    assert "request" not in line("after")


@pytest.mark.parametrize("given", ["", "short", "a" * 65, "a\nb: c\nd", '"><script>', "ñandúñandú"])
def test_an_id_that_could_be_no_id_is_replaced_by_one_of_ours(given: str) -> None:
    request = RequestFactory().get("/")
    request.META["HTTP_X_REQUEST_ID"] = given
    assert len(RequestIds(lambda _: HttpResponse())(request).headers[HEADER]) == 36


def test_marks_lie_over_each_other_and_are_taken_away() -> None:
    with marked(request="r"):
        mark(carries="m")
        assert marks() == {"request": "r", "carries": "m"}
        mark(carries="")
        assert marks() == {"request": "r"}
    assert marks() == {}

from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from rest_framework import exceptions

from governance.access.actors import system_actor
from governance.access.bodies import TooDeep
from governance.access.entering import Allowance, RateLimited
from governance.access.policies import Forbidden
from governance.access.problem_types import TYPES
from governance.access.problems import MOST_ERRORS, problem_handler
from governance.access.tenancy import Conflict, NotFound
from governance.shapes import ShapeError


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ShapeError("a", "is required."), 400),
        (exceptions.ParseError(), 400),
        (exceptions.NotAuthenticated(), 401),
        (Forbidden(system_actor(UUID(int=1)), "admin"), 403),
        (PermissionDenied(), 403),
        (NotFound("asset", "1"), 404),
        (Http404(), 404),
        (exceptions.MethodNotAllowed("PUT"), 405),
        (Conflict("slug", "is taken."), 409),
        (RequestDataTooBig("too big"), 413),
        (exceptions.UnsupportedMediaType("text/plain"), 415),
        (exceptions.Throttled(), 429),
    ],
)
def test_every_foreseen_error_is_a_problem_with_its_status(error, status):
    answer = problem_handler(error, {})
    assert (answer.status_code, answer.data["status"], answer.content_type) == (status, status, "application/problem+json")
    assert answer.data["title"]
    assert answer.data["detail"]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ShapeError("a", "is required."), "bad-fields"),
        (ShapeError("kind", "is none.", ("bias",), "unknown-kind"), "unknown-kind"),
        (exceptions.ValidationError({"a": ["is required."]}), "bad-fields"),
        (exceptions.ParseError(), "malformed-body"),
        (TooDeep(), "too-deep"),
        (exceptions.NotAuthenticated(), "unauthorised"),
        (exceptions.AuthenticationFailed(), "unauthorised"),
        (Forbidden(system_actor(UUID(int=1)), "admin"), "missing-scope"),
        (NotFound("asset", "1"), "not-found"),
        (exceptions.MethodNotAllowed("PUT"), "method-not-allowed"),
        (Conflict("slug", "is taken."), "conflict"),
        (RequestDataTooBig("too big"), "too-large"),
        (exceptions.UnsupportedMediaType("text/plain"), "unsupported-media-type"),
        (RateLimited(Allowance("token", 1, 0, 9)), "rate-limited"),
    ],
)
def test_a_problem_tells_its_kind_by_its_type(error, kind):
    answer = problem_handler(error, {})
    assert (answer.data["type"], answer.data["title"]) == (f"/problems/{kind}", TYPES[kind].title)
    assert answer.status_code == TYPES[kind].status


def test_a_status_without_a_kind_says_all_by_itself():
    teapot = exceptions.APIException()
    teapot.status_code = 418
    assert problem_handler(teapot, {}).data["type"] == "about:blank"


def test_an_error_that_nobody_foresaw_is_left_to_the_server():
    assert problem_handler(ZeroDivisionError(), {}) is None


def test_a_field_that_does_not_fit_is_named_with_what_would():
    answer = problem_handler(ShapeError("spec.roles[0]", "is not one of the known values.", ("provider", "deployer")), {})
    assert answer.data["errors"] == [
        {"field": "spec.roles[0]", "problem": "is not one of the known values.", "allowed": ["provider", "deployer"]}
    ]


def test_a_body_that_does_not_fit_as_a_whole_is_called_body():
    assert problem_handler(ShapeError("", "must be an object."), {}).data["errors"][0]["field"] == "body"


def test_nested_validation_errors_become_dotted_paths():
    detail = {"name": ["is required"], "parts": [{}, {"role": ["is blank"]}], "non_field_errors": ["no"], "tags": {2: ["bad"]}}
    found = problem_handler(exceptions.ValidationError(detail), {}).data["errors"]
    assert [one["field"] for one in found] == ["name", "parts[1].role", "body", "tags[2]"]


def test_a_caller_who_must_wait_is_told_how_long():
    assert problem_handler(exceptions.Throttled(wait=7), {})["Retry-After"] == "7"


def test_a_caller_without_a_token_is_told_how_to_sign_in():
    error = exceptions.NotAuthenticated()
    error.auth_header = 'Bearer realm="probanza"'
    assert problem_handler(error, {})["WWW-Authenticate"].startswith("Bearer")


def test_a_hundred_thousand_wrong_entries_get_an_answer_of_readable_size():
    error = exceptions.ValidationError({"ids": {index: ["must be an id."] for index in range(100_000)}})
    answer = problem_handler(error, {})
    assert answer is not None
    assert len(answer.data["errors"]) == MOST_ERRORS

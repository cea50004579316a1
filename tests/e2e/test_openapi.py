"""Every operation of the OpenAPI is called with data that fits and data that does not: it answers as documented."""

from typing import Any

import httpx
import pytest
import schemathesis
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from tests.conftest import World

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]
EXAMPLES = 6  # of each mode and operation
URI_TOO_LONG = 414  # said by the web server, before any operation is found
OURS = "tokens_revoke"  # it could revoke the token that the test calls with


def test_every_operation_documents_its_problems_as_problems() -> None:
    operations = [
        (f"{method} {path}", operation)
        for path, methods in SchemaGenerator().get_schema(public=True)["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/api/v1/")
    ]
    assert len(operations) > 40
    for called, operation in operations:
        bad = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
        assert {"401", "403"} <= bad.keys(), called
        assert {tuple(answer["content"]) for answer in bad.values()} == {("application/problem+json",)}, called
        if "requestBody" in operation or "size" in {one["name"] for one in operation.get("parameters", [])}:
            assert "400" in bad, called
        if "requestBody" in operation:
            assert {"413", "415"} <= bad.keys(), called


def problems_of(operation: Any, mode: schemathesis.GenerationMode, token: str) -> list[str]:
    found: list[str] = []

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def call(case: Any) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        if answer.status_code != URI_TOO_LONG:
            try:
                case.validate_response(answer, checks=CHECKS)
            except FailureGroup as error:
                found.append(f"{operation.label}: {answer.status_code} {error}")

    call()
    return found


@pytest.mark.world
@pytest.mark.slow
def test_every_operation_answers_as_documented_whatever_it_is_sent(world: World) -> None:
    document = httpx.get(f"{world.url}/api/openapi.json", trust_env=False).json()
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=world.url)
    operations = [result.ok() for result in schema.exclude(operation_id=OURS).get_all_operations()]
    assert len(operations) > 40
    problems = [
        problem
        for operation in operations
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
        for problem in problems_of(operation, mode, world.token)
    ]
    assert problems == []
    assert world.client.get("/api/v1/me").status_code == 200  # none of it took the token away

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from audits.runs.models import Run
from audits.suites.bodies import SuiteOut, SuiteRunOut, SuiteVersionOut
from audits.suites.models import Firing, Schedule, Suite, SuiteRun, SuiteVersion
from audits.suites.schedules_api import ScheduleOut
from audits.suites.services import Entry
from governance.registry.services import register_asset
from tests.integration.suites.conftest import carry_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("echo")]


@pytest.fixture
def body(version: Any, entry: Callable[..., Entry], criterion: Callable[..., Any]) -> dict[str, Any]:
    one = entry(criterion("1"))
    listed = {
        "name": one.name,
        "kind": "echo",
        "target": one.target,
        "parameters": one.parameters,
        "criteria": list(one.criteria),
    }
    return {"system": str(version.asset_id), "name": "release", "entries": [listed]}


@pytest.fixture
def defined(api: APIClient, body: dict[str, Any]) -> dict[str, Any]:
    answer = api.post("/api/v1/suites", body)
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_the_answers_have_the_fields_that_are_documented(api: APIClient, defined: dict[str, Any]) -> None:
    assert set(defined) == set(SuiteOut().fields)
    assert set(defined["newest_version"]) == set(SuiteVersionOut().fields)
    sent = api.post("/api/v1/suite-runs", {"suite": "release", "system": "helpdesk"}).json()
    assert set(sent) == set(SuiteRunOut().fields)
    made = api.post("/api/v1/schedules", {"suite": defined["id"], "expression": "0 6 * * 1-5"}).json()
    assert set(made) == set(ScheduleOut.Meta.fields)


def test_a_suite_is_found_by_the_slug_of_its_system_and_its_name(api: APIClient, defined: dict[str, Any]) -> None:
    found = api.get("/api/v1/suites?system=helpdesk&name=release").json()["results"]
    assert [one["id"] for one in found] == [defined["id"]]
    assert api.get("/api/v1/suites?name=other").json()["results"] == []
    assert api.get(f"/api/v1/suites/{defined['id']}").json() == defined


def test_a_version_is_added_with_201_and_the_same_again_with_200(
    api: APIClient, body: dict[str, Any], defined: dict[str, Any]
) -> None:
    address = f"/api/v1/suites/{defined['id']}/versions"
    assert api.post(address, {"entries": body["entries"]}).status_code == 200
    changed = [body["entries"][0] | {"seed": 7}]
    assert [api.post(address, {"entries": changed}).status_code for _ in range(2)] == [201, 200]
    assert [one["number"] for one in api.get(address).json()["results"]] == [2, 1]


@pytest.mark.parametrize("named", ["name", "slug", "version", "id"])
def test_a_suite_is_run_however_it_is_named(api: APIClient, defined: dict[str, Any], version: Any, named: str) -> None:
    asked = {
        "name": {"suite": "release", "system": str(version.asset_id)},
        "slug": {"suite": "release", "system": "helpdesk", "number": 1, "suite_version": 1},
        "version": {"suite": "release", "system_version": str(version.pk)},
        "id": {"suite": defined["id"]},
    }[named]
    answer = api.post("/api/v1/suite-runs", asked, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (202, "1")
    seen = api.get(answer.headers["Location"]).json()
    assert (seen["state"], seen["verdict"], seen["suite"]["number"], seen["runs"][0]["criteria"]) == ("queued", None, 1, 1)


def test_a_finished_suite_run_tells_verdicts_and_evidence(api: APIClient, defined: dict[str, Any]) -> None:
    sent = api.post("/api/v1/suite-runs", {"suite": defined["id"]}).json()
    carry_all(SuiteRun.objects.get(pk=sent["id"]))
    seen = api.get(f"/api/v1/suite-runs/{sent['id']}").json()
    assert (seen["state"], seen["verdict"], seen["progress"]) == ("succeeded", "met", {"planned": 2, "done": 2})
    assert seen["runs"][0]["verdicts"][0]["state"] == "met"
    assert api.get(f"/api/v1/evidence/{seen['runs'][0]['evidence']}").status_code == 200


def test_waiting_ends_with_the_run_or_with_the_time(api: APIClient, defined: dict[str, Any]) -> None:
    sent = api.post("/api/v1/suite-runs", {"suite": defined["id"]}).json()
    still = api.get(f"/api/v1/suite-runs/{sent['id']}?wait=1")
    assert (still.json()["state"], still.headers["Retry-After"]) == ("queued", "1")
    carry_all(SuiteRun.objects.get(pk=sent["id"]))
    ended = api.get(f"/api/v1/suite-runs/{sent['id']}?wait=60")
    assert (ended.json()["state"], "Retry-After" in ended.headers) == ("succeeded", False)
    assert api.get(f"/api/v1/suite-runs/{sent['id']}?wait=NaN").status_code == 400


def test_the_same_key_asks_once_and_another_body_is_refused(api: APIClient, defined: dict[str, Any]) -> None:
    key = {"Idempotency-Key": "release-42"}
    first, again = (api.post("/api/v1/suite-runs", {"suite": defined["id"]}, headers=key) for _ in range(2))
    assert (first.json()["id"], Run.objects.count()) == (again.json()["id"], 1)
    assert api.post("/api/v1/suite-runs", {"suite": "release", "system": "helpdesk"}, headers=key).status_code == 422


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"suite": "other"}, "suite"),
        ({"suite": str(uuid4())}, "suite"),
        ({"suite": "x" * 101}, "suite"),
        ({"suite": "\x00"}, "suite"),
        ({"system": "elsewhere"}, "system"),
        ({"system": "<script>alert(1)</script>"}, "system"),
        ({"system_version": str(uuid4())}, "system_version"),
        ({"system_version": "newest"}, "system_version"),
        ({"number": 9}, "number"),
        ({"number": 0}, "number"),
        ({"number": 10**40}, "number"),
        ({"suite_version": 9}, "suite_version"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_request_that_does_not_fit_names_the_field_and_writes_nothing(
    api: APIClient, defined: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    answer = api.post("/api/v1/suite-runs", {"suite": "release", "system": "helpdesk"} | change)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)
    assert SuiteRun.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"expression": "every day"}, "expression"),
        ({"expression": "0 0 30 2 *"}, "expression"),
        ({"expression": ["*"] * 5}, "expression"),
        ({"expression": "* * * * * *"}, "expression"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../../../etc/passwd"}, "time_zone"),
        ({"misfire": "sometimes"}, "misfire"),
        ({"enabled": "perhaps"}, "enabled"),
        ({"next_due": "now"}, "next_due"),
    ],
)
def test_a_schedule_that_does_not_fit_names_the_field_and_writes_nothing(
    api: APIClient, defined: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    answer = api.post("/api/v1/schedules", {"suite": defined["id"], "expression": "0 6 * * *"} | change)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)
    assert Schedule.objects.count() == 0


def test_a_schedule_is_paused_changed_and_listed(api: APIClient, defined: dict[str, Any]) -> None:
    body = {"suite": defined["id"], "expression": " 30 6  * * mon-fri", "time_zone": "Europe/Madrid"}
    made = api.post("/api/v1/schedules", body)
    assert (made.status_code, made.json()["expression"], len(made.json()["upcoming"])) == (201, "30 6 * * mon-fri", 5)
    address = made.headers["Location"]
    assert api.patch(address, {"enabled": False}).json()["upcoming"] == []
    assert api.patch(address, {"expression": "nonsense"}).status_code == 400
    assert api.get("/api/v1/schedules?enabled=false").json()["results"] == [api.get(address).json()]
    assert api.get("/api/v1/schedules?enabled=true").json()["results"] == []


def test_what_became_of_a_due_time_is_listed(api: APIClient, defined: dict[str, Any], now: Any) -> None:
    made = api.post("/api/v1/schedules", {"suite": defined["id"], "expression": "0 6 * * *"}).json()
    schedule = Schedule.objects.get(pk=made["id"])
    Firing.objects.create(
        organisation_id=schedule.organisation_id, schedule=schedule, due_at=now, fired_at=now, outcome="missed", let_go=3
    )
    (told,) = api.get(f"/api/v1/schedules/{made['id']}/firings").json()["results"]
    assert (told["outcome"], told["let_go"], told["suite_run"]) == ("missed", 3, None)


def test_what_is_named_twice_must_agree(api: APIClient, defined: dict[str, Any], version: Any, actor: Any, now: Any) -> None:
    register_asset(actor=actor, kind="ai_system", name="Other", owner="Ana", now=now)
    asked = {"suite": defined["id"], "system_version": str(version.pk)}
    for more, field in (({"number": 2}, "number"), ({"system": "other"}, "system")):
        assert api.post("/api/v1/suite-runs", asked | more).json()["errors"][0]["field"] == field
    newest = {"suite": defined["id"], "system": "other"}
    assert api.post("/api/v1/suite-runs", newest).json()["errors"][0]["field"] == "suite"
    assert SuiteRun.objects.count() == 0


def test_a_suite_run_is_cancelled_and_listed(api: APIClient, defined: dict[str, Any], version: Any) -> None:
    sent = api.post("/api/v1/suite-runs", {"suite": defined["id"]}).json()
    assert api.post(f"/api/v1/suite-runs/{sent['id']}/cancel").json()["state"] == "cancelled"
    for query in (f"suite={defined['id']}", "system=helpdesk", f"system_version={version.pk}"):
        assert [one["state"] for one in api.get(f"/api/v1/suite-runs?{query}").json()["results"]] == ["cancelled"]
    assert api.get(f"/api/v1/suite-runs?suite={uuid4()}").json()["results"] == []
    assert api.get("/api/v1/suite-runs?system=elsewhere").status_code == 400


def test_what_is_not_there_is_not_found(api: APIClient) -> None:
    for address in ("suites/{}", "suites/{}/versions", "suite-runs/{}", "schedules/{}", "schedules/{}/firings"):
        assert api.get(f"/api/v1/{address.format(uuid4())}").status_code == 404


def test_a_suite_s_rows_are_there_for_good(defined: dict[str, Any]) -> None:
    assert all(model.append_only for model in (Suite, SuiteVersion, Firing))
    assert SuiteRun.append_only_but == ("finished_at",)

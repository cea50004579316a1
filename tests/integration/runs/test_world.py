"""Web, worker, dispatcher, PostgreSQL and Redis as processes, and what is killed in the middle."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
import redis

OUTSIDE = Path(__file__).parent / "outside"
ROWS = 30
KILLS = 10
pytestmark = [pytest.mark.world, pytest.mark.slow]


@pytest.fixture(scope="module")
def service(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The running service, with somebody else's kind installed in all its processes."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(OUTSIDE)
    yield request.getfixturevalue("world")
    os.environ.pop("PYTHONPATH") if before is None else os.environ.__setitem__("PYTHONPATH", before)


@pytest.fixture(scope="module")
def body(service: Any) -> dict[str, Any]:
    with service.client as client:
        asset = made(client.post("/api/v1/assets", json={"kind": "ai_system", "name": "Helpdesk", "owner": "Ana"}))
        spec = {"purpose": "Answers questions of customers", "intended_use": "Support"}
        version = made(client.post(f"/api/v1/assets/{asset['id']}/versions", json={"spec": spec}))
        content = "\n".join(["said", *(["yes"] * ROWS), ""]).encode()
        file = made(client.post("/api/v1/files", files={"file": ("rows.csv", content, "text/csv")}))
        target = made(client.post("/api/v1/targets", json={"name": "rows", "type": "table", "spec": {"file": file["id"]}}))
    return {
        "system_version": version["id"],
        "kind": "echo",
        "target": target["id"],
        "parameters": {"prediction": "said", "pause_ms": 150},
    }


def made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code in {201, 202}, answer.text
    found: dict[str, Any] = answer.json()
    return found


def asked(service: Any, body: dict[str, Any]) -> str:
    with service.client as client:
        return str(made(client.post("/api/v1/audits", json=body))["id"])


def seen(service: Any, run: str) -> dict[str, Any]:
    with service.client as client:
        found: dict[str, Any] = client.get(f"/api/v1/audits/{run}").json()
        return found


def acts(service: Any, run: str) -> list[str]:
    rows = service.sql(f"SELECT action FROM governance_trailentry WHERE subject_id = '{run}' ORDER BY id")
    return [line.removeprefix("audits.") for line in rows.split()]


def check_single_result(service: Any, run: str) -> None:
    assert service.sql(f"SELECT count(*) FROM audits_result WHERE run_id = '{run}'").strip() == "1"
    assert service.sql(f"SELECT count(*), count(DISTINCT item) FROM audits_itemrecord WHERE run_id = '{run}'").strip() == (
        f"{ROWS}|{ROWS}"
    )
    assert service.sql(f"SELECT count(*) FROM governance_entry WHERE run_id = '{run}'").strip() == "1"


def test_a_worker_killed_in_the_middle_costs_nothing_but_time(service: Any, body: dict[str, Any]) -> None:
    run = asked(service, body)
    service.until(lambda: seen(service, run)["progress"]["done"] >= 3)
    service.kill("worker")
    left = seen(service, run)
    assert (left["state"], left["evidence"]) == ("running", None)
    service.start("worker")
    service.until(lambda: seen(service, run)["state"] == "succeeded")
    check_single_result(service, run)
    told = acts(service, run)
    assert (told[:2], set(told[2:-1]), told[-1]) == (["request_run", "start_run"], {"resume_run"}, "succeed_run")
    service.until(lambda: service.sql("SELECT count(*) FROM governance_waiting").strip() == "0")
    assert service.manage("verify")


def test_a_frozen_worker_that_wakes_up_writes_nothing(service: Any, body: dict[str, Any]) -> None:
    run = asked(service, body)
    service.until(lambda: seen(service, run)["progress"]["done"] >= 3)
    os.killpg(service.supervisor.processes["worker"].running.pid, signal.SIGSTOP)
    service.start("worker-2")
    service.until(lambda: "resume_run" in acts(service, run))
    os.killpg(service.supervisor.processes["worker"].running.pid, signal.SIGCONT)
    service.until(lambda: seen(service, run)["state"] == "succeeded")
    check_single_result(service, run)
    service.kill("worker-2", signal.SIGTERM)


def test_a_dispatcher_killed_and_an_emptied_broker_lose_no_run(service: Any, body: dict[str, Any]) -> None:
    service.kill("dispatcher")
    quick = body | {"parameters": {"prediction": "said"}}
    runs = [asked(service, quick) for _ in range(5)]
    service.start("dispatcher")
    broker(service).flushall()
    service.until(lambda: all(seen(service, run)["state"] == "succeeded" for run in runs))
    for run in runs:
        check_single_result(service, run)


def test_a_frozen_broker_stops_no_request_and_loses_no_run(service: Any, body: dict[str, Any]) -> None:
    process = broker(service).info()["process_id"]
    os.kill(process, signal.SIGSTOP)
    try:
        runs = [asked(service, body | {"parameters": {"prediction": "said"}}) for _ in range(3)]
        service.until(lambda: any("the broker is away" in line for line in service.lines))
    finally:
        os.kill(process, signal.SIGCONT)
    service.until(lambda: all(seen(service, run)["state"] == "succeeded" for run in runs))
    for run in runs:
        check_single_result(service, run)


def test_workers_who_share_audits_and_are_killed_lose_nothing_and_double_nothing(service: Any, body: dict[str, Any]) -> None:
    service.start("worker-2")
    runs = [asked(service, body) for _ in range(4)]
    dice = Random(7)
    for _ in range(KILLS):
        service.until(lambda: any(seen(service, run)["state"] == "running" for run in runs))
        children = children_of(service, "worker") + children_of(service, "worker-2")
        if children:
            kill_if_there(dice.choice(children))
        time.sleep(dice.uniform(0.3, 1.2))
    service.until(lambda: all(seen(service, run)["state"] == "succeeded" for run in runs))
    for run in runs:
        check_single_result(service, run)
        assert service.sql(f"SELECT count(*) FROM audits_step WHERE run_id = '{run}' AND state <> 'done'").strip() == "0"
        told = service.sql(f"""
            SELECT COALESCE(detail->>'from', '-') || '>' || (detail->>'to') FROM governance_trailentry
            WHERE subject_id = '{run}' AND detail ? 'to' ORDER BY id""")
        assert told.split() == ["->queued", "queued>running", "running>succeeded"]
    workers = service.sql("SELECT count(*) FROM governance_trailentry WHERE action = 'audits.resume_run'")
    assert int(workers) > 0
    service.kill("worker-2", signal.SIGTERM)


def children_of(service: Any, name: str) -> list[int]:
    parent = service.supervisor.processes[name].running.pid
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # gone meanwhile
        if int(fields[1]) == parent:
            found.append(int(entry.parent.name))
    return found


def kill_if_there(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def broker(service: Any) -> redis.Redis:
    return redis.Redis.from_url(service.env["REDIS_URL"].replace("redis+socket://", "unix://"))

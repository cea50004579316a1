"""What web, worker and dispatcher write down while they work: ids, and nothing of what they work with."""

import json
import os
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.conftest import World

CANARY = "canary-7f3a-of-a-customer"
TOKEN = "for-the-scraper-only"
pytestmark = [pytest.mark.world]


@pytest.fixture(scope="module")
def service(request: pytest.FixtureRequest) -> Iterator[World]:
    """The running service with metrics on."""
    os.environ["PROBANZA_METRICS_TOKEN"] = TOKEN
    yield request.getfixturevalue("world")
    del os.environ["PROBANZA_METRICS_TOKEN"]


def made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code in {201, 202}, answer.text
    found: dict[str, Any] = answer.json()
    return found


def audit(client: httpx.Client, lines: bytes) -> str:
    """Asks for an audit of recorded answers."""
    asset = made(client.post("/api/v1/assets", json={"kind": "ai_system", "name": f"Helpdesk {CANARY}", "owner": CANARY}))
    spec = {"purpose": CANARY, "intended_use": "Support"}
    version = made(client.post(f"/api/v1/assets/{asset['id']}/versions", json={"spec": spec}))
    file = made(client.post("/api/v1/files", files={"file": (f"{CANARY}.jsonl", lines, "application/jsonl")}))
    recorded = {"name": CANARY, "type": "recorded", "spec": {"file": file["id"]}}
    target = made(client.post("/api/v1/targets", json=recorded))
    body = {"system_version": version["id"], "kind": "fidelity", "target": target["id"]}
    return str(made(client.post("/api/v1/audits", json=body, headers={"X-Request-ID": "from-a-proxy"}))["id"])


def test_log_lines_are_json_with_ids_and_without_payloads(service: World) -> None:
    said = {
        "id": CANARY,
        "question": f"Who is {CANARY}?",
        "context": [f"{CANARY} pays 5 EUR."],
        "answer": f"{CANARY} pays 9 EUR.",
    }
    with service.client as client:
        run = audit(client, json.dumps(said).encode())
        service.until(lambda: client.get(f"/api/v1/audits/{run}").json()["finished_at"])
        service.until(lambda: any(f'"run": "{run}"' in line for line in service.lines))  # a run that went well is told of too
        for bad in ({"kind": CANARY}, {CANARY: 1}, [CANARY]):
            assert client.post("/api/v1/audits", json=bad).status_code == 400
        assert client.post("/api/v1/audits", content=f"{{{CANARY}").status_code in {400, 415}
        assert client.get(f"/api/v1/audits/{CANARY}?kind={CANARY}").status_code == 404
    ours = [line.split(": ", 1)[1] for line in service.lines if line.startswith(("web", "worker", "dispatcher"))]
    told = [json.loads(line) for line in ours if line.startswith("{")]
    assert {"celery.app.trace", "gunicorn.error", "audits.runs.dispatching"} <= {line["logger"] for line in told}
    assert any(line.get("carries") for line in told)
    assert any(line.get("request") and line["message"] == "400 POST api/v1/audits" for line in told)
    assert [line for line in ours if CANARY in line] == []


def test_metrics_count_the_requests_of_both_web_processes(service: World) -> None:
    def counted() -> int:
        answer = httpx.get(f"{service.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False)
        lines = [line for line in answer.text.splitlines() if "_count" in line and "readyz" in line]
        return int(float(lines[0].split()[-1])) if lines else 0

    before = counted()
    for _ in range(20):
        httpx.get(f"{service.url}/readyz", trust_env=False)
    assert counted() == before + 20

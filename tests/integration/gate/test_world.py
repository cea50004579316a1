"""The gate against the running service: the five exit statuses, tried for real with nothing but the base install."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.house.rooms import ROOT
from tests.integration.runs.test_world import OUTSIDE, made
from tests.unit.gate.test_gate import BASE_INSTALL

pytestmark = [pytest.mark.world]
SAID = "\n".join(["said", *["yes"] * 6, "no", ""])
GONE = "\n".join(["said", "gone", ""])
PEOPLE = "\n".join(["sex,decision", *["f,1"] * 56, *["f,0"] * 24, *["m,1"] * 60, *["m,0"] * 20, ""])
BIAS = {"prediction": "decision", "favourable": "1", "sensitive": ["sex"]}
ECHO = {"prediction": "said"}


@pytest.fixture(scope="module")
def service(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The running service, with somebody else's kind installed in all its processes."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(OUTSIDE)
    yield request.getfixturevalue("world")
    os.environ.pop("PYTHONPATH") if before is None else os.environ.__setitem__("PYTHONPATH", before)


class Bench:
    """A registered system and what suites are made of."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.system = self.post("assets", kind="ai_system", name="Credit scoring", owner="Ana")["id"]
        spec = {"purpose": "Ranks applications", "intended_use": "Consumer credit"}
        self.post(f"assets/{self.system}/versions", spec=spec)

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        return made(self.client.post(f"/api/v1/{path}", json=body))

    def entry(self, name: str, kind: str, content: str, parameters: dict[str, Any], *criteria: dict[str, Any]) -> dict[str, Any]:
        file = made(self.client.post("/api/v1/files", files={"file": ("rows.csv", content.encode(), "text/csv")}))
        target = self.post("targets", name=name, type="table", spec={"file": file["id"]})
        frozen = [self.post("criteria", system=self.system, kind=kind, **one)["id"] for one in criteria]
        return {"name": name, "kind": kind, "target": target["id"], "parameters": parameters, "criteria": frozen}

    def suite(self, name: str, *entries: dict[str, Any]) -> None:
        self.post("suites", system=self.system, name=name, entries=list(entries))


@pytest.fixture(scope="module")
def bench(service: Any) -> Bench:
    with service.client as client:
        bench = Bench(client)
        yes = {"measure": "yes", "direction": "at_least"}
        good = bench.entry("good", "echo", SAID, ECHO, yes | {"limit": "6"})
        bad = bench.entry("bad", "echo", SAID, ECHO, yes | {"limit": "7"})
        bare = bench.entry("bare", "echo", SAID, ECHO)
        gone = bench.entry("gone", "echo", GONE, ECHO, yes | {"limit": "1"})
        ratio = {"measure": "demographic_parity_ratio", "direction": "at_least", "limit": "0.8"}
        close = bench.entry("close", "bias", PEOPLE, BIAS, ratio)
        bench.suite("passing", good)
        bench.suite("failing", good, bad)
        bench.suite("bare", good, bare)
        bench.suite("broken", good, gone)
        bench.suite("close", good, close)
        return bench


def gate(service: Any, tmp_path: Path, suite: str, *more: str) -> tuple[int, dict[str, Any], str]:
    files = [f"--{form}={tmp_path / form}" for form in ("json", "junit", "sarif")]
    command = [sys.executable, "-I", "-c", BASE_INSTALL, str(ROOT), "gate", "--system=credit-scoring", f"--suite={suite}"]
    environment = {"PROBANZA_TOKEN": service.token, "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [*command, f"--url={service.url}", *files, *more],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    ET.parse(tmp_path / "junit")
    assert json.loads((tmp_path / "sarif").read_bytes())["version"] == "2.1.0"
    return done.returncode, json.loads((tmp_path / "json").read_bytes()), done.stdout


@pytest.mark.usefixtures("bench")
class TestExitStatus:
    @pytest.mark.parametrize(
        ("suite", "more", "status", "verdicts"),
        [
            ("passing", [], 0, ["met"]),
            ("failing", [], 1, ["met", "not_met"]),
            ("bare", [], 2, []),
            ("no-such-suite", [], 2, []),
            ("passing", ["--version", "99"], 2, []),
            ("broken", [], 3, ["met", "never_judged"]),
            ("passing", ["--url", "http://127.0.0.1:9", "--patience", "1"], 3, []),
            ("close", [], 4, ["met", "inconclusive"]),
            ("close", ["--inconclusive-is-failure"], 1, ["met", "inconclusive"]),
        ],
    )
    def test_it_is_earned(
        self, service: Any, tmp_path: Path, suite: str, more: list[str], status: int, verdicts: list[str]
    ) -> None:
        code, outcome, said = gate(service, tmp_path, suite, *more)
        assert (code, outcome["exit_status"], [one["verdict"] for one in outcome["audits"]]) == (status, status, verdicts), said

    def test_the_same_key_judges_the_same_run(self, service: Any, tmp_path: Path) -> None:
        runs = {gate(service, tmp_path, "passing", "--idempotency-key=commit-1")[1]["suite_run"] for _ in range(2)}
        assert len(runs) == 1

    def test_a_token_without_the_right_ends_with_2(self, service: Any, tmp_path: Path) -> None:
        looks = service.manage("create_token", "world", "--name=looks", "--role=viewer").strip().splitlines()[-1]
        code, outcome, _ = gate(replace(service, token=looks), tmp_path, "passing")
        assert (code, "audits:write" in outcome["reason"]) == (2, True)

    def test_a_gate_waits_for_a_web_process_that_restarts(self, service: Any, tmp_path: Path) -> None:
        service.kill("web")
        service.start("web")
        assert gate(service, tmp_path, "passing")[0] == 0


@pytest.mark.usefixtures("bench")
def test_two_dispatchers_fire_a_due_time_once_and_note_the_end_of_its_suite(service: Any) -> None:
    with service.client as client:
        (suite,) = client.get("/api/v1/suites?system=credit-scoring&name=passing").json()["results"]
        schedule = made(client.post("/api/v1/schedules", json={"suite": suite["id"], "expression": "* * * * *"}))["id"]
        service.start("dispatcher-2")
        service.sql(f"UPDATE audits_schedule SET next_due = date_trunc('minute', now()) WHERE id = '{schedule}'")
        fired = service.until(lambda: client.get(f"/api/v1/schedules/{schedule}/firings").json()["results"])[-1]
        client.patch(f"/api/v1/schedules/{schedule}", json={"enabled": False})
        ended = client.get(f"/api/v1/suite-runs/{fired['suite_run']}?wait=60").json()
    assert (fired["outcome"], ended["verdict"], ended["schedule"]) == ("started", "met", schedule)
    noted = f"SELECT count(*) FROM governance_trailentry WHERE action = 'audits.finish_suite' AND subject_id = '{ended['id']}'"
    service.until(lambda: service.sql(noted).strip() == "1")
    rows = f"SELECT count(*) = count(DISTINCT due_at) FROM audits_firing WHERE schedule_id = '{schedule}'"
    assert service.sql(rows).strip() == "t"

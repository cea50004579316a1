"""Answers of a service as the gate meets them, and a service on the loopback that gives them one after the other."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

RUN_ID = "01990000-0000-7000-8000-000000000001"
HOSTILE = "\x1b[2J\x1b]0;owned\x07::error::<script>alert(1)</script> {{7*7}}\r\n##[group]\u202e ]]> & \ud800\x00\ufffe"


def check(state: str = "met", **more: Any) -> dict[str, Any]:
    return {
        "criterion": RUN_ID, "measure": "approval_rate", "group": [["sex", "f"]], "value": "0.71", "low": "0.64", "high": "0.77",
        "n": 180, "unit": "share", "reason": "", "limit": "0.60", "direction": "at_least", "state": state,
    } | more  # fmt: skip


def audit(*checks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "name": "approval", "id": RUN_ID, "kind": "bias", "state": "succeeded", "verdict": None, "verdicts": list(checks),
        "criteria": len(checks), "progress": {"planned": 2, "done": 2}, "evidence": RUN_ID, "reason": None,
    } | more  # fmt: skip


def suite_run(*audits: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": RUN_ID, "state": "succeeded", "verdict": None,
        "suite": {"id": RUN_ID, "name": "release", "number": 3, "digest": "sha256:aa"},
        "system": {"id": RUN_ID, "name": "Credit scoring", "slug": "credit", "version": RUN_ID, "number": 7},
        "progress": {"planned": 2, "done": 2}, "runs": list(audits) or [audit(check())], "schedule": None,
        "requested_by": "ci", "created_at": "2026-11-22T10:00:00Z", "finished_at": "2026-11-22T10:00:30.500Z",
    } | more  # fmt: skip


def suites(*criteria: Any) -> dict[str, Any]:
    entries = [{"name": "approval", "criteria": list(criteria)}]
    return {"next": None, "previous": None, "results": [{"newest_version": {"number": 3, "entries": entries}}]}


@dataclass
class Service:
    """Gives its answers in order, the last one for ever: (status, body, headers); a body of None hangs up."""

    port: int
    answers: list[tuple[int, Any, dict[str, str]]] = field(default_factory=list)
    heard: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def says(self, *answers: Any) -> None:
        """Statuses, bodies, or (status, body, headers)."""
        for one in answers:
            whole = (
                one if isinstance(one, tuple) else (one, {"detail": "trouble"}, {}) if isinstance(one, int) else (200, one, {})
            )
            self.answers.append(whole)

    def next(self) -> tuple[int, Any, dict[str, str]]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def service() -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            told.heard.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
            status, body, headers = told.next()
            if body is None:
                self.connection.close()
                return
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - http.server's own name

        def log_message(self, *words: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *words: None  # type: ignore[method-assign]
    told = Service(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield told
    server.shutdown()
    server.server_close()


@pytest.fixture
def run_gate(service: Service, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The command against the scripted service."""
    monkeypatch.setenv("PROBANZA_TOKEN", "pbz_secret_token")

    def run(*more: str) -> int:
        from probanza.cli import main

        usual = ["gate", "--system", "credit", "--suite", "release", "--url", service.url, "--patience", "2"]
        try:
            return main([*usual, *more])
        except SystemExit as ended:
            return int(ended.code or 0)

    return run

"""A whole service of a benchmark's own: durable engines, web, dispatcher and worker as processes, spoken to by REST."""

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import redis

from benchmarks.door import free_port, wait_for
from governance.config.engines import APPLICATION, OWNER, Engines, Postgres, Redis, Urls
from governance.config.processes import Supervisor, commands, python_command, run_once

PATIENCE_S = 90.0


@contextmanager
def engines() -> Iterator[tuple[Postgres, Redis]]:
    """A PostgreSQL and a Redis of this run's own, both durable."""
    state = Path(tempfile.mkdtemp(prefix="probanza-bench-"))
    state.chmod(0o755)
    try:
        with Engines(database="postgres", state=state, environ={}) as running:
            assert running.postgres is not None
            assert running.redis is not None
            yield running.postgres, running.redis
    finally:
        shutil.rmtree(state, ignore_errors=True)


@dataclass
class Service:
    """The processes over one database, with one organisation and an admin's token."""

    postgres: Postgres
    broker: Redis
    database: str
    env: dict[str, str]
    supervisor: Supervisor
    port: int = field(default_factory=free_port)
    token: str = ""

    def start(self, *names: str) -> None:
        """Start `web`, `dispatcher` or `worker`; of the first, wait until it listens."""
        for name in names:
            self.supervisor.start(name, commands(port=self.port)[name])
            if name == "web":
                wait_for(self.port)

    @cached_property
    def _client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=30, trust_env=False)

    def manage(self, *arguments: str) -> str:
        """What `manage.py` says to this. Raises `RuntimeError` with its words when it fails."""
        done = run_once(python_command(*arguments), self.env)
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        return done.stdout

    def sql(self, script: str) -> str:
        """Rows as the superuser sees them."""
        return self.postgres.sql(script, database=self.database).strip()

    def post(self, path: str, body: Any = None, **more: Any) -> dict[str, Any]:
        """What the door answers to this. Raises `httpx.HTTPStatusError` for a refusal."""
        return self._told("POST", path, json=body, **more)

    def get(self, path: str) -> dict[str, Any]:
        """What the door answers to this."""
        return self._told("GET", path)

    def _told(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        given = {name: value for name, value in more.items() if value is not None}
        answer = self._client.request(method, path, **given)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def system(self) -> str:
        """The id of a version of a new AI system."""
        asset = self.post("/api/v1/assets", {"kind": "ai_system", "name": "Scoring", "owner": "Ana"})
        spec = {"purpose": "Scores applications", "intended_use": "Credit"}
        return str(self.post(f"/api/v1/assets/{asset['id']}/versions", {"spec": spec})["id"])

    def target(self, kind: str, spec: dict[str, Any], field_name: str, file: tuple[str, bytes, str]) -> str:
        """The id of a new target whose specification names an uploaded file in `field_name`."""
        kept = self.post("/api/v1/files", files={"file": file})
        body = {"name": kind, "type": kind, "spec": {**spec, field_name: kept["id"]}}
        return str(self.post("/api/v1/targets", body)["id"])

    def empty_broker(self) -> None:
        """Take every message out of Redis."""
        redis.Redis.from_url(self.broker.url().replace("redis+socket://", "unix://")).flushall()


@contextmanager
def service(postgres: Postgres, broker: Redis, database: str) -> Iterator[Service]:
    """A service on a fresh database; nothing of it runs yet. What it starts ends with it."""
    postgres.ensure_database(database, recreate=True)
    urls = Urls(postgres.url(database, APPLICATION), postgres.url(database, OWNER), broker.url())
    env = {
        "PROBANZA_SECRET_KEY": "for this benchmark only" * 3,
        "PROBANZA_STATE_DIR": str(postgres.where.data.parent),
        "PROBANZA_ALLOW_LOOPBACK": "1",
        "PROBANZA_RATE_TOKEN": "1000000000",  # counted, never reached
        "PROBANZA_RATE_ORGANISATION": "1000000000",
        "PROBANZA_LOG_LEVEL": "WARNING",
        **urls.environment(),
    }
    told = Service(postgres, broker, database, env, Supervisor(env, _say))
    try:
        told.manage("migrate", "--database=owner", "--verbosity=0")
        env |= urls.serving()
        told.manage("create_organisation", "Bench", "--slug=bench")
        told.token = told.manage("create_token", "bench", "--name=bench", "--role=admin").strip().splitlines()[-1]
        yield told
    finally:
        told.supervisor.stop()


def until(true: Callable[[], Any], what: str) -> Any:
    """What `true` answers once it is not empty. Raises `TimeoutError` after a minute and a half."""
    deadline = time.monotonic() + PATIENCE_S
    while not (answer := true()):
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.05)
    return answer


@contextmanager
def without(broker: Redis, how: str) -> Iterator[None]:
    """Redis `up`, `down` (killed) or `frozen` (stopped, its socket open) for as long as this lasts."""
    process = broker.process
    assert process is not None
    if how == "down":
        broker.stop(signal.SIGKILL)
    elif how == "frozen":
        process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        if how == "down":
            broker.start()
        elif how == "frozen":
            process.send_signal(signal.SIGCONT)


def _say(name: str, line: str) -> None:
    if os.environ.get("PROBANZA_BENCH_LINES"):
        print(f"{name:>10} | {line}", file=sys.stderr)

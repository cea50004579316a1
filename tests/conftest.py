"""Real engines for every test that needs them, started by the run itself; ended with it, however it ends."""

import datetime
import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import call_command
from django.db import connections
from hypothesis import HealthCheck, settings
from rest_framework.test import APIClient

from governance.access import wall
from governance.config import environment
from governance.config.engines import Engines, Urls
from governance.config.processes import Supervisor, commands, python_command, run_once
from governance.marks import mark, marks

TEST_DATABASE = "probanza_test"
KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission"}
START_TIMEOUT_S = 90

# Tests never time: on a busy machine a slow draw says nothing about what is tested.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    """PostgreSQL and Redis of this run, in a directory of its own that every user may enter."""
    state = Path(tempfile.mkdtemp(prefix="probanza-test-"))
    state.chmod(0o755)
    # Never the developer's own servers: the tests drop databases.
    with Engines(database="postgres", state=state, durable=False, environ={}) as running:
        yield running
    shutil.rmtree(state, ignore_errors=True)
    shutil.rmtree(running.postgres.where.run, ignore_errors=True)


def _urls(engines: Engines, database: str) -> Urls:
    return Urls(
        engines.postgres.url(database, "probanza_app"), engines.postgres.url(database, "probanza_owner"), engines.redis.url()
    )


def _point(alias: str, url: str) -> None:
    connections[alias].close()
    given = environment.database(url, alias)
    connections.databases[alias].update(given)
    connections[alias].settings_dict.update(given)


@pytest.fixture(scope="session")
def django_db_setup(engines: Engines, django_db_blocker: Any) -> None:
    """The schema, made by the owner; the tests then work as the application's role."""
    engines.postgres.ensure_database(TEST_DATABASE, recreate=True)
    urls = _urls(engines, TEST_DATABASE)
    with django_db_blocker.unblock():
        _point("owner", urls.owner)
        _point("default", urls.database)
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        connections["owner"].close()


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any, engines: Engines) -> Iterator[None]:
    """A database in which commits are real, for threads and processes; emptied afterwards by the superuser."""
    with django_db_blocker.unblock():
        yield
        connections["default"].close()
        names = [name for name in connections["default"].introspection.table_names() if name not in KEPT_TABLES]
        connections["default"].close()
    listed = ", ".join(f'"{name}"' for name in names)
    engines.postgres.sql(f"TRUNCATE {listed} RESTART IDENTITY CASCADE", database=TEST_DATABASE)


@pytest.fixture(autouse=True)
def _outside() -> Iterator[None]:
    """No test begins inside the organisation of the one before, or writes its log lines about the work of that one."""
    yield
    wall.leave()
    mark(**dict.fromkeys(marks(), ""))


@pytest.fixture
def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@pytest.fixture
def organisation(request: pytest.FixtureRequest, now: datetime.datetime) -> Any:
    from governance.access.services import create_organisation

    return create_organisation(name="Banco Ejemplo", slug="banco", now=now)


@pytest.fixture
def actor(organisation: Any) -> Any:
    """Somebody who may do everything in `organisation`."""
    from governance.access.actors import Actor
    from governance.access.roles import SCOPES_OF

    return Actor(
        id="person-1", name="Ana Auditora", kind="person", organisation=organisation.id, role="admin", scopes=SCOPES_OF["admin"]
    )


@pytest.fixture
def api(organisation: Any, actor: Any, now: datetime.datetime) -> APIClient:
    """A REST client with an admin's token."""
    from governance.access.services import issue_token

    _, secret = issue_token(
        actor=actor, name="tests", scopes=sorted(actor.scopes), expires_at=now + datetime.timedelta(days=1), now=now
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


@dataclass
class World:
    """Web, worker and dispatcher as processes over a database of their own."""

    env: dict[str, str]
    port: int
    supervisor: Supervisor
    engines: Engines
    database: str
    token: str = ""
    lines: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.token}"}, timeout=30, trust_env=False)

    def start(self, name: str) -> None:
        """Start `web`, `worker`, `dispatcher`, or another of theirs as `worker-2`."""
        self.supervisor.start(name, commands(port=self.port)[name.split("-")[0]])

    def kill(self, name: str, how: int = signal.SIGKILL) -> None:
        self.supervisor.kill(name, how)

    def manage(self, *arguments: str) -> str:
        done = run_once(python_command(*arguments), self.env)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def sql(self, script: str) -> str:
        return self.engines.postgres.sql(script, database=self.database)

    def until(self, true: Callable[[], Any], seconds: float = START_TIMEOUT_S) -> Any:
        deadline = time.monotonic() + seconds
        while not (answer := true()):
            assert time.monotonic() < deadline, "\n".join(self.lines[-80:])
            time.sleep(0.1)
        return answer

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def world(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A running service with one organisation `world` and an admin's token; web is up, worker and dispatcher too."""
    database = f"world_{os.getpid()}_{time.monotonic_ns() % 10**6}"
    engines.postgres.ensure_database(database, recreate=True)
    state = tmp_path_factory.mktemp("state")
    env = {
        **_urls(engines, database).serving(),
        "DJANGO_SETTINGS_MODULE": "governance.config.settings",
        "PROBANZA_SECRET_KEY": "for-tests-only-" + "0" * 50,
        "PROBANZA_STATE_DIR": str(state),
        "PROBANZA_MASTER_KEYS": os.environ["PROBANZA_MASTER_KEYS"],
        "PROBANZA_ALLOW_LOOPBACK": "1",
        "PROBANZA_LEASE_S": "3",
        "PROBANZA_SWEEP_S": "1",
        "COVERAGE_PROCESS_START": "",
    }
    lines: list[str] = []
    supervisor = Supervisor(env, lambda name, line: lines.append(f"{name}: {line}"))
    started = World(env, _free_port(), supervisor, engines, database, lines=lines)
    try:
        started.env |= _urls(engines, database).environment()
        started.manage("migrate", "--database=owner", "--verbosity=0")
        started.env |= _urls(engines, database).serving()
        started.manage("create_organisation", "World", "--slug=world")
        started.token = started.manage("create_token", "world", "--name=tests", "--role=admin").strip().splitlines()[-1]
        for name in ("web", "worker", "dispatcher"):
            started.start(name)
        started.until(started.answers)
        yield started
    finally:
        supervisor.stop()
        engines.postgres.sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

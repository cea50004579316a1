"""The whole service as processes over engines of its own, kept up the way `make up` keeps it up."""

import os
import shutil
import signal
import socket
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import redis

from governance.config.engines import Engines
from governance.config.places import password_of
from governance.config.processes import Supervisor, commands, python_command, run_once
from tests.faults.witness import INSTALL, Observer, UnitLog

DATABASE = "faults"
OUTSIDE = Path(__file__).parent / "outside"
WORKERS = ("worker-1", "worker-2")
DISPATCHERS = ("dispatcher-1", "dispatcher-2")
CHILDREN = 2  # of each worker
START_TIMEOUT_S = 120.0

LAST_ATTEMPT = 5  # a run that dies so often at one place is given up, as it should be; `test_sweeping` holds that
STILL_OPEN = """
SELECT idempotency_key FROM audits_run run WHERE state = 'running' AND idempotency_key LIKE ANY(%(tails)s) AND EXISTS (
  SELECT 1 FROM audits_step WHERE run_id = run.id AND state = 'open' AND attempts >= %(attempts)s)
"""


@dataclass(frozen=True)
class Times:
    """Lease and sweep of the processes, in seconds."""

    lease_s: int
    sweep_s: int

    @property
    def goal_s(self) -> int:
        """Within which a killed worker's run must be claimed again."""
        return self.lease_s + 2 * self.sweep_s


USUAL, DEFAULTS = Times(3, 1), Times(30, 5)


class Service:
    """Web, two workers, two dispatchers, PostgreSQL that must not lose a commit, and Redis that keeps nothing."""

    def __init__(self, times: Times = USUAL, *, log: Path | None = None) -> None:
        self.times = times
        self._file = log
        self.lines: deque[str] = deque(maxlen=4000)
        self.state = Path(tempfile.mkdtemp(prefix="probanza-faults-"))
        self.state.chmod(0o755)
        self.temporary = self.state / "tmp"
        self.temporary.mkdir()
        self.temporary.chmod(0o1777)
        self.log = UnitLog(self.state / "units.csv")
        self.token = ""
        self.prepared: dict[str, Any] = {}  # what `load.prepare` made here
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        # Never somebody else's servers: they are killed here.
        self.engines = Engines(database=DATABASE, state=self.state, durable=True, environ={})
        assert self.engines.postgres is not None
        assert self.engines.redis is not None
        self.postgres, self.redis = self.engines.postgres, self.engines.redis
        self.redis.settings["appendonly"] = "no"
        self.supervisor = Supervisor({}, self._say)
        self.hands = threading.Lock()  # one of us starts and ends processes at a time
        self.keeper = Keeper(self)

    def _say(self, name: str, line: str) -> None:
        self.lines.append(f"{time.strftime('%H:%M:%S')} {name}: {line}")
        if self._file is not None:
            with self._file.open("a") as file:
                file.write(self.lines[-1] + "\n")

    def __enter__(self) -> "Service":
        with ExitStack() as undo:
            undo.callback(self._clear)
            self.engines.__enter__()
            undo.callback(self.engines.stop)
            undo.callback(self.supervisor.stop)
            self._prepare()
            self.start("web", *WORKERS, *DISPATCHERS)
            self.keeper.start()
            undo.callback(self.keeper.end)
            self._wait_until_it_works()
            undo.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None) -> None:
        self.keeper.end()
        self.observer.close()
        self.supervisor.stop(patience_s=5)
        self.engines.stop()
        self._clear()

    def _clear(self) -> None:
        shutil.rmtree(self.state, ignore_errors=True)
        shutil.rmtree(self.postgres.where.run, ignore_errors=True)

    def _prepare(self) -> None:
        self.observer = self.another_observer()
        self.manage("migrate", "--database=owner", "--verbosity=0", more=self.engines.urls().environment())
        self.observer.ask(INSTALL)
        self.manage("create_organisation", "Faults", "--slug=faults")
        self.token = self.manage("create_token", "faults", "--name=tests", "--role=admin").strip().splitlines()[-1]

    def another_observer(self) -> Observer:
        """A connection of its own, for another thread."""
        where = self.postgres.where
        password = password_of(where, "postgres")
        return Observer(f"host={where.run} user=postgres dbname={DATABASE} password={password} application_name=witness")

    def environment(self) -> dict[str, str]:
        """What every process gets."""
        return {
            **self.engines.urls().serving(),
            "DJANGO_SETTINGS_MODULE": "governance.config.settings",
            "PROBANZA_SECRET_KEY": "for-tests-only-" + "0" * 50,
            "PROBANZA_STATE_DIR": str(self.state),
            "PROBANZA_MASTER_KEYS": "test:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "PROBANZA_ALLOW_LOOPBACK": "1",
            "PROBANZA_LEASE_S": str(self.times.lease_s),
            "PROBANZA_SWEEP_S": str(self.times.sweep_s),
            "PROBANZA_SLICE_S": "2",
            "PROBANZA_RATE_TOKEN": "0",
            "PROBANZA_RATE_ORGANISATION": "0",
            "PYTHONPATH": str(OUTSIDE),
            "FAULTS_LOG": str(self.log.path),
            "TMPDIR": str(self.temporary),  # workers clear what killed ones left there: only ours
            "COVERAGE_PROCESS_START": "",
        }

    def manage(self, *arguments: str, more: Mapping[str, str] | None = None) -> str:
        done = run_once(python_command(*arguments), {**self.environment(), **(more or {})})
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, *names: str) -> None:
        self.supervisor.environment = self.environment()
        for name in names:
            with self.hands:
                self.supervisor.start(name, commands(port=self.port, concurrency=CHILDREN)[name.split("-")[0]])

    def end(self, *names: str) -> None:
        """Kill these, and let them lie."""
        for name in names:
            with self.hands:
                self.supervisor.kill(name)

    def retime(self, times: Times) -> None:
        """The same service with another lease and another sweep."""
        self.times = times
        self.end(*WORKERS, *DISPATCHERS)
        self.start(*WORKERS, *DISPATCHERS)
        self.until_workers_are_up()

    def client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=15, trust_env=False)

    def _wait_until_it_works(self) -> None:
        with self.client() as client:

            def answers() -> bool:
                with suppress(httpx.HTTPError):
                    return client.get("/healthz").status_code == 200
                return False

            self.until("the web process answers", answers)
        self.until_workers_are_up()

    def until_workers_are_up(self) -> None:
        """A worker that is killed while its children start ends altogether: wait until all of them are there."""
        self.until("all workers are up", lambda: len(self.children()) == CHILDREN * len(WORKERS))

    def until(self, what: str, true: Callable[[], bool], seconds: float = START_TIMEOUT_S) -> None:
        deadline = time.monotonic() + seconds
        while not true():
            if time.monotonic() > deadline or self.keeper.failure is not None:
                raise AssertionError(f"not within {seconds:.0f} s: {what}\n" + self.tail())
            time.sleep(0.05)

    def tail(self, lines: int = 60) -> str:
        """The newest lines of the processes."""
        return "\n".join(list(self.lines)[-lines:])

    def pid(self, name: str) -> int | None:
        """Of a process that runs."""
        process = self.supervisor.processes[name].running
        return process.pid if process is not None and process.poll() is None else None

    def children(self) -> list[int]:
        """The workers' children, which carry out runs."""
        parents = [pid for name in WORKERS if (pid := self.pid(name))]
        return [child for parent in parents for child in children_of(parent)]

    def parent_of(self, child: int) -> int:
        """The worker of a child; the child itself when it has ended meanwhile."""
        return next((pid for name in WORKERS if (pid := self.pid(name)) and child in children_of(pid)), child)

    def redis_answers(self) -> bool:
        """Whether Redis is up and takes commands."""
        with suppress(redis.RedisError), redis.Redis.from_url(self.redis_url(), socket_timeout=1) as client:
            return bool(client.ping())
        return False

    def redis_url(self) -> str:
        return self.redis.url().replace("redis+socket://", "unix://")

    def busy(self, *, last: bool = False) -> list[int]:
        """Children that were the last to work at an audit that is still open; with `last`, at one on its last attempt."""
        self.log.read()
        held = {pid: one.number for pid in self.children() if (one := self.log.held_by(pid)) is not None}
        if not held:
            return []
        given = {"tails": [f"%:{number}" for number in held.values()], "attempts": LAST_ATTEMPT if last else 0}
        opened = {int(row[0].rpartition(":")[2]) for row in self.observer.ask(STILL_OPEN, given)}
        return [pid for pid, number in held.items() if number in opened]


class Keeper(threading.Thread):
    """Starts again what ended unasked, as the supervisor of an installation does."""

    def __init__(self, service: Service) -> None:
        super().__init__(name="keeper", daemon=True)
        self._service = service
        self._ended = threading.Event()
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            while not self._ended.wait(0.1):
                with self._service.hands:
                    self._service.engines.tend()
                    self._service.supervisor.tend()
        except BaseException as error:
            self.failure = error
            raise

    def end(self) -> None:
        self._ended.set()
        if self.is_alive():
            self.join(30)


def children_of(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def signal_group(pid: int, how: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, how)

"""`make demo`: everything started, one system audited, one report written; then it serves until Ctrl-C."""

import argparse
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import httpx

from examples.demo.loans import write
from examples.demo.show import Screen
from examples.demo.story import Story
from governance.config.engines import Engines
from governance.config.places import EngineError
from governance.config.places import checkout as root
from governance.config.processes import Supervisor, commands, python_command, run_once
from probanza.client import ApiError, Client

DATABASE = "probanza_demo"
PATIENCE_S = 120.0
ADMIN = "ana@example.org"


class DemoError(RuntimeError):
    """The demo cannot go on; the message says what happened."""


def main() -> int:
    """0 when everything was shown, 1 when something failed, 2 when nothing could be started."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end after the report instead of serving")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    ended = _ended_by_signal()
    try:
        with Engines(database=DATABASE) as engines:
            return _demo(engines, options.port, ended if not options.once else None)
    except EngineError as error:
        print(error, file=sys.stderr)
        return 2
    except (DemoError, ApiError, httpx.HTTPError, TimeoutError) as error:
        print(f"The demo stopped: {error}", file=sys.stderr)
        return 1


def _ended_by_signal() -> threading.Event:
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        if ended.is_set():
            raise SystemExit(130)
        ended.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    return ended


def _demo(engines: Engines, port: int, ended: threading.Event | None) -> int:
    # The engines' data may have to lie elsewhere (see `places`); what the demo writes for you lies in the checkout.
    screen, place = Screen(), Path(os.environ.get("PROBANZA_STATE_DIR") or root() / "var") / "demo"
    place.mkdir(parents=True, exist_ok=True)
    if engines.postgres is None:
        raise DemoError("The demo drops and makes anew its database; it does so only on engines of its own. Unset DATABASE_URL.")
    engines.postgres.ensure_database(DATABASE, recreate=True)
    environment = {
        **engines.urls().serving(),
        "PROBANZA_DEBUG": "0",
        "PROBANZA_SECRET_KEY": secrets.token_urlsafe(50),
        "PROBANZA_ALLOW_LOOPBACK": "1",
        "PROBANZA_FILES_DIR": str(place / "files"),
    }
    with (place / "log.txt").open("w", encoding="utf-8") as log:
        supervisor = Supervisor(environment, lambda name, line: print(f"{name}: {line}", file=log, flush=True))
        try:
            _manage(supervisor, "migrate", "--database=owner", "--verbosity=0", **engines.urls().environment())
            return _play(screen, supervisor, place, port, ended, engines)
        finally:
            supervisor.stop()


def _play(screen: Screen, supervisor: Supervisor, place: Path, port: int, ended: threading.Event | None, engines: Engines) -> int:
    screen.tell("PostgreSQL and Redis are up; the demo's database is new")
    rag = _start_reference_rag(supervisor, place)
    told = _manage(
        supervisor, "create_organisation", "Credito Ejemplo", "--slug=demo", f"--admin={ADMIN}", "--admin-name=Ana Ejemplo"
    )
    password = told.rpartition("password:")[2].strip()
    token = _manage(supervisor, "create_token", "demo", "--name=demo", "--role=admin", "--days=1").split()[-1]
    for name, command in commands(port=port).items():
        supervisor.start(name, command)
    address = f"http://127.0.0.1:{port}"
    _until(lambda: _answers(f"{address}/readyz"), "the portal", supervisor)
    _until(lambda: _answers(f"{rag}/health"), "the reference RAG", supervisor)
    screen.tell(f"web, worker, dispatcher and the reference RAG are up ({address})")
    with Client(address, token) as client:
        good = _tell(Story(client, screen.tell), screen, place, rag, supervisor)
    print(f"\nPortal: {address}/   sign in as {ADMIN} with the password {password}")
    if ended is None:
        return 0 if good else 1
    print("Ctrl-C ends.", flush=True)
    while not ended.wait(0.5):
        engines.tend()
        supervisor.tend()
    return 0


def _tell(story: Story, screen: Screen, place: Path, rag: str, supervisor: Supervisor) -> bool:
    loans = write(place / "loans")
    story.register(loans, rag)
    story.draw_lineage()
    story.open_doors(loans, rag)
    story.freeze_criteria()
    story.plan_monitoring()
    story.trigger()
    runs = {}
    for kind, run in story.runs.items():
        runs[kind] = story.client.wait(run, progress=lambda now, kind=kind: screen.progress(kind, now))  # type: ignore[misc]
    failed = {kind: run for kind, run in runs.items() if run["state"] != "succeeded"}
    for kind, run in failed.items():
        screen.tell(f"the {kind} audit {run['state']}: {run['reason']}")
    screen.verdicts(runs)
    for form, path in story.report(place).items():
        screen.tell(f"wrote the report as {form}: {path}")
    for line in _manage(supervisor, "verify").strip().splitlines():
        screen.tell(line)
    return not failed


def _start_reference_rag(supervisor: Supervisor, place: Path) -> str:
    port = _free_port()
    data = place / "reference-rag"
    command = [sys.executable, "-m", "examples.reference_rag", f"--port={port}", f"--data={data}"]
    supervisor.start("rag", command)
    return f"http://127.0.0.1:{port}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _manage(supervisor: Supervisor, *arguments: str, **more: str) -> str:
    done: subprocess.CompletedProcess[str] = run_once(python_command(*arguments), {**supervisor.environment, **more})
    if done.returncode:
        raise DemoError(f"manage.py {arguments[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def _until(ready: Callable[[], bool], what: str, supervisor: Supervisor) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not ready():
        if time.monotonic() > deadline:
            raise DemoError(f"{what} did not answer within {PATIENCE_S:.0f} s; see log.txt in the demo's directory.")
        supervisor.tend()
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())

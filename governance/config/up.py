"""`make up`: engines, schema, web, worker and dispatcher of this checkout, until Ctrl-C."""

import argparse
import signal
import sys
import threading
import time
from collections.abc import Mapping
from types import FrameType

from governance.config.engines import Engines
from governance.config.places import EngineError
from governance.config.processes import Supervisor, commands, python_command, run_once

DATABASE = "probanza"


def say(name: str, line: str) -> None:
    """One line of one process."""
    sys.stdout.write(f"{name:>10} | {line}\n")
    sys.stdout.flush()


def development(engines: Mapping[str, str]) -> dict[str, str]:
    """What the processes of a checkout get: its engines, and the permissions of a development machine."""
    return {"PROBANZA_DEBUG": "1", "PROBANZA_ALLOW_LOOPBACK": "1", **engines}


def main() -> int:
    """Start everything and keep it up. Exit status 2 when it cannot start."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="where the web process listens (127.0.0.1)")
    port = parser.parse_args().port
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    try:
        with Engines(database=DATABASE) as engines:
            return _serve(engines, port, ended)
    except EngineError as error:
        say("engines", str(error))
        return 2


def _serve(engines: Engines, port: int, ended: threading.Event) -> int:
    urls = engines.urls()
    migrated = run_once(python_command("migrate", "--database=owner", "--verbosity=0"), development(urls.environment()))
    if migrated.returncode:
        say("migrate", migrated.stdout + migrated.stderr)
        return 2
    supervisor = Supervisor(development(urls.serving()), say)
    for name, command in commands(port=port).items():
        supervisor.start(name, command)
    say("up", f"http://127.0.0.1:{port}/  (first time: .venv/bin/python manage.py create_organisation --help; Ctrl-C ends)")
    while not ended.is_set():
        for name in engines.tend():
            say("engines", f"{name} ended unasked; it was started again")
        supervisor.tend()
        time.sleep(0.5)
    supervisor.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())

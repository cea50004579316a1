"""The processes of the service and a small supervisor that keeps them up. Standard library only.

`docker-compose.yml` runs the same commands; a test holds the two together.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from governance.config.engines import die_with_parent
from governance.config.places import checkout

CONFIG = "--config=python:governance.config.serving"
QUEUES = "light,audit,catalog"
RESTART_AFTER_S = 1.0
# What a process gets beside the common environment: only the web process keeps connections.
EXTRA: Mapping[str, Mapping[str, str]] = {"web": {"PROBANZA_DATABASE_POOL": "8"}}


def commands(*, port: int = 8000, host: str = "127.0.0.1", concurrency: int = 2) -> dict[str, list[str]]:
    """What runs: name -> command line, for the Python that runs this."""
    python = sys.executable
    web = ["-m", "gunicorn", "governance.config.wsgi:application", f"--bind={host}:{port}", "--workers=2", "--threads=2"]
    worker = ["-m", "celery", "-A", "governance.config.celery", "worker", f"--queues={QUEUES}", f"--concurrency={concurrency}"]
    return {
        "web": [python, *web, "--worker-class=gthread", "--timeout=60", "--worker-tmp-dir=/dev/shm", CONFIG],
        "worker": [python, *worker, "--loglevel=INFO", "--without-gossip", "--without-mingle"],
        "dispatcher": [python, "manage.py", "dispatch"],
    }


@dataclass
class Process:
    """One supervised process."""

    name: str
    command: list[str]
    wanted: bool = True
    running: subprocess.Popen[bytes] | None = None
    starts: int = 0


@dataclass
class Supervisor:
    """Starts processes, passes their lines on, starts them again when they end unasked."""

    environment: Mapping[str, str]
    say: Callable[[str, str], None]
    processes: dict[str, Process] = field(default_factory=dict)

    def start(self, name: str, command: list[str]) -> None:
        """Start `command` under `name`; it dies with us."""
        process = self.processes.setdefault(name, Process(name, command))
        process.wanted = True
        process.starts += 1
        process.running = subprocess.Popen(
            process.command,
            cwd=checkout(),
            env={**os.environ, **self.environment, **EXTRA.get(name.split("-")[0], {}), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        if process.running.stdout is not None:
            threading.Thread(target=self._pass_on, args=(name, process.running.stdout), daemon=True).start()

    def _pass_on(self, name: str, lines: IO[bytes]) -> None:
        for line in lines:
            self.say(name, line.decode(errors="replace").rstrip())

    def kill(self, name: str, how: int = signal.SIGKILL) -> None:
        """Send `how` to the process and all its children; it is not started again."""
        process = self.processes[name]
        process.wanted = False
        if process.running is not None:
            _signal_group(process.running, how)
            process.running.wait(30)

    def tend(self) -> None:
        """Start again what ended unasked. Call it in a loop."""
        for process in self.processes.values():
            if process.wanted and process.running is not None and process.running.poll() is not None:
                self.say(process.name, f"ended with status {process.running.returncode}; starting it again")
                time.sleep(RESTART_AFTER_S)
                self.start(process.name, process.command)

    def stop(self, patience_s: float = 15.0) -> None:
        """Ask all to end, then make them."""
        running = [process.running for process in self.processes.values() if process.running is not None]
        for process in self.processes.values():
            process.wanted = False
        for one in running:
            _signal_group(one, signal.SIGTERM)
        deadline = time.monotonic() + patience_s
        for one in running:
            try:
                one.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal_group(one, signal.SIGKILL)
                one.wait()


def _signal_group(process: subprocess.Popen[bytes], how: int) -> None:
    if process.poll() is None:
        os.killpg(process.pid, how)


def run_once(command: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run one command of ours to its end, its output captured."""
    return subprocess.run(command, cwd=checkout(), env={**os.environ, **environment}, capture_output=True, text=True, check=False)


def python_command(*arguments: str) -> list[str]:
    """`manage.py` with arguments, for the Python that runs this."""
    return [sys.executable, str(Path("manage.py")), *arguments]

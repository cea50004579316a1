"""Every boundary between two statements of one run, each with a crash of its own: the process killed, then the backend ended."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from governance.config.places import checkout
from tests.faults.blows import Blow
from tests.faults.cells import Outcome, judged
from tests.faults.load import Load, prepare
from tests.faults.oracles import STEP
from tests.faults.service import WORKERS, Service

NAME = "crash at each statement boundary"
HOWS = ("kill", "terminate")
UNITS = 3  # in two steps
FIRST = 10_000_000  # numbers of these audits, apart from those of the other cells


class Crasher:
    """The process of `crash`."""

    def __init__(self, service: Service) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.crash"],
            cwd=checkout(),
            env={**os.environ, **service.environment()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def carry(self, how: str, at: int, work: str) -> dict[str, int]:
        """Carry out one run up to boundary `at`; how many boundaries were seen, 0 when it was killed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"how": how, "at": at, "work": work}) + "\n")
        self._process.stdin.flush()
        found: dict[str, int] = json.loads(self._process.stdout.readline())
        return found

    def end(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(30)


def run(service: Service, seed: int, share: float = 1.0) -> Outcome:
    """Crash at a `share` of all boundaries by each way, then let the real dispatcher and workers do the rest."""
    started = time.monotonic()
    key = f"boundaries-{seed}"
    base = prepare(service)
    load = Load(service, key, FIRST, 0, Random(seed), lambda number: body(base, number))
    service.end(*WORKERS)  # nobody takes a run before it has crashed
    with crasher(service) as crash, service.client() as client:

        def asked() -> str:
            load.ask(client, load.number)
            load.number += 1
            return str(service.observer.one(STEP, {"run": load.told.ids[-1]}))

        boundaries = crash.carry("count", 0, asked())["seen"]
        chosen = list(picked(boundaries, share, Random(seed)))
        for how, at in chosen:
            crash.carry(how, at, asked())
    service.start(*WORKERS)
    outcome = judged(service, NAME, key, (FIRST, load.number - 1), load.told, [Blow(how) for how, _ in chosen], rescue=False)
    outcome.seconds = time.monotonic() - started
    return outcome


def picked(boundaries: int, share: float, rng: Random) -> Iterator[tuple[str, int]]:
    """(how, boundary) of all, or of a part drawn by chance."""
    every = [(how, at) for at in range(1, boundaries + 1) for how in HOWS]
    yield from every if share >= 1 else sorted(rng.sample(every, max(1, round(len(every) * share))))


def body(base: dict[str, Any], number: int) -> dict[str, Any]:
    return {**base, "parameters": {"number": number, "units": UNITS, "pause_ms": 0}}


@contextmanager
def crasher(service: Service) -> Iterator[Crasher]:
    made = Crasher(service)
    try:
        yield made
    finally:
        made.end()

"""One row of the table: a fault that strikes again and again while audits go on, and what is left afterwards."""

import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.faults import blows
from tests.faults.blows import Blow, Fault
from tests.faults.load import Load, Told, prepare
from tests.faults.oracles import (
    BROKEN,
    DOUBLE,
    LOST,
    OPEN,
    REDONE_ALL,
    REDONE_MOST,
    RESCUED,
    UNSUCCESSFUL,
    Seen,
    violations,
)
from tests.faults.service import DEFAULTS, USUAL, Service, Times

END_PATIENCE_S = 180.0


@dataclass(frozen=True)
class Cell:
    """A fault and how hard it strikes.

    pause: seconds between two blows, from and to. wanted: audits held open meanwhile, fewer than there are children, so that a
    rescued run finds a free one. units, pause_ms: size of an audit, from and to. rescue: whether the blow hits who works.
    in_time: whether the rescue must come within lease + 2 sweeps; a frozen worker may keep the word of it from the others, and
    then it comes a little later.
    """

    name: str
    fault: Fault
    kills: int
    pause: tuple[float, float]
    wanted: int = 3
    units: tuple[int, int] = (4, 10)
    pause_ms: tuple[int, int] = (20, 400)
    rescue: bool = False
    in_time: bool = False
    times: Times = USUAL


CELLS = (
    Cell("kill -9 of a pool child", blows.kill_child, 60, (0.3, 1.6), rescue=True, in_time=True),
    Cell("kill -9 of a whole worker", blows.kill_worker, 24, (0.5, 2.5), wanted=2, rescue=True, in_time=True),
    Cell("worker frozen beyond its lease", blows.freeze_worker, 10, (0.5, 2.0), wanted=2, rescue=True),
    Cell("kill -9 of a dispatcher", blows.kill_dispatcher, 24, (0.3, 2.5)),
    Cell("kill -9 of Redis, no persistence", blows.kill_redis, 30, (0.5, 4.0)),
    Cell("FLUSHALL", blows.flush_redis, 40, (0.1, 1.0)),
    Cell("Redis frozen 1 to 4 s", blows.freeze_redis, 12, (0.2, 2.0)),
    Cell("immediate stop of PostgreSQL", blows.stop_postgres, 16, (0.8, 4.0)),
    Cell("any backend terminated", blows.cut_backend, 40, (0.1, 0.8)),
    Cell("all of these at random", blows.any_of_them, 24, (0.2, 2.0)),
    Cell("child killed, lease 30 s, sweep 5 s", blows.kill_child, 20, (1.5, 4.0), rescue=True, in_time=True, times=DEFAULTS),
)


@dataclass
class Outcome:
    """What one cell showed. wire: connections that were disturbed; rescues in seconds."""

    name: str
    audits: int = 0
    kills: int = 0
    lost: int = 0
    double: int = 0
    unsuccessful: int = 0
    redone: int = 0
    redone_most: int = 0
    retried: int = 0
    wire: int = 0
    rescues: list[float] = field(default_factory=list)
    goal_s: float | None = None
    broken: dict[str, list[str]] = field(default_factory=dict)
    seconds: float = 0.0

    def share(self, of: float) -> float | None:
        """A quantile of the rescues, the next higher one that was seen."""
        ordered = sorted(self.rescues)
        return ordered[min(len(ordered) - 1, int(of * len(ordered)))] if ordered else None

    def too_slow(self) -> bool:
        slowest = self.share(0.99)
        return self.goal_s is not None and slowest is not None and slowest > self.goal_s


class Table:
    """Runs cells over one service, and numbers their audits through."""

    def __init__(self, service: Service, seed: int) -> None:
        self.service = service
        self.seed = seed
        self._number = 0

    def run(self, cell: Cell, kills: int) -> Outcome:
        """Strike `kills` times, wait for the end of every audit, and ask the oracles."""
        started = time.monotonic()
        if self.service.times != cell.times:
            self.service.retime(cell.times)
        rng = Random(f"{self.seed} {cell.name}")
        key = f"{zlib.crc32(cell.name.encode()):08x}-{self.seed}"
        load = Load(self.service, key, self._number, cell.wanted, Random(rng.random()), self._bodies(cell))
        first = self._number
        struck = self._strike(cell, kills, rng, load)
        self._number = load.number
        outcome = judged(self.service, cell.name, key, (first, self._number - 1), load.told, struck, rescue=cell.rescue)
        outcome.goal_s = cell.times.goal_s if cell.in_time else None
        outcome.seconds = time.monotonic() - started
        return outcome

    def _strike(self, cell: Cell, kills: int, rng: Random, load: Load) -> list[Blow]:
        load.start()
        try:
            struck = []
            for _ in range(kills):
                time.sleep(rng.uniform(*cell.pause))
                struck.append(cell.fault(self.service, rng))
        finally:
            load.end()
        return struck

    def _bodies(self, cell: Cell) -> Callable[[int], dict[str, Any]]:
        base = prepare(self.service)

        def body(number: int) -> dict[str, Any]:
            rng = Random(f"{self.seed} {number}")
            units, pause_ms = rng.randint(*cell.units), rng.randint(*cell.pause_ms)
            return {**base, "parameters": {"number": number, "units": units, "pause_ms": pause_ms}}

        return body


def judged(
    service: Service, name: str, key: str, numbers: tuple[int, int], told: Told, struck: list[Blow], *, rescue: bool
) -> Outcome:
    """Wait for the end and ask every oracle."""
    ended = wait_for_the_end(service, f"{key}:%")
    service.observer.copy_in(service.log.path)
    # Where other blows hit the same process before, what it repeats is counted by attempt alone.
    killed = [pid for blow in struck for pid in blow.killed] if rescue else []
    seen = Seen(f"{key}:%", told.ids, told.keys, *numbers, killed)
    lost, double = violations(service.observer, LOST, seen), violations(service.observer, DOUBLE, seen)
    broken = {**lost, **double, **violations(service.observer, BROKEN, seen)}
    if told.odd:
        broken["I3, I6 answers of the REST door"] = told.odd
    unsuccessful = service.observer.ask(UNSUCCESSFUL, seen.values())
    if ended and unsuccessful:
        broken["a run ended otherwise than it should"] = [" ".join(map(str, row)) for row in unsuccessful]
    return Outcome(
        name,
        audits=len(told.ids),
        kills=len(struck),
        lost=sum(map(len, lost.values())),
        double=sum(map(len, double.values())),
        unsuccessful=len(unsuccessful),
        redone=service.observer.one(REDONE_ALL, seen.values()),
        redone_most=service.observer.one(REDONE_MOST, seen.values()),
        retried=told.retried,
        rescues=rescues(service, key, struck) if rescue else [],
        broken=broken,
    )


def wait_for_the_end(service: Service, keys: str) -> bool:
    """Whether all audits came to their end in time."""
    deadline = time.monotonic() + END_PATIENCE_S
    while service.observer.one(OPEN, {"keys": keys}):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def rescues(service: Service, key: str, struck: list[Blow]) -> list[float]:
    """Seconds from each blow to the next claim of each step that it hit; those that had just been done have none."""
    found = [
        service.observer.ask(RESCUED, {"at": blow.at, "key": f"{key}:{one.number}", "event": one.event, "item": one.item})
        for blow in struck
        for one in blow.held
    ]
    return [rows[0][0] for rows in found if rows]

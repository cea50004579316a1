"""What is done to the running service, one function a fault. Each strikes once and says whom it hit."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

import redis

from tests.faults.service import DISPATCHERS, WORKERS, Service, children_of, signal_group
from tests.faults.witness import Held

BACKENDS = "SELECT pid FROM pg_stat_activity WHERE usename = 'probanza_app' ORDER BY pid"
CLOCK = "SELECT clock_timestamp()"


@dataclass
class Blow:
    """One kill or stop. `held`: what those whom it hit worked at; `at` on the database's clock."""

    name: str
    at: datetime | None = None
    held: list[Held] = field(default_factory=list)
    killed: list[int] = field(default_factory=list)


Fault = Callable[[Service, Random], Blow]


def kill_child(service: Service, rng: Random) -> Blow:
    """kill -9 of one pool child, of one that works if there is any."""
    pid = _victim(service, rng)
    blow = _blow(service, "child", [pid])
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return blow


def kill_worker(service: Service, rng: Random) -> Blow:
    """kill -9 of a worker with all its children at once."""
    name, pid = _at_work(service, rng)
    blow = _blow(service, name, children_of(pid))
    signal_group(pid, signal.SIGKILL)
    return blow


def freeze_worker(service: Service, rng: Random) -> Blow:
    """SIGSTOP of a worker with its children until its leases have lapsed and others have taken over; then SIGCONT."""
    name, pid = _at_work(service, rng)
    blow = _blow(service, name, children_of(pid))
    blow.killed = []
    signal_group(pid, signal.SIGSTOP)
    time.sleep(service.times.goal_s + rng.uniform(0, 2))
    signal_group(pid, signal.SIGCONT)
    return blow


def kill_dispatcher(service: Service, rng: Random) -> Blow:
    """kill -9 of a dispatcher, half of the time of both."""
    _running(service, DISPATCHERS, rng)
    names = DISPATCHERS if rng.random() < 0.5 else (rng.choice(DISPATCHERS),)
    for name in names:
        if pid := service.pid(name):
            signal_group(pid, signal.SIGKILL)
    return Blow("dispatcher")


def kill_redis(service: Service, rng: Random) -> Blow:
    """kill -9 of a Redis that keeps nothing on disk: everything in it is gone."""
    service.until("Redis is there", service.redis_answers)
    assert service.redis.process is not None
    with service.hands:  # not while it is being started
        service.redis.process.kill()
    return Blow("Redis")


def flush_redis(service: Service, rng: Random) -> Blow:
    """FLUSHALL."""
    service.until("Redis is there", service.redis_answers)
    with suppress(redis.RedisError), redis.Redis.from_url(service.redis_url()) as client:
        client.flushall()
    return Blow("FLUSHALL")


def freeze_redis(service: Service, rng: Random) -> Blow:
    """SIGSTOP of Redis for one to four seconds: it takes connections and answers nothing."""
    service.until("Redis is there", service.redis_answers)
    assert service.redis.process is not None
    os.kill(service.redis.process.pid, signal.SIGSTOP)
    time.sleep(rng.uniform(1, 4))
    os.kill(service.redis.process.pid, signal.SIGCONT)
    return Blow("Redis frozen")


def stop_postgres(service: Service, rng: Random) -> Blow:
    """Immediate stop: no checkpoint, every connection is cut, recovery from the log at the next start."""
    service.observer.ask("SELECT 1")  # the one before is over
    assert service.postgres.process is not None
    with service.hands:  # not while it is being started
        service.postgres.process.send_signal(signal.SIGQUIT)
    return Blow("PostgreSQL")


def cut_backend(service: Service, rng: Random) -> Blow:
    """pg_terminate_backend of any connection of web, workers or dispatchers, at whatever it is."""
    pids = [row[0] for row in service.observer.ask(BACKENDS)]
    if pids:
        service.observer.ask("SELECT pg_terminate_backend(%s)", [rng.choice(pids)])
    return Blow("backend")


def any_of_them(service: Service, rng: Random) -> Blow:
    """One of the others."""
    short = (
        kill_child,
        kill_child,
        kill_worker,
        kill_dispatcher,
        kill_redis,
        flush_redis,
        freeze_redis,
        stop_postgres,
        cut_backend,
    )
    return rng.choice(short)(service, rng)


def _victim(service: Service, rng: Random, *, alone: bool = True) -> int:
    """A child that works if there is any, never one on the last attempt of its audit; not `alone`: nor any of its worker's."""
    deadline = time.monotonic() + 10
    service.until("there are children", lambda: bool(service.children()))
    while not (busy := _struck(service, alone)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return rng.choice(sorted(busy or set(service.children()) - set(service.busy(last=True)) or service.children()))


def _struck(service: Service, alone: bool) -> list[int]:
    busy, spared = service.busy(), set(service.busy(last=True))
    if not alone:
        workers = {service.parent_of(pid) for pid in spared}
        return [pid for pid in busy if service.parent_of(pid) not in workers]
    return [pid for pid in busy if pid not in spared]


def _running(service: Service, names: tuple[str, ...], rng: Random) -> tuple[str, int]:
    """One of these that is up; waits until all are, so that one is always left."""

    def up() -> bool:
        return all(service.pid(name) for name in names) and all(
            len(children_of(service.pid(name) or 0)) >= 2 for name in names if name in WORKERS
        )

    service.until(f"all of {names} are up", up)
    name = rng.choice(names)
    return name, service.pid(name) or 0


def _at_work(service: Service, rng: Random) -> tuple[str, int]:
    """A worker that carries out something, if there is any; both are up."""
    _running(service, WORKERS, rng)
    at_work = service.parent_of(_victim(service, rng, alone=False))
    return next(((name, pid) for name in WORKERS if (pid := service.pid(name)) == at_work), ("worker", at_work))


def _blow(service: Service, name: str, pids: list[int]) -> Blow:
    service.log.read()
    held = [one for pid in pids if (one := service.log.held_by(pid)) is not None]
    return Blow(name, service.observer.one(CLOCK), held, pids)

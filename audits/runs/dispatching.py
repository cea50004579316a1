"""Tells workers what is due: listens to the database, sends ids to the broker, sweeps, and does small chores.

The row is the truth, a message only a wake-up: a broker that is away, slow or emptied delays work and loses none.
One dispatcher leads under an advisory lock; the others wait for it to go. One that freezes loses its session, and
with it the lock, after a quarter of a minute.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

import psycopg
from django.db import Error, connection
from psycopg import sql

from audits.runs.bell import CHANNEL as RUNS
from governance.evidence.services import CHANNEL as LEDGER
from governance.evidence.services import sequence

log = logging.getLogger(__name__)
LEADER = 5_276_311_820_914_403  # any number, the same in all dispatchers
REST = 3  # times as long as it took to look for what is due: the more there is, the more is told at once
BROKER_PAUSE_S = 1.0  # after a refusal the broker is left alone for so long
SEQUENCE_S = 1.0
BEAT_S = 60.0
SILENCE_MS = 15_000  # after so long without a word from us the database ends our session


class BrokerAway(Exception):  # noqa: N818 - reads as what happened
    """The broker did not take a message."""


class Due(Protocol):
    """Something that a worker must be told of: the id goes to `task` by way of `queue`."""

    @property
    def id(self) -> UUID: ...

    @property
    def task(self) -> str: ...

    @property
    def queue(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Source:
    """Where due things come from.

    due: takes the seconds between two sweeps, notes what it returns as told. unsent: takes back, by id, what was not
    told after all.
    """

    due: Callable[[float], Sequence[Due]]
    unsent: Callable[[Sequence[UUID]], None]


@dataclass
class Chore:
    """Something small to do every so often, given the moment; it does nothing when nothing is due."""

    do: Callable[[datetime], object]
    every_s: float
    at: float = 0.0  # on the monotonic clock


@dataclass
class Dispatcher:
    """Runs until `stop` is set.

    send: hands one due thing to its queue, raises `BrokerAway` within about a second. channels: a word on one of them
    means that a source has something due. heartbeat: a file touched every round.
    """

    send: Callable[[Due], None]
    clock: Callable[[], datetime]
    sweep_s: int
    sources: Sequence[Source]
    chores: Sequence[Chore] = ()
    channels: Sequence[str] = (RUNS,)
    heartbeat: Path | None = None
    stop: bool = False
    _quiet_until: float = 0.0
    _rest_until: float = 0.0
    _sweep_at: float = 0.0
    _sequence_at: float = 0.0
    _beat_at: float = 0.0
    _sealed: bool = True
    _woken: bool = field(default=True)
    _sent: int = 0

    def run(self) -> None:
        """Lead or wait to lead; when the database goes away, come back when it does."""
        while not self.stop:
            try:
                self._with_connection()
            except (psycopg.Error, Error) as error:
                log.warning("dispatcher: the database is away (%s); trying again", type(error).__name__)
                connection.close()
                self._touch()
                time.sleep(1)
        log.info("dispatcher: stopped")

    def _with_connection(self) -> None:
        with _listening_connection() as listener:
            while not self.stop and not _leads(listener):
                self._touch()
                time.sleep(1)
            for channel in (*self.channels, LEDGER):
                listener.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            log.info("dispatcher: leading; listening to %s", ", ".join((*self.channels, LEDGER)))
            self._woken = self._sealed = True  # what was said while nobody listened
            while not self.stop:
                self.round(listener)

    def round(self, listener: psycopg.Connection) -> None:
        """One turn: do what is due, then wait for the next word, at most half a second."""
        now = time.monotonic()
        self._touch()
        listener.execute("SELECT 1")  # keeps the session; raises when it is lost, and the lead with it
        self._do_chores(now)
        if (self._woken and now >= self._rest_until) or now >= self._sweep_at:
            self._sweep(now)
        if now >= self._sequence_at and (self._sealed or now >= self._sweep_at):
            self._number(now)
        self._listen(listener)

    def _listen(self, listener: psycopg.Connection) -> None:
        now = time.monotonic()
        if self._woken and now < self._rest_until:
            time.sleep(min(0.5, self._rest_until - now))
            now = time.monotonic()
        left = 0.0 if self._woken else min(0.5, max(0.0, self._sweep_at - now))
        for word in listener.notifies(timeout=left, stop_after=1):
            self._sealed = self._sealed or word.channel == LEDGER
            self._woken = self._woken or word.channel != LEDGER

    def _do_chores(self, now: float) -> None:
        for chore in self.chores:
            if now >= chore.at:
                chore.at = now + chore.every_s
                chore.do(self.clock())

    def _sweep(self, now: float) -> None:
        if now < self._quiet_until:
            return
        if now >= self._sweep_at:
            self._sweep_at = now + self.sweep_s
            self._sealed = True  # a word may have been lost with a connection
        self._woken = False
        for source in self.sources:
            self._send_all(source)
        done = time.monotonic()
        self._rest_until = max(self._quiet_until, done + REST * (done - now))

    def _send_all(self, source: Source) -> None:
        found = source.due(self.sweep_s)
        self._woken = self._woken or bool(found)  # a source gives a part at a time; there may be more
        for index, one in enumerate(found):
            try:
                self.send(one)
            except BrokerAway as error:
                log.warning("dispatcher: the broker is away (%s); %s messages wait for it", error, len(found) - index)
                source.unsent([left.id for left in found[index:]])
                self._quiet_until = time.monotonic() + BROKER_PAUSE_S
                self._woken = True
                return
            self._sent += 1

    def _number(self, now: float) -> None:
        self._sealed = False
        self._sequence_at = now + SEQUENCE_S
        numbered = sequence(self.clock())
        if numbered:
            log.info("dispatcher: %s entries numbered in the ledger", numbered)

    def _touch(self) -> None:
        if self.heartbeat is not None:
            self.heartbeat.touch()
        if time.monotonic() >= self._beat_at:
            self._beat_at = time.monotonic() + BEAT_S
            log.info("dispatcher: alive, %s messages sent", self._sent)


def _listening_connection() -> "psycopg.Connection":
    """A connection of our own, outside the pool and outside transactions."""
    listener = psycopg.connect(**connection.get_connection_params(), autocommit=True)
    listener.execute(sql.SQL("SET idle_session_timeout = {}").format(sql.Literal(SILENCE_MS)))
    return listener


def _leads(listener: psycopg.Connection) -> bool:
    row = listener.execute("SELECT pg_try_advisory_lock(%s)", [LEADER]).fetchone()
    return bool(row and row[0])

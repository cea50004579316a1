"""Tells workers of runs: listens to the database, sends ids to the broker, sweeps, and numbers sealed evidence.

The row is the truth, a message only a wake-up: a broker that is away, slow or emptied delays runs and loses none.
One dispatcher leads under an advisory lock; the others wait for it to go.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import psycopg
from django.db import Error, connection

from audits.intake.orphans import remove_orphans
from audits.runs import sweeping
from audits.runs.services import CHANNEL as RUNS
from audits.runs.sweeping import Due
from governance.evidence.services import CHANNEL as LEDGER
from governance.evidence.services import sequence

log = logging.getLogger(__name__)
LEADER = 5_276_311_820_914_403  # any number, the same in all dispatchers
BROKER_PAUSE_S = 1.0  # after a refusal the broker is left alone for so long
SEQUENCE_S = 1.0
BEAT_S = 60.0
TIDY_S = 86_400.0  # between two looks for uploads that were interrupted


class BrokerAway(Exception):  # noqa: N818 - reads as what happened
    """The broker did not take a message."""


@dataclass
class Dispatcher:
    """Runs until `stop` is set.

    send: hands one run to its queue, raises `BrokerAway` within about a second. heartbeat: a file touched every round.
    """

    send: Callable[[Due], None]
    clock: Callable[[], datetime]
    sweep_s: int
    heartbeat: Path | None = None
    stop: bool = False
    _quiet_until: float = 0.0
    _sweep_at: float = 0.0
    _sequence_at: float = 0.0
    _beat_at: float = 0.0
    _tidy_at: float = 0.0
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
            listener.execute(f"LISTEN {RUNS}")
            listener.execute(f"LISTEN {LEDGER}")
            log.info("dispatcher: leading; listening to %s and %s", RUNS, LEDGER)
            self._woken = self._sealed = True  # what was said while nobody listened
            while not self.stop:
                self.round(listener)

    def round(self, listener: psycopg.Connection) -> None:
        """One turn: do what is due, then wait for the next word, at most half a second."""
        now = time.monotonic()
        self._touch()
        if self._woken or now >= self._sweep_at:
            self._sweep(now)
        if now >= self._sequence_at and (self._sealed or now >= self._sweep_at):
            self._number(now)
        for word in listener.notifies(timeout=0.5, stop_after=1):
            self._woken = self._woken or word.channel == RUNS
            self._sealed = self._sealed or word.channel == LEDGER

    def _sweep(self, now: float) -> None:
        if now < self._quiet_until:
            return
        if now >= self._sweep_at:
            sweeping.give_up(now=self.clock())
            self._sweep_at = now + self.sweep_s
            self._sealed = True  # a word may have been lost with a connection
            self._tidy(now)
        self._woken = False
        self._send_all(sweeping.due(sweep_s=self.sweep_s))

    def _tidy(self, now: float) -> None:
        if now >= self._tidy_at:
            self._tidy_at = now + TIDY_S
            remove_orphans(now=self.clock())

    def _send_all(self, found: list[Due]) -> None:
        for index, one in enumerate(found):
            try:
                self.send(one)
            except BrokerAway as error:
                log.warning("dispatcher: the broker is away (%s); %s runs wait for it", error, len(found) - index)
                sweeping.unsent(found[index:])
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
    return psycopg.connect(**connection.get_connection_params(), autocommit=True)


def _leads(listener: psycopg.Connection) -> bool:
    row = listener.execute("SELECT pg_try_advisory_lock(%s)", [LEADER]).fetchone()
    return bool(row and row[0])

"""`manage.py dispatch`: relays runs to the workers, rescues them, and numbers sealed evidence. Runs until SIGTERM."""

import signal
import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audits.intake.orphans import remove_orphans
from audits.review.watching import watch
from audits.runs import sweeping
from audits.runs.bell import CHANNEL as RUNS
from audits.runs.broker import Sender
from audits.runs.dispatching import Chore, Dispatcher, Source
from audits.suites.firing import fire_due, settle
from governance.config.celery import app
from governance.notices import dispatching as notices

STALE_S = 15
DAY_S = 86_400
WATCH_S = 60  # an audit that ended is held against its judge's calibration within so many seconds
FIRE_S = 1.0  # a due time is met within so many seconds
# Whatever else a dispatcher tells workers of, or does now and then, is a line here.
CHANNELS = (RUNS, notices.CHANNEL)


def _sources() -> list[Source]:
    rounds = notices.Rounds()
    return [
        Source(sweeping.due, sweeping.unsent),
        Source(notices.due, notices.unsent),
        Source(rounds.due, rounds.unsent),
    ]


class Command(BaseCommand):
    help = "Tell workers of runs, rescue runs whose worker died, and number sealed evidence."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="exit 0 when a dispatcher of this installation is alive")

    def handle(self, *args: Any, **options: Any) -> None:
        heartbeat = Path(settings.PROBANZA_STATE_DIR) / "dispatcher.alive"
        if options["check"]:
            _check(heartbeat)
            return
        heartbeat.parent.mkdir(parents=True, exist_ok=True)
        dispatcher = Dispatcher(
            send=Sender(app),
            clock=lambda: datetime.now(UTC),
            sweep_s=settings.PROBANZA_SWEEP_S,
            sources=_sources(),
            chores=_chores(settings.PROBANZA_SWEEP_S),
            channels=CHANNELS,
            heartbeat=heartbeat,
        )

        def end(number: int, frame: FrameType | None) -> None:
            dispatcher.stop = True

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        dispatcher.run()


def _chores(sweep_s: int) -> list[Chore]:
    return [
        Chore(lambda now: sweeping.give_up(now=now), every_s=sweep_s),
        Chore(fire_due, every_s=min(sweep_s, 1)),
        Chore(settle, every_s=sweep_s),
        Chore(lambda now: remove_orphans(now=now), every_s=DAY_S),
        Chore(watch, every_s=WATCH_S),
        Chore(fire_due, every_s=FIRE_S),
        Chore(settle, every_s=sweep_s),
    ]


def _check(heartbeat: Path) -> None:
    age = time.time() - heartbeat.stat().st_mtime if heartbeat.exists() else None
    if age is None or age > STALE_S:
        raise CommandError("no dispatcher is alive here; start one with `manage.py dispatch`.", returncode=1)

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
from audits.runs import sweeping
from audits.runs.bell import CHANNEL as RUNS
from audits.runs.broker import Sender
from audits.runs.dispatching import Chore, Dispatcher, Source
from governance.config.celery import app

STALE_S = 15
DAY_S = 86_400
# Whatever else a dispatcher tells workers of, or does now and then, is a line here.
SOURCES = (Source(sweeping.due, sweeping.unsent),)
CHANNELS = (RUNS,)


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
            sources=SOURCES,
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
        Chore(lambda now: remove_orphans(now=now), every_s=DAY_S),
    ]


def _check(heartbeat: Path) -> None:
    age = time.time() - heartbeat.stat().st_mtime if heartbeat.exists() else None
    if age is None or age > STALE_S:
        raise CommandError("no dispatcher is alive here; start one with `manage.py dispatch`.", returncode=1)

"""`manage.py reproduce EVIDENCE`: score an audit's recorded answers anew; 0 match, 1 drift, 3 not all could be scored anew."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from audits.runs.reproducing import reproduce
from governance.access.actors import system_actor
from governance.access.tenancy import NotFound
from governance.management.organisations import organisations
from governance.shapes import ShapeError

EXITS = {"match": 0, "drift": 1, "partial": 3}


class Command(BaseCommand):
    help = "Score the recorded answers of an audit anew with the scorer of today, seal what came out, and say match or drift."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("evidence", help="id of the evidence of an audit")
        parser.add_argument("--organisation", required=True, metavar="SLUG")

    def handle(self, *_: Any, **options: Any) -> None:
        (organisation,) = organisations(options["organisation"])
        actor = system_actor(organisation.id, "reproduce")
        try:
            found, sealed = reproduce(actor=actor, evidence_id=options["evidence"], now=timezone.now())
        except (NotFound, ShapeError) as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(json.dumps({**found.to_plain(), "sealed": str(sealed.id)}, indent=2, sort_keys=True))
        sys.exit(EXITS[found.outcome])

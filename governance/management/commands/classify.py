"""`manage.py classify ANSWERS.yaml`: what follows from the answers, as JSON; ends with 2 and names the question that is wrong."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from governance.classification.classify import classify, to_plain
from governance.classification.files import FileError, read_answers
from governance.classification.outcome import short
from governance.classification.questions import questionnaire
from governance.compliance.dates import checked_on, legal_dates

WRONG_FILE = 2
NOTE = "A proposal that a named person confirms. Not legal advice."


class Command(BaseCommand):
    help = "Classify an AI system from a file of answers, without touching any database."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("answers", metavar="ANSWERS.yaml", help="questions and answers; - reads standard input")

    def handle(self, *_: Any, **options: Any) -> None:
        name = options["answers"]
        try:
            answers = read_answers(_text(name))
        except (FileError, OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{name}: {error}", returncode=WRONG_FILE) from None
        self.stdout.write(json.dumps(told(answers), ensure_ascii=False, indent=2))


def told(answers: dict[str, Any]) -> dict[str, Any]:
    """Every dimension by name, then how it came about. Without a day in the answers, that on which the law's dates were checked."""
    dated = {"as_of": checked_on(), **answers}
    outcome = classify(dated, legal_dates())
    plain = to_plain(outcome)
    asked = questionnaire()
    return {
        **short(outcome),
        "as_of": dated["as_of"],
        "undetermined": [one.id for one in outcome.dimensions if not one.determined],
        "unknown": plain["unknown"],
        "assumed": [one.id for one in asked.questions if one.id not in answers],
        "trace": {one["id"]: one["trace"] for one in plain["dimensions"]},
        "law": {"text": asked.law, "questions": asked.digest, "dates_checked_on": checked_on()},
        "note": NOTE,
    }


def _text(name: str) -> str:
    return sys.stdin.read() if name == "-" else Path(name).read_bytes().decode("utf-8")

"""`manage.py add_judge_prompt ORGANISATION [NAME]`: a shipped judge's prompt as a version of the registry."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from audits.intake.prompts import register_shipped
from audits.judges.llm.prompts import DEFAULT, SHIPPED
from governance.access.actors import system_actor
from governance.access.services import organisation_called
from governance.access.tenancy import Conflict, NotFound


class Command(BaseCommand):
    help = "Register a shipped judge's prompt, to change it and compare versions, and print the version's id."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation", help="the organisation's slug")
        parser.add_argument("name", nargs="?", default=DEFAULT, choices=sorted(SHIPPED))
        parser.add_argument("--owner", default="Probanza", help="who answers for it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the version's id, alone on its line."""
        try:
            organisation = organisation_called(options["organisation"])
            actor = system_actor(organisation.id, "add_judge_prompt")
            version = register_shipped(actor=actor, name=options["name"], owner=options["owner"], now=timezone.now())
        except (NotFound, Conflict) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(version.id))

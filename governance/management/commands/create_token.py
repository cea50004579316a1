"""`manage.py create_token ORGANISATION`: an API token, printed this once."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from governance.access.actors import system_actor
from governance.access.roles import SCOPES, SCOPES_OF, scopes_of
from governance.access.services import issue_token, member_called, organisation_called
from governance.access.tenancy import NotFound
from governance.shapes import ShapeError


class Command(BaseCommand):
    help = "Create an API token and print it; it is shown this once and kept nowhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation", help="the organisation's slug")
        parser.add_argument("--name", default="token", help="what it is for")
        parser.add_argument("--owner", default="", metavar="EMAIL", help="a member whose role bounds it; else --role does")
        parser.add_argument("--role", default="engineer", choices=SCOPES_OF, help="of a token without owner")
        parser.add_argument(
            "--scope", action="append", choices=sorted(SCOPES), help="may be repeated; all of the role by default"
        )
        parser.add_argument("--days", type=int, help="how long it is valid; without end by default")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the token, alone on its line."""
        try:
            self.stdout.write(_issue(options))
        except (ShapeError, NotFound) as error:
            raise CommandError(str(error)) from error


def _issue(options: dict[str, Any]) -> str:
    now, days = timezone.now(), options["days"]
    organisation = organisation_called(options["organisation"])
    owner = member_called(organisation.id, options["owner"]) if options["owner"] else None
    role = options["role"] if owner is None else owner.role
    _, secret = issue_token(
        actor=system_actor(organisation.id, "create_token"),
        name=options["name"],
        scopes=options["scope"] or scopes_of(role),
        role=role,
        owner=owner,
        expires_at=None if days is None else now + timedelta(days=days),
        now=now,
    )
    return secret

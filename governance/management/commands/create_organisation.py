"""`manage.py create_organisation NAME`: a new tenant and, when asked for, its first administrator."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from governance.access.actors import system_actor
from governance.access.services import create_member, create_organisation
from governance.access.tenancy import Conflict
from governance.shapes import ShapeError


class Command(BaseCommand):
    help = "Create an organisation; with --admin also its first administrator, whose password is printed once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="as people read it")
        parser.add_argument("--slug", default="", help="lower-case letters, digits and hyphens; made from the name by default")
        parser.add_argument("--admin", default="", metavar="EMAIL", help="an administrator who can sign in")
        parser.add_argument("--admin-name", default="", help="the administrator's name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the organisation's slug and id, then `password: ...` where one was made."""
        try:
            self._create(options["name"], options["slug"], options["admin"], options["admin_name"])
        except (ShapeError, Conflict) as error:
            raise CommandError(str(error)) from error

    @transaction.atomic
    def _create(self, name: str, slug: str, admin: str, admin_name: str) -> None:
        now, password = timezone.now(), secrets.token_urlsafe(15)
        organisation = create_organisation(name=name, slug=slug, now=now)
        self.stdout.write(f"{organisation.slug} {organisation.id}")
        if not admin:
            return
        actor = system_actor(organisation.id, "create_organisation")
        member = create_member(actor=actor, email=admin, role="admin", name=admin_name, password=password, now=now)
        known = not member.user.check_password(password)
        self.stdout.write("password: unchanged, they were known already" if known else f"password: {password}")

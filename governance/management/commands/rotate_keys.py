"""`manage.py rotate_keys`: after a new master key was put in front, wraps every data key with it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from governance.access.actors import Actor, system_actor
from governance.access.models import Organisation
from governance.access.services import organisation_called
from governance.access.tenancy import NotFound
from governance.identity.codes import rewrap_secrets
from governance.keys.masters import MasterKeyError
from governance.keys.services import renew, rewrap


class Command(BaseCommand):
    help = (
        "Wrap every data key with the first key of PROBANZA_MASTER_KEYS. The old master key may be taken out of the setting "
        "when this has said so for all organisations. What is encrypted stays as it is and still opens."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", default="", metavar="SLUG", help="only this one; all by default")
        parser.add_argument("--new-data-key", action="store_true", help="also encrypt with a new data key from now on")
        parser.add_argument("--new-signing-key", action="store_true", help="also sign with a new key from now on")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line an organisation: what was done."""
        try:
            factors = rewrap_secrets()
            for organisation in _chosen(options["organisation"]):
                actor = system_actor(organisation.id, "rotate_keys")
                self.stdout.write(f"{organisation.slug}: {', '.join(_rotate(actor, options))}")
            self.stdout.write(f"people: {factors} second factors wrapped anew")
        except (MasterKeyError, NotFound) as error:
            raise CommandError(str(error)) from error


def _chosen(slug: str) -> list[Organisation]:
    return [organisation_called(slug)] if slug else list(Organisation.objects.order_by("slug"))


def _rotate(actor: Actor, options: dict[str, Any]) -> list[str]:
    now = timezone.now()
    done = [f"{rewrap(actor=actor, now=now)} data keys wrapped anew"]
    if options["new_data_key"]:
        done.append(f"data key {renew(actor=actor, now=now)} in use")
    if options["new_signing_key"]:
        done.append(f"signing key {renew(actor=actor, now=now, signing=True)} in use")
    return done

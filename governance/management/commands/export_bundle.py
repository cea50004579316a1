"""`manage.py export_bundle`: evidence with its proofs in one file, for somebody without access to this system."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from governance.access.actors import system_actor
from governance.access.models import Organisation
from governance.evidence.models import Entry
from governance.evidence.services import NothingToExport, NotSequenced, export_bundle
from governance.management.organisations import organisations

FILTERS = {"entry": "id", "kind": "kind", "subject": "subject", "run": "run_id"}


class Command(BaseCommand):
    help = "Write evidence, proofs, signed heads and public keys into one file that `probanza verify` checks offline."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="where to write the bundle; must not exist yet")
        parser.add_argument("--organisation", required=True, metavar="SLUG")
        parser.add_argument("--entry", action="append", type=UUID, metavar="ID", help="only this entry; repeatable")
        for name in ("kind", "subject", "run"):
            parser.add_argument(f"--{name}", action="append", help=f"only entries of this {name}; repeatable")
        parser.add_argument("--since", type=int, metavar="SIZE", help="also prove that this earlier head is contained")

    def handle(self, *_: Any, **options: Any) -> None:
        (organisation,) = organisations(options["organisation"])
        path: Path = options["file"]
        try:
            with path.open("xb") as target:
                count = self._export(organisation, target, options)
        except FileExistsError as error:
            raise CommandError(f"{path} exists already; name another file.") from error
        except (NothingToExport, NotSequenced, ValueError) as error:
            path.unlink()
            raise CommandError(str(error)) from error
        self.stdout.write(f"{path}: {count} entries. Check it with: probanza verify {path}")

    def _export(self, organisation: Organisation, target: Any, options: dict[str, Any]) -> int:
        return export_bundle(
            actor=system_actor(organisation.id, "export_bundle"),
            target=target,
            entries=_chosen(organisation, options),
            since=options["since"],
            now=timezone.now(),
        )


def _chosen(organisation: Organisation, options: dict[str, Any]) -> list[UUID] | None:
    given = {f"{column}__in": options[name] for name, column in FILTERS.items() if options[name]}
    if not given:
        return None
    return list(Entry.objects.of(organisation.id).filter(**given).values_list("id", flat=True))

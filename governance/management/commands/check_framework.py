"""`manage.py check_framework FILE`: whether a framework's file could be brought; ends with 2 and names line and item when not.

Without a file it is the catalogue that ships: for whoever edits a date or a duty.
"""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from governance.compliance.frameworks import CatalogueError, Part, load, own_part, with_own


class Command(BaseCommand):
    help = "Check a framework's file against the shipped catalogue; nothing is stored."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", help="the framework's YAML file; without it the shipped catalogue")

    def handle(self, *_: Any, **options: Any) -> None:
        """One line for a file that fits, else one that says where it does not."""
        try:
            self.stdout.write(summary(checked(Path(options["file"]))) if options["file"] else shipped())
        except CatalogueError as error:
            self.stderr.write(str(error))
            sys.exit(2)


def checked(path: Path) -> Part:
    """The framework in this file, which fits the shipped catalogue. Raises `CatalogueError`."""
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise CatalogueError(str(path), "file", f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise CatalogueError(str(path), "file", f"is not UTF-8 at byte {error.start}") from None
    part = own_part(text, name=str(path))
    with_own(load(), [part])
    return part


def summary(part: Part) -> str:
    """What is in it."""
    one = part.framework
    counts = f"{len(one.groups)} groups, {len(part.duties)} items, {len(part.dates)} dates, {len(part.links)} links"
    return f"{one.id} ({one.title.en}, edition {one.edition}): {counts}; checked on {one.checked_on}; {one.digest}"


def shipped() -> str:
    """What ships, a line for each framework. Raises `CatalogueError`."""
    catalogue = load()
    return "\n".join(
        f"{one.id}, edition {one.edition}: {len(catalogue.duties_of(one.id))} items, checked on {one.checked_on}"
        for one in catalogue.frameworks
    )

"""`manage.py verify`: recompute the whole ledger; ends with 1 and names the rows when something does not hold."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from governance.access.models import Organisation
from governance.evidence.services import Report, verify_ledger
from governance.management.organisations import organisations

QUIET_S = 2.0


class Command(BaseCommand):
    help = "Recompute every body, place, signed head and payload of the evidence ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", metavar="SLUG", help="only this organisation's ledger")

    def handle(self, *_: Any, **options: Any) -> None:
        reports = [self._verify(one) for one in organisations(options["organisation"])]
        if not reports:
            self.stdout.write("There is no organisation yet: nothing to verify.")
        if not all(report.ok for report in reports):
            sys.exit(1)

    def _verify(self, organisation: Organisation) -> Report:
        progress = Progress(self)
        report = verify_ledger(organisation.id, timezone.now(), progress.told)
        self.stdout.write(summary(organisation.slug, report))
        return report


class Progress:
    """A line a second once the work has taken more than two."""

    def __init__(self, command: BaseCommand) -> None:
        self.command = command
        self.next = time.monotonic() + QUIET_S

    def told(self, leaves: int) -> None:
        """Take note of the leaves done so far."""
        if time.monotonic() >= self.next:
            self.next = time.monotonic() + 1
            self.command.stderr.write(f"... {leaves} entries")


def summary(slug: str, report: Report) -> str:
    """What was checked and what does not hold, in plain words."""
    verdict = "the ledger holds" if report.ok else f"{report.failed} failures"
    payloads = f"{report.payloads} payloads, {report.erased} erased payloads"
    lines = [
        f"{slug}: {verdict}: {report.leaves} entries, {report.heads} heads, {payloads}, {report.waiting} waiting too long",
        f"  size {report.size}, root {report.root}",
        *(f"  FAILED {failure.row}: {failure.problem}" for failure in report.failures),
    ]
    if report.failed > len(report.failures):
        lines.append(f"  ... and {report.failed - len(report.failures)} more")
    if report.ok:
        lines.append("  Not checked: whether newer heads were cut off; compare size and root with a head kept elsewhere.")
    return "\n".join(lines)

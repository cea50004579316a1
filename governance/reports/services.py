"""Building a report and printing it in one of its forms."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.compliance.services import REPORT_KIND
from governance.evidence.services import seal
from governance.registry.services import pins_of, system_version
from governance.reports.forms import FORMS as FORMS
from governance.reports.models import Report
from governance.reports.printing import Printed as Printed
from governance.reports.printing import printed as printed
from governance.reports.printing import printed_with_words as printed_with_words
from governance.reports.statement import statement_of
from governance.reports.taking import snapshot_of
from governance.shapes import ShapeError
from governance.trail.ids import uuid7
from governance.trail.services import record


@transaction.atomic
def build(*, actor: Actor, system_version_id: UUID | str, language: str, now: datetime) -> Report:
    """Read everything once, make the book, seal it as evidence of kind `report`, and keep where it is.

    Raises `Forbidden` without `reports:write`, `NotFound`, `ShapeError` for a language there is no report in.
    """
    check_can(actor, "reports:write")
    known = tuple(code for code, _ in settings.LANGUAGES)
    if language not in known:
        raise ShapeError("language", "is none that a report can have.", known)
    version = system_version(actor.organisation, system_version_id)
    report_id, pins = uuid7(), pins_of(version)
    snapshot = snapshot_of(report_id, actor, version, pins, language, now)
    entry = seal(
        actor=actor, kind=REPORT_KIND, subject=str(version.id), statement=statement_of(snapshot, pins), run_id="", now=now
    )
    report = Report(
        id=report_id,
        organisation_id=actor.organisation,
        system_version=version,
        entry=entry,
        language=language,
        created_by=actor.name,
        created_at=now,
    )
    report.save()
    detail = {"system_version": str(version.id), "language": language, "evidence": str(entry.id)}
    record(actor=actor, action="reports.build", subject="report", subject_id=report.id, detail=detail, now=now)
    return report


def report_of(organisation: UUID, report_id: UUID | str) -> Report:
    """A report of this organisation, with its entry and version. Raises `NotFound`."""
    report: Report = Report.objects.select_related("entry", "system_version__asset").one(organisation, report_id)
    return report

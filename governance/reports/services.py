"""Building a report and printing it in one of its forms."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from governance.access.actors import Actor
from governance.access.models import Organisation
from governance.access.policies import check_can
from governance.access.tenancy import NotFound
from governance.book import to_plain
from governance.compliance.assessment import Assessment
from governance.compliance.services import REPORT_KIND, assess, measures_by_kind
from governance.evidence.models import Entry
from governance.evidence.proving import newest_head
from governance.evidence.services import seal
from governance.registry.models import AssetVersion
from governance.registry.services import Pin, pins_of, system_version
from governance.reports import html, machine, pdf
from governance.reports.build import book_of
from governance.reports.models import Report
from governance.reports.reading import with_words
from governance.reports.sealed import SealedReport, read_sealed
from governance.reports.snapshot import Head, Part, Snapshot
from governance.shapes import ShapeError
from governance.trail.ids import uuid7
from governance.trail.services import record


@dataclass(frozen=True, slots=True)
class Printed:
    """A report in one form. policy: the Content-Security-Policy it is to be served with."""

    content: bytes
    content_type: str
    name: str
    policy: str


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
    snapshot = _snapshot(report_id, actor, version, pins, language, now)
    entry = seal(actor=actor, kind=REPORT_KIND, subject=str(version.id), statement=_statement(snapshot, pins), run_id="", now=now)
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


def printed(report: Report, form: str) -> Printed:
    """The report as `html`, `pdf` or `json`, from its sealed bytes alone. Raises `NotFound` for another form."""
    return _printed(report, form, lambda sealed: sealed)


def printed_with_words(report: Report, form: str, *, actor: Actor, now: datetime) -> Printed:
    """The report as `html` or `pdf` with the answers' words, as far as they are kept; that they were read is in the trail.

    Raises `Forbidden` without `evidence:read`, `NotFound` for another form, `ShapeError` for `json`, which is what was sealed.
    """
    check_can(actor, "evidence:read")
    if form == "json":
        raise ShapeError("words", "are printed in html and pdf; json is what was sealed, and holds none.")
    return _printed(report, form, lambda sealed: replace(sealed, book=with_words(sealed.book, actor=actor, now=now)))


def _printed(report: Report, form: str, finish: Callable[[SealedReport], SealedReport]) -> Printed:
    if form not in _FORMS:
        raise NotFound("form of a report", form)
    content_type, policy, render = _FORMS[form]
    name = f"{report.system_version.asset.slug}-v{report.system_version.number}-{report.language}.{form}"
    evidence = _evidence(report) if form == "pdf" else ()
    return Printed(render(finish(read_sealed(bytes(report.entry.body), evidence))), content_type, name, policy())


def _evidence(report: Report) -> list[bytes]:
    """The sealed bytes of what the report stands on, in its own order."""
    named = [one["id"] for one in report.entry.statement()["evidence"]]
    bodies = dict(Entry.objects.of(report.organisation_id).filter(id__in=named).values_list("id", "body"))
    return [bytes(bodies[UUID(one)]) for one in named]


def _html(report: SealedReport) -> bytes:
    return html.render(report).encode()


def _nothing_loads() -> str:
    return "sandbox; default-src 'none'; frame-ancestors 'self'"


def _own_style_only() -> str:
    return f"sandbox; {html.policy()}; frame-ancestors 'self'"


_FORMS: dict[str, tuple[str, Callable[[], str], Callable[[SealedReport], bytes]]] = {
    "html": (html.CONTENT_TYPE, _own_style_only, _html),
    "pdf": (pdf.CONTENT_TYPE, _nothing_loads, pdf.render),
    "json": (machine.CONTENT_TYPE, _nothing_loads, machine.render),
}
FORMS = tuple(_FORMS)


def _snapshot(report_id: UUID, actor: Actor, version: AssetVersion, pins: list[Pin], language: str, now: datetime) -> Snapshot:
    head = newest_head(actor.organisation)
    return Snapshot(
        report_id=str(report_id),
        organisation=Organisation.objects.get(pk=actor.organisation).name,
        system=version.asset.name,
        owner=version.asset.owner,
        stage=version.asset.stage,
        version_id=str(version.id),
        number=version.number,
        digest=version.digest,
        spec=version.spec,
        parts=tuple(Part(pin["role"], pin["asset"], pin["number"], pin["digest"]) for pin in pins),
        assessment=assess(organisation=actor.organisation, system_version=version),
        language=language,
        issued_at=now,
        built_by=actor.name,
        head=Head(head.size, head.root, head.key_id) if head else None,
        measures=measures_by_kind(),
    )


def _statement(snapshot: Snapshot, pins: list[Pin]) -> dict[str, Any]:
    assessment = snapshot.assessment
    return {
        "report": snapshot.report_id,
        "language": snapshot.language,
        "law": {
            "text_version": assessment.catalogue.text_version,
            "checked_on": assessment.catalogue.checked_on.isoformat(),
        },
        "duties": _duties(assessment),
        "counts": dict(assessment.counts()),
        "evidence": [
            {"id": one.id, "kind": one.kind, "digest": one.digest, "run": one.run_id, "stale": list(one.changed)}
            for one in assessment.evidence
        ],
        "book": to_plain(book_of(snapshot)),
        "pins": [{"role": pin["role"], "id": pin["version_id"], "digest": pin["digest"]} for pin in pins],
    }


def _duties(assessment: Assessment) -> list[dict[str, Any]]:
    return [
        {
            "duty": result.duty.id,
            "state": result.state,
            "evidence": [
                {"id": finding.evidence.id, "strength": finding.strength, "state": finding.state} for finding in result.findings
            ],
        }
        for result in assessment.results
    ]

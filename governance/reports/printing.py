"""A report in one of its forms, from its sealed bytes alone or, on request, with the words that it names."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.access.tenancy import NotFound
from governance.evidence.models import Entry
from governance.reports.forms import BY_NAME, FORMS, WORDED
from governance.reports.models import Report
from governance.reports.reading import with_words
from governance.reports.sealed import SealedReport, read_sealed
from governance.shapes import ShapeError


@dataclass(frozen=True, slots=True)
class Printed:
    """A report in one form. policy: the Content-Security-Policy it is to be served with."""

    content: bytes
    content_type: str
    name: str
    policy: str


def printed(report: Report, form: str) -> Printed:
    """The report in one of the `FORMS`, from sealed bytes alone. Raises `NotFound` for another form."""
    return _printed(report, form, lambda sealed: sealed)


def printed_with_words(report: Report, form: str, *, actor: Actor, now: datetime) -> Printed:
    """The report with the answers' words, as far as they are kept; that they were read is in the trail.

    Raises `Forbidden` without `evidence:read`, `NotFound` for another form, `ShapeError` for a form that never holds words.
    """
    check_can(actor, "evidence:read")
    if form in FORMS and form not in WORDED:
        raise ShapeError("words", f"are printed in {', '.join(WORDED)}; {form} holds none.")
    return _printed(report, form, lambda sealed: replace(sealed, book=with_words(sealed.book, actor=actor, now=now)))


def _printed(report: Report, form: str, finish: Callable[[SealedReport], SealedReport]) -> Printed:
    known = BY_NAME.get(form)
    if known is None:
        raise NotFound("form of a report", form)
    name = f"{report.system_version.asset.slug}-v{report.system_version.number}-{report.language}{known.ending}"
    sealed = sealed_of(report) if known.evidence else read_sealed(bytes(report.entry.body))
    return Printed(known.render(finish(sealed)), known.content_type, name, known.policy())


def sealed_of(report: Report) -> SealedReport:
    """A report read back with the sealed statements of its evidence."""
    return read_sealed(bytes(report.entry.body), _evidence(report))


def _evidence(report: Report) -> list[bytes]:
    """The sealed bytes of what the report stands on, in its own order."""
    named = [one["id"] for one in report.entry.statement()["evidence"]]
    bodies = dict(Entry.objects.of(report.organisation_id).filter(id__in=named).values_list("id", "body"))
    return [bytes(bodies[UUID(one)]) for one in named]

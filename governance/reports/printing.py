"""A report in one of its forms, from its sealed bytes alone or, on request, with the words that it names."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.access.tenancy import NotFound
from governance.evidence.models import Entry
from governance.reports import html, machine, pdf
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

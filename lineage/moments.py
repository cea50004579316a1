"""As of when somebody asks: a moment, or the moment of something that was sealed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from governance.access.tenancy import NotFound
from governance.evidence.models import Entry
from governance.reports.models import Report
from governance.shapes import ShapeError


@dataclass(frozen=True, slots=True)
class Moment:
    """At most one of them: a moment, or the id of an evidence entry, an audit's run, or a report."""

    as_of: datetime | None = None
    as_of_evidence: UUID | None = None
    as_of_run: UUID | None = None
    as_of_report: UUID | None = None


def moment_asked(organisation: UUID, asked: Moment, now: datetime) -> datetime:
    """The moment that is meant; `now` where nothing is asked.

    Of evidence, a run and a report it is when the statement was sealed.

    Raises:
        ShapeError: two at once. NotFound: no such evidence, no result of such a run, or no such report here.
    """
    given = [name for name in ("as_of", "as_of_evidence", "as_of_run", "as_of_report") if getattr(asked, name) is not None]
    if len(given) > 1:
        raise ShapeError(given[1], f"stands beside {given[0]}: name one of them.")
    if asked.as_of_evidence is not None:
        return _sealed(Entry.objects.of(organisation).filter(pk=asked.as_of_evidence).first(), "evidence", asked.as_of_evidence)
    if asked.as_of_run is not None:
        of_run = Entry.objects.of(organisation).filter(run_id=str(asked.as_of_run)).order_by("sealed_at")
        return _sealed(of_run.first(), "result of run", asked.as_of_run)
    if asked.as_of_report is not None:
        report = Report.objects.of(organisation).select_related("entry").filter(pk=asked.as_of_report).first()
        return _sealed(None if report is None else report.entry, "report", asked.as_of_report)
    return asked.as_of or now


def _sealed(entry: Entry | None, what: str, sought: UUID) -> datetime:
    if entry is None:
        raise NotFound(what, sought)
    return entry.sealed_at

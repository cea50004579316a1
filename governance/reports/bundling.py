"""A report and all it rests on in one file that a stranger checks offline: every form, the sealed statements, their proofs."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.db.models import Subquery

from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.access.tenancy import as_uuid
from governance.evidence.models import Entry, Head, Leaf
from governance.evidence.services import export_bundle
from governance.reports.forms import BY_NAME
from governance.reports.models import Report
from governance.reports.printing import printed


def bundle_report(*, actor: Actor, report: Report, target: BinaryIO, now: datetime) -> int:
    """Write the bundle of a report; how many sealed statements it holds.

    It shows that the head which the report names is contained in the newest.

    Raises `Forbidden` without `reports:read` and `evidence:read`, `NotSequenced` or `NothingToExport` for the seconds before the
    report has its place in the ledger, `ValueError` over 4 GiB.
    """
    check_can(actor, "reports:read")
    return export_bundle(
        actor=actor,
        target=target,
        entries=[report.entry_id, *_named(report)],
        since=_head_before(report),
        forms={f"report{form.ending}": printed(report, name).content for name, form in BY_NAME.items()},
        now=now,
    )


def _named(report: Report) -> list[UUID]:
    """The evidence that the report names: what it stands on, and what people stated, waived or confirmed."""
    ids = {one for one in map(as_uuid, _ids(report.entry.statement())) if one is not None}
    return list(Entry.objects.of(report.organisation_id).filter(id__in=ids).values_list("id", flat=True))


def _ids(statement: dict[str, Any]) -> Iterator[str]:
    yield from (str(one["id"]) for one in statement.get("evidence", ()))
    waiting: list[Any] = [value for name, value in statement.items() if name != "book"]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, dict):
            yield str(inner.get("evidence_id", ""))
            waiting += inner.values()
        elif isinstance(inner, list):
            waiting += inner


def bundle_name(report: Report) -> str:
    """The name of the file."""
    return f"{report.system_version.asset.slug}-v{report.system_version.number}-{report.language}-bundle.zip"


def _head_before(report: Report) -> int | None:
    """The size of the newest head when the report was built, which is the one it names; None for an empty ledger."""
    place = Leaf.objects.of(report.organisation_id).filter(entry_id=report.entry_id).values("seq")
    heads = Head.objects.of(report.organisation_id).filter(at__lte=report.created_at, size__lte=Subquery(place))
    return heads.order_by("-size").values_list("size", flat=True).first()

"""A report and all it rests on in one file that a stranger checks offline: every form, the sealed statements, their proofs."""

from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from django.db.models import Subquery

from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.evidence.models import Head, Leaf
from governance.evidence.services import export_bundle
from governance.reports.models import Report
from governance.reports.printing import FORMS, printed


def bundle_report(*, actor: Actor, report: Report, target: BinaryIO, now: datetime) -> int:
    """Write the bundle of a report; how many sealed statements it holds.

    It shows that the head which the report names is contained in the newest.

    Raises `Forbidden` without `reports:read` and `evidence:read`, `NotSequenced` or `NothingToExport` for the seconds before the
    report has its place in the ledger, `ValueError` over 4 GiB.
    """
    check_can(actor, "reports:read")
    named = [UUID(one["id"]) for one in report.entry.statement().get("evidence", ())]
    return export_bundle(
        actor=actor,
        target=target,
        entries=[report.entry_id, *named],
        since=_head_before(report),
        forms={f"report.{form.replace('_', '-')}": printed(report, form).content for form in FORMS},
        now=now,
    )


def bundle_name(report: Report) -> str:
    """The name of the file."""
    return f"{report.system_version.asset.slug}-v{report.system_version.number}-{report.language}-bundle.zip"


def _head_before(report: Report) -> int | None:
    """The size of the newest head when the report was built, which is the one it names; None for an empty ledger."""
    place = Leaf.objects.of(report.organisation_id).filter(entry_id=report.entry_id).values("seq")
    heads = Head.objects.of(report.organisation_id).filter(at__lte=report.created_at, size__lte=Subquery(place))
    return heads.order_by("-size").values_list("size", flat=True).first()

"""What of a system is kept until when (Art. 18, 19, 22, 23, 26), from the registry and from what lies here."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q

from governance.book import Text
from governance.book import gettext_noop as _
from governance.evidence.models import Payload
from governance.incidents.told import RetentionTold
from governance.registry.models import AssetVersion
from governance.retention.periods import DOCUMENTS, LOG_MONTHS, LOGS, Period, after, day_in, of_roles

_STARTS = ("put_into_service", "placed_on_market")


def retention_of(organisation: UUID, system_id: UUID, *, held: bool, now: datetime) -> tuple[RetentionTold, ...]:
    """Documents by the roles of the newest version, then logs. held: a hold stands on the system."""
    versions = list(AssetVersion.objects.of(organisation).filter(asset_id=system_id).order_by("-number"))
    roles: list[str] = versions[0].spec.get("roles", []) if versions else []
    specs = [version.spec for version in versions]
    documents = tuple(_document(one, specs, held, now.date()) for one in of_roles(DOCUMENTS, roles))
    lies = _lies_here(organisation, [str(version.pk) for version in versions])
    return documents + tuple(_logs(one, lies, held) for one in of_roles(LOGS, roles))


def _document(period: Period, specs: Sequence[dict[str, Any]], held: bool, today: date) -> RetentionTold:
    given = [str(spec[name]) for spec in specs for name in _STARTS if spec.get(name)]
    days = [day for words in given if (day := day_in(words)) is not None]
    starts = max(days, default=None)
    ends = _end(starts, period.months)
    return RetentionTold(period.what, period.article, starts, ends, held, _document_note(given, starts, ends, today))


def _document_note(given: Sequence[str], starts: date | None, ends: date | None, today: date) -> Text:
    if starts is None and given:
        words = _("The registered “%(words)s” is no day such as 2027-12-02, so the ten years have no end yet.")
        return Text(words, (("words", given[0][:100]),))
    if starts is None:
        return Text(
            _("The registry holds no day of placing on the market or putting into service, so the ten years have no end yet.")
        )
    if ends is None:
        return Text(_("The ten years end after every day that a calendar has."))
    if starts > today:
        return Text(_("Ten years from a day that has not come yet."))
    if ends < today:
        return Text(_("The ten years are over. Before anything is deleted, look for another duty to keep it."))
    return Text(_("Ten years from the last day on which a version was placed on the market or put into service."))


def _end(starts: date | None, months: int) -> date | None:
    try:
        return after(starts, months) if starts else None
    except OverflowError:
        return None


def _lies_here(organisation: UUID, subjects: Sequence[str]) -> dict[str, Any]:
    """Of the payloads about these versions: how many are kept, from when, and how many were erased within six months."""
    payloads = Payload.objects.of(organisation).filter(entry__subject__in=subjects)
    is_kept = Q(erased_at=None)
    lies: dict[str, Any] = payloads.aggregate(
        kept=Count("id", filter=is_kept),
        oldest=Min("entry__sealed_at", filter=is_kept),
        newest=Max("entry__sealed_at", filter=is_kept),
    )
    erased = payloads.exclude(is_kept).values_list("entry__sealed_at", "erased_at")
    early = [gone for sealed, gone in erased if gone and gone.date() <= after(sealed.date(), LOG_MONTHS)]
    return {**lies, "early": len(early)}


def _logs(period: Period, lies: dict[str, Any], held: bool) -> RetentionTold:
    starts = lies["newest"].date() if lies["newest"] else None
    return RetentionTold(period.what, period.article, starts, _end(starts, period.months), held, _logs_note(lies))


def _logs_note(lies: dict[str, Any]) -> Text:
    kept = _("No recorded answer of this system is kept here; logs of its operation are kept where it runs.")
    if lies["kept"]:
        kept = _("%(kept)s records of audits are kept here, the oldest of %(oldest)s. Logs of operation are kept where it runs.")
    values = [("kept", str(lies["kept"])), ("oldest", lies["oldest"].date().isoformat() if lies["oldest"] else "")]
    if not lies["early"]:
        return Text(kept, tuple(values) if lies["kept"] else ())
    both = _("%(kept)s Erased before six months were over, each with its reason: %(early)s.")
    return Text(both, (("kept", Text(kept, tuple(values))), ("early", str(lies["early"]))))

"""The list of AI systems and the page of one."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from governance.access.compiled import compiled, first
from governance.access.policies import can
from governance.access.tenancy import NotFound, as_uuid
from governance.compliance.services import criteria_for, duty_counts, measures_by_kind
from governance.evidence.gists import Gist, gists_about
from governance.evidence.kinds import NO_AUDIT
from governance.evidence.models import Entry
from governance.portal import attention
from governance.portal.alarms import alarms
from governance.portal.look import measure_title, name_words, titled
from governance.portal.panels import panel
from governance.portal.session import PortalRequest, signed_in
from governance.registry.models import Asset, AssetVersion
from governance.registry.services import pins_of, system_version
from governance.reports.models import Report

PAGE = 50
RECENT = 20
NEWEST = UUID(int=2**128 - 1)  # every id lies before it
FIELDS = (
    ("intended_use", _("Intended use")),
    ("owner", _("Answers for this version")),
    ("roles", _("Roles of this organisation")),
    ("users_affected", _("Persons affected")),
    ("risk_class", _("Risk class")),
    ("area", _("Point of Annex III")),
    ("oversight", _("Human oversight")),
    ("trade_name", _("Trade name")),
    ("market_status", _("Status on the market")),
    ("placed_on_market", _("Placed on the market")),
    ("put_into_service", _("Put into service")),
    ("member_states", _("Member States")),
)


@require_GET
@signed_in("registry:read")
def systems(request: PortalRequest) -> HttpResponse:
    """The systems, those that need attention first."""
    organisation = request.actor.organisation
    page = _page(organisation, as_uuid(request.GET.get("before", "")) or NEWEST)
    shown = page[:PAGE]
    lines = sorted(_lines(organisation, shown), key=lambda line: line["rank"])
    context = {
        "here": "systems",
        "needs": sorted(
            ({"asset": line["asset"], "note": note} for line in lines for note in line["notes"]),
            key=lambda need: need["note"].rank,
        ),
        "lines": lines,
        "more": shown[-1].pk if len(page) > PAGE else None,
    }
    return render(request, "portal/systems.html", context)


@compiled(UUID, UUID)
def _page(organisation: UUID, before: UUID) -> QuerySet[Asset, Asset]:
    systems: QuerySet[Asset, Asset] = Asset.objects.of(organisation).filter(kind="ai_system", id__lt=before)
    return systems.order_by("-id")[: PAGE + 1]


@require_GET
@signed_in("registry:read")
def system(request: PortalRequest, asset_id: UUID) -> HttpResponse:
    """One system at one of its versions: what needs attention, its verdicts and obligations; the rest comes as panels."""
    organisation = request.actor.organisation
    asked = request.GET.get("version", "")
    version = _chosen(organisation, asset_id, asked)
    context: dict[str, Any] = {"here": "systems", "version": version}
    if version is None:
        context["asset"] = Asset.objects.filter(kind="ai_system").one(organisation, asset_id)
    else:
        context |= {"asset": version.asset, "may_report": can(request.actor, "reports:write")} | _of_version(version, asked)
    return render(request, "portal/system.html", context)


@require_GET
@signed_in("registry:read")
def details(request: PortalRequest, version_id: UUID) -> HttpResponse:
    """The lower half of a system's page: criteria, parts, lineage, reports, evidence, description and versions."""
    version = system_version(request.actor.organisation, version_id)
    return panel(request, "portal/details.html", _details(version) | {"here": "systems", "version": version})


@require_GET
@signed_in("registry:read")
def duty_states(request: PortalRequest, version_id: UUID) -> HttpResponse:
    """How many duties of the law are in each state, as a panel of the system's page."""
    version = system_version(request.actor.organisation, version_id)
    counts = duty_counts(request.actor.organisation, version, _gists(version))
    context = {"here": "systems", "title": _("Obligations"), "version": version, "counts": counts}
    return panel(request, "portal/duty_counts.html", context)


def _chosen(organisation: UUID, asset_id: UUID, number: str) -> AssetVersion | None:
    """The version of this number, else the newest. Raises `NotFound` for a number that is none."""
    given = number.isdecimal() and len(number) < 10
    version = first(_numbered(organisation, asset_id, int(number)) if given else _newest(organisation, asset_id))
    if number and (version is None or str(version.number) != number):
        raise NotFound("version", number)
    return version


@compiled(UUID, UUID)
def _newest(organisation: UUID, asset_id: UUID) -> "QuerySet[AssetVersion, AssetVersion]":
    return _versions(organisation, asset_id).select_related("asset")[:1]


@compiled(UUID, UUID, int)
def _numbered(organisation: UUID, asset_id: UUID, number: int) -> "QuerySet[AssetVersion, AssetVersion]":
    return _versions(organisation, asset_id).select_related("asset").filter(number=number)


def _versions(organisation: UUID, asset_id: UUID) -> "QuerySet[AssetVersion, AssetVersion]":
    found = AssetVersion.objects.of(organisation).filter(asset_id=asset_id, asset__kind="ai_system")
    ordered: QuerySet[AssetVersion, AssetVersion] = found.order_by("-number")
    return ordered


def _of_version(version: AssetVersion, asked: str) -> dict[str, Any]:
    organisation = version.organisation_id
    numbers = {version.number: version.pk}
    if asked or version.number > 1:
        numbers = dict(_versions(organisation, version.asset_id).values_list("number", "id"))
    gists = _gists(version)
    audits = attention.summed(reversed(gists))
    earlier = [str(one) for number, one in numbers.items() if number < version.number]
    audited_before = bool(earlier) and _audited(organisation, earlier).exists()
    return {
        "newest": max(numbers),
        "notes": alarms(organisation, [version.asset_id], timezone.now())[version.asset_id]
        + attention.notes(audits, measures_by_kind(), attention.outdated_pins(organisation, audits), audited_before),
        "audits": [
            {"kind": audit.kind, "entry": audit.entry, "verdicts": titled(audit.kind, audit.verdicts)} for audit in audits
        ],
    }


def _details(version: AssetVersion) -> dict[str, Any]:
    organisation = version.organisation_id
    return {
        "asset": version.asset,
        "title": _("Details"),
        "pins": pins_of(version)[1:],
        "described": [(title, _told(name, version.spec[name])) for name, title in FIELDS if version.spec.get(name)],
        "criteria": [
            {"frozen": one, "title": measure_title(one.kind, one.measure)} for one in criteria_for(organisation, version.asset_id)
        ],
        "entries": _gists(version)[: -RECENT - 1 : -1],
        "reports": Report.objects.of(organisation).filter(system_version=version).order_by("-id")[:RECENT],
        "versions": _versions(organisation, version.asset_id).defer("spec"),
    }


def _gists(version: AssetVersion) -> list[Gist]:
    """Of everything sealed about the version, oldest first."""
    return gists_about(version.organisation_id, str(version.pk))


def _told(name: str, value: Any) -> Any:
    """A field as it is shown: words of the law in the reader's language, anything else as registered."""
    if name == "roles":
        return [name_words(str(role)) for role in value]
    return name_words(str(value)) if name in {"risk_class", "market_status"} else value


def _lines(organisation: UUID, assets: list[Asset]) -> list[dict[str, Any]]:
    of_asset: dict[UUID, list[AssetVersion]] = defaultdict(list)
    for version in _versions_of(organisation, [asset.pk for asset in assets]):
        of_asset[version.asset_id].append(version)
    newest = [mine[0].pk for mine in of_asset.values()]
    earlier = [str(version.pk) for mine in of_asset.values() for version in mine[1:]]
    audits: dict[str, list[attention.Summary]] = defaultdict(list)
    for audit in attention.audits_of(organisation, newest):
        audits[audit.subject].append(audit)
    before = set(_audited(organisation, earlier).values_list("subject", flat=True).distinct()) if earlier else set()
    outdated = attention.outdated_pins(organisation, [one for mine in audits.values() for one in mine])
    wrong = alarms(organisation, [asset.pk for asset in assets], timezone.now())
    return [_line(asset, of_asset[asset.pk], audits, before, outdated, wrong[asset.pk]) for asset in assets]


@compiled(UUID, list)
def _versions_of(organisation: UUID, assets: list[UUID]) -> "QuerySet[AssetVersion, AssetVersion]":
    versions: QuerySet[AssetVersion, AssetVersion] = AssetVersion.objects.of(organisation).filter(asset_id__any_of=assets)
    return versions.order_by("asset_id", "-number").only("id", "asset_id", "number", "created_at")


def _audited(organisation: UUID, versions: list[str]) -> QuerySet[Entry]:
    found: QuerySet[Entry] = Entry.objects.of(organisation).filter(subject__in=versions).exclude(kind__in=NO_AUDIT)
    return found


def _line(
    asset: Asset,
    versions: list[AssetVersion],
    audits: dict[str, list[attention.Summary]],
    before: set[str],
    outdated: set[str],
    wrong: list[attention.Note],
) -> dict[str, Any]:
    newest = versions[0] if versions else None
    mine = audits.get(str(newest.pk), []) if newest else []
    audited_before = any(str(version.pk) in before for version in versions[1:])
    notes = wrong + attention.notes(mine, measures_by_kind(), outdated, audited_before)
    return {
        "asset": asset,
        "version": newest,
        "kinds": sorted(audit.kind for audit in mine),
        "notes": notes,
        "rank": min((note.rank for note in notes), default=9),
    }

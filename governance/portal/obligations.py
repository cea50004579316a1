"""Obligations on pages: of every system, of one version, and everything that speaks to one duty."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_GET

from governance.access.policies import can
from governance.access.tenancy import NotFound, as_uuid
from governance.compliance.assessment import Assessment, DutyResult
from governance.compliance.frameworks import LegalDate
from governance.compliance.services import outlook, outlooks
from governance.compliance.statements.checking import LONGEST_WAIVER, TYPES
from governance.compliance.verdict import ITEM_STATES
from governance.portal.look import told
from governance.portal.session import PortalRequest, signed_in
from governance.registry.models import Asset, AssetVersion
from governance.registry.queries import newest_versions
from governance.registry.services import system_version

PAGE = 50
SOON = 3  # next dates of the law
WRONG = ("contradicted", "criterion_not_met")


@require_GET
@signed_in("registry:read")
def every_system(request: PortalRequest) -> HttpResponse:
    """How the duties of every system stand, and what is due."""
    organisation, now = request.actor.organisation, timezone.now()
    systems = Asset.objects.of(organisation).filter(kind="ai_system").exclude(stage="retired").order_by("-id")
    before = as_uuid(request.GET.get("before", ""))
    page = list((systems.filter(id__lt=before) if before else systems)[: PAGE + 1])
    newest = newest_versions(organisation, [asset.pk for asset in page[:PAGE]])
    versions = list(newest.values())
    found = outlooks(organisation=organisation, versions=versions, now=now)
    framework = request.GET.get("framework", "")
    context = {
        "here": "obligations",
        "lines": _lines(versions, found, framework),
        "unversioned": [asset for asset in page[:PAGE] if asset.pk not in newest],
        "due": _due(versions, found, now.date()),
        "frameworks": _frameworks(found, framework),
        "dates": _dates(found, now.date()),
        "more": page[PAGE - 1].pk if len(page) > PAGE else None,
    }
    return render(request, "portal/obligations_of_all.html", context)


@require_GET
@signed_in("registry:read")
def obligations(request: PortalRequest, version_id: UUID) -> HttpResponse:
    """Every duty of one framework with its state, not assessed first."""
    version = system_version(request.actor.organisation, version_id)
    found = outlook(organisation=request.actor.organisation, system_version=version, now=timezone.now())
    framework = _chosen(found, request.GET.get("framework", ""))
    mine = found.of_framework(framework)
    state = request.GET.get("state", "")
    shown = [result for result in mine.results if state not in ITEM_STATES or result.state == state]
    context = {
        "here": "obligations",
        "version": version,
        "counts": [(one, count, _address(framework=framework, state=one), one == state) for one, count in mine.counts()],
        "all": (len(mine.results), _address(framework=framework), state not in ITEM_STATES),
        "frameworks": _frameworks([found], framework),
        "note": next((one.note.of(_language()) for one in found.catalogue.frameworks if one.id == framework and one.note), ""),
        "groups": _by_state(shown, mine, version),
        "classification": found.classification,
    }
    return render(request, "portal/obligations.html", context)


@require_GET
@signed_in("registry:read")
def duty(request: PortalRequest, version_id: UUID) -> HttpResponse:
    """One duty: what it asks, its state and why, and the forms for what people say of it."""
    version = system_version(request.actor.organisation, version_id)
    now = timezone.now()
    found = outlook(organisation=request.actor.organisation, system_version=version, now=now)
    if "id" not in request.GET:
        return redirect("portal:obligations", version_id=version.pk)
    result = found.of_duty(request.GET["id"])
    if result is None:
        raise NotFound("duty", request.GET["id"])
    clock = found.catalogue.date_of(result.duty.clock)
    language = _language()
    context = {
        **_duty(result, version),
        "here": "obligations",
        "version": version,
        "result": result,
        "framework": found.catalogue.framework(result.duty.framework),
        "framework_title": found.catalogue.framework(result.duty.framework).title.of(language),
        "clock": _clock(clock) if clock else None,
        "why": told(result.applies.reason) if result.applies.reason else "",
        "shows": [{"finding": one, "words": one.shows.of(language)} for one in result.findings],
        "citable": [one for one in found.evidence if one.kind not in {"report", "comparison"}],
        "may": {
            "attest": can(request.actor, "audits:write"),
            "decide": can(request.actor, "approvals:decide"),
        },
        "types": ", ".join(f".{one}" for one in TYPES),
        "latest": now.date() + LONGEST_WAIVER,
        "today": now.date(),
    }
    return render(request, "portal/duty.html", context)


def _clock(clock: LegalDate) -> dict[str, Any]:
    """When a duty applies from, and the second reading of the date where it has two."""
    language = _language()
    other = clock.practical_from.of(language) if clock.practical_from else ""
    return {"from": date.fromisoformat(clock.applies_from), "basis": clock.basis.of(language), "other": other}


def _lines(versions: Sequence[AssetVersion], found: Sequence[Assessment], framework: str) -> list[dict[str, Any]]:
    lines = []
    for version, assessment in zip(versions, found, strict=True):
        mine = assessment.of_framework(_chosen(assessment, framework))
        counts = dict(mine.counts())
        wrong = sum(count for state, count in counts.items() if state in WRONG)
        address = f"{reverse('portal:obligations', args=[version.pk])}{_address(framework=_chosen(assessment, framework))}"
        lines.append({"version": version, "counts": counts.items(), "wrong": wrong, "address": address})
    return sorted(lines, key=lambda line: (-line["wrong"], str(line["version"].asset)))


def _due(versions: Sequence[AssetVersion], found: Sequence[Assessment], today: date) -> list[dict[str, Any]]:
    """Open duties with a day, the earliest first."""
    due = [
        {**_duty(result, version), "version": version, "day": result.assignment.due, "overdue": result.assignment.due < today}
        for version, assessment in zip(versions, found, strict=True)
        for result in assessment.results
        if result.assignment and result.assignment.due and result.state not in CLOSED
    ]
    return sorted(due, key=lambda one: one["day"])[:PAGE]


CLOSED = ("attested", "fulfilled_by_decision", "not_applicable")


def _frameworks(found: Sequence[Assessment], chosen: str) -> list[dict[str, Any]]:
    if not found:
        return []
    here = _chosen(found[0], chosen)
    return [
        {
            "title": one.title.of(_language()),
            "edition": one.edition,
            "address": _address(framework=one.id),
            "here": one.id == here,
        }
        for one in found[0].catalogue.frameworks
    ]


def _dates(found: Sequence[Assessment], today: date) -> list[dict[str, Any]]:
    upcoming = found[0].catalogue.upcoming(today)[:SOON] if found else ()
    return [{"day": date.fromisoformat(one.applies_from), "label": one.label.of(_language())} for one in upcoming]


def _chosen(found: Assessment, framework: str) -> str:
    known = [one.id for one in found.catalogue.frameworks]
    return framework if framework in known else known[0]


def _by_state(shown: Sequence[DutyResult], mine: Assessment, version: AssetVersion) -> list[dict[str, Any]]:
    titles = {group.id: group.title.of(_language()) for one in mine.catalogue.frameworks for group in one.groups}
    return [
        {"state": state, "duties": [_duty(result, version) | {"group": titles.get(result.duty.group, "")} for result in of_state]}
        for state in ITEM_STATES
        if (of_state := [result for result in shown if result.state == state])
    ]


def _duty(result: DutyResult, version: AssetVersion) -> dict[str, Any]:
    language = _language()
    return {
        "id": result.duty.id,
        "title": result.duty.title.of(language),
        "duty": result.duty.duty.of(language),
        "state": result.state,
        "findings": [{"entry": one.evidence.id, "kind": one.evidence.kind, "strength": one.strength} for one in result.findings],
        "statements": result.statements,
        "waivers": result.waivers,
        "assignment": result.assignment,
        "address": f"{reverse('portal:duty', args=[version.pk])}{_address(id=result.duty.id)}",
    }


def _address(**asked: str) -> str:
    return f"?{urlencode(asked)}"


def _language() -> str:
    return (translation.get_language() or "en")[:2]

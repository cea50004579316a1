"""The ledger's pages: what was sealed, and the proof that it stands there."""

import json
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from governance.access.tenancy import as_uuid
from governance.evidence.models import Entry
from governance.evidence.services import NotSequenced, prove, stale
from governance.portal.attention import worst_first
from governance.portal.look import titled
from governance.portal.session import PortalRequest, signed_in
from governance.registry.models import AssetVersion

PAGE = 50
SHOWN_BODY = 20_000  # characters of the sealed bytes a page shows


@require_GET
@signed_in("evidence:read")
def entries(request: PortalRequest) -> HttpResponse:
    """Everything sealed, newest first."""
    rows: QuerySet[Entry] = Entry.objects.of(request.actor.organisation).order_by("-id").defer("body")
    before = as_uuid(request.GET.get("before", ""))
    page = list((rows.filter(id__lt=before) if before else rows)[: PAGE + 1])
    more = page[PAGE - 1].pk if len(page) > PAGE else None
    return render(request, "portal/evidence.html", {"here": "evidence", "entries": page[:PAGE], "more": more})


@require_GET
@signed_in("evidence:read")
def entry(request: PortalRequest, entry_id: UUID) -> HttpResponse:
    """One sealed statement: its verdicts and blocks, what it is pinned to, and its proof."""
    sealed: Entry = Entry.objects.one(request.actor.organisation, entry_id)
    statement = sealed.statement()
    body = json.dumps(statement, ensure_ascii=False, indent=1, sort_keys=True)
    context = {
        "here": "evidence",
        "entry": sealed,
        "statement": statement,
        "verdicts": titled(sealed.kind, worst_first(statement.get("verdicts", []))),
        "pins": _pins(sealed, statement),
        "system": _subject(sealed),
        "proof": _proof(sealed),
        "body": body[:SHOWN_BODY],
        "left_out": max(0, len(body) - SHOWN_BODY),
    }
    return render(request, "portal/entry.html", context)


def _pins(sealed: Entry, statement: dict[str, Any]) -> list[dict[str, Any]]:
    successors = {pin["id"]: pin["successor"]["number"] for pin in stale(sealed)}
    ids = [UUID(pin["id"]) for pin in statement["pins"]]
    versions = AssetVersion.objects.of(sealed.organisation_id).select_related("asset").in_bulk(ids)
    return [
        {**pin, "version": versions.get(UUID(pin["id"])), "successor": successors.get(pin["id"])} for pin in statement["pins"]
    ]


def _subject(sealed: Entry) -> AssetVersion | None:
    subject = as_uuid(sealed.subject)
    rows = AssetVersion.objects.of(sealed.organisation_id).select_related("asset")
    found: AssetVersion | None = rows.filter(pk=subject, asset__kind="ai_system").first() if subject else None
    return found


def _proof(sealed: Entry) -> dict[str, Any] | None:
    try:
        return prove(sealed)
    except NotSequenced:
        return None

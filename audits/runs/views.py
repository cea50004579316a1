"""The portal's page of one audit: where it stands, what it found, its items."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from audits.catalogue import kinds
from audits.runs import services
from audits.runs.acts import offered
from audits.runs.item_lines import items_shown
from audits.runs.models import Result, Run
from audits.runs.reading import answers_shown
from audits.runs.titles import title_of
from audits.states import OPEN
from governance.evidence.services import entry_of
from governance.portal.attention import worst_first
from governance.portal.look import measure_title, titled
from governance.portal.session import PortalRequest, signed_in


@require_GET
@signed_in("audits:read")
def page(request: PortalRequest, run_id: UUID) -> HttpResponse:
    """One audit: where it stands, what it found, every item, and what it rests on."""
    run = services.run_of(request.actor.organisation, run_id)
    context = _head(run) | {"here": "audits"} | _items(request, run) | offered(request, run)
    result = services.result_of(run)
    if result is not None:
        context |= _found(run, result)
    return render(request, "audits/page.html", context)


@require_GET
@signed_in("audits:read")
def progress(request: PortalRequest, run_id: UUID) -> HttpResponse:
    """Where a run stands, asked again and again while it runs; at its end the page is loaded anew."""
    run = services.run_of(request.actor.organisation, run_id)
    response = render(request, "audits/progress.html", _head(run))
    if run.state not in OPEN:
        response.headers["HX-Refresh"] = "true"
    return response


@require_GET
@signed_in("audits:read")
def items(request: PortalRequest, run_id: UUID) -> HttpResponse:
    """A page of items: a panel inside the audit's page, or a page of its own."""
    run = services.run_of(request.actor.organisation, run_id)
    context = _head(run) | {"here": "audits"} | _items(request, run)
    return render(request, context["panel"] if getattr(request, "htmx", False) else "audits/items_page.html", context)


def _items(request: PortalRequest, run: Run) -> dict[str, Any]:
    card = kinds().get(run.kind)
    if card and card.items_as == "answers":
        return {"panel": "audits/answers.html", "as_answers": True} | answers_shown(request, run)
    return {"panel": "audits/items.html"} | items_shown(request, run)


def _head(run: Run) -> dict[str, Any]:
    return {
        "run": run,
        "title": title_of(run.kind),
        "open": run.state in OPEN,
        "failed": run.state == "failed",
        "no_criterion": not run.criteria,
        "verdicts": titled(run.kind, worst_first(run.verdicts)),
    }


def _found(run: Run, result: Result) -> dict[str, Any]:
    statement = entry_of(run.organisation_id, result.evidence_id).statement()
    states = {(verdict["measure"], str(verdict["group"])): verdict for verdict in result.verdicts}
    measures = [
        {
            **measure,
            "title": measure_title(run.kind, measure["name"]),
            "verdict": states.get((measure["name"], str(measure["group"]))),
        }
        for measure in result.facts["measures"]
    ]
    return {
        "result": result,
        "measures": [_held(measure) for measure in measures],
        "coverage": result.facts["coverage"],
        "statement": statement,
    }


def _held(measure: dict[str, Any]) -> dict[str, Any]:
    verdict = measure["verdict"]
    return measure | ({"limit": verdict["limit"], "direction": verdict["direction"]} if verdict else {})

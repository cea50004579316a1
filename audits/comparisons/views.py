"""The portal's pages of comparisons: the list, one of them, and an audit beside others of its kind."""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from audits.comparisons import services
from audits.comparisons.figures import difference_of
from audits.comparisons.following import Series, follow, measures_to_follow
from audits.comparisons.models import Comparison
from audits.comparisons.services import name_of
from audits.measures.estimates import Estimate
from audits.runs.models import Run
from audits.states import State
from governance.access.policies import can
from governance.access.tenancy import as_uuid
from governance.evidence.facts import decimal_text
from governance.portal.look import figure, measure_title
from governance.portal.session import PortalRequest, signed_in
from governance.shapes import ShapeError

PAGE = 25
OFFERED = 50


@require_GET
@signed_in("audits:read")
def listing(request: PortalRequest) -> HttpResponse:
    """All comparisons, newest first."""
    rows = Comparison.objects.of(request.actor.organisation).select_related(*_RUNS).order_by("-id")
    before = as_uuid(request.GET.get("before", ""))
    page = list((rows.filter(id__lt=before) if before else rows)[: PAGE + 1])
    more = page[PAGE - 1].pk if len(page) > PAGE else None
    lines = [_line(one) for one in page[:PAGE]]
    return render(request, "comparisons/list.html", {"here": "audits", "comparisons": lines, "more": more})


@require_GET
@signed_in("audits:read")
def page(request: PortalRequest, comparison_id: UUID) -> HttpResponse:
    """One comparison: its verdict, both versions, the difference, and what it rests on."""
    one: Comparison = Comparison.objects.select_related(*_RUNS).one(request.actor.organisation, comparison_id)
    return render(request, "comparisons/page.html", {"here": "audits", **_line(one)})


@require_http_methods(["GET", "POST"])
@signed_in("audits:read")
def compare(request: PortalRequest, run_id: UUID) -> HttpResponse:
    """An audit beside another of its kind, and all that came after it over the same questions."""
    runs = Run.objects.select_related("system_version__asset", "target")
    run: Run = runs.one(request.actor.organisation, run_id)
    problem, status = "", 200
    if request.method == "POST":
        try:
            return redirect("audits:comparison_page", comparison_id=_compared(request, run).pk)
        except ShapeError as error:
            problem, status = str(error), 400
    context = {
        "here": "audits",
        "run": run,
        "name": name_of(run),
        "measures": [(one.name, _(one.title)) for one in measures_to_follow(run.kind)],
        "others": _others(run),
        "may_compare": can(request.actor, "audits:write"),
        "problem": problem,
        "chosen": {name: request.POST.get(name, "") for name in ("first", "measure", "margin", "looks")},
        **_series(request, run),
    }
    return render(request, "comparisons/compare.html", context, status=status)


_RUNS = [f"{run}__{part}" for run in ("first", "second") for part in ("system_version__asset", "target")]


def _line(one: Comparison) -> dict[str, Any]:
    return {
        "comparison": one,
        "first": name_of(one.first),
        "second": name_of(one.second),
        "title": measure_title(one.first.kind, one.measure),
        "difference": figure(difference_of(one.facts)),
        "smallest": one.facts["details"]["smallest_seen"],
    }


def _compared(request: PortalRequest, run: Run) -> Comparison:
    try:
        margin = Decimal(request.POST.get("margin", "").strip().replace(",", ".") or "0.05")
    except InvalidOperation:
        raise ShapeError("margin", _("must be a number such as 0.05.")) from None
    asked = services.Asked(
        request.POST.get("first", ""), run.pk, request.POST.get("measure", ""), margin, request.POST.get("looks", "any")
    )
    return services.compare(actor=request.actor, asked=asked, now=timezone.now())


def _others(run: Run) -> list[tuple[str, str, Any]]:
    """Finished audits of the same kind, newest first, for the form."""
    rows = Run.objects.of(run.organisation_id).select_related("system_version__asset", "target")
    rows = rows.filter(kind=run.kind, state=State.SUCCEEDED).exclude(pk=run.pk).order_by("-id")
    return [(str(one.pk), name_of(one), one.created_at) for one in rows[:OFFERED]]


def _series(request: PortalRequest, run: Run) -> dict[str, Any]:
    measures = measures_to_follow(run.kind)
    asked = request.GET.get("measure", "") or (measures[0].name if measures else "")
    try:
        series = follow(organisation=run.organisation_id, run_id=run.pk, measure=asked)
    except ShapeError:
        return {"later": [], "followed": asked}
    return {"later": _later(series), "followed": series.measure.name, "followed_title": _(series.measure.title)}


def _later(series: Series) -> list[dict[str, Any]]:
    return [
        {
            "run": one.run,
            "name": name_of(one.run),
            "verdict": one.verdict,
            "other_judge": one.other_judge,
            "difference": _figure(one.difference),
            "changed": _figure(one.changed),
            "psi": decimal_text(round(one.scores.psi, 3)),
        }
        for one in series.later
    ]


def _figure(one: Estimate) -> str:
    parts = {"value": one.value, "low": one.low, "high": one.high}
    return figure({name: decimal_text(value) for name, value in parts.items()} | {"n": one.n})

"""The portal's pages of suites: the list, and one suite with its schedules and runs."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_POST

from audits.catalogue import kinds
from audits.intake.models import Target
from audits.suites.lines import Whole, suite_runs, wholes
from audits.suites.models import Firing, Schedule, Suite, SuiteVersion
from audits.suites.services import SuiteAsked, newest_of, request_suite_run
from governance.access.policies import can
from governance.access.tenancy import as_uuid
from governance.portal.look import kind_title, measure_title
from governance.portal.session import PortalRequest, signed_in
from governance.registry.services import newest_version
from governance.shapes import ShapeError
from governance.trail.ids import uuid7
from probanza.canonical import digest_of

PAGE = 25
RECENT = 20
OUTCOMES = {"started": "started", "missed": "missed", "refused": "not_started"}  # as the look calls them
MISFIRES = {
    "skip": gettext_noop("a missed due time is let go"),
    "once": gettext_noop("missed due times are made up for once"),
    "all": gettext_noop("every missed due time is made up for"),
}


@require_GET
@signed_in("audits:read")
def listing(request: PortalRequest) -> HttpResponse:
    """All suites, newest first, each with its last run and its schedules."""
    rows = Suite.objects.of(request.actor.organisation).select_related("system").prefetch_related("versions").order_by("-id")
    before = as_uuid(request.GET.get("before", ""))
    page = list((rows.filter(id__lt=before) if before else rows)[: PAGE + 1])
    more = page[PAGE - 1].pk if len(page) > PAGE else None
    return render(request, "suites/list.html", {"here": "suites", "suites": _lines(page[:PAGE]), "more": more})


@require_GET
@signed_in("audits:read")
def page(request: PortalRequest, suite_id: UUID) -> HttpResponse:
    """One suite: what it holds, when it is run, and how its last runs stand."""
    return _page(request, suite_id)


@require_POST
@signed_in("audits:write")
def start(request: PortalRequest, suite_id: UUID) -> HttpResponse:
    """Run a suite on the newest version of its system; sent twice, the form asks for one run."""
    suite: Suite = Suite.objects.select_related("system").one(request.actor.organisation, suite_id)
    try:
        system = newest_version(suite.system)
        if system is None:
            raise ShapeError("system", _("has no version yet; add one first."))
        key = request.POST.get("key", "")
        asked = SuiteAsked(newest_of(suite), system, key, digest_of({"suite": str(suite.pk)}))
        request_suite_run(actor=request.actor, asked=asked, now=timezone.now())
    except ShapeError as error:
        return _page(request, suite_id, problem=str(error), status=400)
    return redirect("audits:suite_page", suite_id=suite.pk)


def _page(request: PortalRequest, suite_id: UUID, *, problem: str = "", status: int = 200) -> HttpResponse:
    suite: Suite = Suite.objects.select_related("system").one(request.actor.organisation, suite_id)
    runs = suite_runs(suite.organisation_id).filter(suite_version__suite=suite).order_by("-id")[:RECENT]
    version, told = newest_of(suite), wholes(list(runs))
    context = {
        "here": "suites",
        "suite": suite,
        "version": version,
        "entries": _entries(version),
        "schedules": [_schedule(one) for one in Schedule.objects.of(suite.organisation_id).filter(suite=suite).order_by("-id")],
        "runs": [_run(one) for one in told],
        "open": any(not one.is_over() for one in told),
        "may_run": can(request.actor, "audits:write"),
        "key": str(uuid7()),
        "problem": problem,
    }
    return render(request, "suites/page.html", context, status=status)


def _lines(suites: Sequence[Suite]) -> list[dict[str, Any]]:
    ids = [suite.pk for suite in suites]
    schedules: dict[UUID, list[Schedule]] = defaultdict(list)
    for schedule in Schedule.objects.filter(suite_id__in=ids, enabled=True).order_by("next_due"):
        schedules[schedule.suite_id].append(schedule)
    last = {one.suite_run.suite_version.suite_id: one for one in _last_runs(suites)}
    return [
        {
            "suite": suite,
            "newest": max(suite.versions.all(), key=lambda version: version.number),
            "last": last.get(suite.pk),
            "schedules": schedules[suite.pk],
        }
        for suite in suites
    ]


def _last_runs(suites: Sequence[Suite]) -> list[Whole]:
    if not suites:
        return []
    runs = suite_runs(suites[0].organisation_id).filter(suite_version__suite__in=suites)
    return wholes(list(runs.order_by("suite_version__suite_id", "-id").distinct("suite_version__suite_id")))


def _run(told: Whole) -> dict[str, Any]:
    audits = [{"name": name, "run": run} for name, run in told.audits]
    return {"whole": told, "run": told.suite_run, "audits": audits}


def _schedule(schedule: Schedule) -> dict[str, Any]:
    last = Firing.objects.of(schedule.organisation_id).filter(schedule=schedule).order_by("-id").first()
    return {
        "schedule": schedule,
        "misfire": _(MISFIRES[schedule.misfire]),
        "last": last,
        "outcome": OUTCOMES[last.outcome] if last else "",
    }


def _entries(version: SuiteVersion) -> list[dict[str, Any]]:
    names = {str(one.pk): one.name for one in Target.objects.filter(pk__in=[entry["target"] for entry in version.entries])}
    return [
        {
            "name": entry["name"],
            "title": _(kinds()[entry["kind"]].title) if entry["kind"] in kinds() else kind_title(entry["kind"]),
            "target": names.get(entry["target"], entry["target"]),
            "criteria": [{**one, "title": measure_title(entry["kind"], one["measure"])} for one in entry["criteria"]],
        }
        for entry in version.entries
    ]

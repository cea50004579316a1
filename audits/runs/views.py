"""The portal's pages of audits: the list, the panel of a system, one audit and its items."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods
from rest_framework.exceptions import ParseError

from audits.catalogue import kinds
from audits.contract import AuditKind
from audits.intake.models import Target
from audits.runs import services
from audits.runs.again import same_result
from audits.runs.models import ItemRecord, Result, Run
from audits.runs.services import Asked
from audits.states import AGAIN, OPEN
from audits.targets.specs import types_serving
from governance.access.bodies import parse_json
from governance.access.policies import can
from governance.access.tenancy import as_uuid
from governance.compliance.services import criteria_for
from governance.evidence.services import entry_of
from governance.portal.attention import worst_first
from governance.portal.look import kind_title, measure_title, name_words, titled
from governance.portal.panels import panel
from governance.portal.session import PortalRequest, signed_in
from governance.registry.models import AssetVersion
from governance.registry.services import system_version
from governance.shapes import ShapeError
from governance.trail.ids import uuid7
from probanza.canonical import digest_of

PAGE = 25
CHOICES = 200  # newest targets offered in the form
RECENT = 20
ITEMS = 20
MOST_WORDS = 20_000  # characters of one item's words that a page shows
SPANS = ("spans", "claims")
VERDICTS = {
    "supported": gettext_noop("supported"),
    "unsupported": gettext_noop("unsupported"),
    "contradicted": gettext_noop("contradicted"),
    "unscored": gettext_noop("unscored"),
}
UNSUPPORTED = frozenset({"unsupported", "contradicted"})


@require_GET
@signed_in("audits:read")
def listing(request: PortalRequest) -> HttpResponse:
    """All audits, newest first."""
    runs = services.lines_of(request.actor.organisation).order_by("-id")
    before = as_uuid(request.GET.get("before", ""))
    page = list((runs.filter(id__lt=before) if before else runs)[: PAGE + 1])
    more = page[PAGE - 1]["id"] if len(page) > PAGE else None
    context = {"here": "audits", "runs": [_line(run) for run in page[:PAGE]], "more": more}
    return render(request, "audits/list.html", context)


@require_GET
@signed_in("audits:read")
def of_system(request: PortalRequest, version_id: UUID) -> HttpResponse:
    """The newest audits of one system version, as a panel."""
    version = system_version(request.actor.organisation, version_id)
    runs = services.lines_of(request.actor.organisation).filter(system_version=version).order_by("-id")
    page = list(runs[: RECENT + 1])
    context = {"runs": [_line(run) for run in page[:RECENT]], "cut": len(page) > RECENT}
    context |= {"version": version, "may_start": can(request.actor, "audits:write"), "here": "audits", "title": _("Audits")}
    return panel(request, "audits/of_system.html", context)


@require_http_methods(["GET", "POST"])
@signed_in("audits:write")
def start(request: PortalRequest, version_id: UUID) -> HttpResponse:
    """Ask for an audit of a system version: first its kind, then target, criteria and parameters."""
    version = system_version(request.actor.organisation, version_id)
    card = kinds().get(request.POST.get("kind") or request.GET.get("kind") or "")
    context = {"here": "audits", "version": version, "kinds": kinds().values(), "card": card}
    status = 200
    if request.method == "POST" and card:
        try:
            return redirect("audits:page", run_id=_asked(request, version, card).pk)
        except ShapeError as error:
            context["problem"], status = str(error), 400
    if card:
        context |= _choices(request, version, card)
    return render(request, "audits/start.html", context, status=status)


@require_GET
@signed_in("audits:read")
def page(request: PortalRequest, run_id: UUID) -> HttpResponse:
    """One audit: where it stands, what it found, every item, and what it rests on."""
    run = services.run_of(request.actor.organisation, run_id)
    context = _head(run) | {"here": "audits"} | _items(request, run) | _acts(request, run)
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
    return render(request, "audits/items.html" if getattr(request, "htmx", False) else "audits/items_page.html", context)


def _choices(request: PortalRequest, version: AssetVersion, card: AuditKind) -> dict[str, Any]:
    targets = Target.objects.of(request.actor.organisation).filter(type__in=types_serving(card.needs)).order_by("-id")
    criteria = criteria_for(request.actor.organisation, version.asset_id, card.name)
    return {
        "targets": targets[:CHOICES],
        "criteria": [{"criterion": one, "title": measure_title(card.name, one.measure)} for one in criteria],
        "chosen": {name: request.POST.get(name, "") for name in ("target", "parameters")},
        "ticked": request.POST.getlist("criteria") if request.method == "POST" else [str(one.pk) for one in criteria],
        "key": request.POST.get("key") or str(uuid7()),
    }


def _asked(request: PortalRequest, version: AssetVersion, card: AuditKind) -> Run:
    """The run that the form asks for; sent twice, the form asks for one run. Raises `ShapeError`."""
    try:
        parameters = parse_json((request.POST.get("parameters", "").strip() or "{}").encode("utf-8", "replace"))
    except ParseError as error:
        raise ShapeError("parameters", str(error)) from None
    form = {name: request.POST.getlist(name) for name in ("kind", "target", "criteria", "parameters")}
    asked = Asked(
        system_version=str(version.pk),
        kind=card.name,
        target=request.POST.get("target", ""),
        parameters=parameters,
        criteria=tuple(request.POST.getlist("criteria")),
        key=request.POST.get("key", ""),
        body_digest=digest_of(form),
    )
    return services.request_run(actor=request.actor, asked=asked, now=timezone.now())[0]


def _line(run: dict[str, Any]) -> dict[str, Any]:
    return run | {"title": _title(run["kind"]), "verdicts": [verdict["state"] for verdict in worst_first(run["verdicts"])]}


def _title(kind: str) -> str:
    card = kinds().get(kind)
    return _(card.title) if card else kind_title(kind)


def _head(run: Run) -> dict[str, Any]:
    return {
        "run": run,
        "title": _title(run.kind),
        "open": run.state in OPEN,
        "failed": run.state == "failed",
        "no_criterion": not run.criteria,
        "verdicts": titled(run.kind, worst_first(run.verdicts)),
    }


def _acts(request: PortalRequest, run: Run) -> dict[str, Any]:
    return {
        "may_act": can(request.actor, "audits:write"),
        "may_retry": run.state in AGAIN,
        "left": None if run.planned is None else run.planned - run.done,
        "key": str(uuid7()),
        "same_result": same_result(run),
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


def _items(request: PortalRequest, run: Run) -> dict[str, Any]:
    records = services.records_of(run).order_by("id")
    after = as_uuid(request.GET.get("after", ""))
    found = list((records.filter(id__gt=after) if after else records)[: ITEMS + 1])
    shown = found[:ITEMS]
    with_words = sum(record.private is not None for record in shown)
    services.note_reading(actor=request.actor, run_id=run.pk, items=with_words, now=timezone.now())
    return {
        "items": [_item(record) for record in shown],
        "after": shown[-1].pk if len(found) > ITEMS else None,
        "is_first": after is None,
    }


def _item(record: ItemRecord) -> dict[str, Any]:
    private = services.private_words(record)
    answer = str(private.get("answer", ""))[:MOST_WORDS]
    return {
        "record": record,
        "verdict": _verdict_word(str(record.values.get("verdict", ""))),
        "answer": answer,
        "spans": _spans(record.values, private) if answer else [],
        "question": str(private.get("question", ""))[:MOST_WORDS],
        "words": [(name, _told(words)) for name, words in private.items() if name not in {"answer", "question"} and words],
        "values": [(name, value) for name, value in record.values.items() if _is_told(name, value)],
        "erased": record.private is None,
    }


def _verdict_word(verdict: str) -> str:
    return _(VERDICTS[verdict]) if verdict in VERDICTS else name_words(verdict)


def _told(words: Any) -> list[Any]:
    many = words if isinstance(words, list) else [words]
    return [one["text"] if isinstance(one, dict) and "text" in one else one for one in many]


def _is_told(name: str, value: Any) -> bool:
    return name not in {"verdict", *SPANS} and value not in (None, "", {}, [])


def _spans(values: Mapping[str, Any], private: Mapping[str, Any]) -> list[tuple[int, int, str]]:
    """The unsupported stretches of an answer with the reason, from its marked spans or else from its judged claims."""
    for name in SPANS:
        found = values.get(name) or private.get(name)
        if isinstance(found, list):
            return [(one["start"], one["end"], _why(one)) for one in found if _is_unsupported(one)]
    return []


def _is_unsupported(span: Any) -> bool:
    if not isinstance(span, dict) or span.get("verdict", "unsupported") not in UNSUPPORTED:
        return False
    return isinstance(span.get("start"), int) and isinstance(span.get("end"), int)


def _why(span: Mapping[str, Any]) -> str:
    contradicted = span.get("verdict") == "contradicted"
    told = _("contradicted by the passages") if contradicted else _("not supported by the passages")
    checks = ", ".join(dict.fromkeys(name_words(str(check)).lower() for check in span.get("checks", ())))
    return f"{told}: {checks}" if checks else told

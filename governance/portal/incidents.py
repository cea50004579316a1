"""Serious incidents with their clocks: the list, the form that records one, the page of one."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access.policies import can, check_can
from governance.access.tenancy import as_uuid
from governance.incidents import services
from governance.incidents.clocks import told_of
from governance.incidents.life import EFFECTS, SCOPES, Act, State, acts_in
from governance.incidents.models import ALTERED, Incident, IncidentAct
from governance.incidents.told import IncidentTold
from governance.incidents.wording import LONGEST, words_of
from governance.portal.lapse import left_words
from governance.portal.session import PortalRequest, signed_in
from governance.registry.models import Asset
from governance.shapes import ShapeError

PAGE = 50
MOST_SYSTEMS = 500
ACTS = {
    "record": gettext_lazy("Recorded"),
    ALTERED: gettext_lazy("The system got a new version before an authority was told"),
    Act.ASSESS: gettext_lazy("Assess the harm"),
    Act.REPORT_INITIALLY: gettext_lazy("Record an initial report"),
    Act.REPORT: gettext_lazy("Record the complete report"),
    Act.JUDGE_NOT_SERIOUS: gettext_lazy("Judge it not serious"),
    Act.CLOSE: gettext_lazy("Close"),
    Act.REOPEN: gettext_lazy("Open again"),
    Act.FREEZE: gettext_lazy("Freeze the evidence"),
    Act.RELEASE: gettext_lazy("Release the evidence"),
    Act.NOTE: gettext_lazy("Add a note"),
}
STATES = {
    State.OPEN: gettext_lazy("no authority told yet"),
    State.INITIALLY_REPORTED: gettext_lazy("initial report sent, the complete one is owed"),
    State.REPORTED: gettext_lazy("reported"),
    State.NOT_SERIOUS: gettext_lazy("judged not serious"),
    State.CLOSED: gettext_lazy("closed"),
}


class NewIncident(forms.Form):
    """What is known at the moment of awareness."""

    system = forms.ChoiceField(label=gettext_lazy("System"))
    title = forms.CharField(
        label=gettext_lazy("What happened, in one line"),
        help_text=gettext_lazy("Without names of persons: everybody in the organisation reads it."),
        max_length=services.LONGEST_TITLE,
    )
    effects = forms.MultipleChoiceField(
        label=gettext_lazy("Harm"),
        help_text=gettext_lazy("The shortest clock of what you name counts. While nobody knows, it is two days."),
        widget=forms.CheckboxSelectMultiple,
    )
    aware_at = forms.DateTimeField(
        label=gettext_lazy("Aware since (UTC)"),
        help_text=gettext_lazy("Every clock runs from here. It cannot be changed later."),
        widget=forms.DateTimeInput({"type": "datetime-local"}),
    )
    occurred_at = forms.DateTimeField(
        label=gettext_lazy("Happened (UTC)"), widget=forms.DateTimeInput({"type": "datetime-local"}), required=False
    )
    words = forms.CharField(
        label=gettext_lazy("What is known"),
        help_text=gettext_lazy("Kept encrypted, and erasable when the law asks for it."),
        widget=forms.Textarea({"rows": 5}),
        max_length=LONGEST,
        required=False,
    )

    def __init__(self, *args: Any, systems: Sequence[Asset], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["system"].choices = [(str(one.pk), one.name) for one in systems]
        fields["effects"].choices = [(effect, _(title)) for effect, title in EFFECTS.items()]


@require_GET
@signed_in("audits:read")
def incidents(request: PortalRequest) -> HttpResponse:
    """All incidents: of a page what is overdue first, then what ends next."""
    organisation = request.actor.organisation
    rows = Incident.objects.of(organisation).select_related("system").order_by("-id")
    before = as_uuid(request.GET.get("before", ""))
    page = list((rows.filter(id__lt=before) if before else rows)[: PAGE + 1])
    context = {
        "here": "incidents",
        "lines": lines(page[:PAGE]),
        "more": page[PAGE - 1].pk if len(page) > PAGE else None,
        "may_record": can(request.actor, "audits:write"),
    }
    return render(request, "portal/incidents.html", context)


@require_http_methods(["GET", "POST"])
@signed_in("audits:read")
def record(request: PortalRequest) -> HttpResponse:
    """Record an incident; its clock runs at once."""
    check_can(request.actor, "audits:write")
    systems = list(Asset.objects.of(request.actor.organisation).filter(kind="ai_system").order_by("name")[:MOST_SYSTEMS])
    now = f"{timezone.now():%Y-%m-%dT%H:%M}"
    first = {"system": request.GET.get("system", ""), "aware_at": now}
    form = NewIncident(request.POST or None, systems=systems, initial=first)
    if request.method == "POST" and form.is_valid():
        found = _recorded(request, form)
        if found is not None:
            return redirect("portal:incident", incident_id=found.pk)
    context = {"here": "incidents", "form": form, "now": now}
    return render(request, "portal/incident_new.html", context, status=400 if form.errors else 200)


@require_GET
@signed_in("audits:read")
def incident(request: PortalRequest, incident_id: UUID) -> HttpResponse:
    """One incident: its clock, what was done, what can be done."""
    row = Incident.objects.select_related("system", "system_version").one(request.actor.organisation, incident_id)
    reads = can(request.actor, "audits:write")
    (line,) = lines([row])
    state = State(row.state)
    acts = [one for one in acts_in(state) if can(request.actor, SCOPES[one]) and one not in _pointless(line["told"])]
    context = {
        "here": "incidents",
        "row": row,
        "line": line,
        "words": words_of(row) if reads else "",
        "reads": reads,
        "acts": [_done(one, reads=reads) for one in row.acts.all()],
        "can": [{"act": one, "title": ACTS[one], "needs": one in services.NEEDS_WORDS} for one in acts],
        "effects": [(effect, _(title), effect in row.effects) for effect, title in EFFECTS.items()],
        "now": f"{timezone.now():%Y-%m-%dT%H:%M}",
    }
    return render(request, "portal/incident.html", context)


@require_POST
@signed_in("audits:read")
def act(request: PortalRequest, incident_id: UUID) -> HttpResponse:
    """Do something about an incident."""
    Incident.objects.one(request.actor.organisation, incident_id)
    given = {name: request.POST.get(name, "") for name in ("authority", "reference", "words")}
    said = services.Said(effects=tuple(request.POST.getlist("effects")), at=_at(request.POST.get("at", "")), **given)
    services.act_on(actor=request.actor, incident_id=incident_id, act=request.POST.get("act", ""), said=said, now=timezone.now())
    return redirect("portal:incident", incident_id=incident_id)


def lines(rows: Sequence[Incident]) -> list[dict[str, Any]]:
    """Incidents as a page lists them, what is overdue first."""
    now, known = timezone.now(), {str(row.pk): row for row in rows}
    told = told_of(rows[0].organisation_id, rows, now) if rows else []
    return [
        {
            "row": known[one.id],
            "told": one,
            "state": STATES[State(one.state)],
            "harm": [_(EFFECTS[effect]) for effect in one.effects],
            "left": left_words(one.due_at, now) if one.standing in {"running", "due_soon", "overdue"} else "",
        }
        for one in told
    ]


def _pointless(told: IncidentTold) -> set[Act]:
    return {Act.FREEZE} if told.frozen else {Act.RELEASE}


def _done(one: IncidentAct, *, reads: bool) -> dict[str, Any]:
    title = ACTS.get(one.act, one.act)
    return {
        "row": one,
        "title": title,
        "harm": [_(EFFECTS[effect]) for effect in one.effects],
        "words": words_of(one) if reads else "",
    }


def _at(text: str) -> Any:
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise ShapeError("at", _("must be a moment such as 2026-11-22T14:05."))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _recorded(request: PortalRequest, form: NewIncident) -> Incident | None:
    given = {**form.cleaned_data, "system_id": form.cleaned_data["system"]}
    del given["system"]
    try:
        return services.record_incident(actor=request.actor, now=timezone.now(), **given)
    except ShapeError as error:
        form.add_error(error.field if error.field in form.fields else None, error.problem)
        return None

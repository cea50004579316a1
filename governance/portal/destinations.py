"""Where audits and notices may call: asked for by engineers, decided by admins."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from governance.access import destinations as places
from governance.access.destinations_rows import ASKED
from governance.access.policies import can, check_can
from governance.access.tenancy import Conflict
from governance.portal.session import PortalRequest, signed_in
from governance.shapes import ShapeError

SHOWN = 500


class NewDestination(forms.Form):
    """What is asked for."""

    place = forms.CharField(
        label=gettext_lazy("Host or private network"),
        help_text=gettext_lazy("rag.example.org, .example.org for all hosts below it, or a network such as 10.20.0.0/16."),
        max_length=260,
    )
    reason = forms.CharField(label=gettext_lazy("What for"), max_length=places.MOST_REASON, required=False)


@require_http_methods(["GET", "POST"])
@signed_in("audits:read")
def destinations(request: PortalRequest) -> HttpResponse:
    """What was asked for, what waits first; and the form to ask."""
    form = NewDestination(request.POST or None)
    if request.method == "POST":
        check_can(request.actor, "audits:write")
        if form.is_valid() and _asked(request, form):
            return redirect("portal:destinations")
    rows = list(places.destinations_of(request.actor.organisation)[:SHOWN])
    context = {
        "here": "settings",
        "tab": "destinations",
        "rows": sorted(rows, key=lambda row: row.state != ASKED),
        "form": form,
        "may_ask": can(request.actor, "audits:write"),
        "may_decide": can(request.actor, "admin"),
    }
    return render(request, "portal/settings/destinations.html", context, status=400 if form.errors else 200)


@require_POST
@signed_in("admin")
def decide(request: PortalRequest, destination_id: UUID) -> HttpResponse:
    """Approve, refuse or withdraw."""
    state = request.POST.get("state", "")
    places.decide(actor=request.actor, destination_id=destination_id, state=state, now=timezone.now())
    return redirect("portal:destinations")


def _asked(request: PortalRequest, form: NewDestination) -> bool:
    given: dict[str, Any] = form.cleaned_data
    try:
        places.ask(actor=request.actor, place=given["place"], reason=given["reason"], now=timezone.now())
    except (ShapeError, Conflict) as error:
        form.add_error(error.field if error.field in form.fields else None, error.problem)
        return False
    return True

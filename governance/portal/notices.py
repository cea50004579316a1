"""Who is told of what: endpoints, their deliveries, a test."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from governance.access.models import Membership
from governance.access.tenancy import Conflict, as_uuid
from governance.notices import endpoints, services
from governance.notices.events import EVENTS
from governance.notices.models import WAITING, Endpoint
from governance.portal.session import PortalRequest, signed_in
from governance.shapes import ShapeError

PAGE = 25
SOON = timedelta(seconds=10)  # the page looks again by itself while a delivery is that near


class NewEndpoint(forms.Form):
    """Who is to be told of what: a server, or a member where this installation sends mail."""

    url = forms.CharField(
        label=gettext_lazy("Address of a webhook"),
        help_text=gettext_lazy("Its host must be an allowed destination. Leave it empty to write to a member."),
        max_length=2000,
        required=False,
    )
    member = forms.ChoiceField(label=gettext_lazy("Or a member who is written to"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language of the mail"), required=False)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=endpoints.MOST_NAME, required=False)
    events = forms.MultipleChoiceField(label=gettext_lazy("Events"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, members: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["member"].choices = [("", _("Nobody")), *((str(one.pk), str(one.user)) for one in members)]
        fields["language"].choices = settings.LANGUAGES
        fields["events"].choices = [(event, _(EVENTS[event])) for event in endpoints.WANTABLE]
        if not settings.PROBANZA_MAIL_URL:
            del self.fields["member"], self.fields["language"]


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in("admin")
def notices(request: PortalRequest) -> HttpResponse:
    """All endpoints; a new one's secret stands in the answer to its form and nowhere else."""
    members = list(Membership.objects.of(request.actor.organisation).exclude(role="").select_related("user"))
    form = NewEndpoint(request.POST or None, members=members)
    made, secret = _added(request, form, members) if request.method == "POST" and form.is_valid() else (None, "")
    rows = [(one, _state(one), _titles(one.events)) for one in endpoints.endpoints_of(request.actor.organisation)]
    context = {
        "here": "settings", "tab": "notices", "rows": rows, "form": form, "made": made, "secret": secret,
        "given_up": services.given_up_of(request.actor.organisation),
    }  # fmt: skip
    return render(request, "portal/settings/notices.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in("admin")
def endpoint(request: PortalRequest, endpoint_id: UUID) -> HttpResponse:
    """One endpoint: how its deliveries go, and what can be done with it."""
    row, secret = endpoints.endpoint_of(request.actor.organisation, endpoint_id), ""
    if request.method == "POST":
        verb = request.POST.get("do", "")
        if verb != "rotate":
            return _done(request, row, verb)
        row, secret = endpoints.rotate(actor=request.actor, endpoint_id=row.pk, now=timezone.now())
    found = services.deliveries_of(request.actor.organisation, endpoint=row.pk)
    before = as_uuid(request.GET.get("before", ""))
    page = list((found.filter(id__lt=before) if before else found)[: PAGE + 1])
    context = {
        "here": "settings", "tab": "notices", "row": row, "state": _state(row), "titles": _titles(row.events), "secret": secret,
        "deliveries": [(one, _(EVENTS.get(one.notice.event, one.notice.event))) for one in page[:PAGE]],
        "more": page[PAGE - 1].pk if len(page) > PAGE else None,
        "soon": row.enabled and any(one.state == WAITING and one.next_at < timezone.now() + SOON for one in page),
    }  # fmt: skip
    return render(request, "portal/settings/endpoint.html", context)


def _done(request: PortalRequest, row: Endpoint, verb: str) -> HttpResponse:
    common: dict[str, Any] = {"actor": request.actor, "endpoint_id": row.pk, "now": timezone.now()}
    verbs: Mapping[str, Callable[[], object]] = {
        "test": lambda: services.ping(**common),
        "enable": lambda: endpoints.switch(on=True, **common),
        "disable": lambda: endpoints.switch(on=False, **common),
        "remove": lambda: endpoints.remove(**common),
        "again": lambda: services.redeliver(
            actor=request.actor, delivery_id=request.POST.get("delivery", ""), now=timezone.now()
        ),
    }
    if verb not in verbs:
        raise ShapeError("do", _("is not one of the known values."), (*verbs, "rotate"))
    verbs[verb]()
    return redirect("portal:notices") if verb == "remove" else redirect("portal:notice_endpoint", endpoint_id=row.pk)


def _added(request: PortalRequest, form: NewEndpoint, members: Sequence[Membership]) -> tuple[Endpoint | None, str]:
    given = form.cleaned_data
    common = {"actor": request.actor, "events": given["events"], "name": given["name"], "now": timezone.now()}
    member = next((one for one in members if str(one.pk) == given.get("member")), None)
    try:
        if member is None or given["url"]:
            return endpoints.add_webhook(url=given["url"], **common)
        return endpoints.add_mail(member=member, language=given["language"] or "en", **common), ""
    except (ShapeError, Conflict) as error:
        form.add_error(error.field if error.field in form.fields else None, error.problem)
        return None, ""


def _state(row: Endpoint) -> str:
    if not row.enabled:
        return "off"
    return "failing" if row.failures else "on"


def _titles(events: Sequence[str]) -> list[str]:
    return [_(EVENTS[event]) for event in events if event in EVENTS]

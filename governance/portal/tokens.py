"""API tokens: issued with a secret that is shown once, and ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from governance.access.models import ApiToken, Membership
from governance.access.policies import Forbidden
from governance.access.services import issue_token, revoke_token
from governance.portal.session import PortalRequest, signed_in
from governance.shapes import ShapeError

DAYS = (30, 90, 365)
FOREVER = "0"


class NewToken(forms.Form):
    """What a token is to be able to do."""

    name = forms.CharField(label=gettext_lazy("Name"), help_text=gettext_lazy("What it is for."), max_length=100)
    owner = forms.ChoiceField(
        label=gettext_lazy("Belongs to"),
        help_text=gettext_lazy("A member's token never does more than their role, and ends with their membership."),
        required=False,
    )
    scopes = forms.MultipleChoiceField(label=gettext_lazy("Scopes"), widget=forms.CheckboxSelectMultiple)
    days = forms.ChoiceField(label=gettext_lazy("Expires"), initial="90")

    def __init__(self, *args: Any, scopes: Sequence[str], owners: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["scopes"].choices = [(scope, scope) for scope in scopes]
        fields["owner"].choices = [("", _("Nobody: a service's own")), *((str(one.pk), str(one.user)) for one in owners)]
        fields["days"].choices = [*((str(days), _days(days)) for days in DAYS), (FOREVER, _("Never"))]


def _days(days: int) -> str:
    return ngettext("In %(days)s day", "In %(days)s days", days) % {"days": days}


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in("admin")
def tokens(request: PortalRequest) -> HttpResponse:
    """The tokens; a new one's secret stands in the answer to its form and nowhere else."""
    owners = list(Membership.objects.of(request.actor.organisation).exclude(role="").select_related("user"))
    choices: Any = {"scopes": sorted(request.actor.scopes), "owners": owners}
    form = NewToken(request.POST or None, **choices)
    secret = _issued(request, form, owners) if request.method == "POST" and form.is_valid() else ""
    if secret:
        form = NewToken(**choices)
    rows = ApiToken.objects.of(request.actor.organisation).select_related("owner__user").order_by("-id")
    context = {"here": "settings", "tab": "tokens", "tokens": rows, "form": form, "secret": secret, "now": timezone.now()}
    return render(request, "portal/settings/tokens.html", context, status=400 if form.errors else 200)


def _issued(request: PortalRequest, form: NewToken, owners: Sequence[Membership]) -> str:
    given, now = form.cleaned_data, timezone.now()
    owner = next((one for one in owners if str(one.pk) == given["owner"]), None)
    try:
        _token, secret = issue_token(
            actor=request.actor,
            name=given["name"],
            scopes=given["scopes"],
            owner=owner,
            expires_at=_expiry(given["days"], now),
            now=now,
        )
    except ShapeError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return ""
    except Forbidden as refusal:
        form.add_error("scopes", _("Your role lacks the right %(scope)s.") % {"scope": refusal.scope})
        return ""
    return secret


def _expiry(days: str, now: datetime) -> datetime | None:
    return None if days == FOREVER else now + timedelta(days=int(days))


@require_POST
@signed_in("admin")
def revoke(request: PortalRequest, token_id: UUID) -> HttpResponse:
    """End a token at once; it stays listed."""
    revoke_token(actor=request.actor, token_id=token_id, now=timezone.now())
    return redirect("portal:tokens")

"""Who belongs to the organisation, with which role; and the door of somebody who was invited."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from governance.access import members
from governance.access.models import Membership
from governance.access.roles import SCOPES_OF
from governance.access.services import create_member
from governance.access.tenancy import Conflict, NotFound
from governance.identity import codes
from governance.portal.look import name_words
from governance.portal.session import PortalRequest, problem, signed_in
from governance.shapes import ShapeError

ROLES = tuple(SCOPES_OF)


class NewMember(forms.Form):
    """Somebody who is to belong to the organisation."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=[(role, role) for role in ROLES])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        role.choices = [(name, name_words(name)) for name in ROLES]


class NewPassword(forms.Form):
    """The password that an invited person chooses."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        help_text=gettext_lazy("At least 12 characters, and none that everybody uses."),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in("admin")
def members_page(request: PortalRequest) -> HttpResponse:
    """The members; a new one is invited here by a link that is shown once."""
    form = NewMember(request.POST or None)
    if request.method == "POST" and form.is_valid() and (member := _added(request, form)):
        return _invited(request, member)
    status = 400 if form.errors else 200
    return render(request, "portal/settings/members.html", _context(request, form), status=status)


def _context(request: PortalRequest, form: NewMember) -> dict[str, Any]:
    rows = Membership.objects.of(request.actor.organisation).select_related("user").order_by("user__name", "user__email")
    factors = codes.with_second_factor(one.user for one in rows)
    shown = [(one, one.user_id in factors) for one in rows]
    return {"here": "settings", "tab": "members", "members": shown, "form": form, "roles": ROLES}


def _added(request: PortalRequest, form: NewMember) -> Membership | None:
    try:
        return create_member(actor=request.actor, now=timezone.now(), **form.cleaned_data)
    except Conflict:
        form.add_error("email", _("This person is or was a member already. Change their role below."))
    except ShapeError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
    return None


def _invited(request: PortalRequest, member: Membership) -> HttpResponse:
    link = "" if not _needs_password(member) else _link(request, member)
    context = _context(request, NewMember()) | {"made": member, "link": link}
    return render(request, "portal/settings/members.html", context)


def _needs_password(member: Membership) -> bool:
    return not member.user.has_usable_password() and members.is_ours_alone(member)


def _link(request: PortalRequest, member: Membership) -> str:
    ticket = members.welcome(actor=request.actor, member_id=member.pk, now=timezone.now())
    return request.build_absolute_uri(reverse("portal:welcome", args=[ticket]))


@require_POST
@signed_in("admin")
def change(request: PortalRequest, member_id: UUID) -> HttpResponse:
    """Another role, the end of the membership, no second factor any more, or a new link to a password."""
    wished = request.POST.get("do", "")
    try:
        if wished == "link":
            return _new_link(request, member_id)
        if wished == "factor":
            codes.remove_of_member(actor=request.actor, member_id=member_id, now=timezone.now())
        elif wished == "end":
            members.end_membership(actor=request.actor, member_id=member_id, now=timezone.now())
        else:
            role = request.POST.get("role", "")
            members.change_role(actor=request.actor, member_id=member_id, role=role, now=timezone.now())
    except members.LastAdmin:
        words = _("This is the last administrator. Make somebody else an administrator first.")
        return problem(request, 409, words)
    except members.SeveralOrganisations:
        words = _("This person belongs to other organisations too, so this one does not change how they sign in.")
        return problem(request, 409, words)
    return redirect("portal:members")


def _new_link(request: PortalRequest, member_id: UUID) -> HttpResponse:
    member: Membership = Membership.objects.select_related("user").one(request.actor.organisation, member_id)
    context = _context(request, NewMember()) | {"made": member, "link": _link(request, member), "again": True}
    return render(request, "portal/settings/members.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, ticket: str) -> HttpResponse:
    """Somebody who was invited sets a password of their own, then signs in with it."""
    try:
        member = members.invited(ticket)
    except NotFound:
        return problem(
            request, 404, _("This link was used already, is too old, or was cut off. Ask an administrator for another.")
        )
    form = NewPassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            members.accept(ticket=ticket, password=form.cleaned_data["password"], now=timezone.now())
            return redirect("portal:sign_in")
        except ShapeError as error:
            form.add_error("password", error.problem)
    context = {"form": form, "member": member, "organisation": member.organisation}
    return render(request, "portal/settings/welcome.html", context, status=400 if form.errors else 200)

"""How a person proves that it is them: their own page of the settings, and what their organisation demands."""

import base64
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode

import qrcode
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, record_authentication
from django import forms
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from qrcode.image.svg import SvgPathImage

from governance.access.members import require_second_factor, set_password
from governance.access.policies import can
from governance.identity import codes, sessions, throttle
from governance.portal.session import PortalRequest, problem, signed_in
from governance.portal.sign_in import Code, checked, next_of, wait_words
from governance.shapes import ShapeError

SECRET = "second_factor_secret"  # noqa: S105 - the name under which the session keeps it until the app knows it


class Password(forms.Form):
    """The person's password, once more."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class OtherPassword(Password):
    """The password so far, and the one from now on."""

    new = forms.CharField(
        label=gettext_lazy("New password"),
        help_text=gettext_lazy("At least 12 characters, and none that everybody uses."),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


@never_cache
@require_GET
@signed_in("registry:read", enrolling=True)
def security(request: PortalRequest) -> HttpResponse:
    """What the person signs in with."""
    return render(request, "portal/settings/security.html", _context(request))


def _context(request: PortalRequest, **more: Any) -> dict[str, Any]:
    user: Any = request.user
    enrolled = codes.has_second_factor(user)
    return {
        "here": "settings",
        "tab": "security",
        "enrolled": enrolled,
        "left": codes.codes_left(user) if enrolled else 0,
        "required": request.organisation_requires,
        "may_require": can(request.actor, "admin"),
        "password_form": OtherPassword(auto_id="password_%s") if user.has_usable_password() else None,
        **more,
    }


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in("registry:read", enrolling=True)
def second_factor(request: PortalRequest) -> HttpResponse:
    """Set up an authenticator app: its secret as a drawing and as text, then a code as proof that the app knows it."""
    user: Any = request.user
    if codes.has_second_factor(user):
        return redirect("portal:security")
    if not _is_fresh(request):
        return _confirm_first(request, "portal:second_factor")
    form = Code(request.POST or None)
    secret = request.session.setdefault(SECRET, codes.new_secret())
    if request.method == "POST" and form.is_valid():
        try:
            made = codes.enrol(actor=request.actor, user=user, secret=secret, code=form.cleaned_data["code"], now=timezone.now())
        except codes.WrongCode:
            form.add_error("code", _("This is not the code that belongs to the drawing. Check the clock of your telephone."))
        else:
            del request.session[SECRET]
            record_authentication(request, user, "mfa")
            request.lacks_factor = False
            return _shown_once(request, made)
    address = _address(user, secret)
    context = _context(request, form=form, secret=secret, drawing=_drawing(address), address=address)
    return render(request, "portal/settings/second_factor.html", context, status=400 if form.errors else 200)


def _address(user: Any, secret: str) -> str:
    """What an authenticator app reads out of the drawing."""
    told = urlencode({"secret": secret, "issuer": "Probanza"}, quote_via=quote)
    return f"otpauth://totp/{quote(f'Probanza:{user.email}')}?{told}"


def _drawing(address: str) -> str:
    """A QR code as the address of an image."""
    drawn = BytesIO()
    qrcode.make(address, image_factory=SvgPathImage).save(drawn)
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.getvalue()).decode()}"


def _shown_once(request: PortalRequest, made: list[str]) -> HttpResponse:
    grouped = [" ".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in made]
    return render(request, "portal/settings/recovery_codes.html", _context(request, codes=grouped))


@never_cache
@require_POST
@signed_in("registry:read", enrolling=True)
def recovery_codes(request: PortalRequest) -> HttpResponse:
    """Other recovery codes, shown this once; the earlier ones end."""
    user: Any = request.user
    if not _is_fresh(request):
        return _confirm_first(request, "portal:security")
    return _shown_once(request, codes.renew_recovery_codes(actor=request.actor, user=user, now=timezone.now()))


@never_cache
@require_POST
@signed_in("registry:read", enrolling=True)
def remove_second_factor(request: PortalRequest) -> HttpResponse:
    """No second factor any more: only with a code of it."""
    user: Any = request.user
    form = Code(request.POST)
    status = checked(form, user)
    if status != 200:
        return render(request, "portal/settings/security.html", _context(request, form=form), status=status)
    codes.remove(actor=request.actor, user=user, now=timezone.now())
    proofs = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [one for one in proofs if one.get("method") != sessions.CODE]
    return redirect("portal:security")


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in("registry:read", enrolling=True)
def confirm(request: PortalRequest) -> HttpResponse:
    """Once more who it is: a code where there is a second factor, else the password."""
    user: Any = request.user
    by_code = codes.has_second_factor(user)
    form: Any = (Code if by_code else Password)(request.POST or None)
    status = 200
    if request.method == "POST":
        status = checked(form, user) if by_code else _checked_password(request, form)
        if status == 200:
            record_authentication(request, user, sessions.CODE if by_code else sessions.PASSWORD)
            return redirect(next_of(request))
    context = {"form": form, "next": next_of(request), "by_code": by_code, "hopeless": not by_code and not _has_password(user)}
    return render(request, "portal/settings/confirm.html", {"here": "settings", "tab": "security", **context}, status=status)


def _has_password(user: Any) -> bool:
    return bool(user.has_usable_password())


def _checked_password(request: PortalRequest, form: Password) -> int:
    if not form.is_valid():
        return 400
    user: Any = request.user
    who = (user.email, request.META.get("REMOTE_ADDR", ""))
    try:
        throttle.admit(*who, now=timezone.now())
    except throttle.TooManyTries as refusal:
        form.add_error(None, wait_words(refusal))
        return 429
    if not user.check_password(form.cleaned_data["password"]):
        form.add_error("password", _("This is not your password."))
        return 403
    throttle.forget(*who)
    return 200


@never_cache
@require_POST
@signed_in("registry:read", enrolling=True)
def password(request: PortalRequest) -> HttpResponse:
    """Another password, for who knows the one so far."""
    user: Any = request.user
    form = OtherPassword(request.POST, auto_id="password_%s")
    status = _checked_password(request, form)
    if status == 200:
        try:
            set_password(actor=request.actor, user=user, password=form.cleaned_data["new"], now=timezone.now())
        except ShapeError as error:
            form.add_error("new", error.problem)
            status = 400
        else:
            update_session_auth_hash(request, user)  # this session stays, the person's others end
            return redirect("portal:security")
    return render(request, "portal/settings/security.html", _context(request, password_form=form), status=status)


@require_POST
@signed_in("admin", enrolling=True)
def require(request: PortalRequest) -> HttpResponse:
    """Whether every member must have a second factor."""
    demanded = request.POST.get("required") == "yes"
    if demanded and not sessions.proved_second_factor(request.session):
        return problem(request, 409, _("Set up your own second factor first, then require one of everybody."))
    require_second_factor(actor=request.actor, required=demanded, now=timezone.now())
    return redirect("portal:security")


def _is_fresh(request: PortalRequest) -> bool:
    return sessions.is_fresh(request.session, timezone.now())


def _confirm_first(request: PortalRequest, name: str) -> HttpResponse:
    return redirect(f"{reverse('portal:confirm')}?{urlencode({'next': reverse(name)})}")

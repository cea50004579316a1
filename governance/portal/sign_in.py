"""The doors in and out, and the choice of organisation."""

from typing import Any

from allauth.account.internal.flows.login import perform_password_login, record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from governance.access.tenancy import NotFound, as_uuid
from governance.identity import codes, openid, throttle
from governance.identity.context import with_allauth
from governance.identity.stages import CodeStage
from governance.portal.session import choose, open_to, problem


class SignIn(forms.Form):
    """E-mail address and password."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class Code(forms.Form):
    """What the authenticator app shows, or a recovery code."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Six digits from your authenticator app, or one of your recovery codes."),
        max_length=codes.LONGEST_CODE,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )


@never_cache
@require_http_methods(["GET", "POST"])
@with_allauth
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for e-mail address and password; after five wrong ones, ask to wait."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(next_of(request))
    form = SignIn(request.POST or None)
    answer = _try(request, form) if request.method == "POST" else 200
    if isinstance(answer, HttpResponse):
        return answer
    single = {"single_sign_on": openid.is_configured(), "provider": settings.PROBANZA_OIDC_NAME}
    return render(request, "portal/sign_in.html", {"form": form, "next": next_of(request), **single}, status=answer)


def _try(request: HttpRequest, form: SignIn) -> HttpResponse | int:
    """Where to go now, or the status of the refusal that `form` tells."""
    if not form.is_valid():
        return 400
    now, address = timezone.now(), request.META.get("REMOTE_ADDR", "")
    email, password = form.cleaned_data["email"], form.cleaned_data["password"]
    try:
        throttle.admit(email, address, now=now)
    except throttle.TooManyTries as refusal:
        form.add_error(None, wait_words(refusal))
        return 429
    user: Any = authenticate(request, username=email, password=password)
    if user is None:
        form.add_error(None, _("E-mail address and password do not belong together. Check both and try again."))
        return 403
    throttle.forget(email, address)
    clear_login(request)
    answer: HttpResponse = perform_password_login(request, {}, Login(user=user, redirect_url=next_of(request)))
    return answer


def wait_words(refusal: throttle.TooManyTries) -> str:
    """How long to wait, in words."""
    words = ngettext(
        "Too many tries. Wait %(seconds)s second, then try again.",
        "Too many tries. Wait %(seconds)s seconds, then try again.",
        refusal.seconds,
    )
    return words % {"seconds": refusal.seconds}


@never_cache
@require_http_methods(["GET", "POST"])
@with_allauth
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code of whoever has a second factor, after their first proof held."""
    stage = LoginStageController.enter(request, CodeStage.key)
    if stage is None or stage.login.user is None or request.user.is_authenticated:
        return redirect("portal:systems")
    form, status = Code(request.POST or None), 200
    if request.method == "POST":
        status = checked(form, stage.login.user)
        if status == 200:
            record_authentication(request, stage.login.user, "mfa")
            answer: HttpResponse = stage.exit()
            return answer
    return render(request, "portal/code.html", {"form": form}, status=status)


def checked(form: Code, user: Any) -> int:
    """200 for a right code, which is then used up; else the status of the refusal that `form` tells."""
    if not form.is_valid():
        return 400
    try:
        if codes.check_code(user=user, code=form.cleaned_data["code"], now=timezone.now()):
            return 200
    except throttle.TooManyTries as refusal:
        form.add_error(None, wait_words(refusal))
        return 429
    form.add_error("code", _("This code is wrong, or was used already. Wait for the next one and try again."))
    return 403


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("portal:sign_in")


@never_cache
@require_http_methods(["GET", "POST"])
def organisations(request: HttpRequest) -> HttpResponse:
    """Choose the organisation to act for, where a person has several."""
    user: Any = request.user
    if not user.is_authenticated:
        return redirect("portal:sign_in")
    if request.method == "POST":
        chosen = as_uuid(request.POST.get("organisation", ""))
        try:
            if chosen is None:
                raise NotFound("organisation", "")
            choose(request, chosen)
        except NotFound:
            return problem(request, 404, _("You are no member of that organisation."))
        return HttpResponseRedirect(next_of(request))
    return render(
        request,
        "portal/organisations.html",
        {"memberships": [seat.member for seat in open_to(request)], "next": next_of(request)},
    )


def next_of(request: HttpRequest) -> str:
    """Where the person wanted to go, inside this site."""
    wished = request.POST.get("next") or request.GET.get("next") or ""
    inside = url_has_allowed_host_and_scheme(wished, {request.get_host()}, require_https=request.is_secure())
    return wished if inside else reverse("portal:systems")

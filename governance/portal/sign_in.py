"""The doors in and out, and the choice of organisation."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate, login, logout
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
from governance.portal import throttle
from governance.portal.session import choose, memberships, problem


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


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for e-mail address and password; after five wrong ones, ask to wait."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(_next(request))
    form = SignIn(request.POST or None)
    status = 200
    if request.method == "POST":
        refusal = _try(request, form)
        if refusal is None:
            return HttpResponseRedirect(_next(request))
        status = refusal
    return render(request, "portal/sign_in.html", {"form": form, "next": _next(request)}, status=status)


def _try(request: HttpRequest, form: SignIn) -> int | None:
    if not form.is_valid():
        return 400
    now, address = timezone.now(), request.META.get("REMOTE_ADDR", "")
    email, password = form.cleaned_data["email"], form.cleaned_data["password"]
    seconds = throttle.waiting(email, address, now)
    if seconds:
        words = ngettext(
            "Too many tries. Wait %(seconds)s second, then try again.",
            "Too many tries. Wait %(seconds)s seconds, then try again.",
            seconds,
        )
        form.add_error(None, words % {"seconds": seconds})
        return 429
    user: Any = authenticate(request, username=email, password=password)
    if user is None:
        throttle.note_failure(email, address, now)
        form.add_error(None, _("E-mail address and password do not belong together. Check both and try again."))
        return 403
    throttle.forget(email, address)
    login(request, user)
    return None


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
        return HttpResponseRedirect(_next(request))
    return render(request, "portal/organisations.html", {"memberships": memberships(user), "next": _next(request)})


def _next(request: HttpRequest) -> str:
    wished = request.POST.get("next") or request.GET.get("next") or ""
    inside = url_has_allowed_host_and_scheme(wished, {request.get_host()}, require_https=request.is_secure())
    return wished if inside else reverse("portal:systems")

"""The door of the identity provider: there, and back."""

import logging

from allauth.account.internal.stagekit import clear_login
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from governance.identity import openid
from governance.identity.context import with_allauth
from governance.identity.refusals import SignInRefused, Why
from governance.portal.session import problem
from governance.portal.sign_in import next_of

log = logging.getLogger(__name__)


@never_cache
@require_GET
@with_allauth
def start(request: HttpRequest) -> HttpResponse:
    """To the identity provider, which sends the person back to `callback`."""
    if not openid.is_configured():
        raise Http404
    if request.user.is_authenticated:
        return HttpResponseRedirect(next_of(request))
    try:
        return openid.provider(request).start(request, next_of(request))
    except openid.FAILURES as error:
        return _refused(request, SignInRefused("provider", repr(error)))


@never_cache
@require_GET
@with_allauth
def callback(request: HttpRequest) -> HttpResponse:
    """Back from the identity provider, with a code that says who it is."""
    if not openid.is_configured():
        raise Http404
    clear_login(request)
    view = OAuth2CallbackView.adapter_view(openid.Adapter(request, openid.provider(request)))
    try:
        answer: HttpResponse = view(request)
    except SignInRefused as refusal:
        return _refused(request, refusal)
    except openid.FAILURES as error:
        return _refused(request, SignInRefused("provider", repr(error)))
    return answer


def _refused(request: HttpRequest, refusal: SignInRefused) -> HttpResponse:
    log.warning("single sign-on refused: %s", refusal)
    return problem(request, 403, _words()[refusal.why])


def _words() -> dict[Why, str]:
    return {
        "inactive": _("This account is not active. Ask an administrator."),
        "cancelled": _("You ended the sign-in there. Nothing was changed."),
        "provider": _("The identity provider's answer does not hold, or it did not answer. Start again from the sign-in page."),
        "unverified": _("The identity provider has not verified your e-mail address, so it cannot tell who you are here."),
        "stranger": _("You are no member of this organisation. Ask an administrator to invite you by this e-mail address."),
        "several": _("Your account serves other organisations too. Sign in with your password."),
    }

"""The step of a sign-in that asks for a code."""

from allauth.account.stages import LoginStage
from allauth.core.internal.httpkit import headed_redirect_response
from django.conf import settings
from django.http import HttpResponse

from governance.identity.codes import has_second_factor


class CodeStage(LoginStage):  # type: ignore[misc]  # allauth ships no types
    """Waits for a code where the person has a second factor."""

    key = "code"
    urlname = "portal:code"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """The way to the page that asks, or none; and that the sign-in goes on."""
        by_provider = "sociallogin" in (self.login.signal_kwargs or {})
        asked_elsewhere = by_provider and settings.PROBANZA_OIDC_SECOND_FACTOR
        asks = not asked_elsewhere and has_second_factor(self.login.user)
        return (headed_redirect_response(self.urlname) if asks else None), True

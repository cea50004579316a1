"""What allauth asks of us: where secrets are kept, which steps a sign-in has, who comes in by single sign-on.

It sends no mail and says nothing: our pages speak.
"""

from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base.constants import AuthError
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url

from governance.identity import openid, single_sign_on
from governance.identity.refusals import SignInRefused
from governance.keys.services import decrypt_text, encrypt_text

PURPOSE = "second-factor"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Secrets lie in the database encrypted."""

    def encrypt(self, text: str) -> str:
        return encrypt_text(purpose=PURPOSE, text=text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt_text(purpose=PURPOSE, sealed=encrypted_text)


class SignInAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """A sign-in has one step after the first proof: the code of whoever has a second factor."""

    def get_login_stages(self) -> list[str]:
        return ["governance.identity.stages.CodeStage"]

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: our pages speak."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: the trail tells."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> NoReturn:
        raise SignInRefused("inactive")

    def post_login(self, request: HttpRequest, user: Any, *, redirect_url: str | None, **_: Any) -> HttpResponse:
        return HttpResponseRedirect(redirect_url or resolve_url(settings.LOGIN_REDIRECT_URL))


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """One identity provider, the one of the settings; who comes from it decides `single_sign_on`."""

    def get_provider(self, request: HttpRequest, *_: Any, **__: Any) -> openid.Provider:
        return openid.provider(request)

    def get_requests_session(self) -> Any:
        return openid.session()

    def on_authentication_error(self, *_: Any, error: Any = None, exception: Exception | None = None, **__: Any) -> NoReturn:
        raise SignInRefused("cancelled" if error == AuthError.CANCELLED else "provider", str(exception or "")) from exception

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        user = super().populate_user(request, sociallogin, data)
        user.name = str(data.get("name") or "").replace("\x00", "").strip()[:200]
        return user

    def authenticate_by_email(self, sociallogin: Any) -> None:
        """Nobody is recognised by an address alone."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: the trail tells."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        sociallogin.token = None  # it would be kept in the session, and nobody needs it any more
        single_sign_on.settle(request, sociallogin)

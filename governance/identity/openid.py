"""OpenID Connect by allauth, held to what the specification asks of a careful client.

Beyond allauth's own: the issuer is the configured one, the signature of the id token is always checked, a nonce ties it to this
browser, userinfo speaks of the same subject, PKCE is never off, and every call goes through the one guarded client.
"""

import hashlib
import secrets
from dataclasses import replace
from typing import Any

import jwt
import requests
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from governance.outbound import GuardedClient, OutboundError, read_policy

ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
LEEWAY_S = 60  # between their clock and ours
DISCOVERED_FOR_S = 300
CALL_S = 10
LONGEST_SUBJECT = 191


def is_configured() -> bool:
    """Whether the operator named an identity provider and whom it lets in where."""
    return bool(settings.PROBANZA_OIDC_ISSUER and settings.PROBANZA_OIDC_CLIENT_ID and settings.PROBANZA_OIDC_ORGANISATION)


def provider(request: HttpRequest) -> "Provider":
    """The one identity provider. Accounts are kept under its issuer, so that another issuer's subjects are other people."""
    digest = hashlib.sha256(settings.PROBANZA_OIDC_ISSUER.encode()).hexdigest()[:32]
    app = SocialApp(
        provider="openid_connect",
        provider_id=f"oidc-{digest}",
        name=settings.PROBANZA_OIDC_NAME,
        client_id=settings.PROBANZA_OIDC_CLIENT_ID,
        secret=settings.PROBANZA_OIDC_CLIENT_SECRET,
        settings={"server_url": settings.PROBANZA_OIDC_ISSUER},
    )
    return Provider(request, app=app)


def nonce_of(verifier: str) -> str:
    """The nonce of a sign-in, made from the PKCE verifier that only this browser's session knows."""
    return hashlib.sha256(f"nonce {verifier}".encode()).hexdigest()


class Provider(OpenIDConnectProvider):  # type: ignore[misc]  # allauth ships no types
    """Asks for a code with PKCE and nonce; takes no wishes from the address."""

    def get_pkce_params(self) -> dict[str, str]:
        params: dict[str, str] = generate_code_challenge()
        return params | {"nonce": nonce_of(params["code_verifier"])}

    def get_callback_url(self) -> str:
        return reverse("portal:oidc_callback")

    def get_oauth2_adapter(self, request: HttpRequest) -> "Adapter":
        return Adapter(request, self)

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}  # nothing about the person is kept but who they are

    def start(self, request: HttpRequest, next_url: str) -> HttpResponse:
        """The way to the identity provider. Raises what `FAILURES` lists when it cannot be asked."""
        answer: HttpResponse = self.redirect(request, AuthProcess.LOGIN, next_url=next_url, auth_params={})
        return answer


class Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Exchanges the code and reads who it is."""

    def __init__(self, request: HttpRequest, provider: Provider) -> None:
        super().__init__(request, provider.app.provider_id)
        self._provider = provider
        self._verifier = ""

    def get_provider(self) -> Provider:
        return self._provider

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the issuer says of itself; asked anew every five minutes."""
        key = f"openid:{self._provider.app.provider_id}"
        found: dict[str, Any] | None = cache.get(key)
        if found is None:
            found = dict(super().openid_config)
            if str(found.get("issuer", "")).rstrip("/") != settings.PROBANZA_OIDC_ISSUER:
                raise OAuth2Error(f"the issuer names itself {found.get('issuer')!r}")
            cache.set(key, found, DISCOVERED_FOR_S)
        return found

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(self._provider.get_callback_url())

    def get_access_token_data(self, request: HttpRequest, app: SocialApp, client: Any, pkce_code_verifier: str = "") -> Any:
        self._verifier = pkce_code_verifier
        try:
            return super().get_access_token_data(request, app, client, pkce_code_verifier=pkce_code_verifier)
        except OAuth2Error:  # its words quote the whole answer, claims about the person too, and refusals are logged
            raise OAuth2Error("the token endpoint gave no access token") from None

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        claims = self._decode_id_token(app, kwargs["response"]["id_token"])
        if not self._verifier or not secrets.compare_digest(str(claims.get("nonce", "")), nonce_of(self._verifier)):
            raise OAuth2Error("the id token was not made for this sign-in")
        told = claims if "email" in claims else self._userinfo(token.token, claims["sub"])
        data = {
            "sub": claims["sub"],
            "email": told.get("email"),
            "email_verified": told.get("email_verified") is True,
            "name": told.get("name") or claims.get("name"),
        }
        return self._provider.sociallogin_from_response(request, data)

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        if jwt.get_unverified_header(id_token).get("alg") not in ALGORITHMS:
            raise OAuth2Error("the id token is signed in a way that is not taken")
        algorithm, key = jwtkit.fetch_key(id_token, self.openid_config["jwks_uri"], jwtkit.lookup_kid_jwk)
        claims: dict[str, Any] = jwt.decode(
            id_token,
            key=key,
            algorithms=[algorithm],
            audience=app.client_id,
            issuer=self.openid_config["issuer"],
            leeway=LEEWAY_S,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
        if not claims["sub"] or len(claims["sub"]) > LONGEST_SUBJECT:
            raise OAuth2Error("the id token names no subject that could be kept")
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("the id token was issued to another client")
        return claims

    def _userinfo(self, access_token: str, subject: str) -> dict[str, Any]:
        if "userinfo_endpoint" not in self.openid_config:
            return {}
        told: dict[str, Any] = self._fetch_user_info(access_token)
        if told["sub"] != subject:
            raise OAuth2Error("userinfo speaks of somebody else than the id token")
        return told


# What a wrong or hostile answer of an identity provider may raise in allauth and below it.
FAILURES = (
    OAuth2Error, requests.RequestException, jwt.PyJWTError, KeyError, ValueError, TypeError, AttributeError, RecursionError,
)  # fmt: skip


def session() -> requests.Session:
    """What allauth calls the identity provider with: the guarded client in the clothes of `requests`."""
    made = requests.Session()
    made.trust_env = False
    for scheme in ("http://", "https://"):
        made.mount(scheme, _Guarded())
    return made


class _Guarded(BaseAdapter):
    """Sends by `GuardedClient`. The operator named the issuer, so hosts are not limited further; private networks are."""

    def send(self, request: Any, *_: Any, **__: Any) -> requests.Response:
        policy = read_policy(settings.PROBANZA_ALLOWED_TARGETS, allow_loopback=settings.PROBANZA_ALLOW_LOOPBACK)
        client = GuardedClient(replace(policy, allowed_hosts=(), max_bytes=1024 * 1024))
        body = request.body.encode() if isinstance(request.body, str) else request.body
        try:
            got = client.request(request.method, request.url, content=body, headers=dict(request.headers), timeout=CALL_S)
        except OutboundError as error:
            raise requests.ConnectionError(str(error)) from error
        answer = requests.Response()
        answer.status_code, answer._content, answer.url = got.status, got.content, request.url
        answer.headers, answer.request, answer.encoding = CaseInsensitiveDict(got.headers), request, "utf-8"
        return answer

    def close(self) -> None:
        """Nothing stays open."""

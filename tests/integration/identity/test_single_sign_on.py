"""OpenID Connect against a provider on loopback: who comes in, and which lies let nobody in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core.cache import cache
from django.test import Client

from governance.access import wall
from governance.access.members import end_membership
from governance.access.models import Membership, User
from governance.access.services import create_member, create_organisation
from governance.trail.models import TrailEntry
from tests.integration.identity.app import code_of
from tests.integration.identity.provider import CLIENT, OTHER_KEY, SECRET, IdentityProvider
from tests.integration.identity.test_second_factor import enrolled

pytestmark = pytest.mark.django_db
ANA = "ana@banco.example"


@pytest.fixture
def there(settings: Any, organisation: Any) -> Iterator[IdentityProvider]:
    """An identity provider that `organisation` trusts."""
    cache.clear()
    provider = IdentityProvider()
    server = provider.start()
    settings.PROBANZA_OIDC_ISSUER = provider.issuer
    settings.PROBANZA_OIDC_CLIENT_ID, settings.PROBANZA_OIDC_CLIENT_SECRET = CLIENT, SECRET
    settings.PROBANZA_OIDC_ORGANISATION = organisation.slug
    settings.PROBANZA_OIDC_NAME = "Banco's directory"
    yield provider
    server.shutdown()
    server.server_close()


@pytest.fixture
def member(actor: Any, now: datetime) -> Membership:
    """Somebody who was invited and has no password."""
    return create_member(actor=actor, email=ANA, role="auditor", now=now)


def came(there: IdentityProvider, client: Client | None = None, **asked: str) -> Any:
    """The answer to somebody who comes back from the provider."""
    client = client or Client()
    return client.get(there.authorize(client.get("/sign-in/oidc", asked).headers["Location"]))


def is_in(client: Client) -> bool:
    return bool(client.get("/").status_code == 200)


def test_the_sign_in_page_offers_it_only_where_it_is_set_up(client: Client, there: IdentityProvider, settings: Any) -> None:
    assert b"Sign in with Banco&#x27;s directory" in client.get("/sign-in").content
    settings.PROBANZA_OIDC_ISSUER = ""
    assert b"/sign-in/oidc" not in client.get("/sign-in").content
    assert client.get("/sign-in/oidc").status_code == 404
    assert client.get("/sign-in/oidc/callback").status_code == 404


def test_an_invited_member_comes_in_and_is_known_from_then_on(there: IdentityProvider, member: Membership) -> None:
    client = Client()
    assert came(there, client, next="/evidence").headers["Location"] == "/evidence"
    assert client.get("/evidence").status_code == 200
    there.person["email"] = "renamed@banco.example"
    again = Client()
    assert came(there, again).headers["Location"] == "/"
    assert is_in(again)
    assert SocialAccount.objects.get().user_id == member.user_id


def test_nothing_is_kept_but_who_it_is(there: IdentityProvider, member: Membership) -> None:
    came(there)
    account = SocialAccount.objects.get()
    assert (account.uid, account.extra_data) == ("u-1", {})
    assert not SocialToken.objects.exists()
    assert TrailEntry.objects.filter(action="identity.link").count() == 1


def test_the_browser_s_wishes_do_not_reach_the_provider(there: IdentityProvider) -> None:
    asked = {"scope": "admin", "auth_params": "prompt=none&nonce=mine", "process": "connect", "next": "https://evil.example"}
    wished = parse_qs(urlsplit(Client().get("/sign-in/oidc", asked).headers["Location"]).query)
    assert set(wished["scope"][0].split()) == {"openid", "profile", "email"}
    assert "prompt" not in wished
    assert wished["nonce"] != ["mine"]
    assert len(wished["state"][0]) >= 16


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_it_leads_to_no_other_site(there: IdentityProvider, member: Membership, next_page: str) -> None:
    assert came(there, next=next_page).headers["Location"] == "/"


@pytest.mark.parametrize(
    "person", [{"email_verified": False}, {"email_verified": "true"}, {"email_verified": 1}, {"email": None}]
)
def test_an_address_that_is_not_verified_opens_no_account(
    there: IdentityProvider, member: Membership, person: dict[str, Any]
) -> None:
    there.person |= person
    client = Client()
    assert came(there, client).status_code == 403
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


def test_a_stranger_is_told_to_be_invited_and_nothing_is_made(there: IdentityProvider, member: Membership) -> None:
    there.person["email"] = "stranger@banco.example"
    refused = came(there)
    assert (refused.status_code, b"Ask an administrator to invite you" in refused.content) == (403, True)
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1


def test_a_stranger_becomes_a_member_where_a_role_is_named(there: IdentityProvider, settings: Any) -> None:
    settings.PROBANZA_OIDC_ROLE = "viewer"
    client = Client()
    assert came(there, client).status_code == 302
    assert is_in(client)
    made = Membership.objects.get()
    assert (made.role, made.user.name, made.user.has_usable_password()) == ("viewer", "Ana", False)


def test_somebody_else_s_subject_with_the_same_address_becomes_the_member_only_while_the_provider_verifies_it(
    there: IdentityProvider, member: Membership
) -> None:
    came(there)
    there.person |= {"sub": "u-2", "email_verified": False}
    assert came(there).status_code == 403
    assert SocialAccount.objects.get().uid == "u-1"


def test_an_account_of_another_organisation_is_never_taken_over(
    there: IdentityProvider, member: Membership, actor: Any, settings: Any, now: datetime
) -> None:
    settings.PROBANZA_OIDC_ROLE = "viewer"
    second = create_organisation(name="Zweite Bank", now=now)
    theirs = replace(actor, organisation=second.pk)
    create_member(actor=theirs, email=ANA, role="admin", now=now)
    create_member(actor=theirs, email="eva@example.org", role="admin", now=now)
    for email in (ANA, "eva@example.org"):
        there.person["email"] = email
        client = Client()
        assert came(there, client).status_code == 403
        assert not is_in(client)
    assert not SocialAccount.objects.exists()


def test_it_opens_its_own_organisation_and_no_other_one_that_came_later(
    there: IdentityProvider, member: Membership, actor: Any, now: datetime
) -> None:
    came(there)
    second = create_organisation(name="Zweite Bank", now=now)
    create_member(actor=replace(actor, organisation=second.pk), email=ANA, role="admin", now=now)
    client = Client()
    came(there, client)
    assert b"Banco Ejemplo" in client.get("/").content
    assert client.post("/organisations", {"organisation": str(second.pk)}).status_code == 404


def test_whoever_is_a_member_no_more_stays_outside(
    there: IdentityProvider, member: Membership, actor: Any, settings: Any, now: datetime
) -> None:
    settings.PROBANZA_OIDC_ROLE = "viewer"
    came(there)
    end_membership(actor=actor, member_id=member.pk, now=now)
    assert came(there).status_code == 403
    SocialAccount.objects.all().delete()
    assert came(there).status_code == 403


def test_an_account_that_is_not_active_stays_outside(there: IdentityProvider, member: Membership) -> None:
    came(there)
    User.objects.update(is_active=False)
    client = Client()
    refused = came(there, client)
    assert (refused.status_code, b"not active" in refused.content) == (403, True)
    assert not is_in(client)


def test_it_works_where_the_wall_is_closed_before_the_sign_in(there: IdentityProvider, settings: Any) -> None:
    settings.PROBANZA_OIDC_ROLE = "viewer"
    for _ in range(2):
        client = Client()
        with wall.inside(uuid4()):
            back = there.authorize(client.get("/sign-in/oidc").headers["Location"])
        with wall.inside(uuid4()):
            assert client.get(back).status_code == 302
        with wall.inside(uuid4()):
            assert is_in(client)


def lies() -> list[Any]:
    forged = jwt.encode({"sub": "u-1", "iss": "x", "aud": CLIENT}, None, algorithm="none", headers={"kid": "k1"})
    return [
        pytest.param({"claims": {"nonce": "another"}}, id="nonce of another sign-in"),
        pytest.param({"claims": {"nonce": None}}, id="no nonce"),
        pytest.param({"claims": {"aud": "another"}}, id="another audience"),
        pytest.param({"claims": {"azp": "another"}}, id="another client"),
        pytest.param({"claims": {"iss": "https://evil.example"}}, id="another issuer"),
        pytest.param({"claims": {"exp": 1}}, id="expired"),
        pytest.param({"claims": {"sub": ""}}, id="no subject"),
        pytest.param({"claims": {"sub": "x" * 192}}, id="a subject that does not fit"),
        pytest.param({"key": OTHER_KEY}, id="another key"),
        pytest.param({"key": "x" * 64, "algorithm": "HS256"}, id="a shared secret"),
        pytest.param({"id_token": forged}, id="no signature"),
        pytest.param({"id_token": "nonsense"}, id="no token"),
        pytest.param({"id_token": 7}, id="a number as token"),
        pytest.param({"userinfo": {"sub": "somebody else"}}, id="userinfo of another subject"),
    ]


@pytest.mark.parametrize("lie", lies())
def test_a_token_that_does_not_hold_lets_nobody_in(there: IdentityProvider, member: Membership, lie: dict[str, Any]) -> None:
    there.lies = lie
    client = Client()
    refused = came(there, client)
    assert (refused.status_code, b"does not hold" in refused.content) == (403, True)
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


def test_what_the_provider_said_of_a_person_is_not_logged(
    there: IdentityProvider, member: Membership, caplog: pytest.LogCaptureFixture
) -> None:
    there.lies = {"named": "token", "id_token": "claims-of-a-person"}
    assert came(there, Client()).status_code == 403
    assert "gave no access token" in caplog.text
    assert "claims-of-a-person" not in caplog.text


@pytest.mark.parametrize(
    "lie",
    [{"issuer": "https://evil.example"}, {"status": 500}, {"status": 302}, {"raw": b"[" * 100_000}, {"raw": b"<html>"},
     {"raw": b"[]"}, {"raw": b"x" * 2_000_000}],
    ids=["another issuer", "500", "redirect", "deep", "html", "a list", "huge"],
)  # fmt: skip
def test_a_provider_that_does_not_describe_itself_is_told_in_words(there: IdentityProvider, lie: dict[str, Any]) -> None:
    there.lies = lie
    refused = Client().get("/sign-in/oidc")
    assert (refused.status_code, b"does not hold" in refused.content) == (403, True)


def test_an_answer_is_good_once_and_in_the_browser_that_asked(there: IdentityProvider, member: Membership) -> None:
    asker, other = Client(), Client()
    back = there.authorize(asker.get("/sign-in/oidc").headers["Location"])
    assert other.get(back).status_code == 403
    assert asker.get(back).status_code == 302
    asker.post("/sign-out")
    assert asker.get(back).status_code == 403


def test_a_code_of_another_browser_s_sign_in_opens_nothing(there: IdentityProvider, member: Membership) -> None:
    victim, attacker = Client(), Client()
    stolen = parse_qs(urlsplit(there.authorize(victim.get("/sign-in/oidc").headers["Location"])).query)["code"][0]
    own = parse_qs(urlsplit(there.authorize(attacker.get("/sign-in/oidc").headers["Location"])).query)["state"][0]
    assert attacker.get(f"/sign-in/oidc/callback?code={stolen}&state={own}").status_code == 403
    assert not is_in(attacker)


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?error=access_denied", "?code=%00&state=%00", "?state=x&code=a"])
def test_a_callback_that_nobody_asked_for_opens_nothing(there: IdentityProvider, query: str) -> None:
    assert Client().get(f"/sign-in/oidc/callback{query}").status_code == 403


def test_somebody_who_changes_their_mind_there_is_told_so(there: IdentityProvider) -> None:
    client = Client()
    state = parse_qs(urlsplit(client.get("/sign-in/oidc").headers["Location"]).query)["state"][0]
    assert b"You ended the sign-in there" in client.get(f"/sign-in/oidc/callback?error=access_denied&state={state}").content


def test_the_provider_is_not_called_on_a_private_network_that_nobody_opened(
    there: IdentityProvider, settings: Any, client: Client
) -> None:
    settings.PROBANZA_ALLOW_LOOPBACK = False
    assert client.get("/sign-in/oidc").status_code == 403
    assert there.asked == []


@pytest.mark.parametrize("asked_there", [False, True])
def test_a_second_factor_is_asked_for_unless_the_provider_does(
    there: IdentityProvider, member: Membership, settings: Any, asked_there: bool
) -> None:
    client = Client()
    came(there, client)
    secret, _ = enrolled(client)
    settings.PROBANZA_OIDC_SECOND_FACTOR = asked_there
    again = Client()
    answer = came(there, again, next="/evidence")
    if not asked_there:
        assert answer.headers["Location"] == "/sign-in/code"
        assert not is_in(again)
        answer = again.post("/sign-in/code", {"code": code_of(secret)})
    assert answer.headers["Location"] == "/evidence"
    assert is_in(again)


def test_a_clock_that_goes_ahead_by_half_a_minute_is_fine(there: IdentityProvider, member: Membership, now: datetime) -> None:
    there.lies = {"claims": {"iat": int((now + timedelta(seconds=30)).timestamp())}}
    assert came(there).status_code == 302


def test_the_same_subject_of_another_issuer_is_somebody_else(there: IdentityProvider, member: Membership, settings: Any) -> None:
    came(there)
    other = IdentityProvider(person={"sub": "u-1", "email": "x@example.org", "email_verified": True})
    server = other.start()
    settings.PROBANZA_OIDC_ISSUER = other.issuer
    refused = came(other)
    server.shutdown()
    server.server_close()
    assert refused.status_code == 403

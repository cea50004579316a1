"""The door."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from governance.access.services import create_member
from governance.identity import throttle
from governance.identity.models import SignInTries
from tests.integration.portal.seed import EMAIL, PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(actor: Any, now: datetime) -> Any:
    return create_member(actor=actor, email=EMAIL, name="Ana", role="admin", password=PASSWORD, now=now)


def tried(client: Client, **more: str) -> Any:
    return client.post("/sign-in", {"email": EMAIL, "password": PASSWORD, **more})


def test_nobody_sees_a_page_without_signing_in(client: Client) -> None:
    answer = client.get("/evidence")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=%2Fevidence")


def test_a_panel_leads_the_whole_page_to_the_door(client: Client) -> None:
    asked = {"HX-Request": "true", "HX-Current-URL": "http://testserver/audits"}
    answer = client.get("/audits/of/01a20386-7b53-7cbc-beef-668975ae9c01", headers=asked)
    assert answer.headers["HX-Redirect"] == "/sign-in?next=%2Faudits"


def test_after_signing_in_one_is_where_one_wanted_to_go(member: Any, client: Client) -> None:
    assert tried(client, next="/evidence").headers["Location"] == "/evidence"
    assert client.get("/evidence").status_code == 200
    assert client.post("/sign-out").headers["Location"] == "/sign-in"
    assert client.get("/evidence").status_code == 302


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example"])
def test_the_door_leads_to_no_other_site(member: Any, client: Client, elsewhere: str) -> None:
    assert tried(client, next=elsewhere).headers["Location"] == "/"


@pytest.mark.parametrize(
    "given", [{"password": "wrong"}, {"email": "nobody@example.org"}, {"email": "x"}, {"password": "a\x00b"}, {"email": ""}]
)
def test_a_wrong_try_opens_nothing(member: Any, client: Client, given: dict[str, str]) -> None:
    assert tried(client, **given).status_code in {400, 403}
    assert client.get("/").status_code == 302


def test_a_wrong_address_and_a_wrong_password_sound_the_same(member: Any, client: Client) -> None:
    words = [tried(client, **given).content.split(b'role="alert">')[1].split(b"<")[0] for given in (
        {"password": "wrong"}, {"email": "nobody@example.org"},
    )]  # fmt: skip
    assert words[0] == words[1]


def test_after_five_wrong_tries_even_the_right_password_waits(member: Any, client: Client) -> None:
    for _ in range(throttle.FREE):
        tried(client, password="wrong")
    refused = tried(client)
    assert refused.status_code == 429
    assert b"Too many tries. Wait" in refused.content


def test_waiting_is_per_address_ends_and_is_forgotten_by_a_right_one(member: Any, now: datetime) -> None:
    for _ in range(throttle.FREE):
        throttle.admit(EMAIL, "10.0.0.1", now=now)
    with pytest.raises(throttle.TooManyTries) as refused:
        throttle.admit(EMAIL.upper(), "10.0.0.1", now=now)
    assert refused.value.seconds == 15
    throttle.admit(EMAIL, "10.0.0.2", now=now)
    throttle.admit(EMAIL, "10.0.0.1", now=now + timedelta(seconds=16))
    throttle.admit(EMAIL, "10.0.0.1", now=now + timedelta(hours=2))
    assert sorted(SignInTries.objects.values_list("failures", flat=True)) == [1, 1]
    throttle.forget(EMAIL, "10.0.0.1")
    assert SignInTries.objects.count() == 1


def test_the_rows_of_failures_name_nobody(now: datetime) -> None:
    throttle.admit(EMAIL, "10.0.0.1", now=now)
    assert "ana" not in SignInTries.objects.get().key
    assert "10.0.0.1" not in SignInTries.objects.get().key


def test_forms_from_elsewhere_are_refused_in_words(member: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/sign-in", {"email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 403
    assert b"Nothing was changed" in answer.content


def test_somebody_without_an_organisation_is_told(client: Client) -> None:
    from governance.access.models import User

    User.objects.create_user("lone@example.org", PASSWORD)
    tried(client, email="lone@example.org")
    assert b"Ask an administrator" in client.get("/", follow=True).content


def test_an_address_without_a_page_is_told_in_our_words(client: Client) -> None:
    answer = client.get("/no-such-page")
    assert answer.status_code == 404
    assert b"There is no page at this address." in answer.content

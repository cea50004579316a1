"""The settings area: members, their roles and their tokens."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from governance.access import wall
from governance.access.members import change_role
from governance.access.models import ApiToken, Membership, User
from governance.access.services import authenticate_token, create_member, create_organisation, issue_token
from governance.trail.models import TrailEntry
from tests.integration.portal.seed import EMAIL, PASSWORD

pytestmark = pytest.mark.django_db
EVA = "eva@example.org"
HERS = "another long password"


@pytest.fixture
def member(actor: Any, now: datetime) -> Membership:
    return create_member(actor=actor, email=EMAIL, name="Ana", role="admin", password=PASSWORD, now=now)


@pytest.fixture
def ana(member: Membership) -> Client:
    client = Client()
    client.post("/sign-in", {"email": EMAIL, "password": PASSWORD})
    return client


@pytest.fixture
def eva(actor: Any, now: datetime) -> Membership:
    return create_member(actor=actor, email=EVA, name="Eva", role="viewer", password=HERS, now=now)


def invited(ana: Client, email: str = "new@example.org") -> str:
    page = ana.post("/settings/members", {"email": email, "name": "New", "role": "engineer"}).content.decode()
    found = re.search(r"/welcome/[\w:-]+", page)
    assert found, page
    return found[0]


def test_the_settings_open_where_a_person_may_go(ana: Client, eva: Membership) -> None:
    hers = Client()
    hers.post("/sign-in", {"email": EVA, "password": HERS})
    assert ana.get("/settings").headers["Location"] == "/settings/members"
    assert hers.get("/settings").headers["Location"] == "/settings/security"
    assert b"/settings/tokens" not in hers.get("/settings/security").content


@pytest.mark.parametrize("page", ["/settings/members", "/settings/tokens"])
def test_only_an_administrator_manages_members_and_tokens(eva: Membership, page: str) -> None:
    hers = Client()
    hers.post("/sign-in", {"email": EVA, "password": HERS})
    assert hers.get(page).status_code == 403
    assert hers.post(page, {"email": "x@example.org", "role": "admin"}).status_code == 403
    assert not User.objects.filter(email="x@example.org").exists()


def test_an_invited_person_sets_a_password_and_signs_in(ana: Client) -> None:
    link, theirs = invited(ana), Client()
    assert b"New" in theirs.get(link).content
    assert theirs.post(link, {"password": HERS}).headers["Location"] == "/sign-in"
    theirs.post("/sign-in", {"email": "new@example.org", "password": HERS})
    assert theirs.get("/").status_code == 200


def test_an_invitation_is_good_once_and_for_nobody_else(ana: Client, client: Client) -> None:
    link = invited(ana)
    assert client.post(link, {"password": HERS}).status_code == 302
    for address in (link, link[:-1] + "x", "/welcome/nonsense"):
        assert client.get(address).status_code == 404
        assert client.post(address, {"password": "a third long password"}).status_code == 404
    assert User.objects.get(email="new@example.org").check_password(HERS)


def test_an_invitation_works_where_the_wall_is_closed_before_the_sign_in(ana: Client, client: Client) -> None:
    link = invited(ana)
    with wall.inside(uuid4()):
        assert client.get(link).status_code == 200
    with wall.inside(uuid4()):
        assert client.post(link, {"password": HERS}).status_code == 302


def test_a_weak_password_is_refused_in_words_and_the_link_stays_good(ana: Client, client: Client) -> None:
    link = invited(ana)
    refused = client.post(link, {"password": "short"})
    assert (refused.status_code, b"too short" in refused.content) == (400, True)
    assert client.get(link).status_code == 200


@pytest.mark.parametrize(
    "given",
    [{"email": "x"}, {"email": "x@example.org", "role": "king"}, {"email": EMAIL, "role": "viewer"},
     {"email": "x@example.org", "role": "viewer", "name": "a\x00"}],
)  # fmt: skip
def test_a_member_that_does_not_fit_is_refused_by_the_field(ana: Client, given: dict[str, str]) -> None:
    before = User.objects.count()
    refused = ana.post("/settings/members", {"name": "", "role": "viewer", **given})
    assert (refused.status_code, b'class="problem"' in refused.content) == (400, True)
    assert User.objects.count() == before


def test_another_role_counts_from_the_next_page_on(ana: Client, eva: Membership) -> None:
    hers = Client()
    hers.post("/sign-in", {"email": EVA, "password": HERS})
    assert hers.get("/activity").status_code == 403
    ana.post(f"/settings/members/{eva.pk}", {"role": "auditor"})
    assert hers.get("/activity").status_code == 200
    told = TrailEntry.objects.get(action="access.change_role")
    assert (told.detail["before"], told.detail["after"]) == ("viewer", "auditor")


def test_an_ended_membership_shuts_every_door_and_can_be_brought_back(
    ana: Client, eva: Membership, actor: Any, now: datetime
) -> None:
    hers = Client()
    hers.post("/sign-in", {"email": EVA, "password": HERS})
    _, secret = issue_token(actor=actor, name="hers", scopes=["registry:read"], owner=eva, now=now)
    ana.post(f"/settings/members/{eva.pk}", {"do": "end"})
    assert hers.get("/").headers["Location"].startswith("/organisations")
    assert authenticate_token(secret, now + timedelta(seconds=1)) is None
    ana.post(f"/settings/members/{eva.pk}", {"role": "viewer"})
    assert hers.get("/").status_code == 200
    assert authenticate_token(secret, now + timedelta(seconds=1)) is None


@pytest.mark.parametrize("given", [{"do": "end"}, {"role": "viewer"}])
def test_the_last_administrator_stays(ana: Client, member: Membership, given: dict[str, str]) -> None:
    refused = ana.post(f"/settings/members/{member.pk}", given)
    assert (refused.status_code, b"last administrator" in refused.content) == (409, True)
    assert Membership.objects.get(pk=member.pk).role == "admin"


def test_nobody_gives_a_new_password_to_somebody_of_another_organisation(
    ana: Client, eva: Membership, actor: Any, now: datetime
) -> None:
    second = create_organisation(name="Zweite Bank", now=now)
    create_member(actor=replace(actor, organisation=second.pk), email=EVA, role="viewer", now=now)
    refused = ana.post(f"/settings/members/{eva.pk}", {"do": "link"})
    assert (refused.status_code, b"/welcome/" in refused.content) == (409, False)


def test_a_new_link_ends_an_older_one_once_it_is_used(ana: Client, eva: Membership, client: Client) -> None:
    first, second = (
        re.findall(r"/welcome/[\w:-]+", ana.post(f"/settings/members/{eva.pk}", {"do": "link"}).content.decode())[0]
        for _ in range(2)
    )
    assert client.post(second, {"password": "a third long password"}).status_code == 302
    assert client.get(first).status_code == 404


def test_a_person_changes_their_password_and_their_other_sessions_end(ana: Client) -> None:
    elsewhere = Client()
    elsewhere.post("/sign-in", {"email": EMAIL, "password": PASSWORD})
    assert ana.post("/settings/security/password", {"password": "wrong", "new": HERS}).status_code == 403
    assert ana.post("/settings/security/password", {"password": PASSWORD, "new": "short"}).status_code == 400
    assert elsewhere.get("/").status_code == 200
    assert ana.post("/settings/security/password", {"password": PASSWORD, "new": HERS}).status_code == 302
    assert (ana.get("/").status_code, elsewhere.get("/").status_code) == (200, 302)
    assert User.objects.get(email=EMAIL).check_password(HERS)


def test_nobody_guesses_a_password_in_a_session_that_was_left_open(ana: Client) -> None:
    for _ in range(5):
        ana.post("/settings/security/password", {"password": "wrong", "new": HERS})
    assert ana.post("/settings/security/password", {"password": PASSWORD, "new": HERS}).status_code == 429
    assert User.objects.get(email=EMAIL).check_password(PASSWORD)


def test_another_organisation_s_member_is_not_found(ana: Client, actor: Any, now: datetime) -> None:
    second = create_organisation(name="Zweite Bank", now=now)
    other = create_member(actor=replace(actor, organisation=second.pk), email=EVA, role="viewer", now=now)
    for sought in (other.pk, uuid4()):
        assert ana.post(f"/settings/members/{sought}", {"do": "end"}).status_code == 404
    assert Membership.objects.get(pk=other.pk).role == "viewer"


def test_a_token_is_shown_once_and_works_until_it_is_revoked(ana: Client, now: datetime) -> None:
    made = ana.post("/settings/tokens", {"name": "ci", "scopes": ["registry:read"], "days": "30", "owner": ""})
    secret = re.findall(r"pbz_\w+_\w+", made.content.decode())[0]
    assert "no-store" in made.headers["Cache-Control"]
    assert secret not in ana.get("/settings/tokens").content.decode()
    assert authenticate_token(secret, now + timedelta(days=29)) is not None
    ana.post(f"/settings/tokens/{ApiToken.objects.get().pk}/revoke")
    assert authenticate_token(secret, now) is None


@pytest.mark.parametrize("given", [{"name": ""}, {"scopes": ["all"]}, {"scopes": []}, {"days": "7"}, {"owner": str(uuid4())}])
def test_a_token_that_does_not_fit_is_refused_by_the_field(ana: Client, given: dict[str, Any]) -> None:
    refused = ana.post("/settings/tokens", {"name": "ci", "scopes": ["registry:read"], "days": "30", "owner": "", **given})
    assert (refused.status_code, b'class="problem"' in refused.content) == (400, True)
    assert not ApiToken.objects.exists()


def test_a_member_s_token_never_does_more_than_their_role(ana: Client, eva: Membership, actor: Any, now: datetime) -> None:
    ana.post("/settings/tokens", {"name": "hers", "scopes": ["registry:write", "registry:read"], "days": "0", "owner": eva.pk})
    assert ApiToken.objects.get().scopes == ["registry:read"]
    change_role(actor=actor, member_id=eva.pk, role="engineer", now=now)
    assert ApiToken.objects.get().scopes == ["registry:read"]

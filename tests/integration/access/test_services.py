from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate

from governance.access import services
from governance.access.models import ApiToken, Membership, User
from governance.access.policies import Forbidden
from governance.access.roles import SCOPES, scopes_of
from governance.access.tenancy import Conflict, NotFound
from governance.shapes import ShapeError
from governance.trail.models import TrailEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(actor, now):
    return services.create_member(
        actor=actor, email="Eva@example.org", role="viewer", name="Eva", password="a long password", now=now
    )


@pytest.fixture
def foreign(now):
    """Another organisation."""
    return services.create_organisation(name="Otra Casa", now=now)


def issue(actor, now, **given):
    return services.issue_token(**{"actor": actor, "name": "ci", "scopes": ["registry:read"], "now": now, **given})


def actions(organisation):
    return list(TrailEntry.objects.filter(organisation_id=organisation).order_by("id").values_list("action", flat=True))


def test_an_organisation_gets_its_slug_from_its_name_and_a_trail(foreign):
    assert (foreign.slug, str(foreign)) == ("otra-casa", "Otra Casa")
    assert actions(foreign.id) == ["access.create_organisation"]
    assert services.organisation_called("otra-casa") == foreign


@pytest.mark.usefixtures("foreign")
def test_a_slug_of_an_organisation_is_taken_once(now):
    with pytest.raises(Conflict) as caught:
        services.create_organisation(name="Otra Casa", now=now)
    assert caught.value.field == "slug"


@pytest.mark.parametrize(
    ("given", "field"),
    [({"name": " "}, "name"), ({"name": "公司"}, "slug"), ({"name": "a", "slug": "A B"}, "slug"), ({"name": "a\x00"}, "name")],
)
def test_an_organisation_that_does_not_fit_names_the_field(given, field, now):
    with pytest.raises(ShapeError) as caught:
        services.create_organisation(**given, now=now)
    assert caught.value.field == field


def test_an_organisation_or_member_that_is_not_there_is_not_found(organisation):
    with pytest.raises(NotFound, match="organisation nowhere"):
        services.organisation_called("nowhere")
    with pytest.raises(NotFound):
        services.member_called(organisation.id, "nobody@example.org")


def test_a_member_signs_in_with_a_hashed_password_and_acts_by_their_role(member, organisation):
    user = User.objects.get_by_natural_key("EVA@EXAMPLE.ORG")
    assert user.check_password("a long password")
    assert "a long password" not in user.password
    actor = services.actor_of(user, organisation.id)
    assert (actor.name, actor.kind, actor.scopes) == ("Eva", "person", scopes_of("viewer"))
    assert services.member_called(organisation.id, "eva@EXAMPLE.org") == member
    assert str(member) == "Eva (viewer)"


@pytest.mark.usefixtures("member")
def test_somebody_signs_in_with_their_address_and_password_only():
    assert authenticate(username="eva@example.org", password="a long password").name == "Eva"
    assert authenticate(username="eva@example.org", password="another password") is None
    assert authenticate(username="nobody@example.org", password="a long password") is None


def test_the_trail_of_a_new_member_has_no_address(member, organisation):
    entry = TrailEntry.objects.get(action="access.create_member")
    assert "example.org" not in str(entry.detail)
    assert entry.subject_id == str(member.id)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"role": "emperor"}, "role"),
        ({"email": "no address"}, "email"),
        ({"password": "short"}, "password"),
        ({"name": "n" * 201}, "name"),
    ],
)
def test_a_member_that_does_not_fit_names_the_field(given, field, actor, now):
    with pytest.raises(ShapeError) as caught:
        services.create_member(**{"actor": actor, "email": "x@example.org", "role": "viewer", "now": now, **given})
    assert caught.value.field == field


@pytest.mark.usefixtures("member")
def test_nobody_is_a_member_twice(actor, now):
    with pytest.raises(Conflict, match="is a member already"):
        services.create_member(actor=actor, email="eva@example.ORG", role="admin", now=now)


def test_somebody_known_joins_a_second_organisation_as_they_are(member, actor, foreign, now):
    elsewhere = replace(actor, organisation=foreign.id)
    again = services.create_member(
        actor=elsewhere, email="eva@example.org", role="officer", name="Eve", password="another password", now=now
    )
    assert again.user == member.user
    assert again.user.check_password("a long password")
    assert services.actor_of(again.user, foreign.id).role == "officer"


def test_a_member_without_a_password_cannot_sign_in(actor, now):
    member = services.create_member(actor=actor, email="x@example.org", role="viewer", now=now)
    assert not member.user.has_usable_password()
    assert str(member.user) == "x@example.org"


def test_somebody_who_is_no_member_does_not_act(member, foreign):
    with pytest.raises(NotFound):
        services.actor_of(member.user, foreign.id)


def test_only_an_admin_administers(actor, organisation, now):
    officer = replace(actor, role="officer", scopes=scopes_of("officer"))
    token, _ = issue(actor, now)
    for attempt in (
        lambda: services.create_member(actor=officer, email="x@example.org", role="viewer", now=now),
        lambda: issue(officer, now),
        lambda: services.revoke_token(actor=officer, token_id=token.id, now=now),
    ):
        with pytest.raises(Forbidden, match="admin"):
            attempt()
    assert Membership.objects.of(organisation.id).count() == 0


def test_a_token_is_shown_once_and_only_its_digest_is_kept(actor, now):
    token, secret = issue(actor, now)
    row = str(ApiToken.objects.filter(pk=token.pk).values().get())
    assert secret.startswith(f"pbz_{token.prefix}_")
    assert secret.split("_")[2] not in row
    assert secret not in str(list(TrailEntry.objects.values()))
    assert str(token) == f"ci ({token.prefix})"


def test_whoever_shows_a_token_acts_with_its_scopes(actor, now):
    token, secret = issue(actor, now, scopes=["registry:read", "audits:write"])
    caller = services.authenticate_token(secret, now)
    assert (caller.id, caller.name, caller.kind, caller.organisation) == (str(token.id), "ci", "token", actor.organisation)
    assert caller.scopes == {"registry:read", "audits:write"}


def test_a_token_has_no_more_than_its_owner_and_follows_their_role(member, actor, now):
    token, secret = issue(actor, now, scopes=["registry:read", "registry:write"], owner=member)
    assert token.scopes == ["registry:read"]
    member.role = "emperor"
    member.save()
    assert services.authenticate_token(secret, now).scopes == frozenset()


def test_a_role_bounds_a_token_without_owner(actor, now):
    token, _ = issue(actor, now, scopes=SCOPES, role="viewer")
    assert set(token.scopes) == scopes_of("viewer")


def test_nobody_gives_away_more_than_they_have(actor, now):
    narrow = replace(actor, scopes=frozenset({"admin", "registry:read"}))
    with pytest.raises(Forbidden, match="audits:write"):
        issue(narrow, now, scopes=["audits:write"])


@pytest.mark.parametrize(
    ("given", "field"),
    [({"name": ""}, "name"), ({"scopes": ["all"]}, "scopes"), ({"role": "emperor"}, "role"), ({"expires_at": 0}, "expires_at")],
)
def test_a_token_that_does_not_fit_names_the_field(given, field, actor, now):
    if "expires_at" in given:
        given = {"expires_at": now}
    with pytest.raises(ShapeError) as caught:
        issue(actor, now, **given)
    assert caught.value.field == field


def test_an_owner_of_another_organisation_is_not_found(member, actor, foreign, now):
    with pytest.raises(NotFound):
        issue(replace(actor, organisation=foreign.id), now, owner=member)


def test_a_token_ends_when_it_expires(actor, now):
    _, secret = issue(actor, now, expires_at=now + timedelta(hours=1))
    assert services.authenticate_token(secret, now + timedelta(minutes=59))
    assert services.authenticate_token(secret, now + timedelta(hours=1)) is None


def test_a_revoked_token_ends_at_once_and_is_revoked_once(actor, now, organisation):
    token, secret = issue(actor, now)
    services.revoke_token(actor=actor, token_id=token.id, now=now)
    again = services.revoke_token(actor=actor, token_id=token.id, now=now + timedelta(days=1))
    assert services.authenticate_token(secret, now) is None
    assert again.revoked_at == now
    assert actions(organisation.id).count("access.revoke_token") == 1


def test_a_token_of_another_organisation_is_not_found(actor, foreign, now):
    token, _ = issue(actor, now)
    with pytest.raises(NotFound):
        services.revoke_token(actor=replace(actor, organisation=foreign.id), token_id=token.id, now=now)


def test_a_token_ends_with_its_owners_account(member, actor, now):
    _, secret = issue(actor, now, owner=member)
    User.objects.filter(pk=member.user_id).update(is_active=False)
    assert services.authenticate_token(secret, now) is None


def test_a_token_ends_with_its_owners_membership(member, actor, now):
    _, secret = issue(actor, now, owner=member)
    Membership.objects.filter(pk=member.pk).update(role="")
    assert services.authenticate_token(secret, now) is None


def test_a_scope_that_is_no_more_gives_nothing(actor, now):
    token, secret = issue(actor, now)
    ApiToken.objects.filter(pk=token.pk).update(scopes=["registry:read", "gone:write"])
    assert services.authenticate_token(secret, now).scopes == {"registry:read"}


def test_the_databases_clock_decides_where_no_moment_is_given(actor, now):
    _, over = issue(actor, now - timedelta(days=1), expires_at=now - timedelta(seconds=5))
    _, lasts = issue(actor, now, expires_at=now + timedelta(minutes=5))
    assert services.authenticate_token(over) is None
    assert services.authenticate_token(lasts)


def test_a_token_with_the_right_prefix_and_a_wrong_secret_is_nobodys(actor, now):
    _, secret = issue(actor, now)
    wrong = secret[:-1] + ("0" if secret[-1] != "0" else "1")
    assert services.authenticate_token(wrong, now) is None
    assert services.authenticate_token("pbz_000000000000_00", now) is None
    assert services.authenticate_token("nonsense", now) is None


def test_the_last_use_is_noted_at_most_once_a_minute(actor, now, organisation):
    token, secret = issue(actor, now)
    noted = []
    for seconds in (0, 30, 61):
        services.authenticate_token(secret, now + timedelta(seconds=seconds))
        noted.append(ApiToken.objects.get(pk=token.pk).last_used_at)
    assert noted == [now, now, now + timedelta(seconds=61)]
    assert actions(organisation.id) == ["access.create_organisation", "access.issue_token"]

import base64
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from governance.access.models import ApiToken, Organisation, User
from governance.access.services import authenticate_token
from governance.keys.models import DataKey
from governance.keys.services import decrypt, encrypt, public_keys

pytestmark = pytest.mark.django_db


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().splitlines()


def test_an_organisation_is_created_with_somebody_who_can_sign_in():
    lines = run("create_organisation", "Banco Ejemplo", "--admin=eva@example.org", "--admin-name=Eva")
    organisation, user = Organisation.objects.get(), User.objects.get()
    assert lines[0] == f"banco-ejemplo {organisation.id}"
    assert user.check_password(lines[1].removeprefix("password: "))


def test_somebody_known_keeps_their_password():
    run("create_organisation", "One", "--admin=eva@example.org")
    assert run("create_organisation", "Two", "--admin=eva@example.org")[1] == "password: unchanged, they were known already"


def test_an_organisation_without_administrator_prints_one_line():
    assert len(run("create_organisation", "World", "--slug=w")) == 1


def test_an_organisation_whose_administrator_does_not_fit_is_not_created():
    with pytest.raises(CommandError, match="email: must be an e-mail address"):
        run("create_organisation", "World", "--admin=nobody")
    assert not Organisation.objects.exists()


def test_a_token_is_printed_alone_and_works(organisation):
    (secret,) = run("create_token", organisation.slug, "--name=ci", "--role=viewer", "--days=3")
    caller = authenticate_token(secret, timezone.now())
    assert (caller.name, caller.role, "registry:write" in caller.scopes) == ("ci", "viewer", False)
    assert ApiToken.objects.get().expires_at is not None


def test_a_token_of_a_member_is_bounded_by_their_role():
    run("create_organisation", "World", "--admin=eva@example.org")
    (secret,) = run("create_token", "world", "--owner=EVA@example.org", "--scope=admin", "--scope=trail:read")
    assert authenticate_token(secret, timezone.now()).scopes == {"admin", "trail:read"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["nowhere"], "no organisation nowhere"), (["banco", "--owner=x@y.z"], "no member"), (["banco", "--days=-1"], "expires_at")],
)
@pytest.mark.usefixtures("organisation")
def test_a_token_that_cannot_be_made_says_why(arguments, words):
    with pytest.raises(CommandError, match=words):
        run("create_token", *arguments)


def test_keys_are_rotated_and_what_was_encrypted_still_opens(organisation, settings):
    where = {"organisation": organisation.id, "purpose": "p", "row": "r"}
    sealed = encrypt(**where, plain=b"secret")
    settings.PROBANZA_MASTER_KEYS = f"new:{base64.b64encode(b'n' * 32).decode()},{settings.PROBANZA_MASTER_KEYS}"
    lines = run("rotate_keys", "--new-data-key", "--new-signing-key")
    assert lines[0] == "banco: 1 data keys wrapped anew, data key 2 in use, signing key 1 in use"
    assert lines[1] == "people: 0 second factors wrapped anew"
    assert set(DataKey.objects.values_list("master", flat=True)) == {"new"}
    assert decrypt(**where, sealed=sealed) == b"secret"
    assert len(public_keys(organisation.id)) == 1
    assert run("rotate_keys", "--organisation=banco")[0] == "banco: 0 data keys wrapped anew"


def test_a_rotation_without_the_old_master_key_says_what_is_missing(organisation, settings):
    encrypt(organisation=organisation.id, purpose="p", row="r", plain=b"secret")
    settings.PROBANZA_MASTER_KEYS = f"new:{base64.b64encode(b'n' * 32).decode()}"
    with pytest.raises(CommandError, match="PROBANZA_MASTER_KEYS lacks the master key 'test'"):
        run("rotate_keys")

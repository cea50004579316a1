import base64
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from governance.access.services import create_organisation
from governance.keys import services
from governance.keys.envelope import CannotOpen
from governance.keys.masters import MasterKeyError
from governance.keys.models import DataKey, SigningKey
from governance.trail.models import TrailEntry

pytestmark = pytest.mark.django_db

OLD, NEW = (f"{name}:{base64.b64encode(name[:1].encode() * 32).decode()}" for name in ("old", "new"))


def seal(organisation, row="row-1", purpose="target"):
    return services.encrypt(organisation=organisation.id, purpose=purpose, row=row, plain=b"api key")


def read(organisation, sealed, row="row-1", purpose="target"):
    return services.decrypt(organisation=organisation.id, purpose=purpose, row=row, sealed=sealed)


def test_what_was_encrypted_for_a_row_opens_there(organisation):
    assert read(organisation, seal(organisation)) == b"api key"


def test_a_ciphertext_swapped_between_rows_or_purposes_does_not_open(organisation):
    sealed = seal(organisation, row="row-1")
    with pytest.raises(CannotOpen):
        read(organisation, sealed, row="row-2")
    with pytest.raises(CannotOpen):
        read(organisation, sealed, purpose="payload")


def test_a_ciphertext_of_another_organisation_does_not_open(organisation, now):
    other = create_organisation(name="Other", now=now)
    seal(other)
    with pytest.raises(CannotOpen, match="a key that this organisation does not have"):
        read(other, seal(organisation))


def test_nothing_of_the_content_or_the_key_lies_open_in_the_database(organisation):
    sealed = seal(organisation)
    key = DataKey.objects.get()
    assert b"api key" not in sealed + bytes(key.wrapped)
    assert services._open_data_key(key) not in bytes(key.wrapped) + sealed
    assert str(key) == "data key 1 under test"


def test_after_a_new_master_key_old_ciphertexts_still_open_without_the_old_one(organisation, actor, now, settings):
    settings.PROBANZA_MASTER_KEYS = OLD
    sealed, (signer, _) = seal(organisation), services.signing_key(organisation.id)
    settings.PROBANZA_MASTER_KEYS = f"{NEW},{OLD}"
    assert services.rewrap(actor=actor, now=now) == 1
    settings.PROBANZA_MASTER_KEYS = NEW
    assert read(organisation, sealed) == b"api key"
    assert services.signing_key(organisation.id)[0] == signer
    entry = TrailEntry.objects.get(action="keys.rewrap")
    assert entry.detail == {"data_keys": 1, "master": "new"}


def test_wrapping_anew_with_the_same_master_key_changes_nothing(organisation, actor, now):
    seal(organisation)
    assert services.rewrap(actor=actor, now=now) == 0
    assert not TrailEntry.objects.filter(action="keys.rewrap").exists()


def test_a_new_data_key_is_used_from_now_on_and_the_old_one_still_opens(organisation, actor, now):
    before = seal(organisation)
    assert services.renew(actor=actor, now=now) == 2
    after = seal(organisation)
    assert before[:17] != after[:17]
    assert read(organisation, before) == read(organisation, after) == b"api key"


def test_the_first_renewal_makes_the_first_key(organisation, actor, now):
    assert services.renew(actor=actor, now=now, signing=True) == 1
    assert TrailEntry.objects.get(action="keys.renew").detail == {"key": "signing-key", "number": 1}


def test_a_missing_master_key_is_named_with_the_setting(organisation, settings):
    settings.PROBANZA_MASTER_KEYS = OLD
    sealed = seal(organisation)
    settings.PROBANZA_MASTER_KEYS = NEW
    with pytest.raises(MasterKeyError, match="PROBANZA_MASTER_KEYS lacks the master key 'old'"):
        read(organisation, sealed)


def test_without_the_setting_the_first_start_makes_a_file_and_a_lost_file_is_said(organisation, settings, tmp_path):
    settings.PROBANZA_MASTER_KEYS, settings.PROBANZA_STATE_DIR = "", tmp_path
    sealed = seal(organisation)
    assert read(organisation, sealed) == b"api key"
    (tmp_path / "keys" / "master.keys").unlink()
    with pytest.raises(MasterKeyError, match="bring back the file"):
        read(organisation, sealed)
    with pytest.raises(MasterKeyError, match="bring back the file"):
        seal(organisation)


def test_a_signature_verifies_with_the_public_key_of_its_id(organisation):
    key_id, private = services.signing_key(organisation.id)
    public = services.public_keys(organisation.id)[key_id]
    Ed25519PublicKey.from_public_bytes(public).verify(private.sign(b"head"), b"head")
    assert key_id == services.key_id_of_public(public)
    assert services.signing_key(organisation.id)[1].private_bytes_raw() == private.private_bytes_raw()


def test_public_keys_of_former_signing_keys_are_kept(organisation, actor, now):
    first, _ = services.signing_key(organisation.id)
    services.renew(actor=actor, now=now, signing=True)
    second, _ = services.signing_key(organisation.id)
    assert list(services.public_keys(organisation.id)) == [first, second]


def test_a_private_key_moved_to_another_row_does_not_open(organisation):
    services.signing_key(organisation.id)
    key = SigningKey.objects.get()
    with pytest.raises(CannotOpen):
        read(organisation, bytes(key.private), row=str(UUID(int=1)), purpose=services.SIGNING_KEY)
    assert str(key) == key.key_id


def test_each_organisation_signs_with_its_own_key(organisation, now):
    other = create_organisation(name="Other", now=now)
    services.signing_key(other.id)
    services.signing_key(organisation.id)
    assert not set(services.public_keys(organisation.id)) & set(services.public_keys(other.id))


def test_a_key_that_another_process_made_meanwhile_is_the_one_that_is_used(organisation):
    assert services._new_data_key(organisation.id, 1) == services._new_data_key(organisation.id, 1)
    assert services._new_signing_key(organisation.id, 1) == services._new_signing_key(organisation.id, 1)

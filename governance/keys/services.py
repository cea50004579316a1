"""Encrypting and signing for an organisation: the verbs.

Master keys live in the setting PROBANZA_MASTER_KEYS or in `<PROBANZA_STATE_DIR>/keys/master.keys`; a data key per organisation
lies wrapped in the database; content and signing keys are sealed with the data key.
"""

import base64
import hashlib
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection, transaction

from governance.keys.envelope import CannotOpen, key_id_of, new_key, place, seal, unseal
from governance.keys.masters import MasterKeys, load
from governance.keys.models import DataKey, SigningKey
from governance.trail.ids import uuid7
from governance.trail.services import Doer, record

DATA_KEY = "data-key"
SIGNING_KEY = "signing-key"
NOBODY = UUID(int=0)


def encrypt(*, organisation: UUID, purpose: str, row: str, plain: bytes) -> bytes:
    """A box that only opens for the same organisation, purpose and row. The first call makes the organisation's key.

    Raises:
        MasterKeyError: a master key is missing or wrong.
    """
    key = _current_data_key(organisation)
    return seal(key.id, _open_data_key(key), plain, place(organisation, purpose, row))


def decrypt(*, organisation: UUID, purpose: str, row: str, sealed: bytes) -> bytes:
    """The content of a box.

    Raises:
        CannotOpen: another organisation's, purpose's or row's box, or changed bytes.
        MasterKeyError: a master key is missing or wrong.
    """
    key = _opened(organisation, key_id_of(sealed), tuple(_masters().keys.items()))
    return unseal(key, sealed, place(organisation, purpose, row))


def encrypt_text(*, purpose: str, text: str) -> str:
    """`master key id:base64` of a text that belongs to no organisation, such as a person's second factor.

    Raises:
        MasterKeyError: a master key is missing or wrong.
    """
    master, wrapped = _masters().wrap(text.encode(), place(NOBODY, purpose, ""))
    return f"{master}:{base64.b64encode(wrapped).decode()}"


def decrypt_text(*, purpose: str, sealed: str) -> str:
    """The reverse of `encrypt_text`. Raises `MasterKeyError`, also for changed content."""
    master, _, wrapped = sealed.partition(":")
    return _masters().unwrap(master, base64.b64decode(wrapped), place(NOBODY, purpose, "")).decode()


@lru_cache(maxsize=1024)  # wrapping a data key anew does not change it; other master keys are asked anew
def _opened(organisation: UUID, key_id: UUID, _masters_at_hand: tuple[tuple[str, bytes], ...]) -> bytes:
    key = DataKey.objects.filter(organisation_id=organisation, id=key_id).first()
    if key is None:
        raise CannotOpen("the encrypted content was made with a key that this organisation does not have")
    return _open_data_key(key)


def signing_key(organisation: UUID) -> tuple[str, Ed25519PrivateKey]:
    """The id and the private half of the key that signs now. The first call makes it."""
    key = SigningKey.objects.filter(organisation_id=organisation).order_by("-number").first() or _new_signing_key(organisation, 1)
    raw = decrypt(organisation=organisation, purpose=SIGNING_KEY, row=str(key.id), sealed=bytes(key.private))
    return key.key_id, Ed25519PrivateKey.from_private_bytes(raw)


def public_keys(organisation: UUID) -> dict[str, bytes]:
    """All public keys that ever signed for the organisation: key id -> 32 raw bytes."""
    rows = SigningKey.objects.filter(organisation_id=organisation).order_by("number")
    return {row.key_id: bytes(row.public) for row in rows}


def foreign_signing_keys(organisation: UUID) -> list[str]:
    """Ids of signing keys that this installation did not make: their private half does not open, or is another key's.

    Whoever may write to the database but has no master key can put a public key there, never a private half that opens.

    Raises:
        MasterKeyError: a master key is missing or wrong.
    """
    rows = SigningKey.objects.filter(organisation_id=organisation).order_by("number")
    return [row.key_id for row in rows if not _is_ours(row)]


def _is_ours(key: SigningKey) -> bool:
    try:
        raw = decrypt(organisation=key.organisation_id, purpose=SIGNING_KEY, row=str(key.id), sealed=bytes(key.private))
        public = Ed25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw()
    except ValueError:  # CannotOpen is one
        return False
    return public == bytes(key.public) and key.key_id == key_id_of_public(public)


@transaction.atomic
def rewrap(*, actor: Doer, now: datetime) -> int:
    """Wraps every data key of the actor's organisation with the current master key; returns how many changed.

    What is encrypted stays as it is and still opens.
    """
    masters, changed = _masters(), 0
    for key in DataKey.objects.select_for_update().filter(organisation_id=actor.organisation):
        if key.master != masters.current:
            where = _data_key_place(key)
            key.master, key.wrapped = masters.wrap(masters.unwrap(key.master, bytes(key.wrapped), where), where)
            key.save(update_fields=["master", "wrapped"])
            changed += 1
    if changed:
        detail: dict[str, object] = {"data_keys": changed, "master": masters.current}
        _trail(actor, "keys.rewrap", detail, now)
    return changed


@transaction.atomic
def renew(*, actor: Doer, now: datetime, signing: bool = False) -> int:
    """A new data key (or signing key) for all that comes; what the old ones made stays readable. Returns its number."""
    model = SigningKey if signing else DataKey
    _lock(actor.organisation)
    last = model.objects.filter(organisation_id=actor.organisation).order_by("-number").first()
    number = 1 if last is None else last.number + 1
    _new_signing_key(actor.organisation, number) if signing else _new_data_key(actor.organisation, number)
    _trail(actor, "keys.renew", {"key": SIGNING_KEY if signing else DATA_KEY, "number": number}, now)
    return number


def _trail(actor: Doer, action: str, detail: dict[str, object], now: datetime) -> None:
    organisation = actor.organisation
    record(actor=actor, action=action, subject="organisation", subject_id=organisation, detail=detail, now=now)


def _masters() -> MasterKeys:
    path = Path(settings.PROBANZA_STATE_DIR) / "keys" / "master.keys"
    setting: str = settings.PROBANZA_MASTER_KEYS
    fresh = not setting and not path.exists()
    return load(setting, path, may_create=fresh and not _any_data_key())


def _any_data_key() -> bool:
    """Whether any organisation has a data key, also one that the wall hides from us."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT probanza_any_data_key()")
        return bool(cursor.fetchone()[0])


def _data_key_place(key: DataKey) -> bytes:
    return place(key.organisation_id, DATA_KEY, str(key.id))


def _open_data_key(key: DataKey) -> bytes:
    return _masters().unwrap(key.master, bytes(key.wrapped), _data_key_place(key))


def _newest_data_key(organisation: UUID) -> DataKey | None:
    return DataKey.objects.filter(organisation_id=organisation).order_by("-number").first()


def _current_data_key(organisation: UUID) -> DataKey:
    return _newest_data_key(organisation) or _new_data_key(organisation, 1)


def _lock(organisation: UUID) -> None:
    """Until the transaction ends no other process makes a key for the organisation."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"probanza.keys.{organisation}"])


@transaction.atomic
def _new_data_key(organisation: UUID, number: int) -> DataKey:
    _lock(organisation)
    made = DataKey.objects.filter(organisation_id=organisation, number=number).first()
    if made is not None:
        return made
    key = DataKey(id=uuid7(), organisation_id=organisation, number=number)
    key.master, key.wrapped = _masters().wrap(new_key(), _data_key_place(key))
    key.save(force_insert=True)
    return key


@transaction.atomic
def _new_signing_key(organisation: UUID, number: int) -> SigningKey:
    _lock(organisation)
    made = SigningKey.objects.filter(organisation_id=organisation, number=number).first()
    if made is not None:
        return made
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    key = SigningKey(id=uuid7(), organisation_id=organisation, number=number)
    key.key_id, key.public = key_id_of_public(public), public
    key.private = encrypt(organisation=organisation, purpose=SIGNING_KEY, row=str(key.id), plain=private.private_bytes_raw())
    key.save(force_insert=True)
    return key


def key_id_of_public(public: bytes) -> str:
    """`ed25519-` and the first 16 hexadecimal digits of the SHA-256 of the raw public key."""
    return f"ed25519-{hashlib.sha256(public).hexdigest()[:16]}"

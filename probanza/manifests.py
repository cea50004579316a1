"""The manifest of an evidence bundle: read, and believed once its signature and the digests of all files hold."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from probanza.canonical import canonical_bytes
from probanza.checking import HASH_BYTES, PAYLOAD_TYPE, authenticated, from_hex, verify_signature
from probanza.container import ENTRIES, ENVELOPE, MANIFEST, PROOFS, SIGNATURE, Slice

SCHEMA, SCHEMA_1 = "probanza.bundle/2", "probanza.bundle/1"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://github.com/probanza/probanza/bundle/v2"
SMALL = 4 << 20  # a file that is read whole
Files = Mapping[str, Slice]


class Wrong(Exception):  # noqa: N818 - reads as what was found
    """What does not hold, in words; ends the check."""


def manifest_of(files: Files, keys: dict[str, bytes]) -> dict[str, Any]:
    """Organisation, created_at, entries, and in schema 2 payloads. Raises `Wrong`."""
    return _signed(files, keys) if ENVELOPE in files else _signed_1(files, keys)


def _signed(files: Files, keys: dict[str, bytes]) -> dict[str, Any]:
    """The manifest of schema 2 once its signature and the sums of all files hold."""
    if files[ENVELOPE].crc is not None and files[ENVELOPE].crc != files[ENVELOPE].crc32():
        raise Wrong(f"{ENVELOPE} was changed: its check sum differs")
    payload = _opened(files[ENVELOPE].content(SMALL), keys)
    statement = _canonical(payload, "the manifest", {"_type", "subject", "predicateType", "predicate"})
    if (statement["_type"], statement["predicateType"]) != (STATEMENT_TYPE, PREDICATE_TYPE):
        raise Wrong(f"the manifest is a {shown(statement['predicateType'])}; this programme knows {PREDICATE_TYPE}")
    manifest = statement["predicate"]
    fields = {"schema", "organisation", "created_at", "entries", "payloads"}
    if not isinstance(manifest, dict) or set(manifest) != fields or manifest["schema"] != SCHEMA:
        raise Wrong(f"the manifest does not have the fields of {SCHEMA}, which this programme knows")
    if not all(type(manifest[name]) is int for name in ("entries", "payloads")):
        raise Wrong("the manifest counts entries and payloads otherwise than by whole numbers")
    _check_files(files, statement["subject"])
    return manifest


def _opened(raw: bytes, keys: dict[str, bytes]) -> bytes:
    """The payload of the envelope, spelled the one way it can be, under a signature that holds."""
    plain = _canonical(raw, ENVELOPE, {"payload", "payloadType", "signatures"})
    try:
        payload = base64.b64decode(plain["payload"], validate=True)
        (one,) = plain["signatures"]
        key_id, signature = one["keyid"], base64.b64decode(one["sig"], validate=True)
        again = {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"keyid": str(key_id), "sig": base64.b64encode(signature).decode()}],
        }
    except (ValueError, TypeError, KeyError) as error:
        raise Wrong(f"{ENVELOPE} is no DSSE envelope with one signature") from error
    key = keys.get(str(key_id))
    if again != plain or key is None or not verify_signature(authenticated(payload), signature, key):
        raise Wrong("the manifest's signature does not hold")
    return payload


def _check_files(files: Files, subjects: object) -> None:
    named = [name for name in files if name != ENVELOPE]
    if not isinstance(subjects, list) or len(subjects) != len(named):
        raise Wrong("the manifest names other files than the bundle holds: one is missing, or one too many")
    for name, subject in zip(named, subjects, strict=True):
        content = files[name]
        try:
            crc, sha256 = subject["digest"]["crc32"], from_hex(subject["digest"]["sha256"]).hex()
            again = {"name": name, "digest": {"crc32": f"{int(crc, 16):08x}", "sha256": sha256}}
        except (ValueError, TypeError, KeyError) as error:
            raise Wrong("the manifest names a file without its digests") from error
        if again != subject or content.crc not in {None, int(crc, 16)}:
            raise Wrong(f"{name} is not the file, or has not the header, that the manifest names")
        # The lines of a whole ledger are pinned by the root under its signed head: no need to hash them a second time.
        if not (name == ENTRIES and PROOFS not in files) and content.sha256() != sha256:
            raise Wrong(f"{name} was changed: it differs from its digest in the manifest")


def _signed_1(files: Files, keys: dict[str, bytes]) -> dict[str, Any]:
    """The manifest of schema 1, whose signature lies in a file of its own."""
    for name, content in files.items():
        if content.crc is not None and content.crc != content.crc32():
            raise Wrong(f"{name} was changed: its check sum differs")
    raw, signature = files[MANIFEST].content(SMALL), files[SIGNATURE].content(64)
    manifest = _canonical(raw, MANIFEST, {"schema", "organisation", "created_at", "key_id", "files", "entries"})
    if manifest["schema"] != SCHEMA_1:
        raise Wrong(f"the manifest's schema is {shown(manifest['schema'])}; this programme knows {SCHEMA_1} and {SCHEMA}")
    key = keys.get(str(manifest["key_id"]))
    if key is None or not verify_signature(raw, signature, key):
        raise Wrong("the manifest's signature does not hold")
    signed = {name: f"sha256:{one.sha256()}" for name, one in files.items() if name not in {MANIFEST, SIGNATURE}}
    if manifest["files"] != signed:
        raise Wrong("a file differs from its digest in the manifest, or is missing")
    return manifest


def plain_of(files: Files, name: str, fields: set[str]) -> dict[str, Any]:
    """A small file that must be canonical JSON with these fields."""
    return _canonical(files[name].content(SMALL), name, fields)


def _canonical(raw: bytes, what: str, fields: set[str]) -> dict[str, Any]:
    plain = object_of(raw, what)
    try:
        same = canonical_bytes(plain) == raw
    except (ValueError, TypeError, RecursionError) as error:
        raise Wrong(f"{what} is not canonical JSON") from error
    if not same or set(plain) != fields:
        raise Wrong(f"{what} is not canonical JSON with the expected fields")
    return plain


def object_of(raw: bytes, what: str) -> dict[str, Any]:
    """Data of bytes that a digest already vouches for."""
    try:
        plain = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Wrong(f"{what} is not canonical JSON") from error
    if not isinstance(plain, dict):
        raise Wrong(f"{what} is not an object")
    return plain


def hexadecimal(text: object, what: str, length: int = HASH_BYTES) -> bytes:
    """Raw bytes of strict hexadecimal; raises `Wrong` that names `what`."""
    try:
        return from_hex(text, length)
    except ValueError as error:
        raise Wrong(f"{what}: {error}") from error


def hashes_of(plain: object) -> list[bytes]:
    """The hashes of one proof."""
    if not isinstance(plain, list) or len(plain) > 2 * 64:
        raise Wrong("a proof has no list of hashes, or too long a one")
    return [hexadecimal(one, "hash of a proof") for one in plain]


def shown(value: object) -> str:
    """Foreign words for a terminal: nothing in them can move the cursor."""
    return ascii(value)[:200]

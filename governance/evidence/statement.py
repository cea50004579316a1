"""What a sealed statement is, before any database: its envelope, its pins, its payload commitment. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from probanza.canonical import canonical_bytes

SCHEMA = "probanza.evidence/1"
COMMITMENT = "sha256-salted"
SALT_BYTES = 32
MAX_BODY = 16 * 1024 * 1024
ENVELOPE = ("schema", "id", "organisation", "kind", "subject", "run_id", "sealed_at", "sealed_by", "payload")
_KIND = re.compile(r"[a-z][a-z0-9_.-]{0,62}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_PLAIN = re.compile(r"[\x21-\x7e]{0,64}")


class SealError(ValueError):
    """The statement cannot be sealed; the message names the field and the fix."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What `seal` itself vouches for; the caller's statement may not use these names."""

    id: UUID
    organisation: UUID
    kind: str
    subject: str
    run_id: str
    sealed_at: datetime
    sealed_by: str

    def to_plain(self) -> dict[str, Any]:
        """JSON-ready data."""
        return {
            "schema": SCHEMA,
            "id": str(self.id),
            "organisation": str(self.organisation),
            "kind": self.kind,
            "subject": self.subject,
            "run_id": self.run_id,
            "sealed_at": utc_text(self.sealed_at),
            "sealed_by": self.sealed_by,
        }


def sealed_body(envelope: Envelope, statement: Mapping[str, Any], commitment: dict[str, Any] | None) -> bytes:
    """The canonical bytes that are hashed and stored, never to be written a second time.

    Raises `SealError` on a reserved name, broken pins, text that is not Unicode or a body over 16 MiB, `TypeError` with
    its path on a float.
    """
    _check_names(envelope, statement)
    check_pins(statement.get("pins", []))
    try:
        body = canonical_bytes({"pins": [], **statement, **envelope.to_plain(), "payload": commitment})
    except UnicodeEncodeError as error:
        code = ord(error.object[error.start])
        raise SealError(f"statement: holds the lone surrogate U+{code:04X}; replace it before sealing.") from error
    if len(body) > MAX_BODY:
        raise SealError(f"statement: {len(body)} bytes; at most {MAX_BODY}. Put the bulk into the payload.")
    return body


def _check_names(envelope: Envelope, statement: Mapping[str, Any]) -> None:
    reserved = sorted(set(statement) & set(ENVELOPE))
    if reserved:
        raise SealError(f"statement: {', '.join(reserved)} is written by seal itself; use another name.")
    if not _KIND.fullmatch(envelope.kind):
        raise SealError("kind: must be 1 to 63 lower-case letters, digits, '_', '.' or '-', a letter first.")
    for name in ("subject", "run_id"):
        if not _PLAIN.fullmatch(getattr(envelope, name)):
            raise SealError(f"{name}: must be an id of at most 64 printable ASCII characters without spaces.")


def check_pins(pins: object) -> None:
    """Raise `SealError` unless `pins` are `[{"role": ..., "id": <version uuid>, "digest": "sha256:..."}]`."""
    if not isinstance(pins, list | tuple):
        raise SealError("pins: must be a list.")
    for number, pin in enumerate(pins):
        _check_pin(f"pins[{number}]", pin)


def _check_pin(path: str, pin: object) -> None:
    if not isinstance(pin, Mapping) or set(pin) != {"role", "id", "digest"}:
        raise SealError(f"{path}: must have exactly role, id and digest.")
    if not isinstance(pin["role"], str) or not pin["role"]:
        raise SealError(f"{path}.role: must be text.")
    if not isinstance(pin["digest"], str) or not _DIGEST.fullmatch(pin["digest"]):
        raise SealError(f"{path}.digest: must be 'sha256:' and 64 lower-case hexadecimal digits.")
    if not _is_uuid(pin["id"]):
        raise SealError(f"{path}.id: must be the id of a registered version.")


def _is_uuid(text: object) -> bool:
    try:
        return isinstance(text, str) and str(UUID(text)) == text
    except ValueError:
        return False


def commitment(salt: bytes, payload: bytes) -> dict[str, Any]:
    """What the body says of a payload: nobody can guess the payload from it once the salt is gone."""
    digest = hashlib.sha256(salt + payload).hexdigest()
    return {"alg": COMMITMENT, "digest": f"sha256:{digest}", "size": len(payload)}


def read_body(body: bytes) -> dict[str, Any]:
    """A stored body as data; raises `ValueError` when it is not a JSON object."""
    plain = json.loads(body)
    if not isinstance(plain, dict):
        raise ValueError("the body is not a JSON object")  # noqa: TRY004 - of the bytes, not of a type
    return plain


def utc_text(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds, so that one moment has one spelling; a naive moment is a `ValueError`."""
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone cannot be sealed")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")

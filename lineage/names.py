"""What stands outside the registry and is still part of lineage, named as OpenLineage names it. Pure."""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from governance.shapes import ShapeError

EXTERNAL_DATASET = "external_dataset"
JOB = "job"
RUN = "run"
EXTERNAL = (EXTERNAL_DATASET, JOB, RUN)
LONGEST_NAMESPACE, LONGEST_NAME = 500, 2_000


@dataclass(frozen=True, slots=True)
class Named:
    """A data set, job or run that others know by this namespace and name; of a run, the name is its run id.

    https://openlineage.io/docs/spec/naming
    """

    kind: str
    namespace: str
    name: str


def node_id(organisation: UUID, named: Named) -> UUID:
    """The one id of this name in an organisation: who writes needs not ask whether it is known already.

    The first 122 free bits of SHA-256 over organisation, kind, namespace and name, as a UUID of version 8 (RFC 9562, 5.8).
    """
    words = "\0".join((str(organisation), named.kind, named.namespace, named.name))
    number = int.from_bytes(sha256(words.encode()).digest()[:16])
    return UUID(int=number & ~(0xF << 76 | 0b11 << 62) | 0x8 << 76 | 0b10 << 62)


def check_named(named: Named, path: str = "") -> None:
    """Raises `ShapeError`, below `path`, for what can be no name."""
    before = f"{path}." if path else ""
    if named.kind not in EXTERNAL:
        raise ShapeError(f"{before}kind", "is not a kind of thing outside the registry.", EXTERNAL)
    for field, value, most in (
        ("namespace", named.namespace, LONGEST_NAMESPACE),
        ("name", named.name, LONGEST_NAME),
    ):
        _check_text(f"{before}{field}", value, most)


def _check_text(path: str, value: str, most: int) -> None:
    if not value.strip() or len(value) > most:
        raise ShapeError(path, f"must have from 1 to {most} characters.")
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ShapeError(path, "must not contain a NUL character or half a surrogate pair.")

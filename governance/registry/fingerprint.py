"""The content digest of a version. Pure, and short enough to be written again by anybody who doubts it.

It is the SHA-256 of the canonical form (`probanza.canonical`: UTF-8 JSON, sorted keys, no white space, no floats) of

    {"components": [{"digest": "sha256:...", "role": "model"}, ...], "kind": "ai_system", "spec": {...}}

with components sorted by role, then digest. Names, notes, people and moments are left out: two versions with the same content
have the same digest in every organisation.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from probanza.canonical import digest_of


def version_digest(kind: str, spec: Mapping[str, Any], components: Iterable[tuple[str, str]] = ()) -> str:
    """`sha256:` and 64 hexadecimal digits.

    spec: as stored, plain data without floats. components: pairs of role and that version's digest, in any order.
    Raises `TypeError` where the specification has no canonical form.
    """
    parts = [{"role": role, "digest": digest} for role, digest in sorted(components)]
    return digest_of({"kind": kind, "spec": dict(spec), "components": parts})

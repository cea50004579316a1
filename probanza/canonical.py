"""The canonical form of everything that is hashed: one value, one byte string.

UTF-8 JSON, keys sorted by code point, no white space, no floats. Numbers with a fraction
travel as decimal text, so that the bytes are the same in every language (RFC 8785 minus
its one hard part, the printing of floats).
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def canonical_bytes(value: Any) -> bytes:
    """`value` as canonical UTF-8 JSON.

    Raises:
        TypeError: on a float or on a type JSON does not know, with its path.
    """
    refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def refuse_floats(value: Any, path: str = "$") -> None:
    """Raise `TypeError` naming the first place in `value` that has no canonical form."""
    if value is None or isinstance(value, bool | int | str):
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{path}: the key {key!r} is not text")
            refuse_floats(inner, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            refuse_floats(inner, f"{path}[{index}]")
    else:
        raise TypeError(f"{path}: {type(value).__name__} has no canonical form; use text")


def sha256_digest(content: bytes) -> str:
    """`sha256:` and 64 lower-case hexadecimal digits."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def digest_of(value: Any) -> str:
    """The digest of a value's canonical form."""
    return sha256_digest(canonical_bytes(value))

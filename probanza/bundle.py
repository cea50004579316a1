"""Writing an evidence bundle: its manifest, and the container that `container.read` reads."""

import base64
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, BinaryIO

from probanza.canonical import canonical_bytes
from probanza.checking import PAYLOAD_TYPE, authenticated
from probanza.container import CHUNK, Part, Slice, directory
from probanza.manifests import PREDICATE_TYPE, STATEMENT_TYPE

MAX_SIZE = 2**32 - 1


def write(target: BinaryIO, files: Iterable[tuple[str, BinaryIO]]) -> None:
    """Write the files, each a readable and seekable stream, as one container. Raises `ValueError` over 4 GiB."""
    parts: list[Part] = []
    offset = 0
    for name, stream in files:
        content = whole(stream)
        part = Part(name.encode("ascii"), content.crc32(), content.size, offset)
        offset += len(part.local()) + part.size
        if offset > MAX_SIZE - CHUNK:
            raise ValueError("a bundle holds at most 4 GiB; choose fewer entries")
        target.write(part.local())
        for chunk in content.chunks():
            target.write(chunk)
        parts.append(part)
    target.write(directory(parts, offset))


def whole(stream: BinaryIO) -> Slice:
    """A stream from its beginning to its end."""
    return Slice(stream, 0, stream.seek(0, os.SEEK_END))


def envelope(predicate: Mapping[str, Any], files: Mapping[str, BinaryIO], key_id: str, sign: Callable[[bytes], bytes]) -> bytes:
    """The manifest of a bundle: an in-toto statement over `files`, in the order they will have, in a signed DSSE envelope.

    predicate: what `verify` expects of a manifest, JSON-ready without floats. sign: bytes -> the Ed25519 signature of `key_id`.
    """
    statement = {
        "_type": STATEMENT_TYPE,
        "subject": [subject(name, whole(stream)) for name, stream in files.items()],
        "predicateType": PREDICATE_TYPE,
        "predicate": predicate,
    }
    payload = canonical_bytes(statement)
    signatures = [{"keyid": key_id, "sig": _base64(sign(authenticated(payload)))}]
    return canonical_bytes({"payloadType": PAYLOAD_TYPE, "payload": _base64(payload), "signatures": signatures})


def subject(name: str, content: Slice) -> dict[str, Any]:
    """A file as an in-toto statement names it; the check sum is that of the container's header."""
    return {"name": name, "digest": {"crc32": f"{content.crc32():08x}", "sha256": content.sha256()}}


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()

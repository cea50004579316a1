#!/usr/bin/env python3
"""Checks an evidence bundle of Probanza offline: `python verify_bundle.py BUNDLE [--key FINGERPRINT]`.

One file. It needs Python 3.11 or newer and `cryptography` (pip install cryptography); it calls no server and opens no network.
Ends with 0 when everything holds, 1 when something does not (it says what), 2 when the file cannot be read as a bundle.

Take it from elsewhere than from whom you check. It is made of the modules canonical, checking, container, manifests, verify
of the package `probanza`, by `python -m probanza.single`, without any change but their imports.
"""

import argparse
import base64
import hashlib
import json
import os
import re
import stat
import struct
import sys
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

# -------------------- probanza/canonical.py

# The canonical form of everything that is hashed: one value, one byte string.
#
# UTF-8 JSON, keys sorted by code point, no white space, no floats. Numbers with a fraction
# travel as decimal text, so that the bytes are the same in every language (RFC 8785 minus
# its one hard part, the printing of floats).

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

# -------------------- probanza/checking.py

# Checking Merkle proofs and signatures of the evidence ledger (RFC 6962 hashing, Ed25519, DSSE).

HEAD_SCHEMA = "probanza.head/1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
HASH_BYTES = 32


def leaf_hash(body: bytes) -> bytes:
    """SHA-256 of 0x00 and the body."""
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and both children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def leaf_hashes(bodies: Sequence[bytes]) -> list[bytes]:
    """`leaf_hash` of each; a hash that is begun once and copied costs less than one made anew."""
    begun, found = hashlib.sha256(b"\x00").copy, []
    for body in bodies:
        one = begun()
        one.update(body)
        found.append(one.digest())
    return found


def root_of(level: list[bytes]) -> bytes:
    """The Merkle tree hash over one or more leaf hashes: pairs joined level by level, one left over goes up as it is."""
    begun = hashlib.sha256(b"\x01").copy
    while len(level) > 1:
        above = []
        for left, right in zip(level[::2], level[1::2], strict=False):
            one = begun()
            one.update(left + right)
            above.append(one.digest())
        level = above + level[2 * len(above) :]
    return level[0]


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that a proof leads to, or None when its length cannot fit (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    node, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if node & 1 or node == last:
            current = node_hash(sibling, current)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        node, last = node >> 1, last >> 1
    return current if last == 0 else None


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that `leaf` stands at `index` of the tree with `size` leaves and `root`."""
    return root_from_inclusion(leaf, index, size, proof) == root


def verify_consistency(first: int, second: int, old: bytes, new: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree (`first`, `old`) is a prefix of the tree (`second`, `new`) (RFC 9162, 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and old == new
    hashes = [old, *proof] if first & (first - 1) == 0 else list(proof)
    return bool(hashes) and _walk(first - 1, second - 1, hashes) == (old, new)


def _walk(node: int, last: int, hashes: list[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots that a consistency proof leads to, or None when its length cannot fit."""
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return (old, new) if last == 0 else None


def verify_signature(message: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether the raw 32-byte `public_key` signed `message` with Ed25519."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def authenticated(payload: bytes) -> bytes:
    """What a DSSE signature covers (PAE, DSSE v1)."""
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)


def fingerprint(public_key: bytes) -> str:
    """What people compare by telephone or on paper: `sha256:` and the hash of the raw public key."""
    return f"sha256:{hashlib.sha256(public_key).hexdigest()}"


def from_hex(text: object, length: int = HASH_BYTES) -> bytes:
    """Strict lower-case hexadecimal of `length` bytes; raises `ValueError` on anything else."""
    try:
        raw = bytes.fromhex(text) if isinstance(text, str) else b""
    except ValueError:
        raw = b""
    if len(raw) != length or raw.hex() != text:
        raise ValueError(f"expected {2 * length} lower-case hexadecimal digits")
    return raw


@dataclass(frozen=True, slots=True)
class SignedHead:
    """What the organisation vouches for: `size` leaves, their `root`, after the head `previous`.

    root: 64 hexadecimal digits. previous: digest of the earlier head (`sha256:...`), empty for the first.
    at: ISO 8601 UTC text. The signature is apart, so that the signed bytes are a pure function of this.
    """

    organisation: str
    size: int
    root: str
    previous: str
    at: str
    key_id: str

    def to_plain(self) -> dict[str, Any]:
        """JSON-ready data; its canonical bytes are what is signed."""
        return {
            "schema": HEAD_SCHEMA,
            "organisation": self.organisation,
            "size": self.size,
            "root": self.root,
            "previous": self.previous,
            "at": self.at,
            "key_id": self.key_id,
        }

    @classmethod
    def from_plain(cls, plain: Any) -> "SignedHead":
        """Read back what `to_plain` wrote; raises `ValueError` on anything else."""
        texts = ("organisation", "root", "previous", "at", "key_id")
        if not isinstance(plain, dict) or set(plain) != {"schema", "size", *texts}:
            raise ValueError("a head has other fields than it should")
        if plain["schema"] != HEAD_SCHEMA or type(plain["size"]) is not int:
            raise ValueError("a head has an unknown schema or no size")
        if not all(isinstance(plain[name], str) for name in texts):
            raise ValueError("a head has a field that is not text")
        return cls(plain["organisation"], plain["size"], *(plain[name] for name in texts[1:]))

    def signed_bytes(self) -> bytes:
        """What the signature covers."""
        return canonical_bytes(self.to_plain())

    def digest(self) -> str:
        """What the next head names as its `previous`."""
        return sha256_digest(self.signed_bytes())

# -------------------- probanza/container.py

# Reading the container of an evidence bundle: a ZIP file that has exactly one spelling.
#
# Files lie uncompressed, in a fixed order, with fixed attributes; all headers are built again and compared, so that any changed
# byte of the file is seen and nothing can unfold while it is read. Any unzip tool opens it; `read` extracts nothing.

ENVELOPE, MANIFEST, SIGNATURE = "manifest.dsse.json", "manifest.json", "manifest.sig"  # the last two in schema 1 only
KEYS, HEADS, ENTRIES, PROOFS, CONSISTENCY = "keys.json", "heads.json", "entries.jsonl", "proofs.jsonl", "consistency.json"
NAMES_1 = (MANIFEST, SIGNATURE, KEYS, HEADS, ENTRIES, PROOFS, CONSISTENCY)
NAMES = (ENVELOPE, KEYS, HEADS, ENTRIES, PROOFS, CONSISTENCY)
FORM = re.compile(r"report\.[a-z0-9.-]{1,40}")  # a report, in each of its forms
CHUNK = 1 << 17
MOST_FILES = 64


class NotABundle(Exception):
    """The file cannot be read as a bundle at all."""


class Damaged(Exception):
    """The bundle is not as it was written; the message says where."""


_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s4H2IH")
_VERSION, _EPOCH, _MODE = 20, (0, 0x21), 0o100644 << 16  # made by Unix, 1980-01-01 00:00:00, a plain file


class Part(NamedTuple):
    """One file of the container, and the one spelling of its two headers."""

    name: bytes
    crc: int
    size: int
    offset: int

    def local(self) -> bytes:
        """The header before the content."""
        sizes = (self.crc, self.size, self.size, len(self.name), 0)
        return _LOCAL.pack(b"PK\3\4", _VERSION, 0, 0, *_EPOCH, *sizes) + self.name

    def central(self) -> bytes:
        """The header in the directory at the end."""
        head = (b"PK\1\2", 3 << 8 | _VERSION, _VERSION, 0, 0, *_EPOCH, self.crc, self.size, self.size)
        return _CENTRAL.pack(*head, len(self.name), 0, 0, 0, 0, _MODE, self.offset) + self.name


def directory(parts: Sequence[Part], offset: int) -> bytes:
    """The one spelling of everything behind the last content."""
    central = b"".join(part.central() for part in parts)
    return central + _END.pack(b"PK\5\6", 0, 0, len(parts), len(parts), len(central), offset, 0)


@dataclass(frozen=True, slots=True)
class Slice:
    """One file of a bundle: bytes [start, start + size) of a stream. crc: as its header says; None outside a container."""

    stream: BinaryIO
    start: int
    size: int
    crc: int | None = None

    def chunks(self) -> Iterator[bytes]:
        """The content in pieces of at most 128 KiB."""
        done = 0
        while done < self.size:
            self.stream.seek(self.start + done)
            chunk = self.stream.read(min(CHUNK, self.size - done))
            if not chunk:
                raise Damaged("the file ends too early")
            done += len(chunk)
            yield chunk

    def content(self, limit: int) -> bytes:
        """All of it; raises `Damaged` when it is longer than `limit` bytes."""
        if self.size > limit:
            raise Damaged(f"a part has {self.size} bytes where at most {limit} are expected")
        return b"".join(self.chunks())

    def batches(self, limit: int) -> Iterator[list[bytes]]:
        """Its lines without their ends; raises `Damaged` when one is longer than `limit` or the last is not ended."""
        rest = b""
        for chunk in self.chunks():
            lines = chunk.split(b"\n")
            lines[0] = rest + lines[0]
            rest = lines.pop()
            yield lines
            if len(rest) > limit:
                raise Damaged(f"a line has more than {limit} bytes")
        if rest:
            raise Damaged("the last line is not ended")

    def lines(self, limit: int) -> Iterator[bytes]:
        """The same, one by one."""
        for lines in self.batches(limit):
            yield from lines

    def sha256(self) -> str:
        """Of the content, 64 hexadecimal digits."""
        running = hashlib.sha256()
        for chunk in self.chunks():
            running.update(chunk)
        return running.hexdigest()

    def crc32(self) -> int:
        """Of the content."""
        crc = 0
        for chunk in self.chunks():
            crc = zlib.crc32(chunk, crc)
        return crc


def read(stream: BinaryIO) -> dict[str, Slice]:
    """The files of a container whose headers have the one spelling. Their check sums are left to be looked at.

    Raises `NotABundle`, `Damaged`.
    """
    length, offset = stream.seek(0, os.SEEK_END), 0
    parts: list[Part] = []
    found: dict[str, Slice] = {}
    if _at(stream, 0, 4) != b"PK\3\4":
        raise NotABundle("this is not a bundle: it does not begin like a ZIP file")
    while _at(stream, offset, 4) == b"PK\3\4":
        part = _part(stream, offset, length)
        start = offset + len(part.local())
        found[part.name.decode()] = Slice(stream, start, part.size, part.crc)
        parts.append(part)
        offset = start + part.size
        if len(found) < len(parts) or len(parts) > MOST_FILES:
            raise Damaged("the ZIP file holds a file twice, or too many")
    if _at(stream, offset, length - offset) != directory(parts, offset):
        raise Damaged("the directory of the ZIP file differs from its content")
    check_order(list(found))
    return found


def _at(stream: BinaryIO, offset: int, size: int) -> bytes:
    if size > CHUNK:
        raise Damaged("the ZIP file holds bytes that belong to no file")
    stream.seek(offset)
    return stream.read(size)


def _part(stream: BinaryIO, offset: int, length: int) -> Part:
    raw = _at(stream, offset, _LOCAL.size)
    if len(raw) < _LOCAL.size:
        raise Damaged("the ZIP file ends too early")
    *_, crc, size, _same, name_size, _extra = _LOCAL.unpack(raw)
    name = _at(stream, offset + _LOCAL.size, min(name_size, 64)).decode("latin-1")
    if name not in {*NAMES, *NAMES_1} and not FORM.fullmatch(name):
        raise Damaged(f"the ZIP file holds an unexpected file {name!a}")
    part = Part(name.encode(), crc, size, offset)
    if _at(stream, offset, len(part.local())) != part.local() or offset + len(part.local()) + size > length:
        raise Damaged(f"the header of {name} is not as it was written")
    return part


def order(names: Collection[str]) -> list[str]:
    """The one order of a bundle's files: those that must be there, those that are, a report's forms by name."""
    forms = sorted(name for name in names if FORM.fullmatch(name))
    return [*NAMES[:4], *(name for name in NAMES[4:] if name in names), *forms]


def check_order(names: list[str]) -> None:
    """Raise `Damaged` unless these are the files of a bundle, in their order."""
    if names not in (order(names), [*NAMES_1], [*NAMES_1[:-1]]):
        raise Damaged(f"expected the files {', '.join(order(names))}, each once and in this order")


def open_folder(folder: Path, opened: list[BinaryIO]) -> dict[str, Slice]:
    """The same files from an unpacked bundle; follows no links. The streams it opens are added to `opened`."""
    names = [entry.name for entry in os.scandir(folder)]
    foreign = sorted(ascii(name) for name in names if name not in {*NAMES, *NAMES_1} and not FORM.fullmatch(name))
    if foreign:
        raise Damaged(f"the folder holds unexpected files: {', '.join(foreign[:5])}")
    expected = [name for name in NAMES_1 if name in names] if MANIFEST in names else order(names)
    check_order(expected if set(expected) == set(names) else names)
    for name in expected:
        if not stat.S_ISREG((folder / name).lstat().st_mode):
            raise Damaged(f"{name} is not a plain file")
        opened.append((folder / name).open("rb"))
    return {name: Slice(one, 0, one.seek(0, os.SEEK_END)) for name, one in zip(expected, opened, strict=True)}

# -------------------- probanza/manifests.py

# The manifest of an evidence bundle: read, and believed once its signature and the digests of all files hold.

SCHEMA, SCHEMA_1 = "probanza.bundle/2", "probanza.bundle/1"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://github.com/probanza/probanza/bundle/v2"
SMALL = 4 << 20  # a file that is read whole
Files = Mapping[str, Slice]


class Wrong(Exception):
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

# -------------------- probanza/verify.py

# Checks an evidence bundle offline: `probanza verify BUNDLE [--key FINGERPRINT]`, or the same in one file, `verify_bundle.py`.
#
# Needs Python and `cryptography`, no server and no network. Ends with 0 when everything holds, 1 when something does
# not, 2 when the file cannot be read as a bundle.
#
# The manifest, a DSSE envelope around an in-toto statement, names every file by SHA-256. Each sealed statement, a line of
# entries.jsonl, is a leaf of a Merkle tree (RFC 6962) under a signed head: by a proof of its own in proofs.jsonl or, in a bundle
# of the whole ledger, by the tree that is built again from all lines. A report in the bundle must be one of the statements, and
# all evidence that it names must be there too.

REPORT = "report.json"  # a report's sealed bytes, of which its other forms are printed
LINE = 17 << 20  # one entry or proof
LARGE = 64 << 20  # a report's sealed bytes
BLOCK = 1 << 12  # leaves joined at once
HOLDS, FAILS, UNREADABLE = 0, 1, 2


@dataclass(slots=True)
class Outcome:
    """What a verification of a bundle found. `problems` is empty when everything holds.

    entries: statements in it. with_payload: those with private words that are not in it; in a bundle of the whole ledger as the
    manifest counts them. sizes: of its heads. forms: the names of a report's forms. evidence: statements that report names.
    kept: size of the head that somebody kept and that is contained.
    """

    organisation: str = ""
    created_at: str = ""
    entries: int = 0
    with_payload: int = 0
    whole: bool = False
    sizes: tuple[int, ...] = ()
    forms: tuple[str, ...] = ()
    evidence: int = 0
    kept: int = 0
    fingerprints: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything that was checked holds."""
        return not self.problems


def verify(path: Path, trusted: Sequence[str] = (), kept: Mapping[str, Any] | None = None) -> Outcome:
    """Check the bundle at `path`, a file or an unpacked folder.

    trusted: fingerprints (`sha256:...`) of which every signing key must be one; empty: any key. kept: an earlier head of which
    the bundle must show that it is contained; its size and root are looked at.
    Raises `NotABundle` and `OSError` when there is nothing to check.
    """
    opened: list[BinaryIO] = []
    try:
        if path.is_dir():
            return _outcome(lambda: open_folder(path, opened), trusted, kept)
        opened.append(path.open("rb"))
        return verify_stream(opened[0], trusted, kept)
    finally:
        for stream in opened:
            stream.close()


def verify_stream(stream: BinaryIO, trusted: Sequence[str] = (), kept: Mapping[str, Any] | None = None) -> Outcome:
    """Check a bundle that is already open. Raises `NotABundle`."""
    return _outcome(lambda: read(stream), trusted, kept)


def _outcome(files: Callable[[], Files], trusted: Sequence[str], kept: Mapping[str, Any] | None) -> Outcome:
    outcome = Outcome()
    try:
        _check(files(), outcome, trusted, kept)
    except (Wrong, Damaged) as wrong:
        outcome.problems.append(str(wrong))
    return outcome


def _check(files: Files, outcome: Outcome, trusted: Sequence[str], kept: Mapping[str, Any] | None) -> None:
    keys = _keys(files, outcome, trusted)
    manifest = manifest_of(files, keys)
    outcome.organisation, outcome.created_at = str(manifest["organisation"]), str(manifest["created_at"])
    heads = _heads(files, manifest, keys)
    outcome.sizes = tuple(head.size for head in heads)
    _check_consistency(files, heads)
    if kept is not None:
        _check_kept(heads, kept, outcome)
    outcome.whole = PROOFS not in files
    if outcome.whole:
        _check_ledger(files[ENTRIES], heads[-1], outcome)
        outcome.with_payload = manifest["payloads"]
        leaves = set()
    else:
        leaves = _check_entries(files, heads[-1], outcome)
    if outcome.entries != manifest["entries"]:
        raise Wrong(f"the manifest counts {shown(manifest['entries'])} entries, the bundle holds {outcome.entries}")
    _check_report(files, leaves, outcome)


def _keys(files: Files, outcome: Outcome, trusted: Sequence[str]) -> dict[str, bytes]:
    plain = plain_of(files, KEYS, {"keys"})["keys"]
    if not isinstance(plain, dict) or not plain:
        raise Wrong("keys.json holds no keys")
    keys = {key_id: hexadecimal(public, f"public key {shown(key_id)}") for key_id, public in plain.items()}
    outcome.fingerprints = {key_id: fingerprint(key) for key_id, key in keys.items()}
    for key_id, public in outcome.fingerprints.items():
        if trusted and public not in trusted:
            raise Wrong(f"the key {shown(key_id)} has the fingerprint {public}, which is not one you gave")
    return keys


def _heads(files: Files, manifest: dict[str, Any], keys: dict[str, bytes]) -> list[SignedHead]:
    plain = plain_of(files, HEADS, {"heads"})["heads"]
    if not isinstance(plain, list) or len(plain) not in {1, 2}:
        raise Wrong("heads.json must hold one or two heads")
    heads = [_head(one, keys) for one in plain]
    if any(head.organisation != manifest["organisation"] for head in heads):
        raise Wrong("a head belongs to another organisation than the manifest")
    return heads


def _head(plain: Any, keys: dict[str, bytes]) -> SignedHead:
    if not isinstance(plain, dict):
        raise Wrong("a head is not an object")
    signature = hexadecimal(plain.get("signature"), "signature of a head", 64)
    try:
        head = SignedHead.from_plain({name: value for name, value in plain.items() if name != "signature"})
    except ValueError as error:
        raise Wrong(str(error)) from error
    key = keys.get(head.key_id)
    if key is None:
        raise Wrong(f"the head over {head.size} entries names a key that is not in keys.json")
    if not verify_signature(head.signed_bytes(), signature, key):
        raise Wrong(f"the signature of the head over {head.size} entries does not hold")
    return head


def _check_kept(heads: list[SignedHead], kept: Mapping[str, Any], outcome: Outcome) -> None:
    """A head that somebody kept elsewhere is one of the bundle's, or what came before it was rewritten."""
    same = [head for head in heads if head.size == kept.get("size") and head.organisation == kept.get("organisation")]
    if not same:
        raise Wrong(
            f"the head over {shown(kept.get('size'))} entries that you kept is not in the bundle; ask for one made since it"
        )
    if same[0].root != kept.get("root"):
        raise Wrong(f"the head over {same[0].size} entries is not the one that you kept: history was rewritten")
    outcome.kept = same[0].size


def _check_consistency(files: Files, heads: list[SignedHead]) -> None:
    if (CONSISTENCY in files) != (len(heads) == 2):
        raise Wrong("an earlier head and consistency.json only come together")
    if CONSISTENCY not in files:
        return
    hashes = hashes_of(plain_of(files, CONSISTENCY, {"hashes"})["hashes"])
    first, second = heads
    old, new = hexadecimal(first.root, "root"), hexadecimal(second.root, "root")
    if not verify_consistency(first.size, second.size, old, new, hashes):
        raise Wrong(f"the head over {second.size} entries does not contain the one over {first.size}: history was rewritten")


def _check_ledger(entries: Slice, head: SignedHead, outcome: Outcome) -> None:
    """All lines are all leaves: the tree is built again and must have the signed root."""
    leaves: list[bytes] = []
    blocks: list[bytes] = []
    for lines in entries.batches(LINE):
        leaves += leaf_hashes(lines)
        outcome.entries += len(lines)
        while len(leaves) >= BLOCK:
            blocks.append(root_of(leaves[:BLOCK]))
            del leaves[:BLOCK]
    joined = [*blocks, *([root_of(leaves)] if leaves else [])]
    if outcome.entries != head.size or not joined or root_of(joined) != hexadecimal(head.root, "root"):
        raise Wrong(
            f"the {outcome.entries} entries are not those under the signed head over {head.size}: changed, added or removed"
        )


def _check_entries(files: Files, head: SignedHead, outcome: Outcome) -> set[bytes]:
    """Each line has a proof of its own; the leaf hashes of all."""
    root, last, leaves = hexadecimal(head.root, "root"), -1, set()
    for body, proof in zip_longest(files[ENTRIES].lines(LINE), files[PROOFS].lines(LINE)):
        outcome.entries += 1
        if body is None or proof is None:
            raise Wrong("entries.jsonl and proofs.jsonl differ in length")
        leaf = leaf_hash(body)
        seq = _place(outcome, leaf, object_of(proof, "a proof"), head, root)
        if seq <= last:
            raise Wrong(f"entry {outcome.entries} is there twice or out of order")
        last = seq
        leaves.add(leaf)
        statement = object_of(body, f"entry {outcome.entries}")
        _check_owner(statement, head, f"entry {outcome.entries}")
        outcome.with_payload += statement.get("payload") is not None
    return leaves


def _place(outcome: Outcome, leaf: bytes, proof: dict[str, Any], head: SignedHead, root: bytes) -> int:
    seq = proof.get("seq")
    if type(seq) is not int:
        raise Wrong(f"entry {outcome.entries} has no place in the ledger")
    if not verify_inclusion(leaf, seq, head.size, hashes_of(proof.get("hashes")), root):
        raise Wrong(f"entry {outcome.entries} is not what stands at place {seq} under the signed head")
    return seq


def _check_owner(statement: dict[str, Any], head: SignedHead, what: str) -> None:
    if statement.get("organisation") != head.organisation:
        raise Wrong(f"{what} belongs to another organisation")


def _check_report(files: Files, leaves: set[bytes], outcome: Outcome) -> None:
    """A report's sealed bytes are one of the statements, and what it rests on lies beside it."""
    outcome.forms = tuple(name for name in files if FORM.fullmatch(name))
    if not outcome.forms:
        return
    if REPORT not in files:
        raise Wrong(f"the bundle holds forms of a report but not its sealed bytes, {REPORT}")
    body = files[REPORT].content(LARGE)
    if leaf_hash(body) not in leaves:
        raise Wrong(f"{REPORT} is not one of the sealed statements in the bundle")
    evidence = object_of(body, REPORT).get("evidence", [])
    for one in evidence if isinstance(evidence, list) else [None]:
        digest = one.get("digest") if isinstance(one, dict) else None
        if not isinstance(digest, str) or hexadecimal(digest.removeprefix("sha256:"), "digest of evidence") not in leaves:
            raise Wrong(f"the report names evidence {shown(digest)} that is not in the bundle")
        outcome.evidence += 1


def told(outcome: Outcome, trusted: Sequence[str]) -> Iterator[str]:
    """The outcome in plain words, line by line; also what was not checked."""
    if outcome.organisation:
        yield f"Organisation {shown(outcome.organisation)}, bundle made {shown(outcome.created_at)}"
    if not outcome.ok:
        yield from (f"FAILED: {problem}" for problem in outcome.problems)
        return
    whole = " They are the whole ledger: none is missing." if outcome.whole else ""
    yield f"{outcome.entries} entries stand unchanged under the signed head over {outcome.sizes[-1]} entries.{whole}"
    if len(outcome.sizes) > 1:
        yield f"That head contains the earlier head over {outcome.sizes[0]} entries."
    if outcome.kept:
        yield f"The head over {outcome.kept} entries is the one that you kept: nothing before it was changed or taken away."
    if outcome.forms:
        yield f"The report's sealed bytes ({REPORT}) are one of them, as is each statement that it rests on: {outcome.evidence}."
        yield f"Its forms are those that the manifest signed: {', '.join(outcome.forms)}."
    for key_id, public in outcome.fingerprints.items():
        yield f"Key {shown(key_id)}: {public}"
    yield "Not checked:"
    yield from _not_checked(outcome, trusted)


def _not_checked(outcome: Outcome, trusted: Sequence[str]) -> Iterator[str]:
    if not trusted:
        yield "- whose keys these are: compare the fingerprints with ones you got another way (--key FINGERPRINT)"
    yield "- whether the entries are true: what they say, and their moments, is the organisation's own word"
    if not outcome.whole:
        yield "- entries of the ledger that are not in this bundle"
    if outcome.forms:
        yield f"- whether a form says what {REPORT} says: the service printed it, nothing printed it again here"
    if outcome.with_payload:
        yield f"- the private payloads of {outcome.with_payload} entries: they are not in the bundle"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="probanza verify", description="Check an evidence bundle offline.")
    parser.add_argument("bundle", type=Path, help="the bundle, or the folder it was unpacked to")
    parser.add_argument("--key", action="append", default=[], metavar="FINGERPRINT", help="trust only this key; repeatable")
    parser.add_argument("--head", type=Path, metavar="FILE", help="a head that you kept, as JSON: it must be contained")
    given = parser.parse_args(arguments)
    try:
        kept = object_of(given.head.read_bytes(), "the head that you kept") if given.head else None
        outcome = verify(given.bundle, given.key, kept)
    except (OSError, NotABundle, Wrong) as error:
        print(f"Cannot read {shown(str(given.bundle))}: {error}", file=sys.stderr)
        return UNREADABLE
    print("\n".join(told(outcome, given.key)))
    return HOLDS if outcome.ok else FAILS


if __name__ == "__main__":
    sys.exit(main())

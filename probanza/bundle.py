"""The container of an evidence bundle: a ZIP file that has exactly one spelling.

Files lie uncompressed, in a fixed order, with fixed attributes, so that any changed byte of the file is seen
and nothing can unfold while it is read. Any unzip tool opens it; `read` extracts nothing.
"""

import hashlib
import os
import stat
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
KEYS = "keys.json"
HEADS = "heads.json"
ENTRIES = "entries.jsonl"
PROOFS = "proofs.jsonl"
CONSISTENCY = "consistency.json"
NAMES = (MANIFEST, SIGNATURE, KEYS, HEADS, ENTRIES, PROOFS, CONSISTENCY)
SIGNED = NAMES[2:]
MAX_SIZE = 2**32 - 1
CHUNK = 1 << 20

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_VERSION = 20
_MADE_BY = 3 << 8 | _VERSION  # Unix
_EPOCH = (0, 0x21)  # 1980-01-01 00:00:00
_MODE = 0o100644 << 16


class NotABundle(Exception):  # noqa: N818 - reads as what was found
    """The file cannot be read as a bundle at all."""


class Damaged(Exception):  # noqa: N818 - reads as what was found
    """The bundle is not as it was written; the message says where."""


class _Part(NamedTuple):
    name: bytes
    crc: int
    size: int
    offset: int

    def local(self) -> bytes:
        sizes = (self.crc, self.size, self.size, len(self.name), 0)
        return _LOCAL.pack(b"PK\3\4", _VERSION, 0, 0, *_EPOCH, *sizes) + self.name

    def central(self) -> bytes:
        head = (b"PK\1\2", _MADE_BY, _VERSION, 0, 0, *_EPOCH, self.crc, self.size, self.size)
        return _CENTRAL.pack(*head, len(self.name), 0, 0, 0, 0, _MODE, self.offset) + self.name


def write(target: BinaryIO, files: Iterable[tuple[str, BinaryIO]]) -> None:
    """Write the files, each a readable and seekable stream, as one bundle. Raises `ValueError` over 4 GiB."""
    parts, offset = [], 0
    for name, content in files:
        crc, size = _measure(content)
        part = _Part(name.encode("ascii"), crc, size, offset)
        offset += len(part.local()) + size
        if offset > MAX_SIZE - CHUNK:
            raise ValueError("a bundle holds at most 4 GiB; choose fewer entries")
        target.write(part.local())
        for chunk in chunks(content):
            target.write(chunk)
        parts.append(part)
    target.write(_directory(parts, offset))


def _directory(parts: list[_Part], offset: int) -> bytes:
    central = b"".join(part.central() for part in parts)
    end = _END.pack(b"PK\5\6", 0, 0, len(parts), len(parts), len(central), offset, 0)
    return central + end


def _measure(content: BinaryIO) -> tuple[int, int]:
    crc = size = 0
    for chunk in chunks(content):
        crc, size = zlib.crc32(chunk, crc), size + len(chunk)
    return crc, size


def chunks(content: BinaryIO) -> Iterator[bytes]:
    """A stream from its beginning in pieces of at most 1 MiB."""
    content.seek(0)
    while chunk := content.read(CHUNK):
        yield chunk


def digest(content: Iterable[bytes]) -> str:
    """`sha256:...` of a file that comes in pieces."""
    running = hashlib.sha256()
    for chunk in content:
        running.update(chunk)
    return f"sha256:{running.hexdigest()}"


@dataclass(frozen=True, slots=True)
class Slice:
    """One file of a bundle: bytes [start, start + size) of a stream."""

    stream: BinaryIO
    start: int
    size: int

    def chunks(self) -> Iterator[bytes]:
        """The content in pieces of at most 1 MiB."""
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

    def lines(self, limit: int) -> Iterator[bytes]:
        """Its lines without their ends; raises `Damaged` when one is longer than `limit` or the last is not ended."""
        rest = b""
        for chunk in self.chunks():
            *lines, rest = (rest + chunk).split(b"\n")
            yield from lines
            if len(rest) > limit:
                raise Damaged(f"a line has more than {limit} bytes")
        if rest:
            raise Damaged("the last line is not ended")


def read(stream: BinaryIO) -> dict[str, Slice]:
    """The files of a bundle, each checked byte for byte against the one spelling. Raises `NotABundle`, `Damaged`."""
    stream.seek(0, os.SEEK_END)
    length, offset = stream.tell(), 0
    parts: list[_Part] = []
    found: dict[str, Slice] = {}
    if _at(stream, 0, 4) != b"PK\3\4":
        raise NotABundle("this is not a bundle: it does not begin like a ZIP file")
    while _at(stream, offset, 4) == b"PK\3\4":
        part = _part(stream, offset, length)
        start = offset + len(part.local())
        found[part.name.decode()] = Slice(stream, start, part.size)
        parts.append(part)
        offset = start + part.size
    if _at(stream, offset, length - offset) != _directory(parts, offset):
        raise Damaged("the directory of the ZIP file differs from its content")
    _check_order([part.name.decode() for part in parts])
    return found


def _at(stream: BinaryIO, offset: int, size: int) -> bytes:
    if size > CHUNK:
        raise Damaged("the ZIP file holds bytes that belong to no file")
    stream.seek(offset)
    return stream.read(size)


def _part(stream: BinaryIO, offset: int, length: int) -> _Part:
    raw = _at(stream, offset, _LOCAL.size)
    if len(raw) < _LOCAL.size:
        raise Damaged("the ZIP file ends too early")
    *_, crc, size, _same, name_size, _extra = _LOCAL.unpack(raw)
    name = _at(stream, offset + _LOCAL.size, min(name_size, 64))
    part = _Part(name, crc, size, offset)
    if name.decode("latin-1") not in NAMES:
        raise Damaged(f"the ZIP file holds an unexpected file {name.decode('latin-1')!a}")
    if _at(stream, offset, len(part.local())) != part.local() or offset + len(part.local()) + size > length:
        raise Damaged(f"the header of {name.decode()} is not as it was written")
    if _crc(Slice(stream, offset + len(part.local()), size)) != crc:
        raise Damaged(f"{name.decode()} was changed: its check sum differs")
    return part


def _crc(content: Slice) -> int:
    crc = 0
    for chunk in content.chunks():
        crc = zlib.crc32(chunk, crc)
    return crc


def _check_order(names: list[str]) -> None:
    if names not in ([*NAMES], [*NAMES[:-1]]):
        raise Damaged(f"expected the files {', '.join(NAMES)} (the last may be missing), each once and in this order")


def open_folder(folder: Path, opened: list[BinaryIO]) -> Mapping[str, Slice]:
    """The same files from an unpacked bundle; follows no links. The streams it opens are added to `opened`."""
    names = sorted(entry.name for entry in os.scandir(folder))
    expected = [name for name in NAMES if name in names]
    if sorted(expected) != names:
        foreign = [ascii(name) for name in names if name not in NAMES]
        raise Damaged(f"the folder holds unexpected files: {', '.join(foreign[:5])}")
    _check_order(expected)
    return {name: _open_slice(folder / name, opened) for name in expected}


def _open_slice(path: Path, opened: list[BinaryIO]) -> Slice:
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise Damaged(f"{path.name} is not a plain file")
    stream = path.open("rb")
    opened.append(stream)
    return Slice(stream, 0, status.st_size)

"""Reading the container of an evidence bundle: a ZIP file that has exactly one spelling.

Files lie uncompressed, in a fixed order, with fixed attributes; all headers are built again and compared, so that any changed
byte of the file is seen and nothing can unfold while it is read. Any unzip tool opens it; `read` extracts nothing.
"""

import hashlib
import os
import re
import stat
import struct
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

ENVELOPE, MANIFEST, SIGNATURE = "manifest.dsse.json", "manifest.json", "manifest.sig"  # the last two in schema 1 only
KEYS, HEADS, ENTRIES, PROOFS, CONSISTENCY = "keys.json", "heads.json", "entries.jsonl", "proofs.jsonl", "consistency.json"
NAMES_1 = (MANIFEST, SIGNATURE, KEYS, HEADS, ENTRIES, PROOFS, CONSISTENCY)
NAMES = (ENVELOPE, KEYS, HEADS, ENTRIES, PROOFS, CONSISTENCY)
FORM = re.compile(r"report\.[a-z0-9.-]{1,40}")  # a report, in each of its forms
CHUNK = 1 << 17
MOST_FILES = 64


class NotABundle(Exception):  # noqa: N818 - reads as what was found
    """The file cannot be read as a bundle at all."""


class Damaged(Exception):  # noqa: N818 - reads as what was found
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

"""What a file is, told from its bytes and never from its name. Pure and light: nothing is opened, let alone run.

One place for uploads, model files and tables, so that what one of them refuses no other takes.
"""

import io
import pickletools
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

PICKLE = "a pickle (also written by joblib and cloudpickle)"
PARQUET = b"PAR1"
_NUMPY = b"\x93NUMPY"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
MAX_MEMBERS = 20_000
MAX_NESTED_BYTES = 256 << 20  # of archives inside archives, all together
_MEMBER_HEAD = 4096
_COMPRESSED = {
    **dict.fromkeys((b"\x78\x01", b"\x78\x9c", b"\x78\xda"), "zlib"),
    b"\x1f\x8b": "gzip",
    **{b"BZh%d1AY&SY" % level: "bzip2" for level in range(1, 10)},
    b"\xfd7zXZ\x00": "xz",
    b"\x5d\x00\x00": "LZMA",
    b"\x04\x22\x4d\x18": "LZ4",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!\x1a\x07": "RAR",
}
_OTHERS = {
    **dict.fromkeys(ZIP, "a ZIP archive (perhaps an Excel or a skops file)"),
    PARQUET: "a Parquet table",
    _NUMPY: "a NumPy file",
    b"\x89HDF": "an HDF5 file (Keras)",
    **{b"GGUF%c\x00" % version: "a GGUF language model" for version in range(4)},
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"%PDF-": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"SQLite format 3\x00": "an SQLite database",
    b"\x80": "a pickle or another binary file",
}
_PICKLED_NAMES = (".pkl", ".pickle", ".joblib", ".dill", ".cloudpickle", ".pt", ".pth")
_OBJECTS = re.compile(rb"'[|<>=]?O\d*'")  # a NumPy type, of the whole or of a field
_BUILDING = frozenset({"GLOBAL", "INST", "OBJ", "REDUCE", "BUILD", "PUT", "BINPUT", "DICT", "LIST", "APPEND", "SETITEM"}) | {
    "STACK_GLOBAL", "NEWOBJ", "NEWOBJ_EX", "EXT1", "EXT2", "EXT4",
}  # fmt: skip
_MANY = 5  # opcodes in a row that no text happens to have
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


def is_pickle(head: bytes) -> bool:
    """Whether the bytes read as a pickle of any protocol. They are taken apart, never executed."""
    if len(head) >= 2 and head[0] == 0x80 and head[1] <= 5:
        return True
    stream = io.BytesIO(head)
    seen: list[str] = []
    stack = _Stack()
    try:
        for opcode, _, _ in pickletools.genops(stream):
            if not stack.takes(opcode):
                return False
            seen.append(opcode.name)
    except (ValueError, IndexError, OverflowError, struct.error):  # no such opcode, or the end of what we look at
        if stream.tell() < len(head) or len(seen) < _MANY:
            return False
    return len(seen) > 2 and not _BUILDING.isdisjoint(seen)


def compressed(head: bytes) -> str:
    """The name of the method by which a file is compressed, "" for none that is known."""
    for magic, name in _COMPRESSED.items():
        if head.startswith(magic):
            return name
    return "zlib" if _inflates(head) else ""


def known_as(head: bytes) -> str:
    """What a file is that is no plain text, in words; "" where the bytes do not tell."""
    if is_pickle(head):
        return PICKLE
    if method := compressed(head):
        return f"a file compressed with {method}"
    if model := text_model(head):
        return f"a model of {model}"
    return next((name for magic, name in _OTHERS.items() if head.startswith(magic)), "")


def text_model(head: bytes) -> str:
    """`xgboost` or `lightgbm` for their own formats, "" for anything else."""
    if re.match(rb"tree\r?\n(?:[a-z_]+=[^\n]*\n|[a-z_]+\r?\n)*?version=v\d", head):
        return "lightgbm"
    if re.match(rb"\{\s*\"", head) and b'"learner"' in head:
        return "xgboost"
    # Universal Binary JSON: an object whose first key has its length as an integer
    if re.match(rb"\{[LliIU]", head) and b"learner" in head[:256]:
        return "xgboost"
    return ""


def hidden_code(archive: zipfile.ZipFile) -> str:
    """What an archive holds that runs code when it is opened, or cannot be looked into; "" where there is nothing.

    Names and the first bytes of every member are looked at, and archives in the archive (a skops file keeps
    sparse matrices as such) one level deep.

    Raises:
        zipfile.BadZipFile: for members that cannot be read.
    """
    return _hidden(archive, nested=True)


def _hidden(archive: zipfile.ZipFile, *, nested: bool) -> str:
    members = sorted(archive.infolist(), key=lambda member: member.header_offset)
    if len(members) > MAX_MEMBERS:
        return f"an archive of {len(members)} members, more than {MAX_MEMBERS}"
    if any(member.filename.lower().endswith(_PICKLED_NAMES) for member in members):
        return "an archive that holds a pickle (PyTorch writes such ones)"
    inner = []
    for member in members:
        head = _head_of(archive, member)
        if found := _member(head):
            return found
        if head.startswith(ZIP):
            inner.append(member)
    return _nested(archive, inner, nested=nested)


def _member(head: bytes) -> str:
    if is_pickle(head):
        return "an archive that holds a pickle"
    if head.startswith(_NUMPY) and _objects(head):
        return "an archive that holds NumPy object arrays"
    if method := compressed(head):
        return f"an archive that holds a file compressed with {method}"
    return ""


def _objects(head: bytes) -> bool:
    """Whether an array's header names the type of Python objects, or is too long to be looked at whole."""
    start, size = (10, 2) if head[6:7] == b"\x01" else (12, 4)
    end = start + int.from_bytes(head[8 : 8 + size], "little")
    return end > _MEMBER_HEAD or _OBJECTS.search(head[start:end]) is not None


def _nested(archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo], *, nested: bool) -> str:
    if members and not nested:
        return "an archive in an archive in an archive"
    if sum(member.file_size for member in members) > MAX_NESTED_BYTES:
        return "an archive that holds large archives"
    return next(filter(None, _inner(archive, members)), "")


def _inner(archive: zipfile.ZipFile, members: Iterable[zipfile.ZipInfo]) -> Iterable[str]:
    for member in members:
        try:
            with archive.open(member) as entry, zipfile.ZipFile(entry) as inside:
                yield _hidden(inside, nested=False)
        except _BROKEN as error:
            raise zipfile.BadZipFile(f"{type(error).__name__} in a member") from None


def _head_of(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(member) as entry:
            return entry.read(_MEMBER_HEAD)
    except _BROKEN as error:
        raise zipfile.BadZipFile(f"{type(error).__name__} in a member") from None


def _inflates(head: bytes) -> bool:
    """Whether the bytes are a zlib stream of any window and level; `x^2` begins like one and is none."""
    if len(head) < 6 or head[0] & 0x0F != 8 or head[0] > 0x78 or (head[0] << 8 | head[1]) % 31:
        return False
    try:
        return bool(zlib.decompressobj().decompress(head, 1 << 16))
    except zlib.error:
        return False


class _Stack:
    """How many values, and marks between them, a pickle's reader would hold: words of a text soon ask for what is not there."""

    def __init__(self) -> None:
        self._depth = 0
        self._marks: list[int] = []

    def takes(self, opcode: Any) -> bool:
        """Go on by one opcode; False when it asks for more than there is."""
        before, after = list(opcode.stack_before), list(opcode.stack_after)
        if opcode.name == "POP" and self._marks and self._marks[-1] == self._depth:
            self._marks.pop()
            return True
        if pickletools.markobject in before:
            if not self._marks:
                return False
            self._depth = self._marks.pop()
            before = before[: before.index(pickletools.markobject)]
        self._depth -= len(before)
        if self._depth < 0:
            return False
        if pickletools.markobject in after:
            self._marks.append(self._depth)
        self._depth += len([one for one in after if one is not pickletools.markobject])
        return True

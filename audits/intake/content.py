"""What an upload is, told from its first bytes and, for archives, its member names. Pure and light.

The web process looks at every upload here, so nothing is imported that could load it. A pickle runs
code when it is opened: it is refused, whatever its name says.
"""

import io
import pickletools
import zipfile
from collections.abc import Iterable
from typing import BinaryIO

HEAD = 4096  # bytes that are enough to tell
_INSTEAD = (
    "Opening it would run code. Save the model as skops, ONNX, XGBoost JSON/UBJ or LightGBM text, "
    "or audit a table of its predictions (CSV or Parquet) instead."
)
_EXTENSIONS = (".pkl", ".pickle", ".joblib", ".pt", ".pth", ".dill", ".cloudpickle", ".npy", ".npz", ".h5", ".hdf5")
_COMPRESSED = {
    **dict.fromkeys((b"\x78\x01", b"\x78\x9c", b"\x78\xda"), "zlib"),
    b"\x04\x22\x4d\x18": "LZ4",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
}
_MAX_MEMBERS = 10_000
_BUILDING = frozenset({"GLOBAL", "INST", "OBJ", "REDUCE", "BUILD", "PUT", "BINPUT", "DICT", "LIST", "APPEND", "SETITEM"})
_MANY = 5  # opcodes in a row that no text happens to have


class UnsafeContent(ValueError):  # noqa: N818 - reads as what happened
    """An upload that is refused. The message says why and what to do instead."""


def check_head(name: str, head: bytes) -> None:
    """Raise `UnsafeContent` when the first bytes or the name are those of something that must not be opened."""
    if not head:
        raise UnsafeContent("The file is empty. Check that the export finished and send it again.")
    if is_pickle(head):
        raise UnsafeContent(f"This is a Python pickle (also called joblib or cloudpickle). {_INSTEAD}")
    if name.lower().endswith(_EXTENSIONS):
        raise UnsafeContent(f"Files ending in .{name.rsplit('.', 1)[-1].lower()} are not taken. {_INSTEAD}")
    for magic, called in _COMPRESSED.items():
        if head.startswith(magic):
            raise UnsafeContent(f"The file is compressed with {called}; its content cannot be checked. Send it unpacked.")


def is_pickle(head: bytes) -> bool:
    """Whether the bytes read as a pickle of any protocol. They are taken apart, never executed."""
    if len(head) >= 2 and head[0] == 0x80 and 2 <= head[1] <= 5:
        return True
    stream = io.BytesIO(head)
    seen: list[str] = []
    try:
        seen.extend(opcode.name for opcode, _, _ in pickletools.genops(stream))
    except (ValueError, IndexError, OverflowError):  # no such opcode, or the end of what we look at
        if stream.tell() < len(head) or len(seen) < _MANY:
            return False
    return len(seen) > 2 and not _BUILDING.isdisjoint(seen)


def is_archive(head: bytes) -> bool:
    """Whether the bytes begin as a zip archive."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def check_archive(stream: BinaryIO) -> None:
    """Look at an archive's directory without unpacking it. Raises `UnsafeContent`; a skops file passes."""
    try:
        with zipfile.ZipFile(stream) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise UnsafeContent(f"The archive cannot be read ({type(error).__name__}). Send the file again.") from None
    if len(names) > _MAX_MEMBERS:
        raise UnsafeContent(f"The archive has {len(names)} members; at most {_MAX_MEMBERS} are taken.")
    _check_members(names)


def _check_members(names: Iterable[str]) -> None:
    members = list(names)
    if any(name.rsplit("/", 1)[-1] == "data.pkl" or name.lower().endswith((".pkl", ".pickle")) for name in members):
        raise UnsafeContent(f"This archive holds a Python pickle (a PyTorch or joblib file). {_INSTEAD}")
    if any(name.endswith(".npy") for name in members) and "schema.json" not in members:
        raise UnsafeContent(f"This is a NumPy archive, which may hold pickles. {_INSTEAD}")

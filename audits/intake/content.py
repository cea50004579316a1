"""Which uploads are refused, told from their names, their first bytes and the members of archives. Pure and light.

A pickle runs code when it is opened, and a compressed file cannot be looked into: both are refused, whatever
their names say. What a file may be used for is told when a target names it, see `fitting`.
"""

import zipfile
from typing import BinaryIO

from audits.targets.magic import PICKLE, ZIP, compressed, hidden_code, is_pickle, known_as

HEAD = 4096  # bytes that are enough to tell
_INSTEAD = (
    "Opening it would run code. Save the model as skops, ONNX, XGBoost JSON/UBJ or LightGBM text, "
    "or audit a table of its predictions (CSV or Parquet) instead."
)
_EXTENSIONS = (
    ".pkl", ".pickle", ".joblib", ".pt", ".pth", ".dill", ".cloudpickle", ".npy", ".npz", ".h5", ".hdf5", ".keras",
)  # fmt: skip
_UNSAFE = ("a NumPy file", "an HDF5 file (Keras)")


class UnsafeContent(ValueError):  # noqa: N818 - reads as what happened
    """An upload that is refused. The message says why and what to do instead."""


def check_head(name: str, head: bytes) -> None:
    """Raise `UnsafeContent` when the first bytes or the name are those of something that must not be opened."""
    if not head:
        raise UnsafeContent("The file is empty. Check that the export finished and send it again.")
    if is_pickle(head):
        raise UnsafeContent(f"This is {PICKLE}. {_INSTEAD}")
    if name.lower().endswith(_EXTENSIONS):
        raise UnsafeContent(f"Files ending in .{name.rsplit('.', 1)[-1].lower()} are not taken. {_INSTEAD}")
    if method := compressed(head):
        raise UnsafeContent(f"The file is compressed with {method}; its content cannot be checked. Send it unpacked.")
    if (what := known_as(head)) in _UNSAFE:
        raise UnsafeContent(f"This is {what}, which may hold pickles. {_INSTEAD}")


def is_archive(head: bytes) -> bool:
    """Whether the bytes begin as a zip archive."""
    return head.startswith(ZIP)


def check_archive(stream: BinaryIO) -> None:
    """Look at the names and first bytes of an archive's members. Raises `UnsafeContent`; a skops file passes.

    stream: seekable and buffered.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.namelist()
            found = hidden_code(archive)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise UnsafeContent(f"The archive cannot be read ({type(error).__name__}). Send the file again.") from None
    if found:
        raise UnsafeContent(f"This is {found}. {_INSTEAD}")
    if any(name.endswith(".npy") for name in members) and "schema.json" not in members:
        raise UnsafeContent(f"This is a NumPy archive, which may hold pickles. {_INSTEAD}")

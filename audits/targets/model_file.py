"""Model files without pickle: which format a file is, told from its content and never from its name.

`detect_format` only looks at bytes, so the web process can refuse an upload by name. Opening a
model is left to the sandboxed child of the kind that needs it.
"""

import json
import os
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from audits.contract import TableTarget, TargetError
from audits.targets.magic import MAX_MEMBERS, PICKLE, ZIP, hidden_code, is_pickle, known_as, text_model

FORMATS = ("skops", "onnx", "xgboost", "lightgbm")
HEAD_BYTES = 1 << 16
MAX_UNPACKED_BYTES = 8 << 30
MAX_SCHEMA_BYTES = 64 << 20  # read by the worker itself, before any child
EXPORTS = (
    "scikit-learn: skops.io.dump(model, 'model.skops'); XGBoost: model.save_model('model.json'); "
    "LightGBM: model.booster_.save_model('model.txt'); PyTorch: torch.onnx.export(...); others: ONNX."
)
_PICKLED = "It would run code of whoever made the file as soon as it is opened, so it is refused whatever its name."


@dataclass(slots=True)
class ModelFile:
    """A `ModelTarget`. `trusted_types`: types of a skops file that its owner vouches for, beyond the usual ones."""

    path: Path
    format: str
    trusted_types: tuple[str, ...]
    table: TableTarget
    background: TableTarget


def open_model(
    path: Path, table: TableTarget, background: TableTarget, trusted_types: tuple[str, ...] = (), declared: str = ""
) -> ModelFile:
    """The model in `path`, not yet loaded. `declared`: the format its owner named, "" for none.

    Raises:
        TargetError: `unsafe_format` as `detect_format`, and where the content is not what was declared.
    """
    found = detect_format(path)
    if declared and declared != found:
        raise TargetError("unsafe_format", f"The model is declared as {declared} but its content is {found}.")
    return ModelFile(path, found, trusted_types, table, background)


def detect_format(path: Path) -> str:
    """`skops`, `onnx`, `xgboost` or `lightgbm`, from the content alone. Nothing is loaded.

    Raises:
        TargetError: `unsafe_format` for pickle, joblib, cloudpickle, PyTorch archives and NumPy object arrays, and for
            every format that is not known, each with the reason and what to do; `unreadable` for an empty file.
    """
    with path.open("rb") as file:
        return format_of(file)


def format_of(file: BinaryIO) -> str:
    """`detect_format` of an open file, which must be seekable and buffered."""
    head = file.read(HEAD_BYTES)
    if not head.strip():
        raise TargetError("unreadable", "The model file is empty.")
    for recognise in (_zip, _text, _refuse_known, _onnx):
        found = recognise(file, head)
        if found:
            return found
    raise TargetError("unsafe_format", f"This is none of the known formats ({', '.join(FORMATS)}). Export it anew: {EXPORTS}")


def _refuse(what: str, why: str = _PICKLED) -> TargetError:
    return TargetError("unsafe_format", f"This is {what}. {why} Export it anew: {EXPORTS}")


def _text(file: BinaryIO, head: bytes) -> str:
    return text_model(head)


def _refuse_known(file: BinaryIO, head: bytes) -> str:
    if is_pickle(head):
        raise _refuse(PICKLE)
    if what := known_as(head):
        raise _refuse(what, "It is no model, or hides one.")
    return ""


def _zip(file: BinaryIO, head: bytes) -> str:
    if not head.startswith(ZIP):
        return ""
    try:
        with zipfile.ZipFile(file) as archive:
            return _archive(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise TargetError("unreadable", f"The archive is broken ({type(error).__name__}).") from None


def _archive(archive: zipfile.ZipFile) -> str:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MAX_MEMBERS or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise TargetError("too_large", "The archive unpacks to more than a model file may hold.")
    if what := hidden_code(archive):
        raise _refuse(what)
    if "schema.json" not in names:
        raise _refuse("an archive of another kind", "It is no skops file: there is no schema.json in it.")
    if archive.getinfo("schema.json").file_size > MAX_SCHEMA_BYTES:
        raise TargetError("too_large", f"The archive's schema.json unpacks to more than {MAX_SCHEMA_BYTES >> 20} MiB.")
    if not _is_skops(archive):
        raise _refuse("an archive of another kind", "Its schema.json is not one of skops.")
    return "skops"


def _is_skops(archive: zipfile.ZipFile) -> bool:
    try:
        schema = json.loads(archive.read("schema.json"))
    except (ValueError, RecursionError):
        return False
    return isinstance(schema, dict) and {"__class__", "__loader__", "protocol"} <= schema.keys()


def _onnx(file: BinaryIO, head: bytes) -> str:
    """ONNX has no magic: its outermost fields are walked. It has an IR version, a graph and operator sets, and no more."""
    file.seek(0, os.SEEK_END)
    size = file.tell()
    file.seek(0)
    seen: set[int] = set()
    try:
        while file.tell() < size:
            field, wire = divmod(_varint(file), 8)
            length = _varint(file)
            if wire == 2:
                file.seek(length, os.SEEK_CUR)
            if wire not in {0, 2} or not 1 <= field <= 30 or file.tell() > size or (field == 1 and length > 100):
                return ""
            seen.add(field)
    except (EOFError, OverflowError, OSError):
        return ""
    return "onnx" if {1, 7, 8} <= seen else ""


def _varint(file: BinaryIO) -> int:
    value = 0
    for shift in range(0, 63, 7):
        byte = file.read(1)
        if not byte:
            raise EOFError
        value |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            return value
    raise OverflowError

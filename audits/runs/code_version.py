"""Which code measured: the released version and a digest of the source that ran."""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("audits", "governance/evidence", "probanza")


@cache
def code_version() -> str:
    """`<version>+<first 12 digits of the source's SHA-256>`, e.g. `0.1.0+3fa9c1d20b77`."""
    whole = hashlib.sha256()
    for path in sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "tests" not in path.parts):
        whole.update(f"{path.relative_to(ROOT).as_posix()}\0".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return f"{_released()}+{whole.hexdigest()[:12]}"


def _released() -> str:
    try:
        return version("probanza")
    except PackageNotFoundError:
        return "0"  # run from a checkout that was never installed

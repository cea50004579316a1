"""Where the embedded engines lie and whom they run as."""

import os
import pwd
from pathlib import Path

import pytest

from governance.config import places
from governance.config.places import EngineError, reachable, state_directory

NOBODY = pwd.getpwnam("nobody")


def test_a_directory_closed_to_others_is_out_of_reach_of_the_servers_user(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "inside").mkdir(parents=True)
    closed.chmod(0o700)
    assert not reachable(closed / "inside" / "not yet there", NOBODY)
    assert reachable(closed, None)


def test_an_open_path_is_within_reach() -> None:
    assert reachable(Path("/usr/lib"), NOBODY)


def test_the_state_directory_is_var_when_the_servers_user_may_enter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROBANZA_STATE_DIR", raising=False)
    assert state_directory(Path("/usr/share"), NOBODY) == Path("/usr/share/var")


def test_an_unreachable_checkout_gets_a_directory_of_its_own_in_the_systems_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PROBANZA_STATE_DIR", raising=False)
    tmp_path.chmod(0o700)
    one, two = state_directory(tmp_path / "a", NOBODY), state_directory(tmp_path / "b", NOBODY)
    assert one.parent == Path("/var/lib/probanza")
    assert one != two


def test_a_given_state_directory_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBANZA_STATE_DIR", str(tmp_path))
    assert state_directory(Path("/usr/share"), NOBODY) == tmp_path


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the servers as somebody else")
def test_a_given_directory_that_the_servers_user_cannot_enter_is_refused_with_the_remedy(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(EngineError, match="PROBANZA_STATE_DIR"):
        places.places(tmp_path / "state")


def test_a_run_directory_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places.tempfile, "gettempdir", lambda: str(tmp_path)[:39])
    monkeypatch.setattr(places.Path, "mkdir", lambda *_, **__: None)
    monkeypatch.setattr(places.Path, "lstat", lambda _: os.stat_result((0o40700, 0, 0, 0, 4242, 4242, 0, 0, 0, 0)))
    with pytest.raises(EngineError, match="belongs to somebody else"):
        places._run_directory(tmp_path)


def test_without_any_engine_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_wheel_directory", lambda *_: None)
    monkeypatch.setattr(places, "_system_directory", lambda _: None)
    where = places.Places(tmp_path, tmp_path, tmp_path, None)
    with pytest.raises(EngineError, match=r"DATABASE_URL.*\[engines\].*postgresql"):
        places.find_binaries("postgres", where)


def test_the_systems_engine_serves_when_no_wheel_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_wheel_directory", lambda *_: None)
    monkeypatch.setattr(places, "_system_directory", lambda _: Path("/usr/bin"))
    assert places.find_binaries("postgres", places.Places(tmp_path, tmp_path, tmp_path, None)) == Path("/usr/bin")


def test_binaries_out_of_reach_are_copied_once(tmp_path: Path) -> None:
    wheel = tmp_path / "site" / "package" / "tree" / "bin"
    wheel.mkdir(parents=True)
    (wheel / "postgres").write_text("binary")
    where = places.Places(tmp_path, tmp_path, tmp_path / "binaries", NOBODY)
    first = places._copied(wheel, "postgres", where)
    assert (first / "postgres").read_text() == "binary"
    assert places._copied(wheel, "postgres", where) == first
    assert len(list(where.binaries.iterdir())) == 1


def test_a_password_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    where = places.Places(tmp_path / "data", tmp_path, tmp_path, None)
    first = places.password_of(where, "redis")
    assert places.password_of(where, "redis") == first
    assert len(first) >= 24
    assert (tmp_path / ".redis.password").stat().st_mode & 0o777 == 0o600

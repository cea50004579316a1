import os
import socket
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from audits.contract import TargetError
from audits.targets.sandbox import Limits, run
from governance.config.places import server_user

HOSTILE = "tests.unit.targets.hostile_worker"
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the layers are those of Linux")


def attempt(what, limits=None, files=None, **more):
    """What came of one hostile attempt."""
    messages = list(run(HOSTILE, {"try": what, **more}, files or {}, limits or Limits(wall_s=20)))
    return messages[-1]["got"]


def processes_in(folder):
    """Processes whose working folder lies in `folder`: those of one sandbox."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        try:
            found += [entry] if str(entry.readlink()).startswith(folder) else []
        except OSError:
            continue
    return found


@linux_only
def test_the_first_message_says_what_holds():
    first = next(iter(run(HOSTILE, {"try": "environment"}, {})))
    assert set(first["confinement"]) == {"network", "processes", "files", "user", "system_calls"}
    assert first["confinement"]["network"] in {"isolated", "not isolated"}


@linux_only
@pytest.mark.usefixtures("socket_enabled")
def test_a_model_cannot_open_a_socket():
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        assert attempt("socket", port=server.getsockname()[1]).startswith("refused")


@linux_only
def test_a_model_cannot_reach_a_local_socket():
    assert attempt("local_socket", path="/tmp/anything").startswith("refused")


def test_a_model_sees_no_secret_of_the_environment(monkeypatch):
    monkeypatch.setenv("PROBANZA_MASTER_KEYS", "k1:secret")
    assert "PROBANZA_MASTER_KEYS" not in attempt("environment")


@linux_only
def test_a_model_cannot_read_its_parents_environment_or_files(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x")
    secret.chmod(0o600)
    assert attempt("read", path=f"/proc/{os.getpid()}/environ").startswith("refused")
    assert attempt("read", path=str(secret)).startswith("refused")
    assert attempt("write", path=str(tmp_path / "left behind")).startswith("refused")


def test_a_model_reads_and_writes_in_its_own_folder(tmp_path):
    given = tmp_path / "given"
    given.write_text("x")
    assert attempt("read", files={"copy": given}, path="copy") == "done"
    assert attempt("write", path="mine") == "done"


@linux_only
def test_a_model_cannot_become_root_again():
    assert attempt("regain") == "refused"


@linux_only
def test_a_model_cannot_change_the_mode_owner_or_times_of_a_file_even_of_its_own(tmp_path):
    given = tmp_path / "given"
    given.write_text("x")
    assert all(got.startswith("refused") for got in attempt("open_up", files={"copy": given}, path="copy"))


@linux_only
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can hand a child to another user")
def test_a_model_is_not_the_user_whose_files_the_engines_are():
    assert attempt("user") not in {0, server_user().pw_uid}


@linux_only
def test_nothing_a_model_starts_outlives_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(TargetError, match="within 2 s") as caught:
        attempt("linger", limits=Limits(wall_s=2))
    assert caught.value.cause == "timeout"
    gone = time.monotonic() + 5
    while processes_in(str(tmp_path)) and time.monotonic() < gone:
        time.sleep(0.05)
    assert processes_in(str(tmp_path)) == []
    assert list(tmp_path.iterdir()) == []


def test_giving_up_early_ends_the_child(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with closing(run(HOSTILE, {"try": "linger"}, {})) as messages:
        assert "confinement" in next(messages)
    assert list(tmp_path.iterdir()) == []


@linux_only
def test_processor_time_and_memory_are_limited():
    with pytest.raises(TargetError, match="processor time or memory"):
        attempt("spin", limits=Limits(wall_s=20, cpu_s=1))
    with pytest.raises(TargetError, match="more memory"):
        attempt("memory", limits=Limits(wall_s=20, memory_bytes=1 << 30))


def test_what_a_library_prints_is_no_message():
    assert attempt("noise") == "heard"


def test_a_failure_names_its_type_and_quotes_nobody():
    with pytest.raises(TargetError, match="ValueError") as caught:
        attempt("fail")
    assert caught.value.cause == "sandbox"
    assert "Jane" not in str(caught.value)

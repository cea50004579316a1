import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.house.rooms import ROOT
from tests.unit.gate.conftest import HOSTILE, RUN_ID, Service, audit, check, suite_run, suites

Gate = Callable[..., int]
QUEUED = suite_run(audit(state="queued", evidence=None), progress={"planned": None, "done": 0}, finished_at=None)
HALF = suite_run(audit(state="running", evidence=None), progress={"planned": 2, "done": 1}, finished_at=None)


def test_a_suite_is_run_once_and_waited_for(
    run_gate: Gate, service: Service, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    service.says(suites(RUN_ID), (202, QUEUED, {}), HALF, suite_run())
    forms = [f"--{form}={tmp_path / form}" for form in ("json", "junit", "sarif")]
    assert run_gate("--version", "7", *forms) == 0
    asked = [(method, path.split("?")[0]) for method, path, _, _ in service.heard]
    assert asked[:2] == [("GET", "/api/v1/suites"), ("POST", "/api/v1/suite-runs")]
    assert json.loads(service.heard[1][3]) == {"system": "credit", "suite": "release", "suite_version": 3, "number": 7}
    said = capsys.readouterr()
    assert "probanza: 0 of 1 audits ended, 1 of 2 items" in said.err
    assert "approval_rate sex=f >= 0.60  0.71 [0.64, 0.77] n 180  met" in said.out
    assert said.out.splitlines()[-1] == "Gate: pass: every criterion is met"
    assert json.loads((tmp_path / "json").read_bytes())["outcome"] == "pass"
    assert ET.parse(tmp_path / "junit").getroot()[0].get("failures") == "0"
    assert json.loads((tmp_path / "sarif").read_bytes())["runs"][0]["results"] == []


def test_a_hiccup_is_repeated_under_the_same_key(run_gate: Gate, service: Service) -> None:
    service.says(503, suites(RUN_ID), (200, None, {}), 502, (429, {}, {"Retry-After": "0"}), (202, suite_run(), {}))
    assert run_gate() == 0
    keys = {headers["Idempotency-Key"] for method, _, headers, _ in service.heard if method == "POST"}
    assert len([one for one in service.heard if one[0] == "POST"]) == 4
    assert len(keys) == 1


def test_two_gates_have_different_keys_unless_one_is_given(run_gate: Gate, service: Service) -> None:
    for more in ([], [], ["--idempotency-key", "commit-1"], ["--idempotency-key", "commit-1"]):
        service.answers.clear()
        service.says(suites(RUN_ID), (202, suite_run(), {}))
        run_gate(*more)
    keys = [headers["Idempotency-Key"] for method, _, headers, _ in service.heard if method == "POST"]
    assert (len(set(keys)), keys[2:]) == (3, ["commit-1", "commit-1"])


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ((suites(), ), 2),
        (({"results": []},), 2),
        ((401,), 2),
        ((403,), 2),
        ((suites(RUN_ID), 404), 2),
        ((suites(RUN_ID), 422), 2),
        (((301, {}, {"Location": "https://evil.example.org/"}),), 2),
        (((200, b"<html>Sign in</html>", {}),), 2),
        (((200, b"[" * 100_000, {}),), 2),
        ((503,), 3),
        (((200, None, {}),), 3),
        (({"results": "many"},), 3),
        (({"results": [{}]},), 3),
        ((suites(RUN_ID), (202, {}, {})), 3),
        ((suites(RUN_ID), (202, suite_run(id="../../admin"), {})), 3),
        ((suites(RUN_ID), (202, suite_run(audit(state="failed")), {})), 3),
        ((suites(RUN_ID), (202, suite_run(audit(check("not_met"))), {})), 1),
        ((suites(RUN_ID), (202, suite_run(audit(check("insufficient"))), {})), 4),
        ((suites(RUN_ID), (202, suite_run(audit()), {})), 2),
    ],
)  # fmt: skip
def test_each_ending_has_its_exit_status(run_gate: Gate, service: Service, answers: tuple[object, ...], code: int) -> None:
    service.says(*answers)
    assert run_gate() == code


def test_a_suite_with_an_audit_that_nothing_judges_is_not_even_started(
    run_gate: Gate, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    service.says(suites())
    assert run_gate() == 2
    assert [method for method, *_ in service.heard] == ["GET"]
    assert "no criterion is frozen for approval" in capsys.readouterr().out


def test_inconclusive_can_be_made_a_failure(run_gate: Gate, service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    service.says(suites(RUN_ID), (202, suite_run(audit(check("inconclusive"))), {}))
    assert run_gate("--inconclusive-is-failure") == 1
    assert "inconclusive counts as a failure here" in capsys.readouterr().out


def test_when_the_time_is_up_nothing_was_judged(run_gate: Gate, service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    service.says(suites(RUN_ID), (202, HALF, {}), HALF)
    assert run_gate("--timeout", "0.6") == 3
    assert f"it goes on as {RUN_ID}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "more",
    [
        ["--version", "0"], ["--version", "x"], ["--timeout", "nan"], ["--timeout", "-1"], ["--patience", "inf"], ["--colour"],
        ["--json", "/nowhere/x.json"], ["--json", "/"], ["--url", "ftp://p.example.org"], ["--url", "p.example.org"],
        ["--url", "http://"], ["--url", "http://user:pass@127.0.0.1"], ["--url", "http://[::1"], ["--token-env", "NO_SUCH_TOKEN"],
        ["--ca-file", "/nowhere.pem"], ["--proxy", "nonsense"], ["--system", ""], ["--system", "a\udc80"],
        ["--suite", "a\x1b[2J"],
        ["--idempotency-key", "é"], ["--idempotency-key", "x" * 201],
    ],
)  # fmt: skip
def test_what_cannot_be_meant_ends_with_2_and_asks_nobody(run_gate: Gate, service: Service, more: list[str]) -> None:
    service.says(500)
    assert run_gate(*more) == 2
    assert service.heard == []


@pytest.mark.parametrize("token", ["", " ", "a\nb", "tokén"])
def test_a_token_that_is_none_ends_with_2(run_gate: Gate, service: Service, monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("PROBANZA_TOKEN", token)
    service.says(500)
    assert run_gate() == 2
    assert service.heard == []


def test_no_foreign_word_moves_the_cursor_or_commands_the_build(
    run_gate: Gate, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = audit(check("not_met", measure=HOSTILE, group=[[HOSTILE, HOSTILE]]), name=HOSTILE, kind=HOSTILE)
    gone = audit(state="failed", reason={"cause": HOSTILE, "message": HOSTILE}, name=HOSTILE)
    service.says(suites(RUN_ID), (202, suite_run(bad, gone) | {"suite": {"name": HOSTILE, "number": 1, "digest": HOSTILE}}, {}))
    assert run_gate() == 1
    service.answers.clear()
    service.says((403, {"detail": HOSTILE, "errors": [{"allowed": [HOSTILE]}]}, {}))
    assert run_gate() == 2
    said = "".join(capsys.readouterr())
    assert not set(said) & set("\x1b\x07\x00\r\u202e\ud800")
    assert "::" not in said
    assert "##" not in said


def test_the_token_is_never_told(run_gate: Gate, service: Service, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    service.says(503)
    run_gate("--json", str(tmp_path / "json"), "--junit", str(tmp_path / "junit"), "--sarif", str(tmp_path / "sarif"))
    said = "".join(capsys.readouterr()) + "".join(path.read_text() for path in tmp_path.iterdir())
    assert "pbz_secret_token" not in said


def test_files_are_written_even_when_nothing_was_judged(run_gate: Gate, service: Service, tmp_path: Path) -> None:
    service.says(503)
    assert run_gate("--json", str(tmp_path / "o.json"), "--junit", str(tmp_path / "o.xml")) == 3
    assert json.loads((tmp_path / "o.json").read_bytes())["outcome"] == "never judged"
    assert ET.parse(tmp_path / "o.xml").getroot()[0].get("errors") == "1"


BASE_INSTALL = """
import sys
class NotInstalled:
    def find_spec(self, name, path=None, target=None):
        top = name.split(".")[0]
        if top in {"django", "rest_framework", "celery", "governance", "audits", "lineage", "numpy", "redis", "psycopg"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, NotInstalled())
sys.path.insert(0, sys.argv.pop(1))
from probanza.cli import main
sys.exit(main())
"""


def base_install(service: Service, *more: str, **how: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-I", "-c", BASE_INSTALL, str(ROOT), "gate", "--system=credit", "--suite=release"]
    environment = {"PROBANZA_TOKEN": "pbz_x", "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PATH": os.environ["PATH"]}
    how = {"capture_output": True, "text": True} | how
    return subprocess.run([*command, f"--url={service.url}", *more], env=environment, timeout=60, check=False, **how)  # type: ignore[call-overload]


def test_the_base_install_is_enough(service: Service) -> None:
    service.says(suites(RUN_ID), (202, suite_run(), {}))
    done = base_install(service)
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0), done.stderr
    assert done.stdout.splitlines()[-1] == "Gate: pass: every criterion is met"


def test_on_a_terminal_the_progress_is_a_bar_that_is_drawn_over(service: Service) -> None:
    service.says(suites(RUN_ID), (202, HALF, {}), suite_run())
    ours, theirs = pty.openpty()
    try:
        done = base_install(service, stderr=theirs, stdout=subprocess.PIPE, capture_output=False)
        assert done.returncode == 0
        shown = os.read(ours, 4096).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    assert "\r\x1b[K[===============...............] 0 of 1 audits ended, 1 of 2 items" in shown
    assert shown.endswith("\r\x1b[K")


def test_a_reader_that_goes_away_changes_no_exit_status(service: Service) -> None:
    service.says(suites(RUN_ID), (202, suite_run(), {}))
    reading, writing = os.pipe()
    os.close(reading)
    done = base_install(service, stdout=writing, stderr=writing, capture_output=False)
    os.close(writing)
    assert done.returncode == 0


def test_what_nobody_foresaw_ends_as_never_judged(
    run_gate: Gate, service: Service, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    service.says(suites(RUN_ID), (202, HALF, {}), HALF)
    monkeypatch.setattr("probanza.telling.Progress.show", interrupted)
    assert run_gate() == 3
    assert "ended by KeyboardInterrupt" in capsys.readouterr().err

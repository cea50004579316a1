"""The command runs as a process of its own without any address of a database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
OUTSIDE = Path(__file__).parent / "outside"


def measure(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    env |= {"PYTHONPATH": str(OUTSIDE), "DJANGO_SETTINGS_MODULE": "governance.config.settings", "PROBANZA_SECRET_KEY": "x" * 50}
    command = [sys.executable, "manage.py", "measure", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"said": "yes"}\n{"said": "no"}\n')
    return path


@pytest.fixture
def parameters(tmp_path: Path) -> Path:
    path = tmp_path / "parameters.yaml"
    path.write_text("prediction: said\n")
    return path


def test_a_file_is_measured_without_server_and_database(lines: Path, parameters: Path, tmp_path: Path) -> None:
    out, results = tmp_path / "facts.json", tmp_path / "results.jsonl"
    done = measure("echo", "--items", lines, "--parameters", parameters, "--out", out, "--item-results", results)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(out.read_bytes())["measures"][0]["value"] == "1"
    assert [json.loads(line) for line in results.read_text().splitlines()] == [
        {"id": "row-00000", "yes": 1},
        {"id": "row-00001", "yes": 0},
    ]


def test_the_same_input_gives_the_same_bytes(lines: Path, parameters: Path, tmp_path: Path) -> None:
    outs = [tmp_path / "a", tmp_path / "b"]
    for out in outs:
        measure("echo", "--items", lines, "--parameters", parameters, "--out", out, "--seed", "7")
    first, second = (out.read_bytes() for out in outs)
    assert first == second


def test_usage_errors_name_what_is_wrong_and_exit_2(lines: Path, parameters: Path, tmp_path: Path) -> None:
    out = ("--out", tmp_path / "facts")
    broken = tmp_path / "broken.yaml"
    broken.write_text("prediction: said\ncolour: [\n")
    unknown = tmp_path / "unknown.yaml"
    unknown.write_text("prediction: said\ncolour: red\n")
    for arguments, words in (
        (("astrology", "--items", lines), "known kinds: "),
        (("echo", "--items", tmp_path / "nowhere"), "there is no file"),
        (("echo", "--items", lines), "parameters.prediction: is required"),
        (("echo", "--items", lines, "--parameters", broken), "broken.yaml, line 3"),
        (("echo", "--items", lines, "--parameters", unknown), "parameters.colour: unknown field"),
    ):
        done = measure(*arguments, *out)
        assert done.returncode == 2
        assert words in done.stderr


def test_when_one_file_cannot_be_written_none_is(lines: Path, parameters: Path, tmp_path: Path) -> None:
    out = tmp_path / "facts.json"
    done = measure("echo", "--items", lines, "--parameters", parameters, "--out", out, "--item-results", tmp_path / "no" / "r")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["parameters.yaml", "rows.jsonl"]

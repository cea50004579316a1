"""Answers in a file, and the command that classifies them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.classification.files import LARGEST, FileError, read_answers

ROOT = Path(__file__).parents[3]
GOOD = "r_roles: [develops_or_own_name]\nh3_points: [4a]\nh3_profiling: yes\nas_of: 2026-11-22\n"


def test_answers_are_read_from_yaml_and_json() -> None:
    expected = {"as_of": "2026-11-22", "h3_points": ["4a"], "h3_profiling": "yes", "r_roles": ["develops_or_own_name"]}
    assert read_answers(GOOD) == expected
    assert read_answers(json.dumps({"title": "CV tool", "answers": expected})) == expected


@pytest.mark.parametrize(
    ("text", "line", "question", "words"),
    [
        ("r_25: [none]\np_ncii: perhaps\n", 2, "p_ncii", "none of its options"),
        ("answers:\n  p_ncii: no\n  p_other: no\n", 3, "p_other", "no question"),
        ("p_ncii: no\np_csam: no\np_ncii: yes\n", 3, "p_ncii", "twice"),
        ("answers:\n  p_ncii: no\n  p_ncii: yes\n", 3, "p_ncii", "twice"),
        ("p_ncii: &a no\np_csam: *a\n", 2, "", "alias"),
        ("p_ncii: [no\n", 2, "", "is not YAML"),
        ("p_ncii: !!python/object:os.system no\n", 1, "", "is not YAML"),
        ("p_ncii: no\nas_of: 2026-02-30\n", 2, "as_of", "must be a day"),
        ("as_of: 2026-02-03 10:00:00\n", 1, "as_of", "must be a day"),
        ("h3_points: 4a\n", 1, "h3_points", "must be a list"),
        ("", 0, "", "no answers"),
        ("{}", 0, "", "no answers"),
        ("answers: {}", 0, "", "no answers"),
        ("- p_ncii", 0, "", "no answers"),
        ("p_ncii: \x00", 0, "", "is not YAML"),
        ("[" * 50 + "]" * 50, 1, "", "nested deeper"),
        ("#" * (LARGEST + 1), 0, "", "at most"),
        ("p_ncii: " + "9" * 5000, 0, "", "is not YAML"),
    ],
)
def test_a_file_that_does_not_fit_names_line_and_question(text: str, line: int, question: str, words: str) -> None:
    with pytest.raises(FileError, match=words) as refused:
        read_answers(text)
    assert (refused.value.line, refused.value.question) == (line, question)


@given(st.text(max_size=200) | st.dictionaries(st.text(), st.text()).map(json.dumps))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        answers = read_answers(text)
    except FileError:
        answers = {}
    assert isinstance(answers, dict)


def command(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    file = folder / "answers.yaml"
    file.write_text(text, encoding="utf-8")
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    line = [sys.executable, "manage.py", "classify", str(file)]
    return subprocess.run(line, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_the_command_prints_each_dimension_and_its_rules_without_a_database(tmp_path: Path) -> None:
    done = command(tmp_path, GOOD)
    told = json.loads(done.stdout)
    assert (done.returncode, told["tier"], told["high_risk"], told["points"]) == (0, "high_risk", "annex_iii", ["4a"])
    assert [step["rule"] for step in told["trace"]["high_risk"]] == ["annex_iii", "annex_iii.profiling"]
    assert told["as_of"] == "2026-11-22"
    assert "p_ncii" in told["assumed"]
    assert command(tmp_path, GOOD).stdout == done.stdout


def test_the_command_ends_with_2_and_names_the_question(tmp_path: Path) -> None:
    done = command(tmp_path, "p_ncii: perhaps\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert "line 1: p_ncii: is answered with none of its options." in done.stderr

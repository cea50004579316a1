"""`manage.py check_framework` says whether a file fits, and where it does not."""

from pathlib import Path

import pytest
from django.core.management import call_command

EXAMPLE = Path(__file__).parents[3] / "examples/frameworks/own_policy.yaml"


def refused(path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        call_command("check_framework", str(path))
    assert ended.value.code == 2
    return capsys.readouterr().err


def test_a_file_that_fits_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_framework", str(EXAMPLE))
    assert capsys.readouterr().out.startswith("acme_ai_policy (ACME policy on AI, edition 3): 1 groups, 2 items")


def test_without_a_file_the_shipped_catalogue_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_framework")
    assert "nist_ai_rmf, edition 1.0: 72 items" in capsys.readouterr().out


def test_a_wrong_file_is_named_by_line_and_item_and_ends_with_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        EXAMPLE.read_text(encoding="utf-8").replace("valid_from: 2027-01-01", "valid_from: 2026-12-31"), encoding="utf-8"
    )
    assert f"{path}, line 44, ACME.2: stands there twice with overlapping validity" in refused(path, capsys)


@pytest.mark.parametrize(("content", "said"), [(b"\xff", "is not UTF-8 at byte 0"), (b"", "must be a mapping")])
def test_what_is_no_text_or_empty_is_refused(
    content: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.yaml"
    path.write_bytes(content)
    assert said in refused(path, capsys)


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "none.yaml, file: cannot be read" in refused(tmp_path / "none.yaml", capsys)

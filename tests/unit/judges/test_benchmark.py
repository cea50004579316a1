"""The figures of the fidelity benchmark."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import fidelity
from training.judge.rows import Row, split_of


def test_auroc_is_the_chance_of_the_right_order_and_ties_count_half() -> None:
    labels = np.array([1, 1, 0, 0])
    assert fidelity.auroc(labels, np.array([0.9, 0.8, 0.2, 0.1])) == 1
    assert fidelity.auroc(labels, np.array([0.5, 0.5, 0.5, 0.5])) == 0.5
    assert fidelity.auroc(labels, np.array([0.9, 0.1, 0.5, 0.1])) == 0.625


def test_auroc_of_one_class_is_not_a_number() -> None:
    assert np.isnan(fidelity.auroc(np.array([1, 1]), np.array([0.1, 0.2])))


def test_f1_at_a_share_is_what_drawing_rows_again_would_give() -> None:
    labels, flags = np.array([1, 1, 0, 0]), np.array([1.0, 0.0, 1.0, 0.0])
    assert fidelity.f1(labels, flags, 0.5) == fidelity.f1(labels, flags) == 0.5
    assert fidelity.f1(labels, flags, 0.2) == pytest.approx(2 * 0.1 / (0.1 + 0.4 + 0.2))


def test_f1_of_flagging_all_is_twice_the_rate_over_one_plus_the_rate() -> None:
    assert fidelity.f1(np.array([1, 0, 0, 0]), np.ones(4)) == 2 * 0.25 / 1.25


def test_rows_of_training_sets_are_never_evaluated() -> None:
    def side(name: str, question: str = "q", source: str = "ExpertQA") -> str:
        return split_of(Row(name, "1", question, "c", "a", 1, source, "en"))

    assert side("cg2c_doc") in {"train", "tune"}
    assert side("some_other_set") == "eval"
    assert side("attributionbench_dev", source="LFQA") == "eval"
    assert {side("attributionbench_dev", question=str(number)) for number in range(50)} == {"tune", "eval"}


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path) -> dict[str, object]:
    monkeypatch.setattr(sys, "argv", ["fidelity", str(folder)])
    assert fidelity.main() == 0
    return dict(json.loads(capsys.readouterr().out.splitlines()[-1]))


def test_without_data_it_is_skipped_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(monkeypatch, capsys, tmp_path / "none")["skipped"] == "no data"


def test_a_small_set_is_measured_with_intervals(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    base = {"question": "?", "context": "The depot opened in 2018.", "source": "x", "lang": "en"}
    good, bad = ("The depot opened in 2018.", 0), ("It has a pool and opened in 1999.", 1)
    lines = [
        {**base, "id": i, "question": f"{i}?", "answer": answer, "label": label}
        for i, (answer, label) in enumerate([good, bad] * 4)
    ]
    (tmp_path / "made_up.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    sets = run(monkeypatch, capsys, tmp_path)["sets"]
    assert isinstance(sets, dict)
    assert sets["made_up"]["auroc_judge"] == [1.0, 1.0, 1.0]

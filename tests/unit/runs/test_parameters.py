from pathlib import Path

import pytest

from audits.runs.measuring import read_parameters
from governance.shapes import ShapeError


def written(path: Path, content: bytes) -> Path:
    (path / "p.yaml").write_bytes(content)
    return path / "p.yaml"


def test_yaml_and_json_are_both_read(tmp_path: Path) -> None:
    assert read_parameters(written(tmp_path, b"a: 1\nb: [x]\n")) == read_parameters(written(tmp_path, b'{"a": 1, "b": ["x"]}'))


def test_an_empty_file_has_no_parameters(tmp_path: Path) -> None:
    assert read_parameters(written(tmp_path, b"# nothing\n")) == {}


def test_a_file_named_in_the_parameters_is_looked_for_beside_them(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"x")
    assert read_parameters(written(tmp_path, b"model: model.onnx\n")) == {"model": str(tmp_path / "model.onnx")}


def test_a_name_is_no_file_for_a_kind_that_takes_none(tmp_path: Path) -> None:
    assert read_parameters(written(tmp_path, b"model: judge-large\n"), ()) == {"model": "judge-large"}


def test_a_file_that_is_not_beside_them_is_named(tmp_path: Path) -> None:
    with pytest.raises(ShapeError) as refused:
        read_parameters(written(tmp_path, b"background: none.csv\n"))
    assert refused.value.field == "parameters.background"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a: [\n", "line 2"),
        (b"- a\n", "names and values"),
        (b"a: \xff\n", "not UTF-8"),
        (b"a: \x00\n", "cannot be read"),
        (b"a: !!python/object/apply:os.system [echo]\n", "line 1"),
    ],
)
def test_a_malformed_file_is_refused_with_the_place(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(ShapeError, match=words):
        read_parameters(written(tmp_path, content))

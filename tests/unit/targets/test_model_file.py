import bz2
import io
import json
import pickle
import zipfile
import zlib

import joblib
import lightgbm
import numpy as np
import pytest
import skops.io
import xgboost
from skl2onnx import to_onnx
from sklearn.linear_model import LogisticRegression

from audits.contract import ModelTarget, TargetError
from audits.targets.model_file import detect_format, open_model
from audits.targets.table import open_table

ROWS = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]] * 10)
LABELS = ROWS[:, 0].astype(int)


class RunsCode:
    def __reduce__(self):
        return (print, ("this must never be seen",))


def archive(**entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in entries.items():
            file.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


def object_array():
    buffer = io.BytesIO()
    np.save(buffer, np.array([RunsCode()], dtype=object), allow_pickle=True)
    return buffer.getvalue()


def joblib_dump(compress):
    buffer = io.BytesIO()
    joblib.dump(RunsCode(), buffer, compress=compress)
    return buffer.getvalue()


UNSAFE = {
    **{f"pickle protocol {number}": pickle.dumps(RunsCode(), protocol=number) for number in range(6)},
    "joblib": joblib_dump(0),
    "joblib zlib": joblib_dump(3),
    "joblib xz": joblib_dump(("xz", 3)),
    "joblib bz2": bz2.compress(pickle.dumps(RunsCode())),
    "zlib by hand": zlib.compress(pickle.dumps(RunsCode())),
    "pytorch": archive(archive__data__pkl=pickle.dumps(RunsCode())),
    "object array": object_array(),
    "archive of object arrays": archive(schema__json="{}", weights__npy=object_array()),
    "another archive": archive(readme__txt="hello"),
    "another schema": archive(schema__json=json.dumps({"a": 1})),
    "hdf5": b"\x89HDF\r\n\x1a\n" + b"\x00" * 50,
    "words": b"hello, I am a model",
    "an object": b'{"a": 1}',
    "not quite onnx": b"\x08\x07\x12\x05hello",
    "random": np.random.default_rng(1).bytes(5000),
}


@pytest.mark.parametrize("name", UNSAFE)
@pytest.mark.parametrize("suffix", [".onnx", ".skops", ".json", ".txt"])
def test_what_could_run_code_is_refused_whatever_its_name(tmp_path, capsys, name, suffix):
    path = tmp_path / f"model{suffix}"
    path.write_bytes(UNSAFE[name])
    with pytest.raises(TargetError, match="Export it anew: scikit-learn: skops") as caught:
        detect_format(path)
    assert caught.value.cause == "unsafe_format"
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("number", range(6))
def test_a_pickle_is_called_a_pickle(tmp_path, number):
    (tmp_path / "model.onnx").write_bytes(UNSAFE[f"pickle protocol {number}"])
    with pytest.raises(TargetError, match=r"pickle.*run code"):
        detect_format(tmp_path / "model.onnx")


def test_the_four_formats_are_told_from_their_content(tmp_path):
    boosted = xgboost.XGBClassifier(n_estimators=2).fit(ROWS, LABELS)
    for suffix in ("json", "ubj"):
        boosted.save_model(tmp_path / f"xgboost.{suffix}")
    data = lightgbm.Dataset(ROWS, LABELS, params={"min_data_in_leaf": 1, "verbose": -1})
    lightgbm.train({"objective": "binary", "verbose": -1}, data, 2).save_model(tmp_path / "lightgbm.txt")
    linear = LogisticRegression().fit(ROWS, LABELS)
    skops.io.dump(linear, tmp_path / "skops.zip")
    (tmp_path / "onnx.bin").write_bytes(to_onnx(linear, ROWS[:1].astype(np.float32)).SerializeToString())
    assert {path.stem for path in tmp_path.iterdir()} == {detect_format(path) for path in tmp_path.iterdir()}
    assert len(list(tmp_path.iterdir())) == 5


def test_an_empty_file_is_no_model(tmp_path):
    (tmp_path / "model").write_bytes(b"")
    with pytest.raises(TargetError, match="empty"):
        detect_format(tmp_path / "model")


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("audits.targets.model_file.MAX_UNPACKED_BYTES", 1000)
    (tmp_path / "model").write_bytes(archive(schema__json="x" * 5000))
    with pytest.raises(TargetError) as caught:
        detect_format(tmp_path / "model")
    assert caught.value.cause == "too_large"


def test_a_broken_archive_is_unreadable(tmp_path):
    (tmp_path / "model").write_bytes(archive(schema__json="{}")[:40])
    with pytest.raises(TargetError) as caught:
        detect_format(tmp_path / "model")
    assert caught.value.cause == "unreadable"


def test_a_model_that_is_not_what_was_declared_is_refused(tmp_path):
    skops.io.dump(LogisticRegression().fit(ROWS, LABELS), tmp_path / "model")
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n")
    rows = open_table(tmp_path / "rows.csv")
    assert isinstance(open_model(tmp_path / "model", rows, rows, declared="skops"), ModelTarget)
    with pytest.raises(TargetError, match="declared as onnx but its content is skops"):
        open_model(tmp_path / "model", rows, rows, declared="onnx")


def test_a_schema_that_would_fill_the_workers_memory_is_refused_unread(tmp_path):
    path = tmp_path / "bomb.skops"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb, bomb.open("schema.json", "w") as schema:
        for _ in range(65):
            schema.write(bytes(1 << 20))
    with pytest.raises(TargetError, match=r"schema\.json unpacks to more than 64 MiB") as caught:
        detect_format(path)
    assert caught.value.cause == "too_large"

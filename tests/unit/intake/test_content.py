import io
import pickle
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
import skops.io
from sklearn.tree import DecisionTreeClassifier

from audits.intake.content import HEAD, UnsafeContent, check_archive, check_head, is_archive
from audits.targets.magic import is_pickle

TABLES = [
    b"code\nA1\n0.5\n",
    b"total.\n",
    b"x^2 + y^2 = z^2\n",
    b"HK,price\n1,2\n",
    b"age,income\n31,1000\n",
    b"country\nSpain\nFrance\n",
    b"id\n1\n2\n3\n",
    b"0.5\n0.7\n",
    b"t.\n",
    b"(a),b\n1,2\n",
]
MODELS = [b"tree\nversion=v4\nnum_class=1\n", b'{"learner":{"attributes":{}}}', b"\x08\x07\x12\x08skl2onnx", b"PAR1\x15\x04"]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("value", [{"a": [1, 2]}, ["x"] * 5000, ValueError("x")])
def test_a_pickle_of_any_protocol_is_refused_with_what_to_do_instead(protocol: int, value: object) -> None:
    head = pickle.dumps(value, protocol)[:HEAD]
    with pytest.raises(UnsafeContent, match="Save the model as skops"):
        check_head("model.skops", head)


def test_the_classic_attack_is_seen_without_being_executed() -> None:
    assert is_pickle(b"cos\nsystem\n(S'touch /tmp/owned'\ntR.")


@pytest.mark.parametrize("head", [*TABLES, *MODELS])
def test_honest_files_are_no_pickles(head: bytes) -> None:
    assert not is_pickle(head)
    check_head("data.csv", head)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(UnsafeContent, match="empty"):
        check_head("data.csv", b"")


@pytest.mark.parametrize("name", ["model.PKL", "model.joblib", "weights.pt", "x.npy"])
def test_a_name_that_promises_a_pickle_is_refused(name: str) -> None:
    with pytest.raises(UnsafeContent, match="are not taken"):
        check_head(name, b"anything else")


def test_a_compressed_file_is_refused_because_it_cannot_be_checked() -> None:
    with pytest.raises(UnsafeContent, match="gzip"):
        check_head("model.json", b"\x1f\x8b\x08\x00")


def archive(*names: str) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as out:
        for name in names:
            out.writestr(name, b"x")
    stream.seek(0)
    return stream


@pytest.mark.parametrize("names", [("archive/data.pkl", "archive/version"), ("a.npy",), ("inner.pickle",)])
def test_an_archive_with_a_pickle_inside_is_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(UnsafeContent):
        check_archive(archive(*names))


def test_a_skops_archive_passes() -> None:
    stream = archive("schema.json", "1.npy")
    assert is_archive(stream.getvalue())
    check_archive(stream)


def test_a_broken_archive_is_refused() -> None:
    with pytest.raises(UnsafeContent, match="cannot be read"):
        check_archive(io.BytesIO(b"PK\x03\x04broken"))


@pytest.mark.parametrize("level", range(1, 10))
def test_what_joblib_compresses_is_refused_at_every_level(level: int) -> None:
    packed = zlib.compress(pickle.dumps({"a": [1.5] * 100}), level)
    with pytest.raises(UnsafeContent, match="zlib"):
        check_head("rows.csv", packed)


@pytest.mark.parametrize("window", range(9, 16))
def test_zlib_of_a_small_window_is_seen_too(window: int) -> None:
    packer = zlib.compressobj(6, zlib.DEFLATED, window)
    with pytest.raises(UnsafeContent, match="zlib"):
        check_head("rows.csv", packer.compress(pickle.dumps({"a": [1.5] * 100})) + packer.flush())


@pytest.mark.parametrize(
    ("head", "words"), [(b"\x93NUMPY\x01\x00", "NumPy"), (b"\x89HDF\r\n\x1a\n", "HDF5"), (b"]\0\0\x80", "LZMA")]
)
def test_what_may_hide_code_is_refused_whatever_its_name(head: bytes, words: str) -> None:
    with pytest.raises(UnsafeContent, match=words):
        check_head("rows.csv", head)


def holding(content: bytes, name: str = "weights.bin") -> io.BytesIO:
    stream = archive("schema.json")
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as out:
        out.writestr(name, content)
    stream.seek(0)
    return stream


def objects() -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    return stream.getvalue()


def saved(value: "np.ndarray") -> bytes:
    stream = io.BytesIO()
    np.save(stream, value)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (pickle.dumps(ValueError("x")), "pickle"),
        (pickle.dumps(ValueError("x"), 0), "pickle"),
        (objects(), "object arrays"),
        (zlib.compress(pickle.dumps([1] * 99)), "zlib"),
        (holding(pickle.dumps(ValueError("x"))).getvalue(), "pickle"),
        (archive("x/model.JOBLIB").getvalue(), "pickle"),
        (b"\x93NUMPY\x02\x00\xff\xff\xff\x00{", "object arrays"),
    ],
)
def test_a_pickle_inside_an_archive_is_refused_whatever_its_name(content: bytes, words: str) -> None:
    with pytest.raises(UnsafeContent, match=words):
        check_archive(holding(content))


def test_an_archive_that_names_a_method_or_a_password_is_refused() -> None:
    stream = bytearray(holding(b"x" * 99).getvalue())
    stream[stream.rindex(b"PK\x01\x02") + 8] |= 1  # encrypted
    with pytest.raises(UnsafeContent, match="cannot be read"):
        check_archive(io.BytesIO(stream))


def test_a_model_with_a_sparse_matrix_and_a_record_array_passes(tmp_path: Path) -> None:
    sparse = io.BytesIO()
    scipy.sparse.save_npz(sparse, scipy.sparse.eye(3, format="csr"))
    check_archive(holding(sparse.getvalue(), "1.npz"))
    check_archive(holding(saved(np.zeros(2, dtype=[("left", "<i8"), ("gain", "<f8")])), "2.npy"))
    skops.io.dump(DecisionTreeClassifier().fit([[0], [1]], [0, 1]), tmp_path / "tree.skops")
    with (tmp_path / "tree.skops").open("rb") as stream:
        check_archive(stream)

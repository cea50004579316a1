import io
import pickle
import zipfile

import pytest

from audits.intake.content import HEAD, UnsafeContent, check_archive, check_head, is_archive, is_pickle

TABLES = [b"age,income\n31,1000\n", b"country\nSpain\nFrance\n", b"id\n1\n2\n3\n", b"0.5\n0.7\n", b"t.\n", b"(a),b\n1,2\n"]
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

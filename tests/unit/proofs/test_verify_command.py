"""The command's three answers, and the rarer ways in which a bundle does not hold."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from probanza import bundle, container, verify
from probanza.canonical import canonical_bytes

Made = Callable[..., bytes]
Parts = dict[str, bytes]


@pytest.fixture
def path(parts: Parts, made: Made, tmp_path: Path) -> Path:
    target = tmp_path / "bundle.zip"
    target.write_bytes(made(parts))
    return target


def changed(parts: Parts, name: str, **fields: object) -> Parts:
    return {**parts, name: canonical_bytes({**json.loads(parts[name]), **fields})}


def problem(content: bytes) -> str:
    (only,) = verify.verify_stream(io.BytesIO(content)).problems
    return only


def test_a_bundle_that_holds_ends_with_0(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main([str(path)]) == 0
    assert "contains the earlier head over 3 entries" in capsys.readouterr().out


def test_a_trusted_key_leaves_no_doubt_about_whose_it_is(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (fingerprint,) = verify.verify(path).fingerprints.values()
    assert verify.main([str(path), "--key", fingerprint]) == 0
    assert "whose keys" not in capsys.readouterr().out


def test_another_key_ends_with_1(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main([str(path), "--key", "sha256:0"]) == 1
    assert "not one you gave" in capsys.readouterr().out


def test_no_bundle_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").write_bytes(b"")
    assert verify.main([str(tmp_path / "empty")]) == 2
    assert "does not begin like a ZIP file" in capsys.readouterr().err


def test_a_bundle_without_an_earlier_head_holds(parts: Parts, made: Made) -> None:
    heads = json.loads(parts[container.HEADS])["heads"]
    alone = changed(parts, container.HEADS, heads=heads[1:])
    del alone[container.CONSISTENCY]
    outcome = verify.verify_stream(io.BytesIO(made(alone)))
    assert outcome.ok
    assert not any("earlier head" in line for line in verify.told(outcome, ()))


@pytest.mark.parametrize(
    ("name", "fields", "told"),
    [
        (container.KEYS, {"keys": {}}, "keys.json holds no keys"),
        (container.KEYS, {"keys": []}, "keys.json holds no keys"),
        (container.KEYS, {"keys": {"k1": "00"}}, "public key 'k1': expected 64"),
        (container.HEADS, {"heads": []}, "must hold one or two heads"),
        (container.HEADS, {"heads": ["x", "y"]}, "a head is not an object"),
        (container.HEADS, {"heads": [{"signature": "00" * 64}]}, "a head has other fields"),
        (container.HEADS, {"heads": [{}]}, "signature of a head: expected 128"),
        (container.CONSISTENCY, {"hashes": "x"}, "a proof has no list of hashes"),
        (container.CONSISTENCY, {"hashes": ["00" * 32] * 129}, "too long"),
    ],
)
def test_parts_of_another_shape_are_refused(parts: Parts, made: Made, name: str, fields: dict[str, object], told: str) -> None:
    assert told in problem(made(changed(parts, name, **fields)))


def test_an_entry_of_another_organisation_is_refused_even_under_a_valid_proof(foreign_parts: Parts, made: Made) -> None:
    assert problem(made(foreign_parts)) == "entry 1 belongs to another organisation"


def test_a_bundle_over_the_limit_is_refused_while_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "MAX_SIZE", container.CHUNK + 10)
    with pytest.raises(ValueError, match="choose fewer entries"):
        bundle.write(io.BytesIO(), [(container.KEYS, io.BytesIO(b"x" * 20))])


def test_a_file_cut_while_it_is_read_is_noticed() -> None:
    with pytest.raises(container.Damaged, match="ends too early"):
        list(container.Slice(io.BytesIO(b"abc"), 0, 4).chunks())


def test_an_endless_line_is_not_gathered_in_memory() -> None:
    with pytest.raises(container.Damaged, match="more than 10 bytes"):
        list(container.Slice(io.BytesIO(b"a" * 100), 0, 100).lines(10))


def test_an_unended_last_line_is_noticed() -> None:
    with pytest.raises(container.Damaged, match="not ended"):
        list(container.Slice(io.BytesIO(b"a\nb"), 0, 3).lines(10))


def test_bytes_that_belong_to_no_file_are_refused(parts: Parts, made: Made) -> None:
    assert problem(made(parts) + b"\0" * (container.CHUNK + 1)) == "the ZIP file holds bytes that belong to no file"


def test_files_in_another_order_are_refused() -> None:
    written = io.BytesIO()
    bundle.write(written, [(container.KEYS, io.BytesIO(b"{}")), (container.MANIFEST, io.BytesIO(b"{}"))])
    assert "each once and in this order" in problem(written.getvalue())

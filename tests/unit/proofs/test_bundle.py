"""The offline verifier: what it accepts, and that it accepts nothing else."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from probanza import bundle, container, manifests, verify

Made = Callable[..., bytes]
Parts = dict[str, bytes]


def outcome(content: bytes, *trusted: str) -> verify.Outcome:
    return verify.verify_stream(io.BytesIO(content), trusted)


def accepted(content: bytes) -> bool:
    try:
        return outcome(content).ok
    except container.NotABundle:
        return False


def problem(content: bytes) -> str:
    (only,) = outcome(content).problems
    return only


def test_an_untouched_bundle_holds(parts: Parts, made: Made) -> None:
    result = outcome(made(parts))
    assert result.problems == []
    assert (result.entries, result.sizes, result.with_payload) == (2, (3, 5), 0)


def unnoticed(content: bytes, masks: tuple[int, ...]) -> list[tuple[int, int]]:
    """Which flips the verifier takes no notice of; each at every byte."""
    changed, found = bytearray(content), []
    for place in range(len(changed)):
        for mask in masks:
            changed[place] ^= mask
            if accepted(bytes(changed)):
                found.append((place, mask))
            changed[place] ^= mask
    return found


@pytest.mark.parametrize("kind", ["parts", "ledger", "report"])
def test_every_flipped_bit_is_noticed(kind: str, made: Made, request: pytest.FixtureRequest) -> None:
    content = made(request.getfixturevalue(kind))
    assert accepted(content)
    assert unnoticed(content, tuple(1 << bit for bit in range(8))) == []


def test_every_flipped_bit_of_a_bundle_from_before_is_noticed(parts: Parts, made_1: Made) -> None:
    assert unnoticed(made_1(parts), (0x01, 0x20, 0x80)) == []


def test_a_bundle_that_was_written_before_there_were_envelopes_still_holds() -> None:
    result = verify.verify(Path(__file__).with_name("schema_1.zip"))
    assert result.problems == []
    assert (result.entries, result.sizes, result.forms) == (2, (3, 5), ())


def test_every_changed_byte_is_noticed_when_the_check_sums_are_made_anew(parts: Parts, made: Made) -> None:
    with zipfile.ZipFile(io.BytesIO(made(parts))) as archive:
        whole = {name: archive.read(name) for name in archive.namelist()}
    missed = []
    for name, content in whole.items():
        for place in range(len(content)):
            changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
            written = io.BytesIO()
            bundle.write(written, [(n, io.BytesIO(changed if n == name else c)) for n, c in whole.items()])
            if accepted(written.getvalue()):
                missed.append((name, place))
    assert missed == []


def test_every_cut_and_every_added_byte_is_noticed(parts: Parts, made: Made) -> None:
    content = made(parts)
    assert not any(accepted(content[:length]) for length in range(0, len(content), 7))
    assert not accepted(content + b"\0")
    assert not accepted(b"\0" + content)


def test_any_unzip_tool_opens_a_bundle(parts: Parts, made: Made) -> None:
    with zipfile.ZipFile(io.BytesIO(made(parts))) as archive:
        assert archive.testzip() is None
        assert archive.read(container.ENTRIES) == parts[container.ENTRIES]


def test_an_unpacked_bundle_holds_too(parts: Parts, made: Made, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(made(parts))) as archive:
        archive.extractall(tmp_path)
    assert verify.verify(tmp_path).ok
    (tmp_path / container.ENTRIES).write_bytes(parts[container.ENTRIES].replace(b"3", b"4"))
    assert verify.verify(tmp_path).problems == ["entries.jsonl was changed: it differs from its digest in the manifest"]


def test_an_unpacked_bundle_with_a_link_or_a_foreign_file_is_refused(parts: Parts, made: Made, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(made(parts))) as archive:
        archive.extractall(tmp_path)
    (tmp_path / container.KEYS).rename(tmp_path.parent / "keys-elsewhere.json")
    (tmp_path / container.KEYS).symlink_to(tmp_path.parent / "keys-elsewhere.json")
    assert "keys.json is not a plain file" in verify.verify(tmp_path).problems
    (tmp_path / "more\x1b[2J").write_bytes(b"")
    assert "the folder holds unexpected files: 'more\\x1b[2J'" in verify.verify(tmp_path).problems


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (container.ENTRIES, b'"n":3', b'"n":4', "entry 2 is not what stands at place 3"),
        (container.PROOFS, b'"seq":3', b'"seq":2', "entry 2 is not what stands at place 2"),
        (container.PROOFS, b'"seq":3', b'"seq":"3"', "entry 2 has no place"),
        (container.PROOFS, b'"hashes":[', b'"hashes":["",', "hash of a proof"),
        (container.PROOFS, b"}\n", b"}", "proofs.jsonl"),
        (container.HEADS, b'"size":5', b'"size":6', "signature of the head over 6"),
        (container.HEADS, b'"key_id":"k1"', b'"key_id":"k2"', "names a key that is not in keys.json"),
        (container.KEYS, b'"k1"', b'"k2"', "the manifest's signature does not hold"),
        (container.KEYS, b'"keys"', b'"more"', "keys.json is not canonical JSON with the expected fields"),
        (container.CONSISTENCY, b'"hashes":[', b'"hashes":["' + b"0" * 64 + b'",', "history was rewritten"),
    ],
)
def test_a_change_that_the_manifest_was_signed_over_is_still_found(
    parts: Parts, made: Made, name: str, old: bytes, new: bytes, told: str
) -> None:
    changed = {**parts, name: parts[name].replace(old, new)}
    assert changed != parts
    if told == "proofs.jsonl":
        assert not accepted(made(changed))
    else:
        assert told in problem(made(changed))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"organisation": "other"}, "belongs to another organisation"),
        ({"entries": 3}, "the manifest counts 3 entries, the bundle holds 2"),
        ({"schema": "probanza.bundle/9"}, "the fields of probanza.bundle/2, which this programme knows"),
        ({"key_id": "\x1b[2J"}, "the manifest's signature does not hold"),
        ({"more": 1}, "the fields of probanza.bundle/2, which this programme knows"),
    ],
)
def test_a_signed_manifest_that_does_not_fit_is_refused(parts: Parts, made: Made, change: dict[str, Any], told: str) -> None:
    assert told in problem(made(parts, **change))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"organisation": "other"}, "belongs to another organisation"),
        ({"entries": 3}, "the manifest counts 3 entries, the bundle holds 2"),
        ({"schema": "probanza.bundle/9"}, "this programme knows probanza.bundle/1 and"),
        ({"files": {}}, "a file differs from its digest"),
        ({"key_id": "\x1b[2J"}, "the manifest's signature does not hold"),
        ({"more": 1}, "manifest.json is not canonical JSON with the expected fields"),
    ],
)
def test_a_signed_manifest_from_before_that_does_not_fit_is_refused(
    parts: Parts, made_1: Made, change: dict[str, Any], told: str
) -> None:
    assert told in problem(made_1(parts, **change))


def test_an_entry_told_twice_is_refused(parts: Parts, made: Made) -> None:
    for name in (container.ENTRIES, container.PROOFS):
        first, _ = parts[name].splitlines()
        parts[name] = first + b"\n" + first + b"\n"
    assert "there twice" in problem(made(parts))


def test_entries_and_proofs_of_different_length_are_refused(parts: Parts, made: Made) -> None:
    parts[container.PROOFS] = parts[container.PROOFS].splitlines(keepends=True)[0]
    assert problem(made(parts)) == "entries.jsonl and proofs.jsonl differ in length"


def test_an_earlier_head_without_its_proof_is_refused(parts: Parts, made: Made) -> None:
    del parts[container.CONSISTENCY]
    assert "only come together" in problem(made(parts))


@pytest.mark.parametrize("hostile", [b"[" * 100_000, b"1" * 5000, b'{"a":NaN}', b'{"a":1,"a":1}', b'{"a":"\\ud800"}', b"\xff"])
def test_hostile_json_is_refused_in_words(parts: Parts, made: Made, hostile: bytes) -> None:
    assert "not canonical JSON" in problem(made({**parts, container.HEADS: hostile}))


@pytest.mark.parametrize("depth", range(900, 1000, 7))
def test_json_nested_to_the_edge_is_refused_in_words(parts: Parts, made: Made, depth: int) -> None:
    nested = b'{"heads":' + b"[" * depth + b"]" * depth + b"}"
    assert not accepted(made({**parts, container.HEADS: nested}))


def test_a_list_where_an_object_belongs_is_refused(parts: Parts, made: Made) -> None:
    assert problem(made({**parts, container.KEYS: b"[]"})) == "keys.json is not an object"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "manifest.json\0", "x" * 300])
def test_a_zip_with_foreign_names_is_refused_before_anything_is_read(name: str) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(name, b"x")
    assert not accepted(written.getvalue())


def test_a_compressed_zip_is_refused_so_that_nothing_can_unfold() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(container.MANIFEST, b"0" * 10_000_000)
    assert problem(written.getvalue()) == "the header of manifest.json is not as it was written"


def test_an_oversized_small_part_is_refused(parts: Parts, made: Made) -> None:
    assert "are expected" in problem(made({**parts, container.KEYS: b"0" * (manifests.SMALL + 1)}))


def test_a_fingerprint_decides_whose_key_it_is(parts: Parts, made: Made) -> None:
    content = made(parts)
    fingerprint = outcome(content).fingerprints["k1"]
    assert outcome(content, fingerprint).ok
    (told,) = outcome(content, "sha256:" + "0" * 64).problems
    assert f"has the fingerprint {fingerprint}, which is not one you gave" in told


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "probanza.verify", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_ends_with_0_and_says_what_it_did_not_check(parts: Parts, made: Made, tmp_path: Path) -> None:
    (tmp_path / "bundle.zip").write_bytes(made(parts))
    done = run(str(tmp_path / "bundle.zip"))
    assert done.returncode == 0, done.stderr
    assert "2 entries stand unchanged under the signed head over 5 entries" in done.stdout
    assert "whose keys these are" in done.stdout


def test_the_command_ends_with_1_for_changed_evidence(parts: Parts, made: Made, tmp_path: Path) -> None:
    (tmp_path / "bundle.zip").write_bytes(made(parts).replace(b'"n":3', b'"n":4'))
    done = run(str(tmp_path / "bundle.zip"))
    assert done.returncode == 1
    assert "FAILED: entries.jsonl was changed" in done.stdout


def test_the_command_ends_with_2_for_what_is_no_bundle(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("hello")
    assert run(str(tmp_path / "note.txt")).returncode == 2
    assert run(str(tmp_path / "missing.zip")).returncode == 2


def test_hostile_words_cannot_move_the_cursor(parts: Parts, made: Made) -> None:
    told = "\n".join(verify.told(outcome(made(parts, created_at="\x1b[2Jnow")), ()))
    assert "\x1b" not in told


def test_a_payload_that_is_not_in_the_bundle_is_told(parts: Parts, made: Made) -> None:
    result = outcome(made(parts))
    result.with_payload = 2
    assert "- the private payloads of 2 entries: they are not in the bundle" in list(verify.told(result, ()))


def test_the_verifier_needs_nothing_but_cryptography() -> None:
    script = "import sys, probanza.verify; print([m for m in ('django', 'httpx', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""A report with its evidence in one bundle, a whole ledger in another: what may not be missing, changed or in another order."""

import base64
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from probanza import checking, container, proofs, verify
from probanza.canonical import canonical_bytes
from tests.unit.proofs.conftest import assemble, small_parts

Made = Callable[..., bytes]
Parts = dict[str, bytes]
SMALL = small_parts()
SOUND = assemble(SMALL)
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))


def problem(content: bytes, *trusted: str) -> str:
    (only,) = verify.verify_stream(io.BytesIO(content), trusted).problems
    return only


def opened(content: bytes) -> Parts:
    """The files of a container by name."""
    return {name: part.content(1 << 20) for name, part in container.read(io.BytesIO(content)).items()}


def without(lines: bytes, number: int) -> bytes:
    kept = lines.splitlines(keepends=True)
    del kept[number]
    return b"".join(kept)


def test_a_report_and_all_it_rests_on_hold(report: Parts, made: Made) -> None:
    outcome = verify.verify_stream(io.BytesIO(made(report)))
    assert outcome.problems == []
    assert (outcome.forms, outcome.evidence, outcome.entries) == (("report.html", "report.json"), 2, 3)
    told = "\n".join(verify.told(outcome, ()))
    assert "as is each statement that it rests on: 2." in told
    assert "whether a form says what report.json says" in told


def test_a_whole_ledger_holds_without_a_proof_for_each(ledger: Parts, made: Made) -> None:
    outcome = verify.verify_stream(io.BytesIO(made(ledger, payloads=4)))
    assert outcome.problems == []
    assert (outcome.entries, outcome.whole, outcome.with_payload) == (5, True, 4)
    assert "none is missing" in "\n".join(verify.told(outcome, ()))


def test_a_gap_that_is_taken_out_of_the_report_is_found(report: Parts, made: Made) -> None:
    plain = json.loads(report["report.json"])
    report["report.json"] = canonical_bytes({**plain, "duties": plain["duties"][:1]})
    assert problem(made(report)) == "report.json is not one of the sealed statements in the bundle"


def test_evidence_that_is_taken_out_together_with_its_proof_is_found(report: Parts, made: Made) -> None:
    for name in (container.ENTRIES, container.PROOFS):
        report[name] = without(report[name], 1)
    assert "names evidence" in problem(made(report))


def test_forms_without_the_sealed_bytes_are_refused(report: Parts, made: Made) -> None:
    del report["report.json"]
    assert "not its sealed bytes" in problem(made(report))


@pytest.mark.parametrize("name", ["report.html", "report.json", container.PROOFS, container.CONSISTENCY])
def test_a_file_that_is_taken_out_is_missed(report: Parts, made: Made, archive: Made, name: str) -> None:
    files = opened(made(report))
    del files[name]
    assert "one is missing" in problem(archive(files))


@pytest.mark.parametrize("name", [container.ENVELOPE, container.KEYS, container.HEADS, container.ENTRIES])
def test_a_bundle_without_a_file_that_it_must_have_is_refused(report: Parts, made: Made, archive: Made, name: str) -> None:
    files = opened(made(report))
    del files[name]
    assert "expected the files" in problem(archive(files))


def test_a_file_that_nobody_signed_is_refused(report: Parts, made: Made, archive: Made) -> None:
    files = opened(made(report))
    assert "one too many" in problem(archive({**files, "report.pdf": b"%PDF"}))
    assert "unexpected file" in problem(archive({**files, "report.pdf/../x": b""}))


def test_a_form_of_another_report_is_found(report: Parts, made: Made, archive: Made) -> None:
    files = opened(made(report))
    assert "report.html" in problem(archive({**files, "report.html": b"<p>all is well</p>"}))


def test_swapped_proofs_and_swapped_lines_are_found(report: Parts, made: Made) -> None:
    for name in (container.PROOFS, container.ENTRIES):
        lines = report[name].splitlines(keepends=True)
        assert "is not what stands at place" in problem(made({**report, name: b"".join(lines[::-1])}))
    both = {name: b"".join(report[name].splitlines(keepends=True)[::-1]) for name in (container.PROOFS, container.ENTRIES)}
    assert "out of order" in problem(made({**report, **both}))


def test_a_whole_ledger_whose_lines_were_swapped_cut_or_doubled_is_found(ledger: Parts, made: Made) -> None:
    lines = ledger[container.ENTRIES].splitlines(keepends=True)
    for changed in (lines[::-1], lines[:-1], [*lines, lines[-1]], lines[1:], []):
        found = problem(made({**ledger, container.ENTRIES: b"".join(changed)}))
        assert "are not those under the signed head over 5" in found


def test_a_manifest_signed_by_another_key_does_not_hold(report: Parts, made: Made) -> None:
    assert problem(made(report, key=OTHER)) == "the manifest's signature does not hold"


def test_a_bundle_made_anew_with_another_key_is_told_by_its_fingerprint(ledger: Parts, made: Made) -> None:
    known = verify.verify_stream(io.BytesIO(made(ledger))).fingerprints["k1"]
    public = OTHER.public_key().public_bytes_raw()
    heads = json.loads(ledger[container.HEADS])["heads"]
    plain = [{name: value for name, value in head.items() if name != "signature"} for head in heads]
    anew = [{**one, "signature": proofs.sign(canonical_bytes(one), OTHER).hex()} for one in plain]
    forged = made(
        {
            **ledger,
            container.HEADS: canonical_bytes({"heads": anew}),
            container.KEYS: canonical_bytes({"keys": {"k1": public.hex()}}),
        },
        key=OTHER,
    )
    outcome = verify.verify_stream(io.BytesIO(forged))
    assert outcome.fingerprints == {"k1": proofs.fingerprint(public)}
    assert "compare the fingerprints" in "\n".join(verify.told(outcome, ()))
    assert "not one you gave" in problem(forged, known)


def respelled(envelope: bytes, **change: Any) -> bytes:
    return canonical_bytes({**json.loads(envelope), **change})


@pytest.mark.parametrize(
    "change",
    [
        {"payloadType": "application/json"},
        {"signatures": []},
        {"signatures": "x"},
        {"payload": "e30"},
        {"payload": 7},
        {"signatures": [{"keyid": "k1", "sig": "AA==", "more": 1}]},
        {"more": 1},
    ],
)
def test_an_envelope_of_another_spelling_is_refused(report: Parts, made: Made, archive: Made, change: dict[str, Any]) -> None:
    files = opened(made(report))
    assert problem(archive({**files, container.ENVELOPE: respelled(files[container.ENVELOPE], **change)}))


def test_the_manifest_is_a_statement_that_other_tools_read(report: Parts, made: Made) -> None:
    files = opened(made(report))
    envelope = json.loads(files.pop(container.ENVELOPE))
    payload = base64.b64decode(envelope["payload"])
    statement = json.loads(payload)
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert [one["name"] for one in statement["subject"]] == list(files)
    public = bytes.fromhex(json.loads(files[container.KEYS])["keys"]["k1"])
    signed = b"DSSEv1 28 application/vnd.in-toto+json %d %s" % (len(payload), payload)
    assert checking.verify_signature(signed, base64.b64decode(envelope["signatures"][0]["sig"]), public)


@pytest.mark.parametrize("subjects", [7, [], [1] * 7, [{"name": "x", "digest": {"crc32": "zz", "sha256": "00" * 32}}] * 7])
def test_subjects_of_another_shape_are_refused_in_words(
    report: Parts, archive: Made, made: Made, subjects: object, signed_envelope: Callable[..., bytes]
) -> None:
    files = opened(made(report))
    files[container.ENVELOPE] = signed_envelope(files[container.ENVELOPE], subject=subjects)
    assert problem(archive(files)).startswith("the manifest names")


def test_another_kind_of_statement_is_refused(
    report: Parts, archive: Made, made: Made, signed_envelope: Callable[..., bytes]
) -> None:
    files = opened(made(report))
    files[container.ENVELOPE] = signed_envelope(files[container.ENVELOPE], predicateType="https://slsa.dev/provenance/v1")
    assert "this programme knows" in problem(archive(files))


@pytest.mark.parametrize("counts", [{"payloads": "\x1b[2J"}, {"entries": "3"}, {"payloads": None}, {"entries": True}])
def test_counts_that_are_no_numbers_are_refused(report: Parts, made: Made, counts: dict[str, Any]) -> None:
    assert problem(made(report, **counts)) == "the manifest counts entries and payloads otherwise than by whole numbers"


@pytest.mark.parametrize("size", range(1, 70))
def test_the_tree_built_level_by_level_is_that_of_the_ledger(size: int) -> None:
    tree, leaves = proofs.Tree(), [proofs.leaf_hash(bytes([number])) for number in range(size)]
    for leaf in leaves:
        tree.append(leaf)
    assert checking.root_of(leaves) == tree.root()


def test_blocks_of_leaves_join_to_the_same_root(monkeypatch: pytest.MonkeyPatch, ledger: Parts, made: Made) -> None:
    monkeypatch.setattr(verify, "BLOCK", 2)
    assert verify.verify_stream(io.BytesIO(made(ledger))).ok


def test_an_entry_longer_than_what_is_read_at_once_holds(made: Made, parts_of: Callable[..., Parts]) -> None:
    whole = parts_of(5, words="x" * (2 * container.CHUNK + 7))
    del whole[container.PROOFS]
    assert verify.verify_stream(io.BytesIO(made(whole))).ok


@settings(deadline=None)  # nothing here is about time
@given(st.data())
def test_no_file_at_all_ends_otherwise_than_in_words(data: st.DataObject) -> None:
    content = SOUND
    start = data.draw(st.integers(0, len(content)))
    stop = data.draw(st.integers(start, min(len(content), start + 200)))
    changed = content[:start] + data.draw(st.binary(max_size=60)) + content[stop:]
    try:
        outcome = verify.verify_stream(io.BytesIO(changed))
    except container.NotABundle:
        return
    assert outcome.ok == (changed == content)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["keys", "k1", "heads", "hashes", "name"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(st.sampled_from([container.KEYS, container.HEADS, container.CONSISTENCY, container.PROOFS]), JSON)
def test_a_signed_part_of_any_shape_ends_in_words(name: str, value: Any) -> None:
    try:
        content = canonical_bytes({name.partition(".")[0]: value}) + (b"\n" if name == container.PROOFS else b"")
    except UnicodeEncodeError:
        return
    assert not verify.verify_stream(io.BytesIO(assemble({**SMALL, name: content}))).ok

"""Checks an evidence bundle offline: `python -m probanza.verify BUNDLE [--key FINGERPRINT]`.

Needs Python and `cryptography`, no server and no network. Ends with 0 when everything holds, 1 when something does
not, 2 when the file cannot be read as a bundle.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any, BinaryIO

from probanza import bundle, proofs
from probanza.canonical import canonical_bytes

SCHEMA = "probanza.bundle/1"
SMALL = 4 << 20  # a file that is read whole
LINE = 64 << 20  # one entry or proof
HOLDS, FAILS, UNREADABLE = 0, 1, 2


@dataclass(slots=True)
class Outcome:
    """What a verification of a bundle found. `problems` is empty when everything holds."""

    organisation: str = ""
    created_at: str = ""
    entries: int = 0
    with_payload: int = 0
    sizes: tuple[int, ...] = ()
    fingerprints: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything that was checked holds."""
        return not self.problems


class _Wrong(Exception):  # noqa: N818 - reads as what was found
    """What does not hold, in words; ends the check."""


def verify(path: Path, trusted: Sequence[str] = ()) -> Outcome:
    """Check the bundle at `path`, a file or an unpacked folder.

    trusted: fingerprints (`sha256:...`) of which every signing key must be one; empty: any key.
    Raises `NotABundle` and `OSError` when there is nothing to check.
    """
    opened: list[BinaryIO] = []
    try:
        if path.is_dir():
            return _outcome(lambda: bundle.open_folder(path, opened), trusted)
        opened.append(path.open("rb"))
        return verify_stream(opened[0], trusted)
    finally:
        for stream in opened:
            stream.close()


def verify_stream(stream: BinaryIO, trusted: Sequence[str] = ()) -> Outcome:
    """Check a bundle that is already open. Raises `NotABundle`."""
    return _outcome(lambda: bundle.read(stream), trusted)


def _outcome(files: Any, trusted: Sequence[str]) -> Outcome:
    outcome = Outcome()
    try:
        _check(files(), outcome, trusted)
    except (_Wrong, bundle.Damaged) as wrong:
        outcome.problems.append(str(wrong))
    return outcome


def _check(files: Mapping[str, bundle.Slice], outcome: Outcome, trusted: Sequence[str]) -> None:
    manifest = _plain(files, bundle.MANIFEST, {"schema", "organisation", "created_at", "key_id", "files", "entries"})
    if manifest["schema"] != SCHEMA:
        raise _Wrong(f"the manifest's schema is {_shown(manifest['schema'])}; this programme knows {SCHEMA}")
    outcome.organisation, outcome.created_at = str(manifest["organisation"]), str(manifest["created_at"])
    keys = _keys(files, outcome, trusted)
    _check_manifest(files, manifest, keys)
    heads = _heads(files, manifest, keys)
    outcome.sizes = tuple(head.size for head in heads)
    _check_consistency(files, heads)
    _check_entries(files, manifest, heads[-1], outcome)


def _check_manifest(files: Mapping[str, bundle.Slice], manifest: dict[str, Any], keys: dict[str, bytes]) -> None:
    raw, signature = files[bundle.MANIFEST].content(SMALL), files[bundle.SIGNATURE].content(64)
    key = keys.get(str(manifest["key_id"]))
    if key is None or not proofs.verify_signature(raw, signature, key):
        raise _Wrong("the manifest's signature does not hold")
    if manifest["files"] != {name: bundle.digest(files[name].chunks()) for name in bundle.SIGNED if name in files}:
        raise _Wrong("a file differs from its digest in the manifest, or is missing")


def _keys(files: Mapping[str, bundle.Slice], outcome: Outcome, trusted: Sequence[str]) -> dict[str, bytes]:
    plain = _plain(files, bundle.KEYS, {"keys"})["keys"]
    if not isinstance(plain, dict) or not plain:
        raise _Wrong("keys.json holds no keys")
    keys = {key_id: _hex(public, f"public key {_shown(key_id)}") for key_id, public in plain.items()}
    outcome.fingerprints = {key_id: proofs.fingerprint(key) for key_id, key in keys.items()}
    for key_id, shown in outcome.fingerprints.items():
        if trusted and shown not in trusted:
            raise _Wrong(f"the key {_shown(key_id)} has the fingerprint {shown}, which is not one you gave")
    return keys


def _heads(files: Mapping[str, bundle.Slice], manifest: dict[str, Any], keys: dict[str, bytes]) -> list[proofs.SignedHead]:
    plain = _plain(files, bundle.HEADS, {"heads"})["heads"]
    if not isinstance(plain, list) or len(plain) not in {1, 2}:
        raise _Wrong("heads.json must hold one or two heads")
    heads = [_head(one, keys) for one in plain]
    if any(head.organisation != manifest["organisation"] for head in heads):
        raise _Wrong("a head belongs to another organisation than the manifest")
    return heads


def _head(plain: Any, keys: dict[str, bytes]) -> proofs.SignedHead:
    if not isinstance(plain, dict):
        raise _Wrong("a head is not an object")
    signature = _hex(plain.get("signature"), "signature of a head", 64)
    try:
        head = proofs.SignedHead.from_plain({name: value for name, value in plain.items() if name != "signature"})
    except ValueError as error:
        raise _Wrong(str(error)) from error
    key = keys.get(head.key_id)
    if key is None:
        raise _Wrong(f"the head over {head.size} entries names a key that is not in keys.json")
    if not proofs.verify_signature(head.signed_bytes(), signature, key):
        raise _Wrong(f"the signature of the head over {head.size} entries does not hold")
    return head


def _check_consistency(files: Mapping[str, bundle.Slice], heads: list[proofs.SignedHead]) -> None:
    if (bundle.CONSISTENCY in files) != (len(heads) == 2):
        raise _Wrong("an earlier head and consistency.json only come together")
    if bundle.CONSISTENCY not in files:
        return
    hashes = _hashes(_plain(files, bundle.CONSISTENCY, {"hashes"})["hashes"])
    first, second = heads
    old, new = _hex(first.root, "root"), _hex(second.root, "root")
    if not proofs.verify_consistency(first.size, second.size, old, new, hashes):
        raise _Wrong(f"the head over {second.size} entries does not contain the one over {first.size}: history was rewritten")


def _check_entries(
    files: Mapping[str, bundle.Slice], manifest: dict[str, Any], head: proofs.SignedHead, outcome: Outcome
) -> None:
    root, last = _hex(head.root, "root"), -1
    for body, proof in zip_longest(files[bundle.ENTRIES].lines(LINE), files[bundle.PROOFS].lines(LINE)):
        outcome.entries += 1
        if body is None or proof is None:
            raise _Wrong("entries.jsonl and proofs.jsonl differ in length")
        seq = _check_entry(outcome, body, _object(proof, "a proof"), head, root)
        if seq <= last:
            raise _Wrong(f"entry {outcome.entries} is there twice or out of order")
        last = seq
    if outcome.entries != manifest["entries"]:
        raise _Wrong(f"the manifest counts {_shown(manifest['entries'])} entries, the bundle holds {outcome.entries}")


def _check_entry(outcome: Outcome, body: bytes, proof: dict[str, Any], head: proofs.SignedHead, root: bytes) -> int:
    seq = proof.get("seq")
    if type(seq) is not int:
        raise _Wrong(f"entry {outcome.entries} has no place in the ledger")
    if not proofs.verify_inclusion(proofs.leaf_hash(body), seq, head.size, _hashes(proof.get("hashes")), root):
        raise _Wrong(f"entry {outcome.entries} is not what stands at place {seq} under the signed head")
    statement = _object(body, f"entry {outcome.entries}")
    if statement.get("organisation") != head.organisation:
        raise _Wrong(f"entry {outcome.entries} belongs to another organisation")
    outcome.with_payload += statement.get("payload") is not None
    return seq


def _plain(files: Mapping[str, bundle.Slice], name: str, fields: set[str]) -> dict[str, Any]:
    return _canonical(files[name].content(SMALL), name, fields)


def _canonical(raw: bytes, what: str, fields: set[str]) -> dict[str, Any]:
    plain = _object(raw, what)
    try:
        same = canonical_bytes(plain) == raw
    except (ValueError, TypeError, RecursionError) as error:
        raise _Wrong(f"{what} is not canonical JSON") from error
    if not same or set(plain) != fields:
        raise _Wrong(f"{what} is not canonical JSON with the expected fields")
    return plain


def _object(raw: bytes, what: str) -> dict[str, Any]:
    """Data of bytes that a digest already vouches for."""
    try:
        plain = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise _Wrong(f"{what} is not canonical JSON") from error
    if not isinstance(plain, dict):
        raise _Wrong(f"{what} is not an object")
    return plain


def _hex(text: object, what: str, length: int = proofs.HASH_BYTES) -> bytes:
    try:
        return proofs.from_hex(text, length)
    except ValueError as error:
        raise _Wrong(f"{what}: {error}") from error


def _hashes(plain: object) -> list[bytes]:
    if not isinstance(plain, list) or len(plain) > 2 * 64:
        raise _Wrong("a proof has no list of hashes, or too long a one")
    return [_hex(one, "hash of a proof") for one in plain]


def _shown(value: object) -> str:
    """Foreign words for a terminal: nothing in them can move the cursor."""
    return ascii(value)[:200]


def told(outcome: Outcome, trusted: Sequence[str]) -> Iterator[str]:
    """The outcome in plain words, line by line; also what was not checked."""
    yield f"Organisation {_shown(outcome.organisation)}, bundle made {_shown(outcome.created_at)}"
    if not outcome.ok:
        yield from (f"FAILED: {problem}" for problem in outcome.problems)
        return
    yield f"{outcome.entries} entries stand unchanged under the signed head over {outcome.sizes[-1]} entries."
    if len(outcome.sizes) > 1:
        yield f"That head contains the earlier head over {outcome.sizes[0]} entries."
    for key_id, shown in outcome.fingerprints.items():
        yield f"Key {_shown(key_id)}: {shown}"
    yield "Not checked:"
    if not trusted:
        yield "- whose keys these are: compare the fingerprints with ones you got another way (--key FINGERPRINT)"
    yield "- the clock: the moments in the entries are the organisation's own word"
    yield "- entries of the ledger that are not in this bundle"
    if outcome.with_payload:
        yield f"- the private payloads of {outcome.with_payload} entries: they are not in the bundle"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m probanza.verify", description="Check an evidence bundle offline.")
    parser.add_argument("bundle", type=Path, help="the bundle, or the folder it was unpacked to")
    parser.add_argument("--key", action="append", default=[], metavar="FINGERPRINT", help="trust only this key; repeatable")
    given = parser.parse_args(arguments)
    try:
        outcome = verify(given.bundle, given.key)
    except (OSError, bundle.NotABundle) as error:
        print(f"Cannot read {_shown(str(given.bundle))}: {error}", file=sys.stderr)
        return UNREADABLE
    print("\n".join(told(outcome, given.key)))
    return HOLDS if outcome.ok else FAILS


if __name__ == "__main__":
    sys.exit(main())

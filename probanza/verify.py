"""Checks an evidence bundle offline: `probanza verify BUNDLE [--key FINGERPRINT]`, or the same in one file, `verify_bundle.py`.

Needs Python and `cryptography`, no server and no network. Ends with 0 when everything holds, 1 when something does
not, 2 when the file cannot be read as a bundle.

The manifest, a DSSE envelope around an in-toto statement, names every file by SHA-256. Each sealed statement, a line of
entries.jsonl, is a leaf of a Merkle tree (RFC 6962) under a signed head: by a proof of its own in proofs.jsonl or, in a bundle
of the whole ledger, by the tree that is built again from all lines. A report in the bundle must be one of the statements, and
all evidence that it names must be there too.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any, BinaryIO

from probanza.checking import (
    SignedHead,
    fingerprint,
    leaf_hash,
    leaf_hashes,
    root_of,
    verify_consistency,
    verify_inclusion,
    verify_signature,
)
from probanza.container import CONSISTENCY, ENTRIES, FORM, HEADS, KEYS, PROOFS, Damaged, NotABundle, Slice, open_folder, read
from probanza.manifests import Files, Wrong, hashes_of, hexadecimal, manifest_of, object_of, plain_of, shown

REPORT = "report.json"  # a report's sealed bytes, of which its other forms are printed
LINE = 17 << 20  # one entry or proof
LARGE = 64 << 20  # a report's sealed bytes
BLOCK = 1 << 12  # leaves joined at once
HOLDS, FAILS, UNREADABLE = 0, 1, 2


@dataclass(slots=True)
class Outcome:
    """What a verification of a bundle found. `problems` is empty when everything holds.

    entries: statements in it. with_payload: those with private words that are not in it; in a bundle of the whole ledger as the
    manifest counts them. sizes: of its heads. forms: the names of a report's forms. evidence: statements that report names.
    kept: size of the head that somebody kept and that is contained.
    """

    organisation: str = ""
    created_at: str = ""
    entries: int = 0
    with_payload: int = 0
    whole: bool = False
    sizes: tuple[int, ...] = ()
    forms: tuple[str, ...] = ()
    evidence: int = 0
    kept: int = 0
    fingerprints: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything that was checked holds."""
        return not self.problems


def verify(path: Path, trusted: Sequence[str] = (), kept: Mapping[str, Any] | None = None) -> Outcome:
    """Check the bundle at `path`, a file or an unpacked folder.

    trusted: fingerprints (`sha256:...`) of which every signing key must be one; empty: any key. kept: an earlier head of which
    the bundle must show that it is contained; its size and root are looked at.
    Raises `NotABundle` and `OSError` when there is nothing to check.
    """
    opened: list[BinaryIO] = []
    try:
        if path.is_dir():
            return _outcome(lambda: open_folder(path, opened), trusted, kept)
        opened.append(path.open("rb"))
        return verify_stream(opened[0], trusted, kept)
    finally:
        for stream in opened:
            stream.close()


def verify_stream(stream: BinaryIO, trusted: Sequence[str] = (), kept: Mapping[str, Any] | None = None) -> Outcome:
    """Check a bundle that is already open. Raises `NotABundle`."""
    return _outcome(lambda: read(stream), trusted, kept)


def _outcome(files: Callable[[], Files], trusted: Sequence[str], kept: Mapping[str, Any] | None) -> Outcome:
    outcome = Outcome()
    try:
        _check(files(), outcome, trusted, kept)
    except (Wrong, Damaged) as wrong:
        outcome.problems.append(str(wrong))
    return outcome


def _check(files: Files, outcome: Outcome, trusted: Sequence[str], kept: Mapping[str, Any] | None) -> None:
    keys = _keys(files, outcome, trusted)
    manifest = manifest_of(files, keys)
    outcome.organisation, outcome.created_at = str(manifest["organisation"]), str(manifest["created_at"])
    heads = _heads(files, manifest, keys)
    outcome.sizes = tuple(head.size for head in heads)
    _check_consistency(files, heads)
    if kept is not None:
        _check_kept(heads, kept, outcome)
    outcome.whole = PROOFS not in files
    if outcome.whole:
        _check_ledger(files[ENTRIES], heads[-1], outcome)
        outcome.with_payload = manifest["payloads"]
        leaves = set()
    else:
        leaves = _check_entries(files, heads[-1], outcome)
    if outcome.entries != manifest["entries"]:
        raise Wrong(f"the manifest counts {shown(manifest['entries'])} entries, the bundle holds {outcome.entries}")
    _check_report(files, leaves, outcome)


def _keys(files: Files, outcome: Outcome, trusted: Sequence[str]) -> dict[str, bytes]:
    plain = plain_of(files, KEYS, {"keys"})["keys"]
    if not isinstance(plain, dict) or not plain:
        raise Wrong("keys.json holds no keys")
    keys = {key_id: hexadecimal(public, f"public key {shown(key_id)}") for key_id, public in plain.items()}
    outcome.fingerprints = {key_id: fingerprint(key) for key_id, key in keys.items()}
    for key_id, public in outcome.fingerprints.items():
        if trusted and public not in trusted:
            raise Wrong(f"the key {shown(key_id)} has the fingerprint {public}, which is not one you gave")
    return keys


def _heads(files: Files, manifest: dict[str, Any], keys: dict[str, bytes]) -> list[SignedHead]:
    plain = plain_of(files, HEADS, {"heads"})["heads"]
    if not isinstance(plain, list) or len(plain) not in {1, 2}:
        raise Wrong("heads.json must hold one or two heads")
    heads = [_head(one, keys) for one in plain]
    if any(head.organisation != manifest["organisation"] for head in heads):
        raise Wrong("a head belongs to another organisation than the manifest")
    return heads


def _head(plain: Any, keys: dict[str, bytes]) -> SignedHead:
    if not isinstance(plain, dict):
        raise Wrong("a head is not an object")
    signature = hexadecimal(plain.get("signature"), "signature of a head", 64)
    try:
        head = SignedHead.from_plain({name: value for name, value in plain.items() if name != "signature"})
    except ValueError as error:
        raise Wrong(str(error)) from error
    key = keys.get(head.key_id)
    if key is None:
        raise Wrong(f"the head over {head.size} entries names a key that is not in keys.json")
    if not verify_signature(head.signed_bytes(), signature, key):
        raise Wrong(f"the signature of the head over {head.size} entries does not hold")
    return head


def _check_kept(heads: list[SignedHead], kept: Mapping[str, Any], outcome: Outcome) -> None:
    """A head that somebody kept elsewhere is one of the bundle's, or what came before it was rewritten."""
    same = [head for head in heads if head.size == kept.get("size") and head.organisation == kept.get("organisation")]
    if not same:
        raise Wrong(
            f"the head over {shown(kept.get('size'))} entries that you kept is not in the bundle; ask for one made since it"
        )
    if same[0].root != kept.get("root"):
        raise Wrong(f"the head over {same[0].size} entries is not the one that you kept: history was rewritten")
    outcome.kept = same[0].size


def _check_consistency(files: Files, heads: list[SignedHead]) -> None:
    if (CONSISTENCY in files) != (len(heads) == 2):
        raise Wrong("an earlier head and consistency.json only come together")
    if CONSISTENCY not in files:
        return
    hashes = hashes_of(plain_of(files, CONSISTENCY, {"hashes"})["hashes"])
    first, second = heads
    old, new = hexadecimal(first.root, "root"), hexadecimal(second.root, "root")
    if not verify_consistency(first.size, second.size, old, new, hashes):
        raise Wrong(f"the head over {second.size} entries does not contain the one over {first.size}: history was rewritten")


def _check_ledger(entries: Slice, head: SignedHead, outcome: Outcome) -> None:
    """All lines are all leaves: the tree is built again and must have the signed root."""
    leaves: list[bytes] = []
    blocks: list[bytes] = []
    for lines in entries.batches(LINE):
        leaves += leaf_hashes(lines)
        outcome.entries += len(lines)
        while len(leaves) >= BLOCK:
            blocks.append(root_of(leaves[:BLOCK]))
            del leaves[:BLOCK]
    joined = [*blocks, *([root_of(leaves)] if leaves else [])]
    if outcome.entries != head.size or not joined or root_of(joined) != hexadecimal(head.root, "root"):
        raise Wrong(
            f"the {outcome.entries} entries are not those under the signed head over {head.size}: changed, added or removed"
        )


def _check_entries(files: Files, head: SignedHead, outcome: Outcome) -> set[bytes]:
    """Each line has a proof of its own; the leaf hashes of all."""
    root, last, leaves = hexadecimal(head.root, "root"), -1, set()
    for body, proof in zip_longest(files[ENTRIES].lines(LINE), files[PROOFS].lines(LINE)):
        outcome.entries += 1
        if body is None or proof is None:
            raise Wrong("entries.jsonl and proofs.jsonl differ in length")
        leaf = leaf_hash(body)
        seq = _place(outcome, leaf, object_of(proof, "a proof"), head, root)
        if seq <= last:
            raise Wrong(f"entry {outcome.entries} is there twice or out of order")
        last = seq
        leaves.add(leaf)
        statement = object_of(body, f"entry {outcome.entries}")
        _check_owner(statement, head, f"entry {outcome.entries}")
        outcome.with_payload += statement.get("payload") is not None
    return leaves


def _place(outcome: Outcome, leaf: bytes, proof: dict[str, Any], head: SignedHead, root: bytes) -> int:
    seq = proof.get("seq")
    if type(seq) is not int:
        raise Wrong(f"entry {outcome.entries} has no place in the ledger")
    if not verify_inclusion(leaf, seq, head.size, hashes_of(proof.get("hashes")), root):
        raise Wrong(f"entry {outcome.entries} is not what stands at place {seq} under the signed head")
    return seq


def _check_owner(statement: dict[str, Any], head: SignedHead, what: str) -> None:
    if statement.get("organisation") != head.organisation:
        raise Wrong(f"{what} belongs to another organisation")


def _check_report(files: Files, leaves: set[bytes], outcome: Outcome) -> None:
    """A report's sealed bytes are one of the statements, and what it rests on lies beside it."""
    outcome.forms = tuple(name for name in files if FORM.fullmatch(name))
    if not outcome.forms:
        return
    if REPORT not in files:
        raise Wrong(f"the bundle holds forms of a report but not its sealed bytes, {REPORT}")
    body = files[REPORT].content(LARGE)
    if leaf_hash(body) not in leaves:
        raise Wrong(f"{REPORT} is not one of the sealed statements in the bundle")
    evidence = object_of(body, REPORT).get("evidence", [])
    for one in evidence if isinstance(evidence, list) else [None]:
        digest = one.get("digest") if isinstance(one, dict) else None
        if not isinstance(digest, str) or hexadecimal(digest.removeprefix("sha256:"), "digest of evidence") not in leaves:
            raise Wrong(f"the report names evidence {shown(digest)} that is not in the bundle")
        outcome.evidence += 1


def told(outcome: Outcome, trusted: Sequence[str]) -> Iterator[str]:
    """The outcome in plain words, line by line; also what was not checked."""
    if outcome.organisation:
        yield f"Organisation {shown(outcome.organisation)}, bundle made {shown(outcome.created_at)}"
    if not outcome.ok:
        yield from (f"FAILED: {problem}" for problem in outcome.problems)
        return
    whole = " They are the whole ledger: none is missing." if outcome.whole else ""
    yield f"{outcome.entries} entries stand unchanged under the signed head over {outcome.sizes[-1]} entries.{whole}"
    if len(outcome.sizes) > 1:
        yield f"That head contains the earlier head over {outcome.sizes[0]} entries."
    if outcome.kept:
        yield f"The head over {outcome.kept} entries is the one that you kept: nothing before it was changed or taken away."
    if outcome.forms:
        yield f"The report's sealed bytes ({REPORT}) are one of them, as is each statement that it rests on: {outcome.evidence}."
        yield f"Its forms are those that the manifest signed: {', '.join(outcome.forms)}."
    for key_id, public in outcome.fingerprints.items():
        yield f"Key {shown(key_id)}: {public}"
    yield "Not checked:"
    yield from _not_checked(outcome, trusted)


def _not_checked(outcome: Outcome, trusted: Sequence[str]) -> Iterator[str]:
    if not trusted:
        yield "- whose keys these are: compare the fingerprints with ones you got another way (--key FINGERPRINT)"
    yield "- whether the entries are true: what they say, and their moments, is the organisation's own word"
    if not outcome.whole:
        yield "- entries of the ledger that are not in this bundle"
    if outcome.forms:
        yield f"- whether a form says what {REPORT} says: the service printed it, nothing printed it again here"
    if outcome.with_payload:
        yield f"- the private payloads of {outcome.with_payload} entries: they are not in the bundle"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="probanza verify", description="Check an evidence bundle offline.")
    parser.add_argument("bundle", type=Path, help="the bundle, or the folder it was unpacked to")
    parser.add_argument("--key", action="append", default=[], metavar="FINGERPRINT", help="trust only this key; repeatable")
    parser.add_argument("--head", type=Path, metavar="FILE", help="a head that you kept, as JSON: it must be contained")
    given = parser.parse_args(arguments)
    try:
        kept = object_of(given.head.read_bytes(), "the head that you kept") if given.head else None
        outcome = verify(given.bundle, given.key, kept)
    except (OSError, NotABundle, Wrong) as error:
        print(f"Cannot read {shown(str(given.bundle))}: {error}", file=sys.stderr)
        return UNREADABLE
    print("\n".join(told(outcome, given.key)))
    return HOLDS if outcome.ok else FAILS


if __name__ == "__main__":
    sys.exit(main())

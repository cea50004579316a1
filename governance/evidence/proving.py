"""Proofs for third parties: that an entry stands under a signed head, that a head contains an earlier one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from governance.evidence.models import Entry, Head, Leaf
from governance.evidence.sequencer import node_hashes
from governance.keys.services import public_keys
from probanza import proofs


class NotSequenced(Exception):  # noqa: N818 - reads as what it is
    """The entry has no place in the tree yet; the sequencer gives it one within seconds."""


class Unprovable(Exception):  # noqa: N818 - reads as what was found
    """Stored hashes that a proof needs are missing; `manage.py verify` says which."""


def prove(entry: Entry) -> dict[str, Any]:
    """JSON-ready inclusion proof of an entry under the newest head.

    Raises `NotSequenced` while the entry waits for its leaf, `Unprovable` when the stored tree has a hole.
    """
    organisation = entry.organisation_id
    leaf = Leaf.objects.of(organisation).filter(entry_id=entry.id).first()
    head = newest_head(organisation)
    if leaf is None or head is None:
        raise NotSequenced(_("This evidence waits for its place in the ledger; ask again in a few seconds."))
    return {
        "entry": str(entry.id),
        "leaf_index": leaf.seq,
        "leaf_hash": bytes(entry.leaf_hash).hex(),
        "tree_size": head.size,
        "hashes": inclusion_hashes(organisation, [leaf.seq], head.size)[0],
        "head": head_plain(head),
        "public_key": bytes(public_keys(organisation)[head.key_id]).hex(),
    }


def newest_head(organisation: UUID) -> Head | None:
    """The head over most leaves, None for an empty ledger."""
    return Head.objects.of(organisation).order_by("-size").first()


def head_plain(head: Head) -> dict[str, Any]:
    """A head as data, its signature (hexadecimal) beside the signed fields."""
    return {**head.signed().to_plain(), "signature": bytes(head.signature).hex()}


def inclusion_hashes(organisation: UUID, seqs: Sequence[int], size: int) -> list[list[str]]:
    """For each leaf the hashes of its inclusion proof, hexadecimal, from its sibling up; one query for all."""
    return _resolved(organisation, [proofs.inclusion_path(seq, size) for seq in seqs])


def consistency_hashes(organisation: UUID, first: int, second: int) -> list[str]:
    """The hashes that show the tree of `first` leaves to be a prefix of that of `second`, hexadecimal."""
    return _resolved(organisation, [proofs.consistency_path(first, second)])[0]


def _resolved(organisation: UUID, paths: Sequence[list[list[proofs.Node]]]) -> list[list[str]]:
    hashes = node_hashes(organisation, [node for path in paths for nodes in path for node in nodes])
    try:
        return [[one.hex() for one in proofs.resolve(path, hashes.__getitem__)] for path in paths]
    except KeyError as error:
        raise Unprovable(_("The ledger has a hole at leaf %(seq)s.") % {"seq": error.args[0].last}) from error

"""A sealed report read back: the forms are functions of its bytes and of nothing else. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from governance.book import Book, from_plain
from probanza.proofs import leaf_hash


class NotAReport(ValueError):  # noqa: N818 - reads as what was found
    """The bytes are no sealed report."""


@dataclass(frozen=True, slots=True)
class SealedReport:
    """body: the sealed bytes. digest: what the ledger knows them by. statement: the same bytes as data.

    evidence: the sealed bytes of the statements it stands on, in the order in which it names them; what the PDF carries along.
    """

    body: bytes
    digest: str
    statement: dict[str, Any]
    book: Book
    evidence: tuple[bytes, ...] = ()


def read_sealed(body: bytes, evidence: Sequence[bytes] = ()) -> SealedReport:
    """A report from its sealed bytes and, where it is to carry them, those of its evidence. Raises `NotAReport`."""
    try:
        statement = json.loads(body)
        book = from_plain(statement["book"])
    except (ValueError, TypeError, KeyError) as error:
        raise NotAReport(f"the sealed bytes hold no book: {error}") from None
    if not isinstance(book, Book):
        raise NotAReport("the sealed bytes hold no book.")
    named = [one["digest"] for one in statement.get("evidence", ())]
    if evidence and [_digest(one) for one in evidence] != named:
        raise NotAReport("the evidence given is not the evidence that the report names.")
    return SealedReport(body, _digest(body), statement, book, tuple(evidence))


def _digest(body: bytes) -> str:
    return f"sha256:{leaf_hash(body).hex()}"

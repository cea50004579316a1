"""A sealed report read back: the forms are functions of its bytes and of nothing else. Pure."""

import json
from dataclasses import dataclass
from typing import Any

from governance.book import Book, from_plain
from probanza.proofs import leaf_hash


class NotAReport(ValueError):  # noqa: N818 - reads as what was found
    """The bytes are no sealed report."""


@dataclass(frozen=True, slots=True)
class SealedReport:
    """body: the sealed bytes. digest: what the ledger knows them by. statement: the same bytes as data."""

    body: bytes
    digest: str
    statement: dict[str, Any]
    book: Book


def read_sealed(body: bytes) -> SealedReport:
    """Raises `NotAReport`."""
    try:
        statement = json.loads(body)
        book = from_plain(statement["book"])
    except (ValueError, TypeError, KeyError) as error:
        raise NotAReport(f"the sealed bytes hold no book: {error}") from None
    if not isinstance(book, Book):
        raise NotAReport("the sealed bytes hold no book.")
    return SealedReport(body, f"sha256:{leaf_hash(body).hex()}", statement, book)

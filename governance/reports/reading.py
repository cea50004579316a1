"""Reads the words that a report names, for somebody who may."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from governance.access.actors import Actor
from governance.book import Book
from governance.evidence.services import PayloadErased, PayloadMissing, entry_of, read_payload
from governance.reports.wording import entries_named, worded


def with_words(book: Book, *, actor: Actor, now: datetime) -> Book:
    """The book with the words it names; each payload that is read is in the trail. Raises `Forbidden`, `NotFound`."""
    return worded(book, {entry: _words(entry, actor, now) for entry in entries_named(book)})


def _words(entry_id: str, actor: Actor, now: datetime) -> Mapping[str, Any] | None:
    """Item -> words of one piece of evidence, None where they were erased, nothing where it was sealed without any."""
    try:
        content = json.loads(read_payload(actor=actor, entry=entry_of(actor.organisation, entry_id), now=now))
    except PayloadErased:
        return None
    except (PayloadMissing, ValueError):
        return {}
    return content if isinstance(content, dict) else {}

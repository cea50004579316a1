"""What a runner yields, made fit for the database and back. Pure.

PostgreSQL's jsonb takes neither NUL nor half of a surrogate pair, and audited systems send both:
they become U+FFFD, the character for "something was here that cannot be written".
"""

import json
import re
from collections.abc import Container, Mapping, Sequence
from typing import Any

from audits.contract import Item, ItemResult
from probanza.canonical import canonical_bytes, refuse_floats

_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
ITEM_ID_LENGTH = 200


class BadResult(ValueError):  # noqa: N818 - reads as what happened
    """A runner yielded what cannot be stored; the message names the place and never its content."""


def storable(value: Any) -> Any:
    """JSON-ready `value` with every unwritable character as U+FFFD; tuples become lists."""
    if isinstance(value, str):
        return _UNWRITABLE.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {storable(str(key)): storable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [storable(inner) for inner in value]
    return value


def checked_plan(items: Sequence[Item]) -> list[Item]:
    """Planned items fit to be stored.

    Raises:
        BadResult: on two equal ids, on one that is empty, longer than 200 characters or unwritable, or on floats.
    """
    if len({item.id for item in items}) != len(items):
        raise BadResult("two planned items have the same id.")
    return [_checked_item(item) for item in items]


def _checked_item(item: Item) -> Item:
    if not item.id or len(item.id) > ITEM_ID_LENGTH:
        raise BadResult(f"an item's id must have 1 to {ITEM_ID_LENGTH} characters, not {len(item.id)}.")
    if storable(item.id) != item.id:
        raise BadResult("an item's id has half of a surrogate pair or a NUL, which is no text.")
    try:
        refuse_floats(item.payload, "payload")
    except TypeError:
        raise BadResult("an item's payload holds something other than text, whole numbers and lists.") from None
    return Item(item.id, storable(item.payload))


def checked(result: ItemResult, among: Container[str]) -> ItemResult:
    """`result` fit to be stored.

    Raises:
        BadResult: on an item that is not `among` those asked for, or comes twice, on floats, or on an unknown outcome.
    """
    if result.item not in among:
        raise BadResult("a result belongs to no item that was asked for, or comes a second time.")
    if result.outcome not in {"scored", "unscored"}:
        raise BadResult("an item's outcome must be scored or unscored.")
    for part, content in (("values", result.values), ("private", result.private)):
        try:
            refuse_floats(content, part)
        except TypeError:
            raise BadResult(f"an item's {part} hold something other than text, whole numbers and lists.") from None
    return ItemResult(
        item=result.item,
        outcome=result.outcome,
        values=storable(result.values),
        private=storable(result.private),
        reason=storable(result.reason)[:200],
    )


def to_bytes(private: Mapping[str, Any]) -> bytes:
    """Private words as canonical JSON, ready to be encrypted."""
    return canonical_bytes(storable(private))


def from_bytes(content: bytes) -> dict[str, Any]:
    """Read back what `to_bytes` wrote."""
    words: dict[str, Any] = json.loads(content)
    return words

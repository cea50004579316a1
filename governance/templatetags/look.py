"""Template tags of the house's look; each shows what it is given."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import template
from django.utils.dateparse import parse_datetime
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from governance.portal import look
from governance.reports.spoken import short_digest

register = template.Library()


@register.inclusion_tag("parts/chip.html")
def chip(state: str) -> dict[str, Any]:
    """A state as word, shape and colour."""
    return look.chip(str(state))


@register.inclusion_tag("parts/digest.html")
def digest(value: str) -> dict[str, str]:
    """A hash: its first twelve characters, the whole on demand."""
    return {"text": short_digest(str(value)), "whole": str(value)}


@register.inclusion_tag("parts/blocks.html")
def blocks(plain: Sequence[Any]) -> dict[str, Any]:
    """Sealed blocks of a section."""
    return {"blocks": look.blocks(plain)}


@register.inclusion_tag("parts/passage.html")
def passage(words: str, spans: Sequence[tuple[int, int, str]]) -> dict[str, Any]:
    """Verbatim words with their marked spans."""
    return {"block": look.passage(words, spans)}


@register.inclusion_tag("parts/moment.html")
def moment(value: datetime | str | None) -> dict[str, Any]:
    """A moment, from a datetime or ISO 8601 text."""
    if isinstance(value, str):
        value = parse_datetime(value) or value
    return {"moment": value, "known": isinstance(value, datetime)}


@register.filter
def figure(cell: Mapping[str, Any]) -> str:
    """A number with its interval, n and limit."""
    return look.figure(cell)


@register.filter
def drawing(block: Mapping[str, Any]) -> SafeString:
    """The SVG of a chart, drawn and escaped by `governance.charts`."""
    return mark_safe(str(block["svg"]))  # noqa: S308 - our own drawing; every word in it went through its escape


@register.filter
def words(name: str) -> str:
    """A stable name as words: `false_positive_rate` as "False positive rate"."""
    spaced = str(name).replace("_", " ").replace(".", " / ")
    return spaced[:1].upper() + spaced[1:]


@register.filter
def plain(value: Any) -> str:
    """A stored value as one line: lists by comma, a digest by its first twelve characters."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str) and value.startswith("sha256:"):
        return short_digest(value)
    if isinstance(value, list | tuple):
        return ", ".join(plain(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {plain(inner)}" for name, inner in value.items())
    return str(value)


@register.filter
def kind(name: str) -> str:
    """What a kind of evidence is called."""
    return look.kind_title(str(name))


@register.filter
def stage(name: str) -> str:
    """A stage of an asset's life."""
    return look.stage_word(str(name))

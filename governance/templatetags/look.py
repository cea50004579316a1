"""Template tags of the house's look; each shows what it is given."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.dateparse import parse_datetime
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import is_aware, localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from governance.portal import look
from governance.reports.moments import day_words
from governance.reports.spoken import short_digest

register = template.Library()


# Chips, digests and moments stand in every row of every table: a function draws them, since a template of its own would
# take most of a page's time.


@register.simple_tag
def menu(here: str = "") -> SafeString:
    """The pages there are; `here` names the one that is shown."""
    return _menu(str(here), get_language() or "", get_script_prefix())


@lru_cache(maxsize=64)  # the same for everybody
def _menu(here: str, _language: str, _prefix: str) -> SafeString:
    return render_to_string("parts/menu.html", {"here": here})


@register.simple_tag
def chip(state: str) -> SafeString:
    """A state as word, shape and colour."""
    return _chip(str(state), get_language() or "")


@lru_cache(maxsize=512)
def _chip(state: str, _language: str) -> SafeString:
    return chip_of(look.chip(state))


@register.simple_tag
def chip_of(shown: Mapping[str, Any]) -> SafeString:
    """A chip from its tone, shape and word."""
    return format_html(
        '<span class="chip {}"><span aria-hidden="true">{}</span> <span class="word">{}</span></span>',
        shown["tone"],
        shown["shape"],
        shown["word"],
    )


@register.simple_tag
def digest(value: str) -> SafeString:
    """A hash: its first twelve characters, the whole on demand."""
    return _digest(short_digest(str(value)), str(value))


def _digest(text: str, whole: str) -> SafeString:
    """A shortened hash that opens to the whole."""
    return format_html('<details class="digest"><summary>{}</summary><code>{}</code></details>', text, whole)


@register.simple_tag
def cell(shown: Mapping[str, Any]) -> SafeString:
    """One cell of a sealed table."""
    if shown["form"] == "chip":
        return chip_of(shown)
    if shown["form"] == "digest":
        return _digest(shown["text"], shown["whole"])
    return conditional_escape(shown.get("text", ""))


@register.inclusion_tag("parts/blocks.html")
def blocks(plain: Sequence[Any]) -> dict[str, Any]:
    """Sealed blocks of a section."""
    return {"blocks": look.blocks(plain)}


@register.inclusion_tag("parts/passage.html")
def passage(words: str, spans: Sequence[tuple[int, int, str]]) -> dict[str, Any]:
    """Verbatim words with their marked spans."""
    return {"block": look.passage(words, spans)}


@register.simple_tag
def moment(value: datetime | str | None) -> SafeString:
    """A moment, from a datetime or ISO 8601 text; other text as it is."""
    found = parse_datetime(value) if isinstance(value, str) else value
    if not isinstance(found, datetime):
        return conditional_escape(str(value or "–"))
    return _moment(found, (get_language() or "en")[:2])


@lru_cache(maxsize=4096)
def _moment(found: datetime, language: str) -> SafeString:
    here = localtime(found) if is_aware(found) else found
    whole = here.isoformat()
    shown = f"{day_words(here.date(), language)}, {here:%H:%M}"
    return format_html('<time datetime="{}" title="{}">{}</time>', whole, whole, shown)


@register.simple_tag(name="day")
def day_element(value: date | None) -> SafeString:
    """A day as a `time` element, or a dash where there is none."""
    if value is None:
        return mark_safe("–")
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), day_words(value, (get_language() or "en")[:2]))


@register.filter
def day(value: date | None) -> str:
    """A day in the reader's language; nothing for none."""
    return day_words(value, (get_language() or "en")[:2]) if value else ""


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
    """A stable name as words in the reader's language: `false_positive_rate` as "False positive rate"."""
    return look.name_words(str(name))


@register.filter
def coded(sentence: str) -> SafeString:
    """A sentence of ours whose `words` between backticks stand as code."""
    marked = re.sub(r"`([^`]+)`", r"<code>\1</code>", conditional_escape(sentence))
    return mark_safe(marked)  # noqa: S308 - escaped before it was marked


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

"""A row of a table of audits: drawn by a function and remembered, since a list shows the same rows again and again."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from audits.runs.titles import title_of
from governance.portal.attention import worst_first
from governance.templatetags.look import chip, moment


def row_of(line: Mapping[str, Any], address: str, *, with_system: bool) -> SafeString:
    """The row of one line of `looking.lines_of`; address: of the list, which every audit's begins with."""
    verdicts = tuple(str(verdict["state"]) for verdict in worst_first(line["verdicts"]))
    system = f"{line['system']} · {line['number']}" if with_system else None
    place, asked = f"{address}/{line['id']}", (line["created_at"], line["requested_by"])
    return _row(place, title_of(line["kind"]), system, line["state"], verdicts, line["on"], *asked, get_language())


@lru_cache(maxsize=4096)
def _row(
    place: str,
    title: str,
    system: str | None,
    state: str,
    verdicts: tuple[str, ...],
    on: str,
    at: datetime,
    by: str,
    _language: str | None,
) -> SafeString:
    named = format_html("<td>{}</td>", system) if system is not None else ""
    judged = format_html_join(" ", "{}", ((chip(one),) for one in verdicts)) or _unjudged(state)
    asked = format_html('{} <span class="quiet small">{}</span>', moment(at), by)
    cells = format_html_join("", "<td>{}</td>", ((cell,) for cell in (chip(state), judged, on, asked)))
    return format_html('<tr><td><a href="{}">{}</a></td>{}{}</tr>', place, title, named, cells)


def _unjudged(state: str) -> str:
    return chip("no_criterion") if state == "succeeded" else "–"

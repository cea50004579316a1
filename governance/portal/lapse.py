"""Spans of time in words: the two largest units, such as "3 days and 4 hours"."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def span_words(span: timedelta) -> str:
    """A span without its sign."""
    minutes = int(abs(span).total_seconds()) // 60
    days, hours, left = minutes // 1440, minutes // 60 % 24, minutes % 60
    told = [
        ngettext("%(n)s day", "%(n)s days", days) % {"n": days} if days else "",
        ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours} if hours else "",
        ngettext("%(n)s minute", "%(n)s minutes", left) % {"n": left} if left and not days else "",
    ]
    parts = [part for part in told if part]
    if not parts:
        return _("less than a minute")
    return _("%(first)s and %(second)s") % {"first": parts[0], "second": parts[1]} if len(parts) > 1 else parts[0]


def left_words(due_at: datetime, now: datetime) -> str:
    """How long there is still, or how long it is over."""
    words = _("%(span)s left") if due_at >= now else _("overdue by %(span)s")
    return words % {"span": span_words(due_at - now)}

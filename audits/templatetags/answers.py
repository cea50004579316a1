"""Template tags of the page of answers."""

from urllib.parse import urlencode

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from audits.reasons import REASONS, confidence_text
from governance.charts.svg import clean
from governance.portal import look
from governance.portal.look import name_words

register = template.Library()
VERDICTS = {
    "supported": gettext_noop("supported"),
    "unsupported": gettext_noop("unsupported"),
    "contradicted": gettext_noop("contradicted"),
    "unscored": gettext_noop("no verdict"),
}


@register.simple_tag
def answers_link(address: str, only: str, because: str, *, page: int = 1) -> str:
    """The address of some of the answers; what is left empty is not asked for."""
    asked = {"only": only, "because": because, "page": str(page) if page > 1 else ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{address}?{query}" if query else address


@register.filter
def verdict(name: str) -> str:
    """A verdict on a claim in words."""
    return _(VERDICTS[name]) if name in VERDICTS else name_words(name)


@register.filter
def reason(name: str) -> str:
    """Why a claim was flagged, in words."""
    return _(REASONS[name][1]) if name in REASONS else name_words(name)


@register.filter
def confidence(words: str) -> str:
    """What a judge says of how far it is to be believed."""
    return look.told(confidence_text(str(words)))


@register.filter
def seen(words: str) -> str:
    """Words of an audited system with their line breaks, what cannot be shown made visible."""
    return "\n".join(clean(line) for line in str(words).replace("\r\n", "\n").split("\n"))

"""What a kind is called on a page."""

from django.utils.translation import gettext as _

from audits.catalogue import kinds
from governance.portal.look import kind_title


def title_of(kind: str) -> str:
    """The title that its card gives, or of a kind that is not installed any more its name in words."""
    card = kinds().get(kind)
    return _(card.title) if card else kind_title(kind)

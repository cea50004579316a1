"""What a report prints of a sealed incident. Pure."""

from datetime import datetime

from governance.book import Block, Cell, Provenance, Raw, Text
from governance.book import gettext_noop as _
from governance.incidents.life import EFFECTS


def blocks(
    *, effects: tuple[str, ...], aware_at: datetime, due_at: datetime, reported_at: datetime | None, article: str, authority: str
) -> tuple[Block, ...]:
    """The clock of an incident as rows of names and values."""
    rows: list[tuple[Text, Cell]] = [
        *((Text(_("Harm")), Text(EFFECTS[one])) for one in effects),
        (Text(_("Aware since")), Raw(_moment(aware_at))),
        (
            Text(_("To be reported by")),
            Text(_("%(moment)s, by %(article)s"), (("moment", _moment(due_at)), ("article", article))),
        ),
        (Text(_("Reported")), Raw(_moment(reported_at)) if reported_at else Text(_("not yet"))),
        *([(Text(_("Authority")), Raw(authority))] if authority else []),
    ]
    return (Provenance(tuple(rows)),)


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"

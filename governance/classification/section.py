"""A confirmed classification as blocks of a report. Pure."""

from governance.book import Block, Column, Notice, Paragraph, Raw, Table, Text
from governance.book import gettext_noop as _
from governance.classification.naming import tier_text, title_of, values_of
from governance.classification.outcome import Dimension, Outcome


def blocks(outcome: Outcome, confirmed_by: str, role: str, day: str) -> tuple[Block, ...]:
    """What was confirmed: the headline, who confirmed it, every dimension with its rules."""
    return (
        Paragraph(Text(_("Classification: %(tier)s."), (("tier", tier_text(outcome.tier)),))),
        Paragraph(
            Text(
                _("Confirmed by %(person)s (%(role)s), for the state of the law on %(day)s."),
                (("person", confirmed_by), ("role", role), ("day", day)),
            )
        ),
        Table(
            Text(_("What follows from the answers")),
            (Column(Text(_("Subject"))), Column(Text(_("Outcome"))), Column(Text(_("Rules")))),
            tuple(_row(one) for one in outcome.dimensions),
        ),
        Notice(Text(_("As declared by the person named. What the answers say was not measured here.")), "attested"),
    )


def _row(one: Dimension) -> tuple[Text, Text, Raw]:
    articles = dict.fromkeys(step.article for step in one.trace)
    return title_of(one.id), _listed(values_of(one)), Raw("; ".join(articles))


def _listed(texts: tuple[Text, ...]) -> Text:
    names = [f"v{index}" for index in range(len(texts))]
    return Text(", ".join(f"%({name})s" for name in names), tuple(zip(names, texts, strict=True)))

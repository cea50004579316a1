"""Appendix: what was answered when the system was classified."""

from typing import Any

from governance.book import Cell, Digest, Notice, Paragraph, Provenance, Raw, Section, Text, gettext_noop
from governance.reports.parts.words import DASH, NOT_STATED, table, when
from governance.reports.snapshot import Snapshot

TITLE = Text(gettext_noop("Answers of the classification"))


def answers(snapshot: Snapshot) -> Section:
    """Each question with its answer, and by which evidence it is sealed."""
    found = snapshot.classification
    if found is None:
        message = gettext_noop("Nobody answered the questionnaire. Owner: %(owner)s.")
        return Section("answers", TITLE, (Notice(Text(message, (("owner", snapshot.owner),))),))
    order = {one.id: place for place, one in enumerate(snapshot.questions)}
    given = sorted(found.answers.items(), key=lambda pair: order.get(pair[0], len(order)))
    rows: list[tuple[Cell, ...]] = [_row(snapshot, question, answer) for question, answer in given]
    values = (("who", found.classified_by), ("when", when(found.classified_at, snapshot.language)))
    told = Paragraph(Text(gettext_noop("Answered by %(who)s on %(when)s, as declared."), values))
    titles = (gettext_noop("Question"), gettext_noop("Article"), gettext_noop("Answer"))
    return Section("answers", TITLE, (told, table(gettext_noop("Answers"), titles, rows), *_sealed(snapshot)))


def _row(snapshot: Snapshot, name: str, answer: Any) -> tuple[Cell, ...]:
    question = next((one for one in snapshot.questions if one.id == name), None)
    given = [str(one) for one in (answer if isinstance(answer, list | tuple) else (answer,)) if one not in (None, "")]
    if question is None:
        return (Raw(name), Raw(DASH), Raw(", ".join(given)) if given else NOT_STATED)
    words = {one.id: one.words.of(snapshot.language) for one in question.options}
    return (
        Raw(question.text.of(snapshot.language)),
        Raw(question.ref),
        Raw("; ".join(words.get(one, one) for one in given)) if given else NOT_STATED,
    )


def _sealed(snapshot: Snapshot) -> tuple[Provenance, ...]:
    found = snapshot.classification
    if found is None or not found.evidence_id:
        return ()
    rows: list[tuple[Text, Cell]] = [
        (Text(gettext_noop("Evidence")), Raw(found.evidence_id)),
        (Text(gettext_noop("Sealed as")), Digest(found.digest)),
    ]
    return (Provenance(tuple(rows)),)

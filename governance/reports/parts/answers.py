"""Appendix: what was answered when the system was classified."""

from typing import Any

from governance.book import Cell, Digest, Notice, Paragraph, Provenance, Raw, Section, Text, gettext_noop
from governance.names import listed, named
from governance.reports.parts.scope import VALUES, question_words
from governance.reports.parts.words import NOT_STATED, table, when
from governance.reports.snapshot import Snapshot

TITLE = Text(gettext_noop("Answers of the classification"))


def answers(snapshot: Snapshot) -> Section:
    """Each question with its answer, and by which evidence it is sealed."""
    found = snapshot.classification
    if found is None:
        message = gettext_noop("Nobody answered the questionnaire. Owner: %(owner)s.")
        return Section("answers", TITLE, (Notice(Text(message, (("owner", snapshot.owner),))),))
    rows: list[tuple[Cell, ...]] = [
        (Raw(question_words(snapshot, question)), _answer(answer)) for question, answer in found.answers.items()
    ]
    values = (("who", found.classified_by), ("when", when(found.classified_at, snapshot.language)))
    told = Paragraph(Text(gettext_noop("Answered by %(who)s on %(when)s, as declared."), values))
    shown = table(gettext_noop("Answers"), (gettext_noop("Question"), gettext_noop("Answer")), rows)
    return Section("answers", TITLE, (told, shown, *_sealed(snapshot)))


def _answer(answer: Any) -> Cell:
    if isinstance(answer, list | tuple):
        return listed([_word(one) for one in answer]) if answer else NOT_STATED
    return _word(answer) if answer not in (None, "") else NOT_STATED


def _word(answer: object) -> Text:
    words = str(answer).lower() if isinstance(answer, bool) else str(answer)
    if words in VALUES:
        return Text(VALUES[words])
    return named(words) if words.replace("_", "").isalpha() else Text("%(value)s", (("value", words),))


def _sealed(snapshot: Snapshot) -> tuple[Provenance, ...]:
    found = snapshot.classification
    if found is None or not found.evidence_id:
        return ()
    rows: list[tuple[Text, Cell]] = [
        (Text(gettext_noop("Evidence")), Raw(found.evidence_id)),
        (Text(gettext_noop("Sealed as")), Digest(found.digest)),
    ]
    return (Provenance(tuple(rows)),)

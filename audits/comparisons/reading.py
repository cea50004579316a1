"""Stored items of a run -> what it says question by question."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from django.utils.translation import gettext as _

from audits.catalogue import kinds
from audits.comparisons.figures import Side
from audits.contract import AuditKind, MeasureCard, Unit
from audits.runs.models import Run
from audits.runs.services import private_words, records_of
from audits.states import State
from governance.shapes import ShapeError

MOST = 5_000  # items of one run: a request reads them all


def card_of(run: Run, field: str) -> AuditKind:
    """The kind of a finished run that can be compared. Raises `ShapeError` naming `field`."""
    card = kinds().get(run.kind)
    if card is None or not card.pairs:
        able = tuple(name for name, one in kinds().items() if one.pairs)
        raise ShapeError(field, _("is of a kind whose audits can't be compared question by question."), able)
    if run.state != State.SUCCEEDED:
        raise ShapeError(field, _("must be finished; this audit is %(state)s.") % {"state": run.state})
    if run.done > MOST:
        raise ShapeError(field, _("has more than %(most)s items, too many to compare at once.") % {"most": MOST})
    return card


def measure_of(card: AuditKind, measure: str) -> MeasureCard:
    """The card of a measure that can be compared: a share. Raises `ShapeError` naming `measure`."""
    able = {one.name: one for one in card.measures if one.unit in {"share", "score"}}
    if measure not in able:
        raise ShapeError("measure", _("is no share or score of this kind."), tuple(able))
    return able[measure]


def side_of(run: Run, card: AuditKind) -> Side:
    """What a run says, in the order in which it was recorded, with the words of each question and of its first answer."""
    unit: Callable[[str, Mapping[str, Any]], Unit | None] = import_module(card.pairs).unit
    units: list[Unit] = []
    words: dict[str, str] = {}
    answers: dict[str, str] = {}
    for record in records_of(run).order_by("id"):
        one = unit(record.outcome, record.values)
        if one is None:
            continue
        units.append(one)
        if one.question not in words:
            private = private_words(record)
            words[one.question] = str(private.get("question", ""))
            answers[one.question] = str(private.get("answer", ""))
    return Side(units, words, answers)

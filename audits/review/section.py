"""A calibration on its page and in a report: the corrected share beside the judge's, and how far to trust the judge. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from governance.book import (
    Block,
    Cell,
    Column,
    Digest,
    Heading,
    IntervalChart,
    IntervalRow,
    Listing,
    Notice,
    Number,
    Paragraph,
    Provenance,
    Raw,
    Table,
    Text,
)
from governance.book import gettext_noop as _
from governance.evidence.facts import Facts, Measure
from governance.names import named

TITLES = {
    "unsupported_answers_corrected": _("Unsupported answers, corrected by people"),
    "classical_unsupported": _("From the labels alone"),
    "rogan_gladen_unsupported": _("From the judge's verdicts and its rates"),
    "judged_unsupported": _("As the judge says, uncorrected"),
    "kappa_people": _("Agreement of two people (kappa)"),
    "kappa_judge": _("Agreement of judge and people (kappa)"),
    "sensitivity": _("Unsupported answers that the judge flags"),
    "specificity": _("Supported answers that the judge lets pass"),
    "ece_before": _("Calibration error of the scores as they are"),
    "ece_after": _("Calibration error after calibration"),
    "brier_before": _("Brier score of the scores as they are"),
    "brier_after": _("Brier score after calibration"),
    "guaranteed_threshold": _("Threshold that bounds the miss rate"),
}
SHORT = {
    "unsupported_answers_corrected": _("Corrected"),
    "classical_unsupported": _("Labels alone"),
    "rogan_gladen_unsupported": _("Verdicts, corrected"),
    "judged_unsupported": _("Judge, as it is"),
}
METHODS: dict[str, Text | Raw] = {
    "ppi_plus_plus": Raw("PPI++"),
    "wilson_weighted": Text(_("Wilson, weighted")),
    "lang_reiczigel": Raw("Rogan-Gladen, Lang-Reiczigel"),
    "kappa_wilson": Text(_("Cohen's kappa")),
    "clopper_pearson": Raw("Clopper-Pearson"),
    "held_out_folds": Text(_("five held-out folds")),
}
SHARES = ("unsupported_answers_corrected", "classical_unsupported", "rogan_gladen_unsupported", "judged_unsupported")
AGREEMENT = ("kappa_people", "kappa_judge", "sensitivity", "specificity")
SCORES = ("ece_before", "ece_after", "brier_before", "brier_after", "guaranteed_threshold")


def blocks(facts: Facts, settle: Sequence[Mapping[str, Any]] = ()) -> tuple[Block, ...]:
    """The corrected share, what would settle a criterion, agreement, the scores, what the figures do not show.

    settle: of each criterion its `limit`, `direction` and `more`, the labels that would settle it (None: not even all).
    """
    measures = {one.name: one for one in facts.measures}
    found: list[Block] = [_headline(facts, measures), *_blindness(facts), _chart(measures, settle)]
    found += [settled(one) for one in settle]
    found.append(_table(_("Shares with their intervals"), SHARES, measures))
    found.append(_table(_("How far people and judge agree"), AGREEMENT, measures))
    found.append(_matrix(facts))
    found.append(_table(_("The judge's scores as chances"), SCORES, measures))
    found.append(_promise(measures["guaranteed_threshold"]))
    found.append(Heading(Text(_("What these figures do not show")), 4))
    found.append(Listing(tuple(Text(limit) for limit in facts.limits)))
    found.append(_provenance(facts))
    return tuple(found)


def _headline(facts: Facts, measures: Mapping[str, Measure]) -> Paragraph:
    message = _("People labelled %(labels)s of %(answers)s judged answers; %(untold)s they could not tell.")
    values = (
        ("labels", str(facts.coverage.planned)),
        ("answers", str(measures["judged_unsupported"].n)),
        ("untold", str(facts.coverage.planned - facts.coverage.scored)),
    )
    return Paragraph(Text(message, values))


def _blindness(facts: Facts) -> tuple[Notice, ...]:
    looked = facts.details.get("labels_not_blind", 0)
    words = _("%(count)s labels come from people who had been shown the judge's verdicts of this audit before they labelled.")
    return (Notice(Text(words, (("count", str(looked)),)), "inconclusive"),) if looked else ()


def _chart(measures: Mapping[str, Measure], settle: Sequence[Mapping[str, Any]]) -> IntervalChart:
    rows = tuple(
        IntervalRow(Text(SHORT[one.name]), one.value, one.low, one.high, one.n) for one in map(measures.get, SHARES) if one
    )
    one = settle[0] if len(settle) == 1 else {}
    title = Text(_("Unsupported answers: what the judge said, and what people's labels make of it"))
    return IntervalChart(title, Text(_("Share")), rows, limit=one.get("limit"), direction=one.get("direction"))


def settled(one: Mapping[str, Any]) -> Notice:
    """What would settle one criterion, from its `limit` and `more`."""
    values = (("limit", str(one["limit"])), ("more", str(one["more"])))
    if one["more"] == 0:
        return Notice(Text(_("The corrected interval lies on one side of the limit %(limit)s."), values), "info")
    if one["more"] is None:
        words = _(
            "The corrected interval lies across the limit %(limit)s, and labels on every answer would not settle it: "
            "ask more questions."
        )
        return Notice(Text(words, values), "inconclusive")
    words = _("The corrected interval lies across the limit %(limit)s; about %(more)s more labels would settle it.")
    return Notice(Text(words, values), "inconclusive")


def _table(caption: str, names: Sequence[str], measures: Mapping[str, Measure]) -> Table:
    columns = (
        Column(Text(_("Measure"))),
        Column(Text(_("Value")), figures=True),
        Column(Text(_("Method"))),
        Column(Text(_("Remark"))),
    )
    rows = tuple(_line(measures[name]) for name in names if name in measures)
    return Table(Text(caption), columns, rows)


def _line(one: Measure) -> tuple[Cell, ...]:
    number = Number(one.value, one.low, one.high, one.n, one.unit, one.level)
    return (Text(TITLES[one.name]), number, METHODS[one.method], Text(one.reason) if one.reason else Raw(""))


def _matrix(facts: Facts) -> Table:
    seen = facts.details["confusion"]
    columns = (
        Column(Text(_("What people said"))),
        Column(Text(_("Judge: flagged")), figures=True),
        Column(Text(_("Judge: passed")), figures=True),
    )
    rows: tuple[tuple[Cell, ...], ...] = (
        (Text(_("unsupported")), Raw(str(seen["caught"])), Raw(str(seen["missed"]))),
        (Text(_("supported")), Raw(str(seen["false_alarms"])), Raw(str(seen["passed"]))),
    )
    return Table(Text(_("Judge and people, answer by answer")), columns, rows)


def _promise(threshold: Measure) -> Block:
    if threshold.value is None:
        return Notice(Text(_("No threshold can be promised to miss at most 5 % of the unsupported answers.")), "not_assessed")
    words = _("Flagging every score from %(score)s on misses at most 5 %% of the unsupported answers, with 95 %% confidence.")
    return Paragraph(Text(words, (("score", threshold.value),)))


def _provenance(facts: Facts) -> Provenance:
    told, curve = facts.parameters, facts.details["curve"] or {}
    rows: list[tuple[Text, Cell]] = [
        (Text(_("Judge")), Raw(str(told["judge"]))),
        (Text(_("Digest of the judge")), Digest(str(told["judge_digest"]))),
        (Text(_("Language of the answers")), Raw(str(told["language"]))),
        (Text(_("Guideline")), Raw(str(told["guideline"]))),
        (Text(_("Digest of the guideline")), Digest(str(told["guideline_digest"]))),
        (Text(_("Reviewers")), Raw(str(facts.details["reviewers"]))),
        (Text(_("Calibrated by")), named(str(curve.get("method", "none")))),
        (Text(_("Valid until")), Raw(str(told["expires_at"])[:10])),
    ]
    return Provenance(tuple(rows))

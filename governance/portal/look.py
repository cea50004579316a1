"""How sealed blocks and states look on a page: the words and drawings of the report, in the reader's language."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from governance.book import Number, Passage, Span, Text, from_plain
from governance.charts import SCREEN
from governance.charts.svg import clean
from governance.compliance.frameworks import load
from governance.compliance.services import measures_by_kind
from governance.names import words_of
from governance.reports.chips import Look, look_of
from governance.reports.speak import speaker
from governance.reports.spoken import Plain, Speaker, number_words, spoken_block

RUN_STATES: dict[str, Look] = {
    "queued": Look("○", _("waiting"), "plain"),
    "running": Look("◐", _("running"), "info"),
    "succeeded": Look("●", _("finished"), "plain"),
    "failed": Look("!", _("failed"), "not_met"),
    "cancelled": Look("–", _("cancelled"), "plain"),
}
COMPARISON_STATES: dict[str, Look] = {
    "better": Look("●", _("better"), "met"),
    "worse": Look("■", _("worse"), "not_met"),
    "no_difference_shown": Look("=", _("no difference shown"), "info"),
}
# Of deliveries, endpoints, destinations, tokens, second factors and schedules.
STANDINGS: dict[str, Look] = {
    "waiting": Look("○", _("waiting"), "plain"),
    "delivered": Look("●", _("delivered"), "plain"),
    "given_up": Look("!", _("given up"), "not_met"),
    "on": Look("●", _("on"), "plain"),
    "failing": Look("▲", _("failing"), "inconclusive"),
    "off": Look("!", _("off"), "not_met"),
    "asked": Look("○", _("asked for"), "inconclusive"),
    "refused": Look("–", _("refused"), "plain"),
    "withdrawn": Look("–", _("withdrawn"), "plain"),
    "valid": Look("●", _("valid"), "plain"),
    "expired": Look("◷", _("expired"), "stale"),
    "revoked": Look("–", _("revoked"), "plain"),
    "factor": Look("●", _("set up"), "plain"),
    "no_factor": Look("–", _("none"), "plain"),
    "paused": Look("–", _("paused"), "plain"),
    "started": Look("●", _("started"), "plain"),
    "missed": Look("▲", _("missed"), "inconclusive"),
    "not_started": Look("!", _("refused"), "not_met"),
    "labelling": Look("◐", _("labelling"), "info"),
    "drifted": Look("◷", _("lapsed: scores drifted"), "stale"),
    "judge_changed": Look("◷", _("lapsed: judge changed"), "stale"),
    "guideline_changed": Look("◷", _("lapsed: guideline changed"), "stale"),
}
APPROVAL_STATES: dict[str, Look] = {
    "none": Look("?", _("not approved"), "inconclusive"),
    "requested": Look("…", _("waiting for approval"), "inconclusive"),
    "approved": Look("✎", _("approved"), "info"),
    "rejected": Look("■", _("rejected"), "not_met"),
    "void": Look("◷", _("void: edited since"), "stale"),
}
CLOCK_STATES: dict[str, Look] = {
    "due_soon": Look("▲", _("due soon"), "inconclusive"),
    "overdue": Look("!", _("overdue"), "not_met"),
    "in_time": Look("●", _("reported in time"), "plain"),
    "late": Look("■", _("reported late"), "not_met"),
    "stopped": Look("–", _("judged not serious"), "plain"),
    "never": Look("▨", _("nothing yet"), "not_assessed"),
    "current": Look("●", _("current"), "plain"),
    "changed_meanwhile": Look("!", _("changed before it was reported"), "not_met"),
    "hold": Look("§", _("hold: nothing is erased"), "info"),
}
STAGES = {
    "design": _("design"),
    "development": _("development"),
    "validation": _("validation"),
    "production": _("production"),
    "retired": _("retired"),
}
OWN_KINDS = {
    "report": _("Report"),
    "comparison": _("Comparison"),
    "incident": _("Serious incident"),
    "monitoring_plan": _("Monitoring plan"),
}
STABLE = re.compile(r"[a-zA-Z][a-zA-Z0-9_.]*")
SHAPES = {"stale": "◷", "attested": "✎"}  # the screen has the signs that paper lacks


def chip(state: str) -> Plain:
    """A state as shape, word and tone."""
    own = (RUN_STATES, STANDINGS, APPROVAL_STATES, COMPARISON_STATES, CLOCK_STATES)
    look = next((looks[state] for looks in own if state in looks), None) or look_of(state)
    return {"shape": SHAPES.get(state, look.shape), "word": _speaker().words(Text(look.word)), "tone": look.tone}


def kind_title(kind: str) -> str:
    """What a kind of evidence is called: by the catalogue of duties, or by its own name."""
    if kind in OWN_KINDS:
        return gettext(OWN_KINDS[kind])
    known = load().of_kind(kind)
    return known.title.of((translation.get_language() or "en")[:2]) if known else name_words(kind)


def measure_title(kind: str, measure: str) -> str:
    """What a kind's measure is called; its name in words where the kind or the measure is gone."""
    title = measures_by_kind().get(kind, {}).get(measure)
    return gettext(title) if title else name_words(measure)


def titled(kind: str, verdicts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Verdicts of a kind, each with the `title` of its measure."""
    return [{**verdict, "title": measure_title(kind, str(verdict.get("measure", "")))} for verdict in verdicts]


def name_words(name: str) -> str:
    """A stable name in the reader's words; what is no stable name, translated where it is known and else as it is."""
    if STABLE.fullmatch(name):
        return gettext(words_of(name))
    return gettext(name) if name else ""


def stage_word(stage: str) -> str:
    """A stage of an asset's life in the reader's language."""
    return gettext(STAGES[stage]) if stage in STAGES else stage


def blocks(plain: Sequence[Any]) -> list[Plain]:
    """Sealed blocks as they are shown; one of a kind that is gone is told, never lost."""
    voice = _speaker()
    return [_block(one, voice) for one in plain]


def figure(cell: Mapping[str, Any]) -> str:
    """`0.71 [0.64, 0.77] · n 180 · limit ≥ 0.8`, from anything with the fields of a measure or a verdict."""
    number = Number(cell["value"], cell["low"], cell["high"], cell["n"], limit=cell.get("limit"), direction=cell.get("direction"))
    return number_words(number, _speaker().told)


def told(text: Text) -> str:
    """A text in the reader's language."""
    return _speaker().told(text)


def passage(words: str, spans: Sequence[tuple[int, int, str]]) -> Plain:
    """Verbatim words with marked spans (start, end, why)."""
    marked = tuple(Span(start, end, Text("%(why)s", (("why", why),))) for start, end, why in spans)
    return spoken_block(Passage(words, marked), _speaker())


def _block(plain: Any, voice: Speaker) -> Plain:
    try:
        return spoken_block(from_plain(plain), voice)
    except (TypeError, ValueError):
        kind = plain.get("is", "") if isinstance(plain, dict) else type(plain).__name__
        return {"form": "unknown", "kind": str(kind)}


def _speaker() -> Speaker:
    return Speaker(speaker(translation.get_language() or "en"), clean, SCREEN)

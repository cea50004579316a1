"""Carries out a PII audit: cuts the texts into batches, looks through them, concludes shares and counts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from audits.contract import Item, ItemResult, SourceText, TargetError, TextsTarget
from audits.kinds.pii import KIND, NOT_ASSESSED, NOT_IDENTIFYING, PiiParameters
from audits.kinds.pii.engine import Analyser, AnalysisFailed, Finding, Looked, analyser
from audits.measures.intervals import wilson
from audits.targets.texts import TextFiles
from governance.book import gettext_noop as _
from governance.evidence.facts import Coverage, Facts, Measure, decimal_text
from governance.shapes import plain

BATCH = 100_000  # characters: about a second of work
MAX_BATCH_TEXTS = 500
SHOWN = 200  # texts with findings that the report lists

LIMITS = (
    _("Names of people, places and organisations and street addresses are not assessed: this cut has no detector for them."),
    _("Identity numbers of countries other than Spain, the United Kingdom and the United States are not assessed."),
    _("Patterns miss what is written unusually and hit what only looks alike; no recall is claimed for these texts."),
)


class FileTexts(TextFiles):
    """Texts of `manage.py measure`: each is an item, so that each has its line of results."""


def plan(target: TextsTarget, parameters: PiiParameters) -> Sequence[Item]:
    """Batches of neighbouring texts. Every text is read first, so a broken one is refused before any work.

    Raises `TargetError`, naming file, line and field.
    """
    alone = isinstance(target, FileTexts)
    items: list[Item] = []
    first, size, index, last, words = 0, 0, -1, "", False
    for index, text in enumerate(target.texts()):
        full = size + len(text.text) > BATCH or index - first >= MAX_BATCH_TEXTS
        if index > first and (full or alone):
            items.append(_batch(first, index, last if alone else ""))
            first, size = index, 0
        size += len(text.text)
        last = text.id
        words = words or bool(text.text.strip())
    if index >= first:
        items.append(_batch(first, index + 1, last if alone else ""))
    if not words:  # nothing found in nothing would read like a finding
        raise TargetError("unreadable", "there are no texts with words; give at least one.")
    return items


def measure(target: TextsTarget, items: Sequence[Item], parameters: PiiParameters, seed: int) -> Iterator[ItemResult]:
    """Look through each batch. A text's findings depend on that text alone; nothing is random."""
    engine = analyser(parameters.phone_regions)
    batches = {item.payload["start"]: item for item in items}
    batch: list[SourceText] = []
    current: Item | None = None
    for index, text in enumerate(target.texts()):
        current = current or batches.get(index)
        if current is None:
            continue
        batch.append(text)
        if index + 1 == current.payload["stop"]:
            yield _look(engine, current, batch, parameters)
            batch, current = [], None


def conclude(results: Sequence[ItemResult], parameters: PiiParameters, seed: int) -> Facts:
    """Facts from all texts, the same whatever the batches were."""
    texts = [text for result in results for text in result.values.get("texts", ())]
    scored = [text for text in texts if not text["unscored"]]
    reasons = Counter(text["unscored"] for text in texts if text["unscored"])
    return Facts(
        kind=KIND.name,
        kind_version=KIND.version,
        parameters=plain(parameters),
        seed=seed,
        coverage=Coverage(len(texts), len(scored), tuple(sorted(reasons.items()))),
        measures=tuple(_measures(scored, parameters, sum(reasons.values()))),
        details=_details(scored, parameters),
        limits=LIMITS,
    )


def open_file(path: Path, parameters: PiiParameters) -> FileTexts:
    """The texts of `manage.py measure pii --items`: JSONL `{id, text, lang}`, or a plain text."""
    return FileTexts([path])


def item_line(result: ItemResult) -> dict[str, Any]:
    """One text's findings; scores are numbers here. A text that could not be looked through says why."""
    texts = result.values["texts"]
    findings = [
        {"type": one["type"], "start": one["start"], "end": one["end"], "score": float(one["score"])}
        for text in texts
        for one in text["findings"]
    ]
    unscored = {"unscored": result.reason} if result.outcome == "unscored" else {}
    return {"id": result.item, "findings": findings, **unscored}


def masked(words: str) -> str:
    """A preview for people who may see the run's private part: the first character and the signs, the rest as dots."""
    return words[:1] + "".join("•" if letter.isalnum() else letter for letter in words[1:])


def _batch(start: int, stop: int, only: str) -> Item:
    return Item(only or f"texts-{start}", {"start": start, "stop": stop})


def _look(engine: Analyser, item: Item, batch: Sequence[SourceText], parameters: PiiParameters) -> ItemResult:
    looked = [(text, _one(engine, text, parameters)) for text in batch]
    values = [_text_values(text, found) for text, found in looked]
    previews = [
        {
            "id": text.id,
            "findings": [{"type": one.type, "masked": masked(text.text[one.start : one.end])} for one in found.findings],
        }
        for text, found in looked
        if isinstance(found, Looked) and found.findings
    ]
    reasons = [value["unscored"] for value in values]
    outcome: dict[str, Any] = {"outcome": "scored"} if not all(reasons) else {"outcome": "unscored", "reason": reasons[0]}
    return ItemResult(item.id, values={"texts": values}, private={"texts": previews}, **outcome)


def _one(engine: Analyser, text: SourceText, parameters: PiiParameters) -> Looked | AnalysisFailed:
    try:
        return engine.look(text.text, parameters.language or text.language, parameters.looked_for(), float(parameters.threshold))
    except AnalysisFailed as error:
        return error


def _text_values(text: SourceText, found: Looked | AnalysisFailed) -> dict[str, Any]:
    """What is stored of a text: places and types, no words."""
    if isinstance(found, AnalysisFailed):
        return {"id": text.id, "origin": text.origin, "language": "", "unscored": "analysis_failed", "findings": []}
    reason = "pattern_timeout" if found.timeouts else ""
    findings = [_finding_values(one) for one in found.findings]
    return {"id": text.id, "origin": text.origin, "language": found.language, "unscored": reason, "findings": findings}


def _finding_values(one: Finding) -> dict[str, Any]:
    score = decimal_text(round(one.score, 4))
    return {"type": one.type, "start": one.start, "end": one.end, "score": score, "recogniser": one.recogniser}


def _measures(texts: Sequence[dict[str, Any]], parameters: PiiParameters, unscored: int) -> Iterator[Measure]:
    looked_for = parameters.looked_for()
    identifying = [entity for entity in looked_for if entity not in NOT_IDENTIFYING]
    if identifying:
        yield _share(texts, identifying, (), unscored)
        yield _total(texts, identifying, (), unscored)
    for entity in looked_for:
        group = (("entity", entity),)
        yield _share(texts, [entity], group, unscored)
        yield _total(texts, [entity], group, unscored)


def _share(
    texts: Sequence[dict[str, Any]], entities: Sequence[str], group: tuple[tuple[str, str], ...], unscored: int
) -> Measure:
    hits = sum(any(one["type"] in entities for one in text["findings"]) for text in texts)
    found = wilson(hits, len(texts))
    if found is None:
        reason = _("no text could be looked through")
        return Measure("texts_with_finding", None, None, None, 0, "wilson", unscored=unscored, group=group, reason=reason)
    value, low, high = decimal_text(found.value), decimal_text(found.low), decimal_text(found.high)
    return Measure("texts_with_finding", value, low, high, len(texts), "wilson", unscored=unscored, group=group)


def _total(
    texts: Sequence[dict[str, Any]], entities: Sequence[str], group: tuple[tuple[str, str], ...], unscored: int
) -> Measure:
    """A count of these very texts: there is nothing to estimate, so the interval is the count itself."""
    count = str(sum(one["type"] in entities for text in texts for one in text["findings"]))
    return Measure("findings", count, count, count, len(texts), "exact", "count", unscored=unscored, group=group)


def _details(texts: Sequence[dict[str, Any]], parameters: PiiParameters) -> dict[str, Any]:
    found = [text for text in texts if text["findings"]]
    listed = [
        {"id": text["id"], "findings": sorted(Counter(one["type"] for one in text["findings"]).items())} for text in found[:SHOWN]
    ]
    return {
        "looked_for": list(parameters.looked_for()),
        "not_assessed": list(NOT_ASSESSED),
        "languages": dict(sorted(Counter(text["language"] for text in texts).items())),
        "origins": dict(sorted(Counter(text["origin"] for text in texts).items())),
        "texts_with_findings": [{**text, "findings": [list(pair) for pair in text["findings"]]} for text in listed],
        "not_listed": len(found) - len(listed),
    }

"""The strict manner: one verdict a claim, in JSON, each with a quotation that stands word for word in a passage. Pure."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from audits.contract import Claim, ClaimVerdict, Support
from audits.judges.checks import Evidence, check, read_evidence
from audits.judges.llm.decoys import Decoys, decoys
from audits.judges.llm.lots import Lots
from audits.judges.llm.prompts import JudgePrompt
from audits.judges.llm.reasons import (
    DECOY_MISSED,
    FIGURE_NOT_FOUND,
    QUOTE_NOT_FOUND,
    QUOTE_TOO_LONG,
    QUOTE_TOO_SHORT,
    QUOTE_UNRELATED,
    UNPARSABLE,
    WRONG_IDS,
    Unusable,
)
from audits.judges.words import language_of, stems

VERDICTS: dict[str, Support] = {"supported": "supported", "contradicted": "contradicted", "not_found": "unsupported"}
SCORES = {"supported": "0", "contradicted": "1", "not_found": "1"}
FIGURES = frozenset({"number", "date", "time"})
LEAST_QUOTE = 2  # words: a single one stands in almost any passage
LONGEST_QUOTE = 2000  # characters
_FIGURE = re.compile(r"\d+")

Entry = tuple[str, str]  # verdict and quotation


@dataclass(frozen=True, slots=True)
class Asked:
    """A chat, and what is needed to read its reply. held, absent: the numbers, from 0, of the two decoys among all claims."""

    chat: list[dict[str, str]]
    decoys: Decoys
    held: int
    absent: int
    size: int


def ask(prompt: JudgePrompt, lots: Lots, question: str, claims: Sequence[Claim], passages: Sequence[str]) -> Asked:
    """The chat for one answer, its decoys in places that nobody can foresee."""
    mark = lots.mark()
    planted = decoys(lots, language_of("\n".join(claim.text for claim in claims)))
    texts = [claim.text for claim in claims]
    for words in (planted.held, planted.absent):
        texts.insert(lots.below(len(texts) + 1), words)
    shown = list(passages)
    shown.insert(lots.below(len(shown) + 1), planted.passage)
    lines = [f"{mark} question", question]
    for number, passage in enumerate(shown, start=1):
        lines += [f"{mark} passage {number}", passage]
    for number, words in enumerate(texts, start=1):
        lines += [f"{mark} claim c{number}", words]
    chat = [
        {"role": "system", "content": prompt.filled({"mark": mark})},
        {"role": "user", "content": "\n".join([*lines, f"{mark} end"])},
    ]
    return Asked(chat, planted, texts.index(planted.held), texts.index(planted.absent), len(texts))


def read(reply: str, asked: Asked, claims: Sequence[Claim], passages: Sequence[str]) -> tuple[ClaimVerdict, ...]:
    """A verdict on each claim of the answer; one whose quotation proves nothing is unscored with its cause.

    Raises:
        Unusable: `unparsable`, `wrong_ids`, or `decoy_missed` where a claim of known label was judged wrongly.
    """
    entries = read_entries(reply, asked.size)
    held, absent = entries[asked.held], entries[asked.absent]
    if held[0] != "supported" or find_quote(held[1], [asked.decoys.passage]) is None or absent[0] == "supported":
        raise Unusable(DECOY_MISSED)
    own = [entry for number, entry in enumerate(entries) if number not in {asked.held, asked.absent}]
    ground = _ground(claims, passages)
    return tuple(_verdict(claim, entry, ground) for claim, entry in zip(claims, own, strict=True))


def read_entries(reply: str, size: int) -> list[Entry]:
    """Verdict and quotation of claims c1, c2, ... in order.

    Raises `Unusable`: `unparsable` unless the whole reply is the one object asked for, `wrong_ids` unless every
    claim has exactly one entry.
    """
    try:
        document = json.loads(reply, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Unusable(UNPARSABLE) from None
    if not isinstance(document, dict) or set(document) != {"verdicts"} or not isinstance(document["verdicts"], list):
        raise Unusable(UNPARSABLE)
    found: dict[str, Entry] = {}
    for entry in document["verdicts"]:
        name, *said = _entry(entry)
        if name in found:
            raise Unusable(WRONG_IDS)
        found[name] = (said[0], said[1])
    names = [f"c{number}" for number in range(1, size + 1)]
    if set(found) != set(names):
        raise Unusable(WRONG_IDS)
    return [found[name] for name in names]


def find_quote(quote: str, passages: Sequence[str]) -> tuple[int, int, int] | None:
    """(passage, start, end) of a quotation that stands word for word in a passage; runs of white space are alike."""
    parts = quote.split()
    if not parts or len(quote) > LONGEST_QUOTE:
        return None
    pattern = re.compile(r"\s+".join(re.escape(part) for part in parts))
    for index, passage in enumerate(passages):
        match = pattern.search(passage)
        if match:
            return index, match.start(), match.end()
    return None


def is_related(claim: str, quote: str) -> bool:
    """Whether claim and quotation share the stem of a content word or a figure. True where the claim has neither."""
    wanted = stems(claim) | set(_FIGURE.findall(claim))
    return not wanted or not wanted.isdisjoint(stems(quote) | set(_FIGURE.findall(quote)))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _entry(entry: Any) -> tuple[str, str, str]:
    if not isinstance(entry, dict) or set(entry) != {"id", "verdict", "quote"}:
        raise Unusable(UNPARSABLE)
    if not all(isinstance(value, str) for value in entry.values()) or entry["verdict"] not in VERDICTS:
        raise Unusable(UNPARSABLE)
    return entry["id"], entry["verdict"], entry["quote"]


@dataclass(frozen=True, slots=True)
class _Ground:
    """What verdicts are held against. alike: claims and passages are in one language, so that a proof shares words."""

    passages: Sequence[str]
    evidence: Evidence
    alike: bool


def _ground(claims: Sequence[Claim], passages: Sequence[str]) -> _Ground:
    spoken = language_of("\n".join(claim.text for claim in claims))
    alike = bool(spoken) and spoken == language_of("\n".join(passages))
    return _Ground(passages, read_evidence(passages), alike)


def _verdict(claim: Claim, entry: Entry, ground: _Ground) -> ClaimVerdict:
    verdict, quote = entry
    if verdict == "not_found":
        return ClaimVerdict(claim, VERDICTS[verdict], SCORES[verdict])
    place = find_quote(quote, ground.passages)
    cause = _doubt(claim, quote, found=place is not None, alike=ground.alike)
    if cause or place is None:
        return ClaimVerdict(claim, "unscored", None, checks=((cause, quote[:200]),))
    if verdict == "supported" and (missing := _missing_figure(claim, ground.evidence)):
        return ClaimVerdict(claim, "unscored", None, checks=((FIGURE_NOT_FOUND, missing),))
    return ClaimVerdict(claim, VERDICTS[verdict], SCORES[verdict], *place)


def _missing_figure(claim: Claim, evidence: Evidence) -> str:
    """A number, date or time of the claim that no passage holds: model and check disagree. Empty where all are there."""
    return next((fired.detail for fired in check(claim.text, evidence).fired if fired.check in FIGURES), "")


def _doubt(claim: Claim, quote: str, *, found: bool, alike: bool) -> str:
    """Why a quotation proves nothing; empty where it may."""
    if len(quote) > LONGEST_QUOTE:
        return QUOTE_TOO_LONG
    if not found:
        return QUOTE_NOT_FOUND
    if len(quote.split()) < LEAST_QUOTE:
        return QUOTE_TOO_SHORT
    return QUOTE_UNRELATED if alike and not is_related(claim.text, quote) else ""

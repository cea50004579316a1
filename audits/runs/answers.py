"""An answer as it is read: its words in pieces, claims numbered, each with its reasons and its best evidence. Pure.

What an audited system said is data: stored offsets that point nowhere mark nothing, and nothing here fails on them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from audits.reasons import marks_of, reasons_of, sort_of

MOST_WORDS = 20_000  # characters of an answer that a page shows
MOST_PASSAGES = 20
MOST_PASSAGE = 1_500  # characters of a passage without evidence
AROUND = 400  # characters kept before and after evidence in a longer one


@dataclass(frozen=True, slots=True)
class Part:
    """Words that are drawn alike. `reason` is empty where nothing is wrong with them."""

    words: str
    reason: str = ""

    @property
    def sort(self) -> str:
        """How they are drawn, a key of `audits.reasons.SORTS`."""
        return sort_of(self.reason) if self.reason else ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A claim of the answer in its parts, or with number 0 the words between claims."""

    parts: tuple[Part, ...]
    number: int = 0
    verdict: str = ""
    evidence: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one claim. reasons: (reason, the words it is about). passage: from 1, 0 without evidence."""

    number: int
    verdict: str
    score: str
    reasons: tuple[tuple[str, str], ...]
    passage: int = 0
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of a passage; `claims` are the numbers whose best evidence they are, `begins` those whose evidence begins here.

    left_out: how many characters are not shown here; then there are no words.
    """

    words: str
    claims: tuple[int, ...] = ()
    begins: tuple[int, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A retrieved passage. number: from 1, in the order in which the system gave it."""

    number: int
    id: str
    score: str
    stretches: tuple[Stretch, ...]

    @property
    def cited(self) -> tuple[int, ...]:
        """Claims that have their best evidence here."""
        return tuple(sorted({number for stretch in self.stretches for number in stretch.claims}))


@dataclass(frozen=True, slots=True)
class Reading:
    """All of one answer that a page needs."""

    question: str
    pieces: tuple[Piece, ...]
    found: tuple[Found, ...]
    sources: tuple[Source, ...]
    hidden_sources: int = 0
    cut: int = 0
    sorts: tuple[str, ...] = field(default=())


def reading_of(values: Mapping[str, Any], private: Mapping[str, Any]) -> Reading:
    """A stored item and its decrypted words as an answer to be read."""
    answer = str(private.get("answer", ""))
    passages = [one for one in private.get("passages", ()) if isinstance(one, dict)]
    claims = _claims(values, min(len(answer), MOST_WORDS))
    places = {number: place for number, claim in claims if (place := _evidence(claim, passages))}
    pieces = _pieces(answer[:MOST_WORDS], claims, places)
    cited = {place[0] for place in places.values()}
    shown = [index for index in range(len(passages)) if index < MOST_PASSAGES or index in cited]
    return Reading(
        question=str(private.get("question", ""))[:MOST_WORDS],
        pieces=pieces,
        found=tuple(_found(number, claim, private, places, passages) for number, claim in claims),
        sources=tuple(_source(index, passages[index], places) for index in shown),
        hidden_sources=len(passages) - len(shown),
        cut=max(0, len(answer) - MOST_WORDS),
        sorts=tuple(sorted({part.sort for piece in pieces for part in piece.parts if part.sort})),
    )


def _claims(values: Mapping[str, Any], length: int) -> list[tuple[int, Mapping[str, Any]]]:
    """Stored claims that lie in the answer, numbered from 1 as they are stored, in the order of their words."""
    found = [
        (number, claim)
        for number, claim in enumerate(values.get("claims", ()), start=1)
        if isinstance(claim, dict) and _lies(claim.get("start"), claim.get("end"), length)
    ]
    return sorted(found, key=lambda one: int(one[1]["start"]))


def _lies(start: object, end: object, length: int) -> bool:
    return isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= length


def _evidence(claim: Mapping[str, Any], passages: Sequence[Mapping[str, Any]]) -> tuple[int, int, int] | None:
    """(index of the passage, start, end) of a claim's best evidence, or None."""
    index, start, end = claim.get("passage", -1), claim.get("passage_start", -1), claim.get("passage_end", -1)
    if not isinstance(index, int) or not 0 <= index < len(passages):
        return None
    return (index, start, end) if _lies(start, end, len(str(passages[index].get("text", "")))) else None


def _pieces(
    answer: str, claims: Sequence[tuple[int, Mapping[str, Any]]], places: Mapping[int, tuple[int, int, int]]
) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = 0
    for number, claim in claims:
        start, end = max(at, int(claim["start"])), int(claim["end"])
        if start >= end:
            continue
        pieces += [Piece((Part(answer[at:start]),))] if at < start else []
        marks = [(max(first, start), last, reason) for first, last, reason in marks_of(claim)]
        pieces.append(Piece(_parts(answer, start, end, marks), number, str(claim.get("verdict", "")), number in places))
        at = end
    return (*pieces, Piece((Part(answer[at:]),))) if at < len(answer) else tuple(pieces)


def _parts(answer: str, start: int, end: int, marks: Sequence[tuple[int, int, str]]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for first, last, reason in marks:
        parts += [Part(answer[start:first]), Part(answer[first:last], reason)]
        start = last
    return tuple(part for part in (*parts, Part(answer[start:end])) if part.words)


def _found(
    number: int,
    claim: Mapping[str, Any],
    private: Mapping[str, Any],
    places: Mapping[int, tuple[int, int, int]],
    passages: Sequence[Mapping[str, Any]],
) -> Found:
    index, start, end = places.get(number, (-1, 0, 0))
    evidence = str(passages[index]["text"])[start:end] if index >= 0 else ""
    score = claim.get("unsupported")
    reasons = tuple((reason, words) for reason in reasons_of(claim) for words in _about(reason, number, claim, private))
    return Found(number, str(claim.get("verdict", "")), str(score) if score is not None else "", reasons, index + 1, evidence)


def _about(reason: str, number: int, claim: Mapping[str, Any], private: Mapping[str, Any]) -> list[str]:
    """The words that a reason is about: as the judge named them, or those that it marked; one empty text for the whole claim."""
    answer, whole = str(private.get("answer", "")), (claim["start"], claim["end"])
    marked = [(one["start"], one["end"]) for one in claim.get("spans", ()) if one["reason"] == reason]
    checks = [str(one[2]) for one in private.get("checks", ()) if one[0] == number - 1 and one[1] == reason]
    words = checks or [answer[start:end] for start, end in marked if (start, end) != whole]
    return list(dict.fromkeys(one for one in words if one)) or [""]


def _source(index: int, passage: Mapping[str, Any], places: Mapping[int, tuple[int, int, int]]) -> Source:
    words = str(passage.get("text", ""))
    spans = [(number, start, end) for number, (at, start, end) in sorted(places.items()) if at == index]
    windows = _windows(len(words), spans)
    stretches: list[Stretch] = []
    at = 0
    for first, last in windows:
        stretches += [Stretch("", left_out=first - at)] if at < first else []
        stretches += _stretches(words, first, last, spans)
        at = last
    stretches += [Stretch("", left_out=len(words) - at)] if at < len(words) else []
    score = passage.get("score")
    return Source(index + 1, str(passage.get("id", "")), "" if score is None else str(score), tuple(stretches))


def _windows(length: int, spans: Sequence[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """What is shown of a passage: all of a short one; of a long one its evidence with what stands around it, or its beginning."""
    if length <= MOST_PASSAGE or not spans:
        return [(0, min(length, MOST_PASSAGE))]
    windows: list[tuple[int, int]] = []
    for first, last in sorted((max(0, start - AROUND), min(length, end + AROUND)) for _, start, end in spans):
        if windows and first <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(last, windows[-1][1]))
        else:
            windows.append((first, last))
    return windows


def _stretches(words: str, first: int, last: int, spans: Sequence[tuple[int, int, int]]) -> list[Stretch]:
    """The words of a window cut wherever the evidence of a claim begins or ends."""
    begins: dict[int, list[int]] = defaultdict(list)
    for number, start, _ in spans:
        begins[start].append(number)
    inner = {place for _, start, end in spans for place in (start, end) if first < place < last}
    cuts = sorted({first, last, *inner})
    return [
        Stretch(words[start:end], tuple(number for number, low, high in spans if low <= start < high), tuple(begins[start]))
        for start, end in pairwise(cuts)
    ]

"""Checks that need no model: does each figure and each name of a claim occur in the passages? Pure.

They read English and Spanish writing on either side, so a Spanish claim can be held against an English
passage. A fired check says what is missing, in words of the claim.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from audits.judges.figures import Figure, figures
from audits.judges.words import EN, ES, fold, listed, words

_NEGATIONS = listed("not no never none neither nor cannot without nunca jamas sin ni ningun ninguna ninguno tampoco nadie nada")
_CAPITALISED = re.compile(r"[^\W\d_][\w'’&-]*")
_UPPER = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-Ž]")
_PLACES = """
london londres|paris parís|new nueva|germany alemania|france francia|spain españa|italy italia|united unidos|kingdom reino
states estados|netherlands holanda|switzerland suiza|sweden suecia|norway noruega|denmark dinamarca|greece grecia|ireland irlanda
poland polonia|belgium bélgica|austria|japan japón|brazil brasil|mexico méxico|europe europa|european europea europeo
africa áfrica|england inglaterra|scotland escocia|america américa|american americana americano
german alemán alemana|french francés francesa
english inglés inglesa|spanish español española|italian italiano italiana|munich múnich|vienna viena|geneva ginebra|lisbon lisboa
rome roma|brussels bruselas|moscow moscú|warsaw varsovia|milan milán|turin turín|cologne colonia|hamburg hamburgo|athens atenas
ai ia|eu ue|gdpr rgpd|usa eeuu|un onu|nato otan|act reglamento ley|monday lunes|union unión|commission comisión|bank banco
university universidad|ministry ministerio|spaniards españoles|dr dra doctor doctora|mr sr señor|mrs ms sra señora|eng ing
"""
_ALIAS = {
    fold(name): fold(group.split()[0])
    for line in _PLACES.split("\n")
    for group in line.split("|")
    if group
    for name in group.split()
}
_NOT_NAMES = listed(
    "i dr dra mr mrs ms sr sra ing lic prof ceo cto cfo january february march april may june july august september october "
    "november december monday tuesday wednesday thursday friday saturday sunday yes no si ok pm am please note"
) | {fold(word) for word in EN | ES}


@dataclass(frozen=True, slots=True)
class Fired:
    """One check that found something missing. `check` is number, unit, date, time, weekday or name."""

    check: str
    detail: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks say of one claim.

    figures, names: how many figures and names of the claim do occur in the passages: evidence in its favour.
    A name that stands in the question already is no evidence and is not counted.
    rest: the claim with its names blanked out, for comparing the other words.
    """

    fired: tuple[Fired, ...]
    figures: int
    names: int
    rest: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The passages as the checks need them, read once an answer.

    numbers: value -> the units it stands with, "" for none. hours: numbers that tell an hour without minutes.
    names, asked: folded words of passages and
    question, of the question alone.
    """

    numbers: dict[Decimal, frozenset[str]]
    dates: frozenset[tuple[int, int, int]]
    times: frozenset[int]
    hours: frozenset[Decimal]
    weekdays: frozenset[int]
    names: frozenset[str]
    asked: frozenset[str]


def read_evidence(passages: Sequence[str], question: str = "") -> Evidence:
    """Figures of the passages, and the words of passages and question that a name may be found in.

    The question counts for names only: an answer may repeat whom it was asked about, never a figure
    that no passage holds.
    """
    found = [figure for passage in passages for figure in figures(passage)]
    numbers: dict[Decimal, set[str]] = {}
    for figure in found:
        for value in figure.values:
            if isinstance(value, Decimal):
                numbers.setdefault(value, set()).add(figure.unit)
    return Evidence(
        {value: frozenset(units) for value, units in numbers.items()},
        frozenset(value for figure in found for value in figure.values if isinstance(value, tuple)),
        _minutes_or_days(found, "time"),
        frozenset(value for figure in found if figure.hour for value in figure.values if isinstance(value, Decimal)),
        _minutes_or_days(found, "weekday"),
        frozenset(key for passage in passages for key in _keys(passage)) | _keys(question),
        _keys(question),
    )


def _minutes_or_days(found: Sequence[Figure], sort: str) -> frozenset[int]:
    chosen = [figure for figure in found if figure.sort == sort]
    return frozenset(value for figure in chosen for value in figure.values if isinstance(value, int))


def check(claim: str, evidence: Evidence) -> Checked:
    """Look for every figure and every name of `claim`. Details are quotations of the claim."""
    known = [figure for figure in figures(claim) if _says_something(figure)]
    problems = [(figure.start, figure.end, _figure_problem(figure, evidence)) for figure in known]
    taken = {index for figure in known for index in range(figure.start, figure.end)}
    spans = [(start, end) for start, end in names(claim) if taken.isdisjoint(range(start, end))]
    named = [(start, end, "" if _is_known(claim[start:end], evidence) else "name") for start, end in spans]
    fired = tuple(Fired(problem, claim[start:end], start, end) for start, end, problem in sorted(problems + named) if problem)
    new = [one for one in named if _key(claim[one[0] : one[1]]) not in evidence.asked]
    rest = list(claim)
    for start, end in spans:
        rest[start:end] = " " * (end - start)
    return Checked(fired, _found(problems), _found(new), "".join(rest))


def _found(looked_for: Sequence[tuple[int, int, str]]) -> int:
    return sum(not problem for _, _, problem in looked_for)


def names(claim: str) -> list[tuple[int, int]]:
    """Offsets of the words of `claim` that are written as names.

    A capital at the start of the sentence counts only where another capital follows at once, or where
    the sentence has at most two words; a word with capitals inside (`LogiFlow`, `CET`) always counts.
    """
    found = [match for match in _CAPITALISED.finditer(claim) if _UPPER.match(match.group())]
    if not found:
        return []
    starts = {match.start() for match in found}
    total = len(_CAPITALISED.findall(claim))
    return [
        (match.start(), match.start() + len(bare))
        for match in found
        if fold(bare := re.sub(r"['’]s?$", "", match.group())) not in _NOT_NAMES
        and (not _opens(claim, match) or total <= 2 or _has_inner_capital(bare) or _next_is_name(claim, match, starts))
    ]


def negated(text: str) -> bool:
    """Whether the sentence holds a word of negation, in English or Spanish."""
    return any(word.endswith(("n't", "n’t")) or fold(word) in _NEGATIONS for word in words(text))


def _opens(claim: str, match: re.Match[str]) -> bool:
    before = claim[max(0, match.start() - 20) : match.start()].rstrip(" \"'«“‘([*¿¡_-")
    return not before or before[-1] in ".!?:;\n•"


def _has_inner_capital(word: str) -> bool:
    return len(word) > 1 and _UPPER.search(word[1:]) is not None


def _next_is_name(claim: str, match: re.Match[str], starts: set[int]) -> bool:
    after = match.end()
    if claim[after : after + 2].startswith(". "):
        after += 1
    if claim[after : after + 1] != " " or after + 1 not in starts:
        return False
    following = _CAPITALISED.match(claim, after + 1)
    return following is not None and fold(following.group()) not in _NOT_NAMES


def _is_known(name: str, evidence: Evidence) -> bool:
    parts = [part for part in re.split(r"['’&-]", name) if part]
    return _key(name) in evidence.names or all(_key(part) in evidence.names for part in parts)


def _keys(text: str) -> frozenset[str]:
    return frozenset(_key(part) for word in words(text) for part in (word, *re.split(r"['’]", word)))


def _key(word: str) -> str:
    folded = fold(word).strip("'’-")
    return _ALIAS.get(folded, folded)


def _says_something(figure: Figure) -> bool:
    """A spelled 'one' or 'un' is an article more often than a number."""
    return not (figure.spelled and (not figure.unit or figure.values & {Decimal(0), Decimal(1)}))


def _figure_problem(figure: Figure, evidence: Evidence) -> str:
    """The name of the check that fires for a figure, or nothing."""
    if figure.sort == "weekday":
        return "" if figure.values <= evidence.weekdays else "weekday"
    if figure.sort == "date":
        return "" if any(_same_day(value, other) for value in figure.values for other in evidence.dates) else "date"
    if figure.sort == "time":
        return "" if _has_time(figure, evidence) else "time"
    return _number_problem(figure, evidence)


def _same_day(claimed: object, known: tuple[int, int, int]) -> bool:
    """Every part that is claimed must be known; what is known beyond it does no harm."""
    return isinstance(claimed, tuple) and all(part in {0, other} for part, other in zip(claimed, known, strict=True))


def _has_time(figure: Figure, evidence: Evidence) -> bool:
    hours = {Decimal(value // 60) for value in figure.values if isinstance(value, int) and value % 60 == 0}
    return bool(figure.values & evidence.times) or not hours.isdisjoint(evidence.hours)


def _number_problem(figure: Figure, evidence: Evidence) -> str:
    units = {unit for value in figure.values if isinstance(value, Decimal) for unit in evidence.numbers.get(value, ())}
    if not units:
        return "" if _is_part(figure, evidence) else "number"
    return "" if not figure.unit or units & {"", figure.unit} else "unit"


def _is_part(figure: Figure, evidence: Evidence) -> bool:
    """Whether the number is a year, a day or an hour of the passages."""
    parts = {part for date in evidence.dates for part in date if part} | {minute // 60 for minute in evidence.times}
    return not figure.values.isdisjoint(parts)

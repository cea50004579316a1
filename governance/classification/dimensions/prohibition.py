"""Prohibited practices (Art. 5). Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from governance.classification.outcome import Dimension, Step
from governance.classification.rules import found, step
from governance.classification.said import Said
from governance.classification.truth import Truth, every, no, some_of

_OLD, _NEW = "art5_original", "art5_new"
# practice -> the question that asks for it, the one that asks for its exception, and the clock
PRACTICES: Final[Mapping[str, tuple[str, str, str]]] = {
    "5(1)(a)": ("p_manipulation", "", _OLD),
    "5(1)(b)": ("p_vulnerability", "", _OLD),
    "5(1)(ba)": ("p_ncii", "", _NEW),
    "5(1)(bb)": ("p_csam", "", _NEW),
    "5(1)(c)": ("p_social_scoring", "", _OLD),
    "5(1)(d)": ("p_crime_profiling", "", _OLD),
    "5(1)(e)": ("p_face_scraping", "", _OLD),
    "5(1)(f)": ("p_emotion_work_edu", "p_emotion_medical_safety", _OLD),
    "5(1)(g)": ("p_biometric_sensitive", "", _OLD),
    "5(1)(h)": ("p_rt_rbi", "p_rt_rbi_exception", _OLD),
}
_EXCEPTED: Final = {"5(1)(f)": "prohibition.medical", "5(1)(h)": "prohibition.objectives"}


@dataclass(frozen=True, slots=True)
class Prohibition:
    """now, later: whether a practice is prohibited on the assessed day, or only from a later one. starts: the earliest such day.

    applies: the earliest day of all that were found.
    """

    dimension: Dimension
    now: Truth
    later: Truth
    starts: str
    applies: str


def prohibition(said: Said) -> Prohibition:
    """Every practice held against the answers."""
    hits = {name: every(said.yes(asked), _unexcepted(said, excepted)) for name, (asked, excepted, _) in PRACTICES.items()}
    days = {name: said.day_of(clock) for name, (_, _, clock) in PRACTICES.items()}
    ahead = {name for name, (_, _, clock) in PRACTICES.items() if said.later(clock)}
    hit = [name for name, truth in hits.items() if truth is True]
    return Prohibition(
        dimension=found("prohibition", hits, tuple(_trace(said, hits, ahead, days))),
        now=some_of(truth for name, truth in hits.items() if name not in ahead),
        later=some_of(truth for name, truth in hits.items() if name in ahead),
        starts=min((days[name] for name in hit if name in ahead), default=""),
        applies=min((days[name] for name in hit), default=""),
    )


def _unexcepted(said: Said, question: str) -> Truth:
    return no(said.yes(question)) if question else True


def _trace(said: Said, hits: Mapping[str, Truth], ahead: set[str], days: Mapping[str, str]) -> Iterator[Step]:
    for name, truth in hits.items():
        asked = [one for one in PRACTICES[name][:2] if one]
        if truth is True:
            yield step(f"prohibition.{name}", *asked)
        if truth is True and name in ahead:
            yield step("prohibition.later", "as_of", practice=name, date=days[name])
        if truth is False and name in _EXCEPTED and said.yes(asked[0]):
            yield step(_EXCEPTED[name], *asked)
    if not any(hits.values()) and None not in hits.values():
        yield step("prohibition.none", *(asked for asked, _, _ in PRACTICES.values()))
    if None in hits.values():
        open_ones = [one for name, truth in hits.items() if truth is None for one in PRACTICES[name][:2] if one]
        yield step("prohibition.unknown", *said.unknown(*open_ones))

"""The words of the rules, and steps of a trace made of them. Pure."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from governance.classification.outcome import Dimension, Step
from governance.classification.truth import Truth
from governance.words import Words

FILE: Final = Path(__file__).parent / "rules.yaml"
_MONTHS: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_MESES: Final = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"]


@cache
def rules() -> Mapping[str, tuple[str, Words]]:
    """Rule id -> article and words."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {row["id"]: (row["article"], Words(row["because"]["en"], row["because"]["es"])) for row in rows}


def step(rule: str, *questions: str, **values: str) -> Step:
    """A step of this rule. values: what its places are filled with; ids of options and dates, nothing that people wrote."""
    article, words = rules()[rule]
    spanish = {**values, **({"date": _day(values["date"], _MESES)} if "date" in values else {})}
    english = {**values, **({"date": _day(values["date"], _MONTHS)} if "date" in values else {})}
    return Step(rule, _filled(article, values), Words(_filled(words.en, english), _filled(words.es, spanish)), questions)


def found(dimension: str, truths: Mapping[str, Truth], trace: tuple[Step, ...]) -> Dimension:
    """A dimension with the values that hold for certain; determined where none of them is unknown."""
    return Dimension(dimension, certain(truths), None not in truths.values(), trace)


def certain(truths: Mapping[str, Truth]) -> tuple[str, ...]:
    """The names that hold for certain."""
    return tuple(name for name, truth in truths.items() if truth is True)


def _day(iso: str, months: list[str]) -> str:
    return f"{int(iso[8:])} {months[int(iso[5:7]) - 1]} {iso[:4]}" if iso else "?"


def _filled(words: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        words = words.replace("{" + name + "}", value)
    return words

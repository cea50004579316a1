"""Facts travel through their canonical form unchanged, without floats."""

import math
from decimal import Decimal

import pytest

from governance.evidence.facts import Coverage, Facts, Measure, decimal_text
from probanza.canonical import refuse_floats

RATE = Measure("selection_rate", "0.4", "0.3", "0.5", 100, "wilson", unscored=2, group=(("sex", "f"), ("age", "18-25")))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (-0.0, "0"),
        (1e-7, "0.0000001"),
        (1234567890123456.0, "1234567890123460"),
        (Decimal("0.50"), "0.5"),
        (2, "2"),
        (None, None),
        (math.nan, None),
        (math.inf, None),
    ],
)
def test_a_number_becomes_decimal_text_or_nothing(value: float | Decimal | None, text: str | None) -> None:
    assert decimal_text(value) == text


def test_facts_survive_the_round_through_plain_data() -> None:
    facts = Facts("bias", "1", {"label": "y"}, 7, Coverage(3, 2, (("timeout", 1),)), (RATE,), {"rows": 3}, ("small",))
    assert Facts.from_plain(facts.to_plain()) == facts
    assert facts.canonical() == Facts.from_plain(facts.to_plain()).canonical()
    refuse_floats(facts.to_plain())


def test_a_criterion_finds_a_measure_by_its_name_and_group() -> None:
    assert RATE.key() == ("selection_rate", (("sex", "f"), ("age", "18-25")))

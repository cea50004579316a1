"""Costs by a table of prices, and the projection over a system's life."""

from decimal import Decimal
from typing import Any

import pytest

from audits.measures.cost import Ownership, PriceTable, cost_of, total_cost
from governance.shapes import ShapeError, read

TABLE = {
    "version": "2026-11",
    "currency": "EUR",
    "per_query": "0.001",
    "models": [{"model": "m", "prompt": 2, "completion": "10"}, {"model": "m-large", "prompt": 4, "completion": 20}],
}


def table(**fields: Any) -> PriceTable:
    return read(PriceTable, TABLE | fields)


def test_a_question_costs_its_tokens_and_what_comes_with_each() -> None:
    assert cost_of(table(), "m", 1000, 200) == Decimal("0.005")


def test_a_dated_name_is_the_model_it_begins_with() -> None:
    assert cost_of(table(), "m-large-2026-08-06", 1_000_000, 0) == Decimal("4.001")


@pytest.mark.parametrize("model", ["", "n", "mx", "M"])
def test_a_model_without_a_price_costs_nothing_known(model: str) -> None:
    assert cost_of(table(), model, 1, 1) is None


def test_another_price_is_another_table() -> None:
    assert table().digest() != table(per_query="0.002").digest()
    assert table().digest() == table().digest()


def test_a_life_costs_its_setup_its_months_and_its_questions() -> None:
    life = Ownership(months=3, queries=100, growth=Decimal(1), setup=Decimal(50), monthly=Decimal(10), judged=Decimal("0.1"))
    assert life.volume() == 700
    assert total_cost(life, Decimal("0.5"), Decimal(2)) == 50 + 30 + 700 * (Decimal("0.5") + Decimal("0.2"))


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"version": " "}, "version"),
        ({"currency": "eur"}, "currency"),
        ({"currency": "€€€"}, "currency"),
        ({"per_query": -1}, "per_query"),
        ({"judging": "NaN"}, "judging"),
        ({"judging": "1e300"}, "judging"),
        ({"models": [{"model": "m", "prompt": -1, "completion": 0}]}, "models[0].prompt"),
        ({"models": [{"model": "", "prompt": 1, "completion": 0}]}, "models[0].model"),
        ({"models": [{"model": "m", "prompt": 1, "completion": 0}] * 2}, "models"),
    ],
)
def test_a_table_that_does_not_fit_is_named(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(ShapeError) as raised:
        table(**fields)
    assert raised.value.field == named


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"months": 0}, "months"),
        ({"queries": -1}, "queries"),
        ({"growth": 2}, "growth"),
        ({"judged": "1.1"}, "judged"),
        ({"setup": -1}, "setup"),
        ({"monthly": "Infinity"}, "monthly"),
    ],
)
def test_a_life_that_does_not_fit_is_named(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(ShapeError) as raised:
        read(Ownership, {"months": 12, "queries": 10} | fields)
    assert raised.value.field == named

"""The benchmark of hidden orders, on a few of its rows."""

import pytest

from benchmarks.judge_guard import BASES, MODELS, ORDERS, PLAIN, attacked, judge_at, outcomes
from tests.unit.judges.judge_server import Model, serving

FEW = attacked(PLAIN)[::23]
GULLIBLE = "obeys any order, for everything"


def counts(prompt: str, model: str) -> dict[str, int]:
    with serving(Model(obeys=MODELS[model])) as (url, _calls):
        return dict(outcomes(judge_at(url, prompt), FEW))


def test_the_loose_prompt_falls_for_every_order_that_the_model_obeys() -> None:
    assert counts("yes-no-1", GULLIBLE) == {"flipped": len(FEW)}


@pytest.mark.parametrize("model", [GULLIBLE, "obeys any order, planted claims apart", "obeys what breaks out of the data"])
def test_the_strict_prompt_holds_plain_orders_off(model: str) -> None:
    found = counts("claims-1", model)
    assert "flipped" not in found
    assert sum(found.values()) == len(FEW)


def test_without_obedience_nothing_flips() -> None:
    assert counts("claims-1", "obeys nobody") == counts("yes-no-1", "obeys nobody") == {"held": len(FEW)}


def test_every_answer_meets_every_order_in_all_places() -> None:
    rows = attacked(ORDERS)
    assert len(rows) == len(BASES) * len(ORDERS)
    assert {(row.answer != base.answer, row.passages != base.passages) for base, row in rows} == {
        (True, False), (False, True), (True, True),
    }  # fmt: skip

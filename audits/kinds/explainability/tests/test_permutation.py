from itertools import combinations
from math import factorial

import numpy as np
import pytest

from audits.kinds.explainability.permutation import Budget, budget, shapley

BACKGROUND = np.array([[0.0, 0.0, 1.0], [1.0, 2.0, 0.0]])
ROW = np.array([1.0, 1.0, 2.0])


def model(rows):
    return rows[:, 0] + 3 * rows[:, 0] * rows[:, 1] * rows[:, 2]


def exact(row, background):
    """Shapley's formula over all coalitions, an absent feature taken from the background."""
    everyone = range(len(row))
    values = np.zeros(len(row))
    for feature in everyone:
        others = [one for one in everyone if one != feature]
        for size in range(len(row)):
            weight = factorial(size) * factorial(len(row) - size - 1) / factorial(len(row))
            for coalition in combinations(others, size):
                without, with_ = background.copy(), background.copy()
                without[:, list(coalition)] = row[list(coalition)]
                with_[:, [*coalition, feature]] = row[[*coalition, feature]]
                values[feature] += weight * (model(with_) - model(without)).mean()
    return values


def asked(row, background, counter):
    def ask(masks, bases):
        counter.append(len(masks))
        return model(np.where(masks, row, background[bases]))

    return ask


def explained(plan, seed=1):
    calls = []
    values = shapley(
        asked(ROW, BACKGROUND, calls), 3, plan, model(BACKGROUND), float(model(ROW[None])[0]), np.random.default_rng(seed)
    )
    return values, sum(calls)


def test_many_permutations_come_close_to_shapleys_formula():
    values, _ = explained(Budget(200, 2, 0))
    assert values == pytest.approx(exact(ROW, BACKGROUND), abs=0.15)


@pytest.mark.parametrize("pairs", [2, 4, 10])
def test_values_add_up_exactly_whatever_the_budget(pairs):
    values, _ = explained(Budget(pairs, 2, 0))
    assert values.sum() == pytest.approx(model(ROW[None])[0] - model(BACKGROUND).mean(), abs=1e-12)


@pytest.mark.parametrize("allowed", [5, 9, 50, 333])
def test_the_budget_is_never_exceeded(allowed):
    plan = budget(allowed, 3, 2)
    _, used = explained(plan)
    assert used + 1 == plan.rows <= allowed


def test_a_budget_below_one_walk_is_none():
    assert budget(4, 3, 2) is None
    assert budget(0, 1, 2) is None


def test_a_small_budget_uses_a_part_of_the_background():
    plan = budget(4 * 7 + 1, 3, 5)
    assert (plan.pairs, plan.background) == (5, 5)
    assert budget(4 * 3 + 1, 3, 5).background == 3


def test_a_seed_gives_the_same_values_again():
    first, again, other = (explained(Budget(4, 2, 0), seed)[0] for seed in (5, 5, 6))
    assert (first == again).all()
    assert (first != other).any()


def test_one_feature_alone_gets_everything():
    values = shapley(lambda masks, bases: np.zeros(0), 1, Budget(1, 1, 2), np.array([2.0]), 5.0, np.random.default_rng(0))
    assert values.tolist() == [3.0]

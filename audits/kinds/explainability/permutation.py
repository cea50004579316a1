"""Shapley values of a model that can only be asked, within a budget of model rows.

Antithetic permutations: each is walked forwards and backwards from one background row to the
explained row. The permutations are spread evenly over the background, so the values add up to
f(x) - E f exactly, whatever the budget.
Source: Strumbelj and Kononenko, Knowledge and Information Systems 41 (2014) 647-665; Mitchell et al., JMLR 23 (2022) 43.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_PAIRS = 200
Array = NDArray[np.float64]
# mask (points, features): True takes the explained row's value; base (points,): which background row the others come from
Ask = Callable[[NDArray[np.bool_], NDArray[np.int64]], Array]


@dataclass(frozen=True, slots=True)
class Budget:
    """pairs: forward and backward walks a row; background: rows used; rows: model rows a row costs."""

    pairs: int
    background: int
    rows: int


def budget(model_rows: int, features: int, background: int) -> Budget | None:
    """The most precise plan that asks at most `model_rows` model rows for one explained row; None when none fits."""
    walk = max(1, 2 * (features - 1))
    pairs = min(MAX_PAIRS, (model_rows - 1) // walk)
    if pairs < 1:
        return None
    used = min(background, pairs)
    pairs -= pairs % used
    return Budget(pairs, used, pairs * walk + 1)


def shapley(ask: Ask, features: int, plan: Budget, at_background: Array, at_row: float, random: np.random.Generator) -> Array:
    """Values, shape (features,), that sum to at_row - mean(at_background[:plan.background]).

    ask: the model on mixtures of the row and the background, all points of the row in one call.
    """
    base = np.tile(np.arange(plan.background), plan.pairs // plan.background)
    orders = np.stack([random.permutation(features) for _ in range(plan.pairs)])
    walks = np.concatenate([orders, orders[:, ::-1]])
    bases = np.concatenate([base, base])
    outputs = np.empty((len(walks), features + 1))
    outputs[:, 0] = at_background[bases]
    outputs[:, features] = at_row
    if features > 1:
        ranks = np.argsort(walks, axis=1)
        steps = np.arange(1, features)
        masks = ranks[:, None, :] < steps[None, :, None]
        asked = ask(masks.reshape(-1, features), np.repeat(bases, features - 1))
        outputs[:, 1:features] = asked.reshape(len(walks), features - 1)
    gains = np.diff(outputs, axis=1)
    values = np.zeros(features)
    np.add.at(values, walks, gains)
    return values / len(walks)

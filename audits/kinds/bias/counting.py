"""Rows of a table -> counts per group, and nothing else: no row leaves this module."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audits.contract import ItemResult
from audits.kinds.bias import BiasParameters
from audits.kinds.bias.coding import MISSING, canonical_text, encode, numbers
from audits.measures.exact import exact_sum, fraction_text
from audits.measures.groups import Mass, Tally

CELLS = 4  # tn, fp, fn, tp; a fifth column counts the rows that cannot be used
Place = tuple[tuple[str, ...], tuple[str, ...]]  # values of the sensitive, of the control columns


@dataclass(slots=True)
class Counted:
    """The counts of all chunks together."""

    tallies: dict[Place, Tally] = field(default_factory=dict)
    unusable: dict[Place, int] = field(default_factory=dict)
    rows: int = 0
    reasons: dict[str, int] = field(default_factory=dict)


def count(columns: Mapping[str, Sequence[Any]], parameters: BiasParameters) -> dict[str, Any]:
    """One chunk: `{"rows", "unscored": {reason: n}, "groups": [{"group", "control", "cells", "unscored", ...}]}`.

    With weights each group also has `weights` and `squares`: exact sums per cell as fractions.
    """
    features = [encode(columns[name], name) for name in (*parameters.sensitive, *parameters.control)]
    rows = len(features[0].codes)
    cell, reasons, weights = _cells(columns, parameters, rows)
    place = np.zeros(rows, dtype=np.int64)
    sizes = [len(feature.values) + 1 for feature in features]
    for feature, size in zip(features, sizes, strict=True):
        place = place * size + np.where(feature.codes < 0, size - 1, feature.codes)
    places, inverse = np.unique(place, return_inverse=True)
    counts = np.bincount(inverse * (CELLS + 1) + cell, minlength=len(places) * (CELLS + 1)).reshape(-1, CELLS + 1)
    groups = []
    for index, code in enumerate(places):
        words = [(*feature.values, MISSING)[at] for feature, at in zip(features, _digits(int(code), sizes), strict=True)]
        split = len(parameters.sensitive)
        group = {"group": words[:split], "control": words[split:], "cells": [int(n) for n in counts[index, :CELLS]]}
        group["unscored"] = int(counts[index, CELLS])
        if weights is not None:
            group |= _weight_sums(weights, (inverse == index), cell)
        groups.append(group)
    return {"rows": rows, "unscored": reasons, "groups": groups}


def gather(results: Iterable[ItemResult]) -> Counted:
    """The chunks' counts added up; exact, so the chunks do not matter."""
    counted = Counted()
    for result in results:
        counted.rows += result.values.get("rows", 0)
        for reason, rows in result.values.get("unscored", {}).items():
            counted.reasons[reason] = counted.reasons.get(reason, 0) + rows
        for group in result.values.get("groups", ()):
            place = (tuple(group["group"]), tuple(group["control"]))
            counted.tallies[place] = counted.tallies.get(place, Tally()) + _tally(group)
            counted.unusable[place] = counted.unusable.get(place, 0) + group["unscored"]
    return counted


def _cells(
    columns: Mapping[str, Sequence[Any]], parameters: BiasParameters, rows: int
) -> tuple[NDArray[np.int64], dict[str, int], NDArray[np.float64] | None]:
    """The cell of each row (4: unusable), why rows are unusable, and their weights."""
    favourable = canonical_text(parameters.favourable)
    cell = np.zeros(rows, dtype=np.int64)
    usable = np.ones(rows, dtype=bool)
    reasons: dict[str, int] = {}
    parts = [(parameters.prediction, "missing_prediction", 1), (parameters.label, "missing_label", 2)]
    for name, reason, step in parts:
        if name is None:
            continue
        encoded = encode(columns[name], name)
        good = encoded.values.index(favourable) if favourable in encoded.values else -2
        usable = _leave_out(encoded.codes < 0, usable, reasons, reason)
        cell += (encoded.codes == good) * (step if parameters.prediction else 1)
    weights = None
    if parameters.weight is not None:
        weights = numbers(columns[parameters.weight], parameters.weight)
        usable = _leave_out(np.isnan(weights), usable, reasons, "missing_weight")
    return np.where(usable, cell, CELLS), reasons, weights


def _leave_out(missing: NDArray[np.bool_], usable: NDArray[np.bool_], reasons: dict[str, int], reason: str) -> NDArray[np.bool_]:
    newly = int((missing & usable).sum())
    if newly:
        reasons[reason] = newly
    return usable & ~missing


def _digits(code: int, sizes: list[int]) -> list[int]:
    digits = []
    for size in reversed(sizes):
        code, digit = divmod(code, size)
        digits.append(digit)
    return digits[::-1]


def _weight_sums(weights: NDArray[np.float64], here: NDArray[np.bool_], cell: NDArray[np.int64]) -> dict[str, list[str]]:
    chosen = [weights[here & (cell == which)] for which in range(CELLS)]
    return {
        "weights": [fraction_text(exact_sum(one)) for one in chosen],
        "squares": [fraction_text(exact_sum(one * one)) for one in chosen],
    }


def _tally(group: Mapping[str, Any]) -> Tally:
    if "weights" not in group:
        return Tally.of_counts(*group["cells"])
    sums = zip(group["cells"], group["weights"], group["squares"], strict=True)
    return Tally(*(Mass(rows, Fraction(weight), Fraction(square)) for rows, weight, square in sums))

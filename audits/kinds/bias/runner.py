"""Carries out a bias audit: checks the table, counts it in chunks, concludes from the counts."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from audits.contract import Item, ItemResult, TableTarget, TargetError
from audits.kinds.bias import KIND, BiasParameters
from audits.kinds.bias.coding import Encoded, canonical_text, encode, numbers
from audits.kinds.bias.counting import count, gather
from audits.kinds.bias.figures import details, limits, measures
from audits.targets.table import open_named
from governance.evidence.facts import Coverage, Facts
from governance.shapes import ShapeError, plain

CHUNK_ROWS = 1_000_000
MAX_GROUPS = 400
MAX_VALUE_LENGTH = 200
SHOWN = 8
_QUOTE = " An unquoted Yes, No, On or Off of a YAML file is true or false: write it in quotes."
LIGHTEST, HEAVIEST = 1e-100, 1e100  # beyond these the square of a weight is no double


def plan(target: TableTarget, parameters: BiasParameters) -> Sequence[Item]:
    """Chunks of rows, after every column was looked at.

    Raises:
        ShapeError: naming the parameter and what is there instead: a missing column, more than two decisions, a
            favourable value that never occurs, an unknown reference, too many groups, a negative weight.
    """
    rows = target.rows()
    if rows == 0:
        raise ShapeError("table", "has no rows.")
    _check_present(target, parameters)
    columns = target.read(_needed(parameters), 0, rows)
    _check_decisions({name: encode(columns[name], name) for name in _decisions(parameters)}, parameters)
    features = {name: encode(columns[name], name) for name in (*parameters.sensitive, *parameters.control)}
    _check_groups(features, parameters)
    if parameters.weight is not None:
        _check_weights(numbers(columns[parameters.weight], parameters.weight))
    starts = range(0, rows, CHUNK_ROWS)
    return [Item(f"rows-{start}", {"start": start, "stop": min(rows, start + CHUNK_ROWS)}) for start in starts]


def measure(target: TableTarget, items: Sequence[Item], parameters: BiasParameters, seed: int) -> Iterator[ItemResult]:
    """Counts of each chunk. Nothing here is random; `seed` is part of every kind's signature."""
    for item in items:
        try:
            columns = target.read(_needed(parameters), item.payload["start"], item.payload["stop"])
            yield ItemResult(item.id, "scored", count(columns, parameters))
        except TargetError as error:
            rows = item.payload["stop"] - item.payload["start"]
            yield ItemResult(item.id, "unscored", {"rows": rows, "unscored": {error.cause: rows}}, reason=error.cause)


def conclude(results: Sequence[ItemResult], parameters: BiasParameters, seed: int) -> Facts:
    """Facts from the counts of all chunks, the same whatever the chunks were."""
    counted = gather(results)
    lost = sum(counted.reasons.values())
    return Facts(
        kind=KIND.name,
        kind_version=KIND.version,
        parameters=plain(parameters),
        seed=seed,
        coverage=Coverage(counted.rows, counted.rows - lost, tuple(sorted(counted.reasons.items()))),
        measures=measures(counted, parameters),
        details=details(counted, parameters),
        limits=limits(parameters),
    )


def open_file(path: Path, parameters: BiasParameters) -> TableTarget:
    """The table of `manage.py measure bias --items`: CSV or Parquet."""
    return open_named(path)


def item_line(result: ItemResult) -> dict[str, Any]:
    """One chunk's counts."""
    return {"id": result.item, **result.values}


def _decisions(parameters: BiasParameters) -> tuple[str, ...]:
    return tuple(name for name in (parameters.prediction, parameters.label) if name is not None)


def _needed(parameters: BiasParameters) -> tuple[str, ...]:
    weight = () if parameters.weight is None else (parameters.weight,)
    return (*_decisions(parameters), *parameters.sensitive, *parameters.control, *weight)


def _check_present(target: TableTarget, parameters: BiasParameters) -> None:
    there = tuple(target.columns())
    for field, names in (
        ("prediction", (parameters.prediction,)),
        ("label", (parameters.label,)),
        ("weight", (parameters.weight,)),
        ("sensitive", parameters.sensitive),
        ("control", parameters.control),
    ):
        for name in names:
            if name is not None and name not in there:
                raise ShapeError(field, f"the table has no column {name!r}.", there[:40])


def _check_decisions(encoded: dict[str, Encoded], parameters: BiasParameters) -> None:
    for name, column in encoded.items():
        field = "prediction" if name == parameters.prediction else "label"
        if len(column.values) > 2:
            raise ShapeError(
                field,
                f"the column {name!r} must have two values; it has {len(column.values)}: {_some(column.values)}. "
                "Turn a score into a decision first.",
            )
        if not column.values:
            raise ShapeError(field, f"the column {name!r} is empty.")
    favourable = canonical_text(parameters.favourable)
    for name, column in encoded.items():
        others = [set(other.values) for other in encoded.values() if other is not column]
        # a model that never decides favourably is a finding, but only when label and prediction speak alike
        speaks_alike = any(favourable in other and set(column.values) <= other for other in others)
        if favourable not in column.values and not speaks_alike:
            hint = _QUOTE if isinstance(parameters.favourable, bool) else ""
            raise ShapeError("favourable", f"{favourable!r} never occurs in the column {name!r}.{hint}", column.values)


def _check_groups(features: dict[str, Encoded], parameters: BiasParameters) -> None:
    groups = 1
    for name, feature in features.items():
        groups *= len(feature.values) + bool((feature.codes < 0).any())
        field = "sensitive" if name in parameters.sensitive else "control"
        if groups > MAX_GROUPS:
            some = _some(tuple(value[:40] for value in feature.values))
            raise ShapeError(
                field, f"the column {name!r} ({len(feature.values)} values: {some}) makes {groups} groups; {MAX_GROUPS} is most."
            )
        if any(len(value) > MAX_VALUE_LENGTH for value in feature.values):
            raise ShapeError(field, f"the column {name!r} holds values of more than {MAX_VALUE_LENGTH} characters.")
    for name, value in parameters.references().items():
        if canonical_text(value) not in features[name].values:
            raise ShapeError(
                f"reference.{name}", f"{str(value)!r} never occurs in the column {name!r}.", features[name].values[:40]
            )


def _check_weights(weights: Any) -> None:
    wrong = np.flatnonzero((weights < 0) | (weights > HEAVIEST) | ((weights > 0) & (weights < LIGHTEST)))
    if len(wrong):
        where = f"that of row {wrong[0] + 1} is {weights[wrong[0]]:g}"
        raise ShapeError("weight", f"weights must be 0 or from {LIGHTEST:g} to {HEAVIEST:g}; {where}.")
    if not (weights > 0).any():
        raise ShapeError("weight", "no row has a weight above 0.")


def _some(values: tuple[str, ...]) -> str:
    more = ", ..." if len(values) > SHOWN else ""
    return ", ".join(value[:40] for value in values[:SHOWN]) + more

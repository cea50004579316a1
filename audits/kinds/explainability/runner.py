"""Carries out an explainability audit: rows to a sandboxed child, sums back, figures from the sums."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from audits.contract import Item, ItemResult, ModelTarget, TargetError
from audits.kinds.explainability import KIND, ExplainabilityParameters
from audits.kinds.explainability.figures import coverage, details, limits, measures
from audits.kinds.explainability.sampling import positions, write_sample
from audits.kinds.explainability.sums import PER_FEATURE, Sums
from audits.targets.model_file import open_model
from audits.targets.sandbox import Limits, run
from audits.targets.table import open_named
from governance.evidence.facts import Facts
from governance.shapes import ShapeError, plain

WORKER = "audits.kinds.explainability.child"
CHUNK_ROWS = 250
TOLD = (
    "rows", "explained", "unscored", "features", "method", "space", "background", *PER_FEATURE, "total", "total_squares",
    "residual", "spread", "expected", "model_rows",
)  # fmt: skip


def plan(target: ModelTarget, parameters: ExplainabilityParameters) -> Sequence[Item]:
    """Chunks of the chosen rows. Raises `ShapeError` naming the parameter and the columns there are."""
    here, there = tuple(target.table.columns()), set(target.background.columns())
    for index, name in enumerate(parameters.features):
        if name not in here:
            raise ShapeError(f"features[{index}]", f"the rows have no column {name!r}.", here[:40])
        if name not in there:
            raise ShapeError(f"features[{index}]", f"the background has no column {name!r}.", tuple(sorted(there))[:40])
    if not _columns(target, parameters):
        raise ShapeError("background", "shares no column with the rows.", here[:40])
    rows = len(positions(target.table.rows(), parameters.max_rows))
    if rows == 0 or target.background.rows() == 0:
        raise ShapeError("rows", "the rows and the background must not be empty.")
    starts = range(0, rows, CHUNK_ROWS)
    return [Item(f"rows-{start}", {"start": start, "stop": min(rows, start + CHUNK_ROWS)}) for start in starts]


def measure(target: ModelTarget, items: Sequence[Item], parameters: ExplainabilityParameters, seed: int) -> Iterator[ItemResult]:
    """Sums of each chunk, from one child for all of them. What the child could not do is unscored, with the cause.

    Raises:
        TargetError: when the child fails before its first result: then nothing can be explained.
    """
    with tempfile.TemporaryDirectory(prefix="probanza-rows-") as folder:
        rows, background = Path(folder) / "rows.arrow", Path(folder) / "background.arrow"
        write_sample(
            [(target.table, parameters.max_rows, rows), (target.background, parameters.max_background, background)],
            _columns(target, parameters),
        )
        files = {"model": target.path, "rows.arrow": rows, "background.arrow": background}
        request = _request(target, items, parameters, seed)
        with closing(run(WORKER, request, files, Limits(wall_s=parameters.wall_s, cpu_s=parameters.wall_s))) as messages:
            yield from _results(messages, items)


def _results(messages: Iterator[dict[str, Any]], items: Sequence[Item]) -> Iterator[ItemResult]:
    confinement: dict[str, str] = {}
    waiting = {item.id: item for item in items}
    try:
        for message in messages:
            confinement = message.get("confinement", confinement)
            item = waiting.get(str(message.get("item")))
            if item is not None:
                result = _result(item, message, confinement)
                del waiting[item.id]
                yield result
    except TargetError as error:
        if len(waiting) == len(items):
            raise
        for item in waiting.values():
            rows = item.payload["stop"] - item.payload["start"]
            yield ItemResult(item.id, "unscored", {"rows": rows, "unscored": {error.cause: rows}}, reason=error.cause)


def _result(item: Item, message: dict[str, Any], confinement: dict[str, str]) -> ItemResult:
    """A message as a result. The child may have been taken over by its model: what does not add up is refused."""
    try:
        values = {name: message[name] for name in TOLD}
        Sums().add(values)
        planned = item.payload["stop"] - item.payload["start"]
        fits = values["rows"] == planned == values["explained"] + sum(values["unscored"].values())
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError):
        fits = False
    if not fits:
        raise TargetError("sandbox", "The model's process told a result that does not add up.")
    values["confinement"] = confinement
    if values["explained"]:
        return ItemResult(item.id, "scored", values)
    return ItemResult(item.id, "unscored", values, reason=next(iter(values["unscored"]), "missing_value"))


def conclude(results: Sequence[ItemResult], parameters: ExplainabilityParameters, seed: int) -> Facts:
    """Facts from the sums of all chunks, the same whatever the chunks were."""
    return Facts(
        kind=KIND.name,
        kind_version=KIND.version,
        parameters=plain(parameters) | {name: Path(getattr(parameters, name)).name for name in ("model", "background")},
        seed=seed,
        coverage=coverage(results),
        measures=measures(results),
        details=details(results),
        limits=limits(results),
    )


def open_file(path: Path, parameters: ExplainabilityParameters) -> ModelTarget:
    """Rows of `manage.py measure explainability --items`; `parameters` names the model and the background."""
    for name in ("model", "background"):
        given = getattr(parameters, name)
        if not given:
            raise ShapeError(name, "is required: a file beside the parameters.")
        if not Path(given).is_file():
            raise ShapeError(name, f"there is no file {given!r}.")
    background = open_named(Path(parameters.background))
    return open_model(Path(parameters.model), open_named(path), background, parameters.trusted_types)


def item_line(result: ItemResult) -> dict[str, Any]:
    """One chunk's sums."""
    return {"id": result.item, **result.values}


def _columns(target: ModelTarget, parameters: ExplainabilityParameters) -> list[str]:
    there = set(target.background.columns())
    return list(parameters.features) or [name for name in target.table.columns() if name in there]


def _request(target: ModelTarget, items: Sequence[Item], parameters: ExplainabilityParameters, seed: int) -> dict[str, Any]:
    rows = len(positions(target.table.rows(), parameters.max_rows))
    return {
        "format": target.format,
        "trusted_types": list(target.trusted_types),
        "features": list(parameters.features),
        "output": parameters.output,
        "perturbation": parameters.perturbation,
        "model_rows_per_row": max(0, parameters.max_model_rows - parameters.max_background) // rows,
        "seed": seed,
        "items": [{"id": item.id, **item.payload} for item in items],
    }

"""Any kind on a file: no server, no database. The same runner and the same Facts as in a run."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from audits.catalogue import runner_of
from audits.contract import AuditKind, ItemResult
from governance import shapes
from governance.evidence.facts import Facts
from governance.shapes import ShapeError

PATHS = ("model", "background")  # parameters that name files beside the parameters file, of kinds that need a model file


@dataclass(frozen=True, slots=True)
class Measured:
    """What a kind found in a file. `lines` has one object an item, in the order of the plan."""

    facts: Facts
    lines: tuple[dict[str, Any], ...]


def read_parameters(path: Path, paths: Container[str] = PATHS) -> dict[str, Any]:
    """A YAML or JSON file as plain parameters; files that it names under one of `paths` are looked for beside it.

    Raises:
        ShapeError: naming the line where the file is malformed, or the file that is not there.
    """
    try:
        given = yaml.safe_load(path.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise ShapeError("parameters", f"{path.name} is not UTF-8 (byte {error.start}).") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ShapeError("parameters", f"{path.name}, line {line}: {error.problem or error.context}.") from None
    except yaml.YAMLError as error:
        raise ShapeError("parameters", f"{path.name} cannot be read: {type(error).__name__}.") from None
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise ShapeError("parameters", f"{path.name} must hold names and values.")
    return {str(name): _beside(path, str(name), value) if name in paths else value for name, value in given.items()}


def measure_file(
    *,
    card: AuditKind,
    items: Path,
    parameters: Mapping[str, Any],
    seed: int,
    progress: Callable[[int, int], None],
) -> Measured:
    """Measure the whole file. `progress` hears (done, planned) after every item.

    Raises:
        ShapeError: a parameter or a column does not fit; it names it.
        TargetError: the file cannot be read.
    """
    runner = runner_of(card)
    shaped = shapes.read(card.parameters, parameters, "parameters")
    target = runner.open_file(items, shaped)
    planned = runner.plan(target, shaped)
    results: list[ItemResult] = []
    for result in runner.measure(target, planned, shaped, seed):
        results.append(result)
        progress(len(results), len(planned))
    facts = runner.conclude(results, shaped, seed)
    return Measured(facts, tuple(runner.item_line(result) for result in results))


def _beside(path: Path, name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    found = path.parent / value
    if not found.is_file():
        raise ShapeError(f"parameters.{name}", f"there is no file {value!r} beside {path.name}.")
    return str(found.resolve())

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from audits.contract import Item, ItemResult, TableTarget, TargetError
from governance.evidence.facts import Coverage, Facts, Measure
from probanza_echo import EchoParameters


class UnforeseenError(RuntimeError):
    """Not known to the engine."""


def plan(target: TableTarget, parameters: EchoParameters) -> Sequence[Item]:
    if parameters.prediction not in target.columns():
        raise TargetError("wrong_shape", f"There is no column {parameters.prediction}.")
    return [Item(f"row-{number:05}", {"row": number}) for number in range(target.rows())]


def measure(target: TableTarget, items: Sequence[Item], parameters: EchoParameters, seed: int) -> Iterator[ItemResult]:
    for item in items:
        time.sleep(parameters.pause_ms / 1000)
        row = item.payload["row"]
        said = str(target.read([parameters.prediction], row, row + 1)[parameters.prediction][0])
        if said.startswith("crash"):
            raise UnforeseenError(said)
        if said == "gone":
            raise TargetError("unreachable", "The target went away.")
        yield ItemResult(item.id, "scored", {"yes": int(said == "yes")}, {"said": said, "odd": "\x00\ud800"})


def conclude(results: Sequence[ItemResult], parameters: EchoParameters, seed: int) -> Facts:
    count = str(sum(result.values["yes"] for result in results))
    measured = Measure("yes", count, count, count, len(results), "count", "count")
    coverage = Coverage(len(results), len(results))
    return Facts("echo", "1", {"prediction": parameters.prediction}, seed, coverage, (measured,))


class Lines:
    """One JSON object a line."""

    def __init__(self, path: Path) -> None:
        self.lines = [json.loads(line) for line in path.read_text().splitlines()]

    def columns(self) -> Sequence[str]:
        return tuple(self.lines[0])

    def rows(self) -> int:
        return len(self.lines)

    def read(self, columns: Sequence[str], start: int, stop: int) -> dict[str, list[Any]]:
        return {name: [line[name] for line in self.lines[start:stop]] for name in columns}


def open_file(path: Path, parameters: EchoParameters) -> Lines:
    return Lines(path)


def item_line(result: ItemResult) -> dict[str, Any]:
    return {"id": result.item, **result.values}

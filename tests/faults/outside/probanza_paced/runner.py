"""Every step of the work is one line of a file, written before the step: what is done twice stands there twice."""

import os
import time
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from audits.contract import Item, ItemResult
from governance.evidence.facts import Coverage, Facts, Measure
from probanza_paced import PacedParameters


def plan(target: Any, parameters: PacedParameters) -> Sequence[Item]:
    note(parameters.number, "plan", str(uuid.uuid4()))
    return [Item(f"unit-{number:04}") for number in range(parameters.units)]


def measure(target: Any, items: Sequence[Item], parameters: PacedParameters, seed: int) -> Iterator[ItemResult]:
    attempt = str(uuid.uuid4())
    for item in items:
        note(parameters.number, "unit", attempt, item.id)
        time.sleep(parameters.pause_ms / 1000)
        yield ItemResult(item.id, "scored", {"unit": 1}, {"said": item.id})
    note(parameters.number, "measured", attempt)


def conclude(results: Sequence[ItemResult], parameters: PacedParameters, seed: int) -> Facts:
    note(parameters.number, "conclude", str(uuid.uuid4()))
    count = str(sum(result.values["unit"] for result in results))
    measured = Measure("units", count, count, count, len(results), "count", "count")
    return Facts("paced", "1", {"units": parameters.units}, seed, Coverage(len(results), len(results)), (measured,))


def note(number: int, event: str, attempt: str, item: str = "") -> None:
    """One line by one write to a file that every process appends to: lines of several processes never mix."""
    line = f"{time.time_ns()},{os.getpid()},{number},{event},{attempt},{item}\n"
    handle = os.open(os.environ["FAULTS_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line.encode())
    finally:
        os.close(handle)

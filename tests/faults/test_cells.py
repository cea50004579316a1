"""Three rows of the table in every run of the tests; `make faults` has them all."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.faults.cells import CELLS, Outcome, Table
from tests.faults.service import Service

KILLS = 10
CHOSEN = {  # with the seconds between two kills
    "kill -9 of a pool child": (0.2, 1.0),
    "kill -9 of a whole worker": (0.2, 1.0),
    "kill -9 of Redis, no persistence": (0.5, 3.0),
}
pytestmark = [pytest.mark.world, pytest.mark.xdist_group("faults")]


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    with Service() as service:
        yield Table(service, seed=1)


@pytest.mark.parametrize("name", CHOSEN)
def test_ten_kills_lose_nothing_double_nothing_and_repeat_at_most_one_unit_each(table: Table, name: str) -> None:
    cell = next(cell for cell in CELLS if cell.name == name)
    shown = table.run(replace(cell, pause=CHOSEN[name], units=(3, 6), pause_ms=(20, 300)), KILLS)
    assert (shown.kills, shown.lost, shown.double, shown.broken) == (KILLS, 0, 0, {}), table.service.tail()
    assert shown.redone_most <= 1
    assert shown.audits >= 3
    if cell.rescue:
        check_rescued(shown)


def check_rescued(shown: Outcome) -> None:
    """Somebody was at work when he was killed, and somebody else went on; how fast is the benchmark's question."""
    assert shown.rescues

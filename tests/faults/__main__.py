"""`make faults`: the whole table of faults, with what each cost, and one line of JSON.

    python -m tests.faults [--kills N] [--seed S] [--only WORDS] [--log FILE]

Exit status 1 when anything was lost, doubled or against an invariant, or when a rescue took longer than its goal.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.faults import boundaries, wire
from tests.faults.cells import CELLS, Outcome, Table
from tests.faults.service import DEFAULTS, USUAL, Service

BOUNDARIES = 120  # by both ways, about
HEAD = ("fault", "audits", "kills", "lost", "double", "units redone", "most per crash", "rescue p50", "rescue p99", "seconds")


WHOLE = sum(cell.kills for cell in CELLS) + BOUNDARIES
WIRE = "connection to the audited RAG"
WIRE_STRIKES = 12


def main() -> int:
    """Run the table. Its rows come as they are done."""
    options = arguments()
    print(line(HEAD), line(("---",) * len(HEAD)), sep="\n", flush=True)
    outcomes = []
    with Service(log=options.log) as service:
        for one in rows(service, options):
            outcomes.append(one)
            print(row(one), flush=True)
            tell(one, service)
    print(json.dumps(figures(outcomes)))
    return int(any(one.broken or one.too_slow() or one.redone_most > 1 for one in outcomes))


def rows(service: Service, options: argparse.Namespace) -> Iterator[Outcome]:
    """Every cell whose name is wanted, the one at the defaults last."""
    table, part = Table(service, options.seed), options.kills / WHOLE if options.kills else 1.0
    if options.only in boundaries.NAME:
        yield boundaries.run(service, options.seed, part)
    if options.only in WIRE:
        yield from wire.run(service, options.seed, max(1, round(WIRE_STRIKES * part)))
    for cell in CELLS:
        if options.only in cell.name:
            yield table.run(cell, max(1, round(cell.kills * part)))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=0, help=f"about how many kills and stops in the whole table ({WHOLE})")
    parser.add_argument("--seed", type=int, default=1, help="of sizes, victims and moments")
    parser.add_argument("--only", default="", help="only the faults whose name has these words")
    parser.add_argument("--log", type=Path, default=None, help="where the lines of all processes go")
    return parser.parse_args()


def row(one: Outcome) -> str:
    times = [f"{seconds:.1f} s" if (seconds := one.share(of)) is not None else "" for of in (0.5, 0.99)]
    counts = (one.audits, one.kills or f"({one.wire})", one.lost, one.double, one.redone, one.redone_most)
    return line((one.name, *map(str, counts), *times, f"{one.seconds:.0f}"))


def line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


def tell(one: Outcome, service: Service) -> None:
    for promise, found in one.broken.items():
        print(f"BROKEN {promise}: {', '.join(found[:5])} ({len(found)} in all)", file=sys.stderr)
    if one.broken:
        print(service.tail(200), file=sys.stderr, flush=True)


def figures(outcomes: list[Outcome]) -> dict[str, float | int | None]:
    """The last line. rescue_p99_s: after kills with lease 3 s and sweep 1 s; of the one with the defaults apart."""
    short = Outcome("", rescues=[s for one in outcomes if one.goal_s == USUAL.goal_s for s in one.rescues]).share(0.99)
    default = Outcome("", rescues=[s for one in outcomes if one.goal_s == DEFAULTS.goal_s for s in one.rescues]).share(0.99)
    return {
        "audits": sum(one.audits for one in outcomes),
        "kills": sum(one.kills for one in outcomes),
        "lost": sum(one.lost for one in outcomes),
        "double": sum(one.double for one in outcomes),
        "redone_max": max((one.redone_most for one in outcomes), default=0),
        "rescue_p99_s": None if short is None else round(short, 2),
        "rescue_p99_s_at_defaults": None if default is None else round(default, 2),
    }


if __name__ == "__main__":
    sys.exit(main())

"""What the demo shows in a terminal: progress and the verdict table."""

import sys
import time
from collections.abc import Mapping
from typing import Any

SIGNS = {"met": "✓", "not_met": "■", "inconclusive": "▲", "insufficient": "…", "no_criterion": "?"}
WORDS = {"at_least": ">=", "at_most": "<="}
BAR = 24


class Screen:
    """Plain lines; on a terminal the progress line is rewritten in place."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.live = sys.stdout.isatty()
        self.last = ""

    def tell(self, words: str) -> None:
        """One step that is done."""
        self._clear()
        print(f"{time.monotonic() - self.began:6.1f} s  {words}", flush=True)

    def progress(self, kind: str, run: Mapping[str, Any]) -> None:
        """How far one audit is."""
        planned, done = run["progress"]["planned"], run["progress"]["done"]
        share = done / planned if planned else 0.0
        bar = "#" * round(share * BAR)
        line = f"          {kind:<15} [{bar:<{BAR}}] {done}/{planned if planned is not None else '?'} {run['state']}"
        if self.live:
            print(f"\r{line:<90}", end="", flush=True)
        elif line != self.last:
            print(line, flush=True)
        self.last = line

    def _clear(self) -> None:
        if self.live and self.last:
            print("\r" + " " * 90 + "\r", end="")
        self.last = ""

    def verdicts(self, runs: Mapping[str, Mapping[str, Any]]) -> None:
        """One row a criterion: estimate, interval, n, limit, state."""
        self._clear()
        rows = [
            (
                kind,
                _measure(verdict),
                _number(verdict),
                str(verdict["n"]),
                _limit(verdict),
                f"{SIGNS[verdict['state']]} {verdict['state']}",
            )
            for kind, run in runs.items()
            for verdict in run["verdicts"]
        ]
        head = ("audit", "measure", "value [95 % interval]", "n", "limit", "verdict")
        widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
        print()
        for row in [head, tuple("-" * width for width in widths), *rows]:
            print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        print(flush=True)


def _measure(verdict: Mapping[str, Any]) -> str:
    group = ", ".join(f"{feature} = {value}" for feature, value in verdict["group"])
    return verdict["measure"] + (f" ({group})" if group else "")


def _number(verdict: Mapping[str, Any]) -> str:
    value, low, high = (_short(verdict[name]) for name in ("value", "low", "high"))
    return f"{value} [{low}, {high}]"


def _short(text: str | None) -> str:
    return "not estimable" if text is None else f"{float(text):.3g}"


def _limit(verdict: Mapping[str, Any]) -> str:
    return "" if verdict["limit"] is None else f"{WORDS[verdict['direction']]} {verdict['limit']}"

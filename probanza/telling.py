"""What the gate shows: progress while it waits, a table at the end. Foreign words come in cleaned."""

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TextIO

from probanza.outcome import NEVER_JUDGED, Audit, SuiteRun
from probanza.words import told

BAR = 30
QUIET_S = 30.0  # between two plain lines that say the same
WIDEST = 60


class Progress:
    """Progress on a terminal as a bar that is drawn over, elsewhere as plain lines when something changed."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._started = time.monotonic()
        self._said = ""
        self._said_at = 0.0

    def show(self, run: SuiteRun) -> None:
        """Tell how far a run is. Only counts of ours are shown."""
        now = time.monotonic()
        taken = int(now - self._started)
        planned = str(run.planned) if run.planned is not None else "?"
        words = f"{run.ended()} of {len(run.audits)} audits ended, {run.done} of {planned} items"
        if self._is_terminal:
            self._draw(f"[{bar(run)}] {words}, {taken // 60}:{taken % 60:02}")
        elif words != self._said or now - self._said_at >= QUIET_S:
            self._say(f"probanza: {words}, {taken} s")
            self._said, self._said_at = words, now

    def end(self) -> None:
        """Clear the bar, so that the table starts on a clean line."""
        if self._is_terminal:
            self._write("\r\x1b[K")

    def _draw(self, line: str) -> None:
        self._write("\r\x1b[K" + line[: shutil.get_terminal_size().columns - 1])

    def _say(self, line: str) -> None:
        self._write(line + "\n")

    def _write(self, text: str) -> None:
        say(text, self._stream)


def say(text: str, stream: TextIO) -> None:
    """Write it now. Where nobody reads on, this and all that follows is dropped: the exit status still tells."""
    try:
        stream.write(text)
        stream.flush()
    except OSError:
        # Python would flush once more at its end, fail, and spoil the exit status.
        with suppress(OSError), open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())


def bar(run: SuiteRun) -> str:
    """How far a run is, in `BAR` signs; empty until the number of items is known."""
    share = min(1.0, run.done / run.planned) if run.planned else float(not run.is_open())
    full = int(BAR * share)
    return "=" * full + "." * (BAR - full)


def table(run: SuiteRun) -> Iterator[str]:
    """One line a criterion; an audit that was not judged has a line that says why."""
    rows = [("AUDIT", "CRITERION", "FOUND", "VERDICT"), *(row for audit in run.audits for row in _rows(audit))]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        yield "  ".join([*(cell.ljust(width) for cell, width in zip(row[:3], widths, strict=True)), row[3]])


def _rows(audit: Audit) -> Sequence[tuple[str, str, str, str]]:
    name = f"{told(audit.name, 40)} ({told(audit.kind, 40)})"
    verdict = audit.verdict()
    if verdict == NEVER_JUDGED:
        return [(name, "-", told(audit.reason or audit.state, WIDEST), "never judged")]
    if not audit.checks:
        return [(name, "none was frozen", "-", "not judged")]
    return [(name, told(one.title(), WIDEST), told(one.figure(), WIDEST), one.state.replace("_", " ")) for one in audit.checks]

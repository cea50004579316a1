"""A kind from somebody else's package: one item a row, made to be slow, to fail and to be killed."""

from dataclasses import dataclass

from audits.contract import AuditKind, MeasureCard


@dataclass(frozen=True, slots=True)
class EchoParameters:
    """prediction: the column to read, whose words may ask for trouble; pause_ms: how long a row takes."""

    prediction: str
    pause_ms: int = 0


KIND = AuditKind(
    name="echo",
    title="Echo",
    version="1",
    needs="table",
    parameters=EchoParameters,
    runner="probanza_echo.runner",
    section="probanza_echo.section",
    chunk=4,
    measures=(MeasureCard("yes", "Rows that say yes", "count", "higher", "count(yes)"),),
)

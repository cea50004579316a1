"""A kind from somebody else's package whose units take a given time and are written down outside the product."""

from dataclasses import dataclass

from audits.contract import AuditKind, MeasureCard


@dataclass(frozen=True, slots=True)
class PacedParameters:
    """number: which audit this is, for the log; units: how many items it has; pause_ms: how long each takes."""

    number: int
    units: int
    pause_ms: int = 0


KIND = AuditKind(
    name="paced",
    title="Paced",
    version="1",
    needs="table",
    parameters=PacedParameters,
    runner="probanza_paced.runner",
    section="probanza_paced.section",
    chunk=2,
    measures=(MeasureCard("units", "Units of work", "count", "higher", "count(units)"),),
)

"""Everything a report is made from, read once. Pure: the book is a function of this and of nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from governance.compliance.assessment import Assessment


@dataclass(frozen=True, slots=True)
class Part:
    """One version that the system version is made of, itself included (role `system`)."""

    role: str
    asset: str
    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class Head:
    """The newest signed head of the ledger when the report was built."""

    size: int
    root: str
    key_id: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """spec: the system version's specification as registered. head: None for a ledger without a signed head yet."""

    report_id: str
    organisation: str
    system: str
    owner: str
    stage: str
    version_id: str
    number: int
    digest: str
    spec: Mapping[str, Any]
    parts: tuple[Part, ...]
    assessment: Assessment
    language: str
    issued_at: datetime
    built_by: str
    head: Head | None = None

"""Everything a report is made from, read once. Pure: the book is a function of this and of nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from governance.book import Text
from governance.classification.questions import Question
from governance.classification.standing import Standing
from governance.compliance.assessment import Assessment, DutyResult
from governance.incidents.told import Clocks
from governance.names import named


@dataclass(frozen=True, slots=True)
class Part:
    """One version that the system version is made of, itself included (role `system`). spec: as registered."""

    role: str
    asset: str
    number: int
    digest: str
    kind: str = ""
    spec: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registered:
    """One version of the system on record. note: what was changed, as declared."""

    number: int
    at: datetime
    by: str
    note: str
    digest: str


@dataclass(frozen=True, slots=True)
class Head:
    """The newest signed head of the ledger when the report was built."""

    size: int
    root: str
    key_id: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """spec: the system version's specification as registered. head: None for a ledger without a signed head yet.

    measures: the titles (message ids) of each kind's measures, by kind and name. classification: None while nobody classified
    the system. clocks: incidents, retention and monitoring. history: the versions up to this one, the first one first.
    questions: the questionnaire of the classification.
    """

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
    measures: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    classification: Standing | None = None
    clocks: Clocks | None = None
    history: tuple[Registered, ...] = ()
    questions: tuple[Question, ...] = ()

    def of_law(self) -> tuple[DutyResult, ...]:
        """The duties of the law, in its order."""
        return self.of_framework(self.assessment.catalogue.law.id)

    def of_framework(self, framework: str) -> tuple[DutyResult, ...]:
        """The duties of one framework, in its order."""
        return self.assessment.of_framework(framework).results

    def kind_title(self, kind: str) -> Text:
        """What a kind of evidence is called: by the catalogue of duties, or by its own name."""
        known = self.assessment.catalogue.of_kind(kind)
        return Text("%(kind)s", (("kind", known.title.of(self.language)),)) if known else named(kind)

    def measure_title(self, kind: str, measure: str) -> Text:
        """What a measure is called; its name in words where the kind or the measure is gone."""
        title = self.measures.get(kind, {}).get(measure)
        return Text(title) if title else Text("%(measure)s", (("measure", measure.replace("_", " ")),))

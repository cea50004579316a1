"""What the catalogue is made of: frameworks, their duties and dates, and what each kind of evidence shows of them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

from governance.compliance.verdict import Assurance, Strength
from governance.words import Words

Binding = Literal["law", "voluntary", "standard"]
Certainty = Literal["text", "corroborated", "single", "interpretation"]
Scope = Literal["all", "prohibited", "high_risk", "derogated", "transparency", "gpai", "gpai_systemic", "minimal", "penalty"]
Role = Literal[
    "provider",
    "deployer",
    "importer",
    "distributor",
    "authorised_representative",
    "product_manufacturer",
    "gpai_provider",
    "notified_body",
    "third_party",
    "third_party_supplier",
    "union_body",
    "organisation",
    "controller",
    "processor",
    "employer",
    "developer",
]
EvidenceKind = Literal[
    "registry_record",
    "lineage_graph",
    "audit_run",
    "metric_report",
    "log_extract",
    "access_log",
    "config_snapshot",
    "document",
    "attestation",
    "signature",
    "training_record",
    "external_certificate",
]

STALE_AFTER_DAYS = 90


@dataclass(frozen=True, slots=True)
class Group:
    """An article, annex, function or chapter of a framework. Its id is unique over all frameworks."""

    id: str
    title: Words


@dataclass(frozen=True, slots=True)
class Framework:
    """A law, a standard or a voluntary framework, in one edition.

    checked_on: the oldest day on which somebody last held the file and its dates against the sources.
    own: an organisation brought it itself. version: of that file, counted from 1; 0 for a shipped one.
    digest: of everything its file says, so that two reports can tell whether the text they were made from is the same.
    """

    id: str
    title: Words
    edition: str
    binding: Binding
    text_version: str
    checked_on: date
    stale_after_days: int
    groups: tuple[Group, ...]
    note: Words | None = None
    own: bool = False
    version: int = 0
    digest: str = ""

    def check_again_by(self) -> date:
        """The last day on which the file still counts as checked."""
        return self.checked_on + timedelta(days=self.stale_after_days)

    def unchecked(self, today: date) -> bool:
        """Whether nobody has held it against its sources for too long."""
        return today > self.check_again_by()


@dataclass(frozen=True, slots=True)
class Duty:
    """One item of a framework: what it asks, in our own words.

    binds: who owes it. scope: for which systems. evidence: records that can show it. assurance: who can show it at all.
    clock: the id of its date, empty without one of its own. amended: changed by the amending regulation.
    valid_from, valid_until: first and last day of this wording, ISO 8601, empty where it is open.
    """

    id: str
    framework: str
    group: str
    title: Words
    duty: Words
    binds: tuple[Role, ...]
    scope: Scope
    evidence: tuple[EvidenceKind, ...]
    assurance: Assurance
    clock: str = ""
    amended: bool = False
    certainty: Certainty = "text"
    source: tuple[str, ...] = ()
    valid_from: str = ""
    valid_until: str = ""


@dataclass(frozen=True, slots=True)
class LegalDate:
    """When something applies, why we think so, and when somebody last looked. Dates are ISO 8601.

    practical_from: the second reading, where `certainty` is `interpretation`: a report prints both.
    """

    id: str
    refs: tuple[str, ...]
    label: Words
    applies_from: str
    previous: str | None
    basis: Words
    certainty: Certainty
    source: tuple[str, ...]
    checked_on: str
    practical_from: Words | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """What a kind of evidence shows of one duty. through: the item it was reached by, empty when it was linked itself."""

    item: str
    strength: Strength
    shows: Words
    through: str = ""


@dataclass(frozen=True)
class KindLinks:
    """Everything one kind of evidence shows, never shows, and what people must add to it.

    built: whether an audit of this kind exists in this version.
    """

    kind: str
    title: Words
    links: tuple[Link, ...]
    never_shows: tuple[Words, ...]
    people_add: tuple[Words, ...]
    built: bool = True

    def link_to(self, item: str) -> Link | None:
        """The link to one duty, None when this kind says nothing about it."""
        return self._by_item.get(item)

    @cached_property
    def _by_item(self) -> dict[str, Link]:
        return {link.item: link for link in self.links}


@dataclass(frozen=True, slots=True)
class Serves:
    """Evidence for `item` also speaks to the items of `to`, each at most as strongly as said."""

    item: str
    to: tuple[str, ...]
    strength: Strength


@dataclass(frozen=True)
class Catalogue:
    """Every framework with its duties, the dates they apply from, and which evidence speaks to them.

    The AI Act comes first. Ids of duties, groups and dates are unique over all frameworks.
    gone: duties none of whose wordings stands on the day the catalogue is of; nothing is linked to them.
    """

    frameworks: tuple[Framework, ...]
    duties: tuple[Duty, ...]
    dates: tuple[LegalDate, ...]
    kinds: tuple[KindLinks, ...]
    sources: tuple[tuple[str, str], ...]
    serves: tuple[Serves, ...] = ()
    gone: frozenset[str] = frozenset()

    @property
    def law(self) -> Framework:
        """The EU AI Act."""
        return self.frameworks[0]

    def framework(self, framework_id: str) -> Framework:
        """The framework of this id. Raises `KeyError`."""
        return self._frameworks[framework_id]

    def duty(self, duty_id: str) -> Duty:
        """The duty of this id. Raises `KeyError`."""
        return self._duties[duty_id]

    def has(self, duty_id: str) -> bool:
        """Whether there is a duty of this id."""
        return duty_id in self._duties

    def duties_of(self, framework_id: str) -> tuple[Duty, ...]:
        """The duties of one framework in its own order; none for one that is not here."""
        return tuple(one for one in self.duties if one.framework == framework_id)

    def of_kind(self, kind: str) -> KindLinks | None:
        """What a kind of evidence shows; None for a kind the catalogue does not name."""
        return self._kinds.get(kind)

    def date_of(self, clock: str) -> LegalDate | None:
        """The date a duty's clock names; None where it has no date of its own."""
        return self._dates.get(clock)

    def serving(self, item: str) -> tuple[Serves, ...]:
        """The links by which evidence for other items speaks to this one."""
        return tuple(one for one in self.serves if item in one.to)

    def unchecked(self, today: date) -> tuple[Framework, ...]:
        """The frameworks nobody has held against their sources for too long."""
        return tuple(one for one in self.frameworks if one.unchecked(today))

    def upcoming(self, today: date) -> tuple[LegalDate, ...]:
        """Dates after `today`, the next one first."""
        later = [one for one in self.dates if date.fromisoformat(one.applies_from) > today]
        return tuple(sorted(later, key=lambda one: (one.applies_from, one.id)))

    @cached_property
    def _frameworks(self) -> dict[str, Framework]:
        return {one.id: one for one in self.frameworks}

    @cached_property
    def _duties(self) -> dict[str, Duty]:
        return {one.id: one for one in self.duties}

    @cached_property
    def _kinds(self) -> dict[str, KindLinks]:
        return {one.kind: one for one in self.kinds}

    @cached_property
    def _dates(self) -> dict[str, LegalDate]:
        return {one.id: one for one in self.dates}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file and its line, counted from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Part:
    """One framework as its files say it, before it is held against the others.

    links: (kind of evidence, what it shows of a duty). places: where each duty, date, link and group stands.
    gone: duties none of whose wordings stands on the day it was read for.
    """

    framework: Framework
    duties: tuple[Duty, ...]
    dates: tuple[LegalDate, ...]
    links: tuple[tuple[str, Link], ...]
    serves: tuple[Serves, ...]
    sources: tuple[tuple[str, str], ...]
    places: Mapping[str, Place]
    gone: frozenset[str] = frozenset()


class CatalogueError(ValueError):
    """A file of the catalogue is wrong. The message names the file, the line where there is one, and the item."""

    def __init__(self, file: str, item: str, problem: str, line: int = 0) -> None:
        self.file = file
        self.item = item
        self.problem = problem
        self.line = line
        where = f"{file}, line {line}" if line else file
        super().__init__(f"{where}, {item}: {problem}")

"""The law as data: duties, dates, and which evidence speaks to which duty.

The files of `catalogue/` are read into frozen dataclasses and checked; an error names the
file and the item. Nothing here knows today's date: it is passed in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml

from governance.compliance.verdict import Assurance, Strength
from governance.shapes import ShapeError, read

FILES = ("eu_ai_act.yaml", "timeline.yaml", "crosswalk.yaml")
Certainty = Literal["text", "corroborated", "single", "interpretation"]
Role = Literal["provider", "deployer", "importer", "distributor", "authorised_representative", "gpai_provider", "notified_body"]
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
Shape = TypeVar("Shape")


class CatalogueError(ValueError):
    """A catalogue file is wrong. The message names the file and the item."""

    def __init__(self, file: str, item: str, problem: str) -> None:
        self.file = file
        self.item = item
        super().__init__(f"{file}, {item}: {problem}")


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in each language a report can have."""

    en: str
    es: str

    def of(self, language: str) -> str:
        """The words in `language`; English for a language that is not here."""
        return self.es if language == "es" else self.en


@dataclass(frozen=True, slots=True)
class Group:
    """An article or annex."""

    id: str
    title: Words


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty. `assurance`: who can show it at all; `clock`: the id of its date; `scope`: which systems it is about."""

    id: str
    group: str
    title: Words
    duty: Words
    binds: tuple[Role, ...]
    evidence: tuple[EvidenceKind, ...]
    assurance: Assurance
    clock: str
    source: tuple[str, ...]
    framework: str = "eu_ai_act"
    scope: str = "all"


@dataclass(frozen=True, slots=True)
class LegalDate:
    """When something applies, why we think so, and when somebody last looked. Dates are ISO 8601."""

    id: str
    refs: tuple[str, ...]
    label: Words
    applies_from: str
    previous: str | None
    basis: Words
    certainty: Certainty
    source: tuple[str, ...]
    checked_on: str


@dataclass(frozen=True, slots=True)
class Link:
    """What a kind of evidence shows of one duty."""

    item: str
    strength: Strength
    shows: Words


@dataclass(frozen=True, slots=True)
class KindLinks:
    """Everything one kind of evidence shows, never shows, and what people must add to it."""

    kind: str
    title: Words
    links: tuple[Link, ...]
    never_shows: tuple[Words, ...]
    people_add: tuple[Words, ...]

    def link_to(self, item: str) -> Link | None:
        """The link to one duty, None when this kind says nothing about it."""
        return next((link for link in self.links if link.item == item), None)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All files together. `checked_on` is the oldest of their dates."""

    framework: Words
    text_version: str
    checked_on: date
    stale_after_days: int
    groups: tuple[Group, ...]
    duties: tuple[Duty, ...]
    dates: tuple[LegalDate, ...]
    kinds: tuple[KindLinks, ...]
    sources: tuple[tuple[str, str], ...]

    def of_kind(self, kind: str) -> KindLinks | None:
        """What a kind of evidence shows; None for a kind the law's files do not name."""
        return next((one for one in self.kinds if one.kind == kind), None)

    def date_of(self, clock: str) -> LegalDate:
        """The date a duty's clock names."""
        return next(one for one in self.dates if one.id == clock)

    def unchecked(self, today: date) -> bool:
        """Whether nobody has checked the dates for too long."""
        return today > self.checked_on + timedelta(days=self.stale_after_days)

    def upcoming(self, today: date) -> tuple[LegalDate, ...]:
        """Dates after `today`, the next one first."""
        later = [one for one in self.dates if date.fromisoformat(one.applies_from) > today]
        return tuple(sorted(later, key=lambda one: (one.applies_from, one.id)))


@cache
def load() -> Catalogue:
    """The catalogue that ships with this version."""
    folder = Path(__file__).parent / "catalogue"
    return parse({name: (folder / name).read_text(encoding="utf-8") for name in FILES})


def parse(texts: Mapping[str, str]) -> Catalogue:
    """The catalogue in these files' texts. Raises `CatalogueError`."""
    files = {name: _mapping(name, texts.get(name)) for name in FILES}
    law, timeline, crosswalk = (files[name] for name in FILES)
    found = Catalogue(
        framework=_one(Words, FILES[0], "meta.framework", law["meta"].get("framework")),
        text_version=str(law["meta"].get("text_version", "")),
        checked_on=min(_date(name, "meta.checked_on", file["meta"].get("checked_on")) for name, file in files.items()),
        stale_after_days=min(_days(name, file["meta"].get("stale_after_days")) for name, file in files.items()),
        groups=_all(Group, FILES[0], law, "groups", "id"),
        duties=_all(Duty, FILES[0], law, "items", "id"),
        dates=_all(LegalDate, FILES[1], timeline, "dates", "id"),
        kinds=_all(KindLinks, FILES[2], crosswalk, "kinds", "kind"),
        sources=tuple(sorted({**law.get("sources", {}), **timeline.get("sources", {})}.items())),
    )
    _check(found)
    return found


def _mapping(name: str, text: str | None) -> dict[str, Any]:
    if text is None:
        raise CatalogueError(name, "file", "is missing")
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise CatalogueError(name, "file", f"is not YAML: {error}") from None
    if not isinstance(content, dict) or not isinstance(content.get("meta"), dict):
        raise CatalogueError(name, "file", "must be a mapping with a `meta` mapping")
    return content


def _all(shape: type[Shape], file: str, content: Mapping[str, Any], key: str, name: str) -> tuple[Shape, ...]:
    rows = content.get(key)
    if not isinstance(rows, list) or not rows:
        raise CatalogueError(file, key, "must be a list with at least one entry")
    found: dict[str, Shape] = {}
    for index, row in enumerate(rows):
        label = str(row.get(name, f"{key}[{index}]")) if isinstance(row, dict) else f"{key}[{index}]"
        if label in found:
            raise CatalogueError(file, label, "stands there twice")
        found[label] = _one(shape, file, label, row)
    return tuple(found.values())


def _one(shape: type[Shape], file: str, label: str, row: object) -> Shape:
    try:
        return read(shape, row)
    except ShapeError as error:
        raise CatalogueError(file, label, str(error)) from None


def _date(file: str, label: str, value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise CatalogueError(file, label, f"{value!r} is not a date like 2027-12-02") from None


def _days(file: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise CatalogueError(file, "meta.stale_after_days", "must be a whole number of days, 1 or more")
    return value


def _check(found: Catalogue) -> None:
    groups, clocks = {group.id for group in found.groups}, {one.id for one in found.dates}
    assurances = {duty.id: duty.assurance for duty in found.duties}
    sources = dict(found.sources)
    for duty in found.duties:
        _known(FILES[0], duty.id, "group", [duty.group], groups)
        _known(FILES[0], duty.id, "clock", [duty.clock], clocks)
        _known(FILES[0], duty.id, "source", duty.source, sources)
    for one in found.dates:
        _known(FILES[1], one.id, "source", one.source, sources)
        _date(FILES[1], one.id, one.applies_from)
        _date(FILES[1], one.id, one.checked_on)
    for kind in found.kinds:
        _known(FILES[2], kind.kind, "item", [link.item for link in kind.links], assurances)
        for link in kind.links:
            if assurances[link.item] == "human" and link.strength != "supporting":
                raise CatalogueError(FILES[2], f"{kind.kind} -> {link.item}", "only people show this duty: supporting")


def _known(file: str, item: str, field: str, values: Iterable[str], known: Iterable[str]) -> None:
    allowed = set(known)
    for value in values:
        if value not in allowed:
            raise CatalogueError(file, item, f"{field} {value!r} is not known; known: {', '.join(sorted(allowed))}")

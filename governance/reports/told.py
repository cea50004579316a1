"""A sealed report as plain rows: what every form but the book itself is made of. Pure.

It reads the report's own statement and, where they were given, the sealed statements of its evidence. Statements of earlier
versions lack some of what newer ones hold; what is not there is empty, and never made up.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from governance.book import Book, Raw
from governance.reports.sealed import SealedReport

Plain = Mapping[str, Any]
Group = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """How a figure stands to one criterion. frozen_at: ISO 8601, empty where nobody recorded it."""

    criterion: str
    limit: str
    direction: str
    state: str
    author: str = ""
    frozen_at: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of one piece of evidence; decimal texts, None where it could not be estimated (`reason` says why).

    title: in the report's language, empty in reports that did not seal it.
    """

    kind: str
    evidence: str
    name: str
    group: Group
    value: str | None
    low: str | None
    high: str | None
    n: int
    method: str
    unit: str
    level: str
    unscored: int = 0
    reason: str = ""
    judged: tuple[Judged, ...] = ()
    title: str = ""

    def key(self) -> tuple[str, str, Group]:
        """What it is a figure of."""
        return (self.kind, self.name, self.group)

    def of_group(self) -> str:
        """`sex = female, age = 60+`, empty for the whole."""
        return ", ".join(f"{feature} = {value}" for feature, value in self.group)


@dataclass(frozen=True, slots=True)
class Proof:
    """One piece of evidence. stale: what changed since. instrument: by what it was measured, as names and values.

    limits: what its figures do not show, as message ids. states: of all its verdicts, worst or not.
    """

    id: str
    kind: str
    digest: str
    run: str
    stale: tuple[str, ...]
    sealed_at: str
    figures: tuple[Figure, ...]
    judged: tuple[tuple[str, Group, Judged], ...]
    states: tuple[str, ...]
    limits: tuple[str, ...] = ()
    planned: int | None = None
    scored: int | None = None
    instrument: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Cited:
    """One piece of evidence at one duty."""

    id: str
    strength: str
    state: str


@dataclass(frozen=True, slots=True)
class DutyTold:
    """One duty as the report told it. title, duty: in the report's language, empty in reports that did not seal them.

    stated, waived, applies: what people stated and waived, and why it does or does not apply, as sealed.
    """

    id: str
    framework: str
    state: str
    evidence: tuple[Cited, ...]
    title: str = ""
    duty: str = ""
    applies_from: str = ""
    owner: str = ""
    due: str = ""
    stated: tuple[Plain, ...] = ()
    waived: tuple[Plain, ...] = ()
    applies: Plain = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PartTold:
    """One version that the system version is made of; itself has the role `system`. spec: as registered, where sealed."""

    role: str
    id: str
    digest: str
    asset: str = ""
    number: str = ""
    kind: str = ""
    spec: Plain = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What a reader calls it."""
        return self.asset or self.role


@dataclass(frozen=True, slots=True)
class Told:
    """A sealed report as rows, each in the order in which it was sealed."""

    report: str
    digest: str
    language: str
    issued_at: str
    sealed_at: str
    system: PartTold
    organisation: str
    law: Plain
    duties: tuple[DutyTold, ...]
    evidence: tuple[Proof, ...]
    parts: tuple[PartTold, ...]
    statement: Plain

    def counts(self) -> tuple[tuple[str, int], ...]:
        """How many duties are in each state, in the order in which the states first occur."""
        states = [duty.state for duty in self.duties]
        return tuple((state, states.count(state)) for state in dict.fromkeys(states))

    def figures(self) -> tuple[Figure, ...]:
        """Every number of the report."""
        return tuple(figure for proof in self.evidence for figure in proof.figures)


def told(report: SealedReport) -> Told:
    """The rows of a report."""
    statement, book = report.statement, report.book
    bodies = {str(one.get("id")): one for one in map(_object, report.evidence)}
    system = _system(statement, book)
    return Told(
        report=str(statement.get("report") or statement.get("id") or ""),
        digest=report.digest,
        language=book.language,
        issued_at=book.issued_at,
        sealed_at=str(statement.get("sealed_at") or book.issued_at),
        system=system,
        organisation=_words(_mapping(statement.get("system")).get("organisation")) or _status(book, "Organisation"),
        law=_mapping(statement.get("law")),
        duties=tuple(_duty(one) for one in _objects(statement.get("duties"))),
        evidence=tuple(_proof(one, bodies.get(str(one.get("id")), {})) for one in _objects(statement.get("evidence"))),
        parts=_parts(statement, system),
        statement=statement,
    )


def _object(body: bytes) -> Plain:
    return _mapping(json.loads(body))


def _mapping(given: Any) -> Plain:
    return given if isinstance(given, Mapping) else {}


def _objects(given: Any) -> list[Plain]:
    return [one for one in given if isinstance(one, Mapping)] if isinstance(given, list | tuple) else []


def _words(given: Any) -> str:
    return "" if given is None else str(given)


def _texts(given: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in given) if isinstance(given, list | tuple) else ()


def _status(book: Book, name: str) -> str:
    """The value of a row of the cover, whose name is a message id."""
    found = next((cell for title, cell in book.status if title.message == name), None)
    return found.words if isinstance(found, Raw) else ""


def _system(statement: Plain, book: Book) -> PartTold:
    known = _mapping(statement.get("system"))
    pins = [one for one in _objects(statement.get("pins")) if one.get("role") == "system"]
    pin: Plain = pins[0] if pins else {}
    titled = dict(book.title.values).get("system")
    name = known.get("name") or (titled if isinstance(titled, str) else "") or _status(book, "AI system")
    return PartTold(
        role="system",
        id=_words(known.get("id") or pin.get("id")),
        digest=_words(known.get("digest") or pin.get("digest")),
        asset=_words(name),
        number=_words(known.get("version") or _status(book, "Version")),
        kind="ai_system",
        spec=_mapping(known.get("spec")),
    )


def _parts(statement: Plain, system: PartTold) -> tuple[PartTold, ...]:
    """The parts as the statement names them; of an older one only role, id and digest are known."""
    known = _objects(_mapping(statement.get("system")).get("parts"))
    pins = _objects(statement.get("pins"))
    ids = {(_words(pin.get("role")), _words(pin.get("digest"))): _words(pin.get("id")) for pin in pins}
    rows = [one for one in known or pins if one.get("role") != "system"]
    return (system, *(_part(one, ids) for one in rows))


def _part(one: Plain, ids: Mapping[tuple[str, str], str]) -> PartTold:
    role, digest = _words(one.get("role")), _words(one.get("digest"))
    return PartTold(
        role=role,
        id=_words(one.get("id") or ids.get((role, digest))),
        digest=digest,
        asset=_words(one.get("asset") or one.get("name")),
        number=_words(one.get("number") or one.get("version")),
        kind=_words(one.get("kind")),
        spec=_mapping(one.get("spec")),
    )


def _duty(one: Plain) -> DutyTold:
    cited = (
        Cited(_words(ev.get("id")), _words(ev.get("strength")), _words(ev.get("state"))) for ev in _objects(one.get("evidence"))
    )
    return DutyTold(
        id=_words(one.get("duty")),
        framework=_words(one.get("framework")) or "eu_ai_act",
        state=_words(one.get("state")),
        evidence=tuple(cited),
        title=_words(one.get("title")),
        duty=_words(one.get("words")),
        applies_from=_words(one.get("applies_from")),
        owner=_words(one.get("owner")),
        due=_words(one.get("due")),
        stated=tuple(_objects(one.get("statements"))),
        waived=tuple(_objects(one.get("waivers"))),
        applies=_mapping(one.get("applies")),
    )


def _proof(one: Plain, body: Plain) -> Proof:
    facts, source = _mapping(body.get("facts")), _mapping(body.get("provenance"))
    criteria = {_words(row.get("id")): row for row in _objects(one.get("criteria") or body.get("criteria"))}
    rows = _objects(one.get("verdicts") or body.get("verdicts"))
    judged = tuple((_words(row.get("measure")), _group(row), _judged(row, criteria)) for row in rows)
    coverage = _mapping(one.get("coverage") or facts.get("coverage"))
    kind, identifier = _words(one.get("kind")), _words(one.get("id"))
    measures = _measured(_objects(one.get("measures") or facts.get("measures")), rows)
    return Proof(
        id=identifier,
        kind=kind,
        digest=_words(one.get("digest")),
        run=_words(one.get("run")),
        stale=_texts(one.get("stale")),
        sealed_at=_words(one.get("sealed_at") or body.get("sealed_at")),
        figures=tuple(_figure(kind, identifier, row, judged) for row in measures),
        judged=judged,
        states=tuple(row.state for _name, _pairs, row in judged),
        limits=_texts(one.get("limits") or facts.get("limits")),
        planned=_count(coverage.get("planned")),
        scored=_count(coverage.get("scored")),
        instrument=_instrument(facts, source),
    )


def _measured(measures: list[Plain], verdicts: list[Plain]) -> list[Plain]:
    """All measures, and what was judged though no measure of it is at hand: a figure that is missing is told, not lost."""
    known = {(_words(one.get("name")), _group(one)) for one in measures}
    lacking = {(_words(one.get("measure")), _group(one)): one for one in verdicts}
    return [*measures, *({"name": key[0], **one} for key, one in lacking.items() if key not in known)]


def _group(one: Plain) -> Group:
    """Sorted, so that one group has one name; it may come as pairs or as one object."""
    given = one.get("group") or ()
    pairs: Iterable[Sequence[Any]] = given.items() if isinstance(given, Mapping) else given
    return tuple(sorted((str(pair[0]), str(pair[1])) for pair in pairs))


def _count(given: Any) -> int | None:
    return given if isinstance(given, int) else None


def _judged(one: Plain, criteria: Mapping[str, Plain]) -> Judged:
    known = criteria.get(_words(one.get("criterion")), {})
    return Judged(
        criterion=_words(one.get("criterion")),
        limit=_words(one.get("limit") or known.get("limit")),
        direction=_words(one.get("direction") or known.get("direction")),
        state=_words(one.get("state")),
        author=_words(known.get("author")),
        frozen_at=_words(known.get("frozen_at")),
        digest=_words(known.get("digest")),
    )


def _figure(kind: str, evidence: str, one: Plain, judged: Sequence[tuple[str, Group, Judged]]) -> Figure:
    name, group = _words(one.get("name")), _group(one)
    return Figure(
        kind=kind,
        evidence=evidence,
        name=name,
        group=group,
        value=one.get("value"),
        low=one.get("low"),
        high=one.get("high"),
        n=int(one.get("n") or 0),
        method=_words(one.get("method")),
        unit=_words(one.get("unit") or "share"),
        level=_words(one.get("level") or "0.95"),
        unscored=int(one.get("unscored") or 0),
        reason=_words(one.get("reason")),
        judged=tuple(row for measure, pairs, row in judged if (measure, pairs) == (name, group)),
        title=_words(one.get("title")),
    )


def _instrument(facts: Plain, source: Plain) -> tuple[tuple[str, str], ...]:
    """What two runs must share for their figures to be of one thing: the kind's version, its parameters, its judges."""
    judges = _mapping(facts.get("details")).get("judges") or source.get("judges") or []
    named = {"kind_version": facts.get("kind_version"), "parameters": facts.get("parameters"), "judges": judges}
    return tuple((name, _steady(value)) for name, value in named.items() if value)


def _steady(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)

"""The form for compliance tools: OSCAL assessment results (JSON). Same sealed bytes, same bytes.

OSCAL knows a duty as satisfied or not. Satisfied here is only what a named person decided; everything else, a criterion that
was met included, is not satisfied, says why in its own state, and never looks as if it had passed. What does not apply is
excluded from the controls and says who signed that. Ids are derived from the report's digest (UUID version 5), because OSCAL
takes no others. Source: https://pages.nist.gov/OSCAL-Reference/models/v1.1.3/assessment-results/json-outline/
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from governance.book import gettext_noop
from governance.charts.svg import clean
from governance.reports.said import DISCLAIMER, NOTHING, Voice, voice_of
from governance.reports.sealed import SealedReport
from governance.reports.told import DutyTold, Figure, PartTold, Proof, Told, told

CONTENT_TYPE = "application/oscal+json"
VERSION = "1.1.3"
NAMESPACE = "https://github.com/probanza/probanza/ns/oscal"
Plain = dict[str, Any]
_PLAIN_ID = re.compile(r"[A-Za-z][A-Za-z0-9.\-]*(\([A-Za-z0-9.\-]+\))*")
_REASONS = {"fulfilled_by_decision": "pass", "criterion_not_met": "fail", "contradicted": "fail"}
_WHY = ("reason", "reference", "by", "at")
_TITLE = gettext_noop("Evidence report: %(system)s")
_PLAN = gettext_noop("Criteria frozen before the runs; there is no assessment plan in OSCAL")
_NOT_FULFILLED = gettext_noop("%(state)s; nobody has decided that the duty is fulfilled.")


def render(report: SealedReport) -> bytes:
    """The report as OSCAL assessment results."""
    rows = told(report)
    made = {"assessment-results": Results(rows, voice_of(rows)).whole()}
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()


def token(duty: str) -> str:
    """The id of a duty as an OSCAL token: `Art.9(8)` as `Art.9_8`. One id has one token, and no two ids share one."""
    if _PLAIN_ID.fullmatch(duty):
        return duty.replace("(", "_").replace(")", "")
    kept = re.sub(r"[^A-Za-z0-9.\-]+", "-", duty)
    return f"_{kept}-{hashlib.sha256(duty.encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Results:
    """What a report says, as the parts of one OSCAL document."""

    rows: Told
    voice: Voice

    def whole(self) -> Plain:
        """The document below `assessment-results`."""
        rows = self.rows
        return {
            "uuid": self._id("assessment-results"),
            "metadata": {
                "title": self._title(),
                "last-modified": rows.issued_at,
                "version": rows.report or rows.digest,
                "oscal-version": VERSION,
                "props": _props(("report", rows.report), ("digest", rows.digest), ("language", rows.language)),
                **({"parties": self._parties()} if rows.organisation else {}),
                "remarks": self.voice.message(DISCLAIMER),
            },
            "import-ap": {"href": f"#{self._id('plan')}"},
            "results": [self._result()],
            "back-matter": {"resources": [self._plan(), *map(self._resource, rows.evidence)]},
        }

    def _id(self, *names: str) -> str:
        return str(uuid5(uuid5(NAMESPACE_URL, f"urn:probanza:{self.rows.digest}"), "/".join(names)))

    def _title(self) -> str:
        return line(self.voice.message(_TITLE, system=clean(self.rows.system.name)))

    def _parties(self) -> list[Plain]:
        return [{"uuid": self._id("organisation"), "type": "organization", "name": line(self.rows.organisation)}]

    def _plan(self) -> Plain:
        return {"uuid": self._id("plan"), "title": line(self.voice.message(_PLAN))}

    def _resource(self, proof: Proof) -> Plain:
        return {
            "uuid": self._id("resource", proof.id),
            "title": line(f"{self.voice.name(proof.kind)} {proof.id}"),
            "props": _props(("evidence", proof.id), ("digest", proof.digest), ("run", proof.run)),
        }

    def _result(self) -> Plain:
        rows = self.rows
        moments = [proof.sealed_at for proof in rows.evidence if proof.sealed_at]
        findings = [self._finding(duty) for duty in rows.duties if duty.state != "not_applicable"]
        observations = [self._observation(proof) for proof in rows.evidence]
        stated = [self._attestation(duty, one) for duty in rows.duties for one in duty.stated]
        told_first = [] if rows.evidence else [self.voice.message(NOTHING)]
        return {
            "uuid": self._id("result"),
            "title": self._title(),
            "description": "\n\n".join([*told_first, *self.voice.counts(rows)]) or self._title(),
            "start": min([*moments, rows.issued_at]),
            "end": rows.issued_at,
            "props": _props(
                ("duties", str(len(rows.duties))), *(("state", f"{state}: {count}") for state, count in rows.counts())
            ),
            "local-definitions": {"components": [self._component(number, part) for number, part in enumerate(rows.parts)]},
            "reviewed-controls": {"control-selections": self._selections()},
            **({"attestations": stated} if stated else {}),
            **({"observations": observations} if observations else {}),
            **({"findings": findings} if findings else {}),
        }

    def _component(self, number: int, part: PartTold) -> Plain:
        name = line(part.name)
        return {
            "uuid": self._id("component", str(number)),
            "type": "this-system" if number == 0 else line(part.kind or part.role),
            "title": name,
            "description": clean(str(part.spec.get("purpose") or "")) or name,
            "props": _props(("role", part.role), ("number", part.number), ("digest", part.digest), ("version", part.id)),
            "status": {"state": "other"},
        }

    def _selections(self) -> list[Plain]:
        """One selection a framework; without any duty the one that says so."""
        frameworks = dict.fromkeys(duty.framework for duty in self.rows.duties)
        return [self._selection(one) for one in frameworks] or [{"include-all": {}}]

    def _selection(self, framework: str) -> Plain:
        duties = [duty for duty in self.rows.duties if duty.framework == framework]
        excluded = [duty for duty in duties if duty.state == "not_applicable"]
        included = [duty for duty in duties if duty.state != "not_applicable"]
        chosen: Plain = {"include-controls": [_control(duty) for duty in included]} if included else {"include-all": {}}
        if excluded:
            chosen["exclude-controls"] = [_control(duty) for duty in excluded]
            chosen["remarks"] = "\n\n".join(f"{duty.id}: {self._why(duty)}" for duty in excluded)
        return {"description": line(framework), **chosen}

    def _why(self, duty: DutyTold) -> str:
        words = [self.voice.state(duty.state), *(clean(str(duty.applies[name])) for name in _WHY if duty.applies.get(name))]
        for one in duty.stated:
            words.append(clean(" ".join(str(one[name]) for name in ("person", "role", "at", "statement") if one.get(name))))
        return "; ".join(words)

    def _observation(self, proof: Proof) -> Plain:
        figures = [
            f"{self._named(figure)}: {self.voice.figure(figure)} ({self.voice.verdicts(figure)})" for figure in proof.figures
        ]
        states = [self.voice.state("stale")] if proof.stale else []
        return {
            "uuid": self._id("observation", proof.id),
            "title": line(f"{self.voice.name(proof.kind)} {proof.id}"),
            "description": clean_lines([*states, *figures]) or line(self.voice.name(proof.kind)),
            "props": _props(
                ("evidence", proof.id),
                ("kind", proof.kind),
                *(("stale", change) for change in proof.stale),
                *(("figure", _whole(figure)) for figure in proof.figures),
            ),
            "methods": ["TEST" if proof.figures else "EXAMINE"],
            "types": ["control-objective"],
            "subjects": [{"subject-uuid": self._id("component", "0"), "type": "component"}],
            "relevant-evidence": [
                {"href": f"#{self._id('resource', proof.id)}", "description": line(f"sealed as {proof.digest}")}
            ],
            "collected": proof.sealed_at or self.rows.issued_at,
        }

    def _named(self, figure: Figure) -> str:
        group = figure.of_group()
        name = self.voice.title(figure)
        return clean(f"{name} ({group})" if group else name)

    def _finding(self, duty: DutyTold) -> Plain:
        known = {proof.id for proof in self.rows.evidence}
        related = [{"observation-uuid": self._id("observation", one.id)} for one in duty.evidence if one.id in known]
        waived = [f"waiver: {one.get('reason', '')}, expires {one.get('expires_on', '')}" for one in duty.waived]
        return {
            "uuid": self._id("finding", duty.id),
            "title": line(f"{duty.id} {duty.title}"),
            "description": clean(duty.duty) or line(f"{duty.id}: {self.voice.state(duty.state)}"),
            "props": _props(
                ("duty", duty.id), ("framework", duty.framework), ("state", duty.state), ("owner", duty.owner), ("due", duty.due)
            ),
            "target": {"type": "objective-id", "target-id": token(duty.id), "status": self._status(duty)},
            **({"related-observations": related} if related else {}),
            **({"remarks": clean_lines(waived)} if waived else {}),
        }

    def _status(self, duty: DutyTold) -> Plain:
        state = self.voice.state(duty.state)
        decided = duty.state == "fulfilled_by_decision"
        return {
            "state": "satisfied" if decided else "not-satisfied",
            "reason": _REASONS.get(duty.state, "other"),
            "remarks": state if decided else self.voice.message(_NOT_FULFILLED, state=state),
        }

    def _attestation(self, duty: DutyTold, stated: Any) -> Plain:
        prose = clean(" ".join(str(stated[name]) for name in ("person", "role", "at", "statement") if stated.get(name)))
        name = token(str(stated.get("state") or "attested").replace("_", "-"))
        return {"parts": [{"name": name, "title": line(duty.id), "prose": prose or duty.id}]}


def _control(duty: DutyTold) -> Plain:
    return {"control-id": token(duty.id)}


def _whole(figure: Figure) -> str:
    return json.dumps(asdict(figure), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def line(words: str) -> str:
    """One line without outer spaces; a dash where nothing is left."""
    return " ".join(clean(words).split()) or "\N{EN DASH}"


def clean_lines(words: list[str]) -> str:
    """Lines of Markdown, one paragraph each."""
    return "\n\n".join(line(one) for one in words)


def _props(*given: tuple[str, str]) -> list[Plain]:
    return [{"name": name, "ns": NAMESPACE, "value": line(value)} for name, value in given if value]

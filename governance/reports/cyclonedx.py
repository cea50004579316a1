"""The form for inventories: a CycloneDX 1.6 ML-BOM with a model card. Same sealed bytes, same bytes.

What was measured is the AI system as a whole, so the card is the system's; its models, prompts and data are components without
figures of their own. A figure's n, method and criterion have no place in CycloneDX and stand in properties, one JSON object
each; a figure is never put there as if it stood alone.
Source: https://cyclonedx.org/docs/1.6/json/
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from governance.charts.svg import clean
from governance.reports.said import DISCLAIMER, NOTHING, Voice, voice_of
from governance.reports.sealed import SealedReport
from governance.reports.told import Figure, PartTold, Proof, Told, told

CONTENT_TYPE = "application/vnd.cyclonedx+json; version=1.6"
Plain = dict[str, Any]
_TYPES = {"model": "machine-learning-model", "agent": "application", "tool": "application"}
_DATA = {"dataset": "dataset", "knowledge_base": "dataset", "prompt": "configuration"}


def render(report: SealedReport) -> bytes:
    """The report as CycloneDX JSON."""
    rows = told(report)
    return (json.dumps(bom(rows, voice_of(rows)), ensure_ascii=False, indent=1) + "\n").encode()


def bom(rows: Told, voice: Voice) -> Plain:
    """The whole bill of materials as data."""
    parts = [(f"{number}:{part.role}", part) for number, part in enumerate(rows.parts)][1:]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        **_serial(rows.report),
        "version": 1,
        "metadata": {
            "timestamp": rows.issued_at,
            "tools": {"components": [{"type": "application", "name": "Probanza"}]},
            "component": _system(rows, voice, parts),
            "properties": _standing(rows, voice),
        },
        "components": [_part(reference, part) for reference, part in parts],
        "dependencies": [
            {"ref": "system", **({"dependsOn": [reference for reference, _ in parts]} if parts else {})},
            *({"ref": reference} for reference, _ in parts),
        ],
    }


def _serial(report: str) -> Plain:
    try:
        return {"serialNumber": f"urn:uuid:{UUID(report)}"}
    except ValueError:
        return {}


def _standing(rows: Told, voice: Voice) -> list[Plain]:
    states = [(f"probanza:duties:{state}", str(count)) for state, count in rows.counts()]
    told_first = [] if rows.evidence else [("probanza:nothing-assessed", voice.message(NOTHING))]
    return _properties(
        *told_first,
        ("probanza:notice", voice.message(DISCLAIMER)),
        ("probanza:organisation", rows.organisation),
        ("probanza:report", rows.report),
        ("probanza:report:digest", rows.digest),
        ("probanza:law:text-version", str(rows.law.get("text_version") or "")),
        ("probanza:law:checked-on", str(rows.law.get("checked_on") or "")),
        ("probanza:duties", str(len(rows.duties))),
        *states,
    )


def _system(rows: Told, voice: Voice, parts: list[tuple[str, PartTold]]) -> Plain:
    system = rows.system
    component: Plain = {
        "type": "machine-learning-model",
        "bom-ref": "system",
        "name": clean(system.name),
        **_stated("version", system.number),
        **_stated("description", system.spec.get("purpose")),
        "modelCard": _card(rows, voice, parts),
        "properties": _properties(("probanza:kind", "ai_system"), ("probanza:digest", system.digest), *_version(system)),
    }
    if system.spec.get("provider"):
        component["supplier"] = {"name": clean(str(system.spec["provider"]))}
    if rows.evidence:
        component["externalReferences"] = [_reference(proof) for proof in rows.evidence]
    return component


def _reference(proof: Proof) -> Plain:
    told_as = f"{proof.kind}, sealed as {proof.digest} (SHA-256 over one zero byte and the sealed bytes)"
    return {"type": "evidence", "url": f"urn:uuid:{proof.id}", "comment": clean(told_as)}


def _part(reference: str, part: PartTold) -> Plain:
    kind = part.kind or part.role.rpartition(".")[2]
    spec = part.spec
    component: Plain = {
        "type": _TYPES.get(kind, "data"),
        "bom-ref": reference,
        "name": clean(part.name),
        **_stated("version", part.number),
        **_stated("publisher", spec.get("provider")),
        **_licences(spec),
        **_hashes(spec),
        **({"modelCard": card} if kind == "model" and (card := _model(spec)) else {}),
    }
    if component["type"] == "data":
        component["data"] = [{"type": _DATA.get(kind, "other"), "name": clean(part.name)}]
    component["properties"] = _properties(("probanza:role", part.role), ("probanza:digest", part.digest), *_version(part))
    return component


def _version(part: PartTold) -> tuple[tuple[str, str], ...]:
    return (("probanza:version-id", part.id),)


def _licences(spec: Mapping[str, Any]) -> Plain:
    licence = clean(str(spec.get("licence") or ""))
    return {"licenses": [{"license": {"name": licence}}]} if licence else {}


def _hashes(spec: Mapping[str, Any]) -> Plain:
    """Only the digest of a file that the registry names is one; a version's own digest is over its specification."""
    return {"hashes": [{"alg": "SHA-256", "content": str(spec["sha256"])}]} if spec.get("sha256") else {}


def _model(spec: Mapping[str, Any]) -> Plain:
    known = {**_stated("architectureFamily", spec.get("family")), **_stated("modelArchitecture", spec.get("name"))}
    limits = clean(str(spec.get("limitations") or ""))
    return {
        **({"modelParameters": known} if known else {}),
        **({"considerations": {"technicalLimitations": [limits]}} if limits else {}),
    }


def _card(rows: Told, voice: Voice, parts: list[tuple[str, PartTold]]) -> Plain:
    data = [{"ref": reference} for reference, part in parts if (part.kind or part.role) in ("dataset", "knowledge_base")]
    figures = rows.figures()
    return {
        "bom-ref": "card",
        **({"modelParameters": {"datasets": data}} if data else {}),
        "quantitativeAnalysis": {"performanceMetrics": [_metric(figure) for figure in figures]},
        "considerations": _considerations(rows, voice),
        "properties": [{"name": "probanza:figure", "value": _whole(figure)} for figure in figures],
    }


def _metric(figure: Figure) -> Plain:
    metric: Plain = {"type": clean(f"{figure.kind}.{figure.name}"), **_stated("value", figure.value)}
    if figure.group:
        metric["slice"] = clean(figure.of_group())
    if figure.low is not None and figure.high is not None:
        metric["confidenceInterval"] = {"lowerBound": figure.low, "upperBound": figure.high}
    return metric


def _whole(figure: Figure) -> str:
    return clean(json.dumps(asdict(figure), sort_keys=True, ensure_ascii=False, separators=(",", ":")))


def _considerations(rows: Told, voice: Voice) -> Plain:
    spec = rows.system.spec
    limits = [voice.message(limit) for limit in dict.fromkeys(limit for proof in rows.evidence for limit in proof.limits)]
    uses = [clean(str(spec[name])) for name in ("purpose", "intended_use") if spec.get(name)]
    misuse = clean(str(spec.get("foreseeable_misuse") or ""))
    kept = {"name": misuse, **_stated("mitigationStrategy", spec.get("oversight"))}
    found: Plain = {
        "users": [clean(str(one)) for one in spec.get("deployers") or ()],
        "useCases": uses,
        "technicalLimitations": [*voice.counts(rows), *limits],
        "ethicalConsiderations": [kept] if misuse else [],
        "fairnessAssessments": _fairness(rows, voice),
    }
    return {name: values for name, values in found.items() if values}


def _fairness(rows: Told, voice: Voice) -> list[Plain]:
    """What was measured of each group, all in one entry; a group that was not measured is in none."""
    groups: dict[str, list[str]] = {}
    for figure in rows.figures():
        if figure.group:
            words = f"{voice.title(figure)} {voice.figure(figure)}: {voice.verdicts(figure)}"
            groups.setdefault(clean(figure.of_group()), []).append(clean(words))
    return [{"groupAtRisk": group, "harms": "; ".join(words)} for group, words in groups.items()]


def _stated(name: str, value: object) -> Plain:
    words = "" if value is None else clean(str(value))
    return {name: words} if words else {}


def _properties(*given: tuple[str, str]) -> list[Plain]:
    return [{"name": name, "value": clean(value)} for name, value in given if value]

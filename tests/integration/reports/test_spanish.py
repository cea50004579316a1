"""A reader of Spanish meets no English but what people wrote and what is an identifier."""

import html
import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from audits.catalogue import kind
from governance.book import to_plain
from governance.evidence.services import seal
from governance.registry.models import AssetVersion
from governance.registry.services import add_version, change_stage, register_asset
from governance.reports.services import build, printed
from governance.shapes import read

pytestmark = pytest.mark.django_db

FILES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "bias": (
        "table.csv",
        "sexo,aprobada\n" + "a,1\n" * 40 + "b,0\n" * 39 + "b,1\n" + ",1\n",
        {"prediction": "aprobada", "favourable": "1", "sensitive": ["sexo"]},
    ),
    "fidelity": (
        "respuestas.jsonl",
        "\n".join(
            json.dumps({"id": f"p{number}", "question": "¿Cuánto?", "answer": answer, "context": ["La comisión es del 1,5 %."]})
            for number, answer in enumerate(("La comisión es del 25 %.", "", "La comisión es del 1,5 %."))
        ),
        {},
    ),
    "pii": ("textos.jsonl", json.dumps({"id": "t1", "text": "Escriba a ana@example.org, 12345678Z."}), {}),
}
MEASURES = {"bias": "selection_rate_ratio", "fidelity": "unsupported_answers", "pii": "texts_with_finding"}
LEAKED = (
    "production", "provider", "deployer", "high risk", "high_risk", "knowledge base", "system", "bias", "fidelity",
    "lineage", "selection rate", "unsupported", "answers", "texts with", "timeout", "no claims", "empty answer", "number",
    "baseline", "uncalibrated", "embedded", "as amended", "2nd para", "inserted", "not listed", "not classified", "direct",
    "partial", "supporting only", "email_address", "not stated", "none", "current", "stale",
)  # fmt: skip
COMMANDS = ("manage.py", "bundle.zip")


@pytest.fixture
def version(actor: Any, now: Any) -> AssetVersion:
    model = register_asset(actor=actor, kind="model", name="Modelo", owner="Eva", now=now)
    part = add_version(actor=actor, asset_id=model.id, spec={"provider": "Banco", "family": "árboles"}, now=now)
    asset = register_asset(actor=actor, kind="ai_system", name="Asistente", owner="Eva", now=now)
    change_stage(actor=actor, asset_id=asset.id, stage="production", now=now)
    spec = {"purpose": "Contesta", "roles": ["provider", "deployer"], "risk_class": "high_risk", "area": "5(b)"}
    return add_version(actor=actor, asset_id=asset.id, spec=spec, components=[("model", part.id)], now=now)


def statement(name: str, folder: Path) -> dict[str, Any]:
    """What an audit of this kind concludes from a file of its own, as it is sealed."""
    card = kind(name)
    file, content, given = FILES[name]
    path = folder / file
    path.write_text(content, encoding="utf-8")
    parameters, runner = read(card.parameters, given), import_module(card.runner)
    target = runner.open_file(path, parameters)
    facts = runner.conclude(list(runner.measure(target, runner.plan(target, parameters), parameters, 7)), parameters, 7)
    found = next(one for one in facts.measures if one.name == MEASURES[name])
    verdict = {
        "criterion": "1", "measure": found.name, "group": [list(pair) for pair in found.group], "value": found.value,
        "low": found.low, "high": found.high, "n": found.n, "limit": "0.8", "direction": "at_least", "state": "not_met",
    }  # fmt: skip
    blocks = to_plain(import_module(card.section).blocks(facts))
    return {"facts": facts.to_plain(), "blocks": blocks, "verdicts": [verdict]}


def shown(page: str) -> Iterator[str]:
    for piece in re.split(r"<[^>]+>", re.sub(r"<style.*?</style>", "", page, flags=re.S)):
        words = html.unescape(piece).strip().lower()
        if words and not any(command in words for command in COMMANDS):
            yield words


def leaks(pieces: list[str]) -> set[str]:
    return {word for word in LEAKED for piece in pieces if re.search(rf"\b{re.escape(word)}\b", piece)}


def test_a_spanish_report_holds_none_of_the_words_of_the_programme(
    actor: Any, version: AssetVersion, now: Any, tmp_path: Path
) -> None:
    for name in FILES:
        seal(actor=actor, kind=name, subject=str(version.id), statement=statement(name, tmp_path), now=now)
    reports = {one: build(actor=actor, system_version_id=version.id, language=one, now=now) for one in ("en", "es")}
    pieces = {one: list(shown(printed(report, "html").content.decode())) for one, report in reports.items()}
    assert {"production", "provider", "uncalibrated", "empty answer", "as amended", "partial"} <= leaks(pieces["en"])
    assert leaks(pieces["es"]) == set()
    assert "proveedor, responsable del despliegue" in pieces["es"]
    assert any(piece.startswith("tasa de selección dividida por la de su referencia (sexo = ") for piece in pieces["es"])

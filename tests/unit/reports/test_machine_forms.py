"""CycloneDX, OSCAL, model card and tables: functions of sealed bytes that never say more than was sealed."""

import csv
import io
import json
from collections.abc import Callable
from importlib import resources
from typing import Any
from zipfile import ZipFile

import jsonschema
import pytest
import yaml
from huggingface_hub import ModelCard
from hypothesis import given, settings
from hypothesis import strategies as st
from referencing import Registry, Resource

from governance.reports import cyclonedx, model_card, oscal, tables
from governance.reports.forms import BY_NAME, FORMS
from governance.reports.sealed import SealedReport
from governance.reports.told import told
from tests.unit.reports.made import BIAS, DUTIES, HOSTILE, duty, evidence, identifier, measure, sealed, statement

Make = Callable[..., SealedReport]
MADE_OF_ROWS = ("csv", "cyclonedx", "oscal", "model-card")


def rendered(form: str, report: SealedReport) -> Any:
    return json.loads(BY_NAME[form].render(report))


def files(report: SealedReport) -> dict[str, list[dict[str, str]]]:
    with ZipFile(io.BytesIO(tables.render(report))) as archive:
        texts = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    return {name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(text, newline=""))) for name, text in texts.items()}


def hostile() -> SealedReport:
    odd = evidence(1, "bias", (measure(HOSTILE, group=[["sex", HOSTILE]]),), limits={HOSTILE: ("0.8", "at_least", HOSTILE)})
    given = statement((odd,), (duty(HOSTILE, HOSTILE, identifier(1), owner=HOSTILE),))
    spec = {"purpose": HOSTILE, "languages": [HOSTILE], "foreseeable_misuse": HOSTILE, "provider": HOSTILE}
    parts = [
        {"role": "model", "asset": HOSTILE, "number": "1", "digest": HOSTILE, "spec": {"licence": HOSTILE, "family": HOSTILE}}
    ]
    return sealed({**given, "system": {"name": HOSTILE, "version": "1", "digest": "d", "spec": spec, "parts": parts}}, (odd,))


def empty() -> SealedReport:
    return sealed(statement((), (duty("Art.9(8)", "not_assessed"),)), ())


# --- all of them


@pytest.mark.parametrize("form", FORMS)
def test_the_same_sealed_bytes_give_the_same_form(form: str) -> None:
    assert BY_NAME[form].render(sealed()) == BY_NAME[form].render(sealed())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("report", [hostile(), empty(), sealed(language="es")], ids=["hostile", "empty", "spanish"])
def test_every_form_prints_every_report(form: str, report: SealedReport) -> None:
    assert BY_NAME[form].render(report)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_prints_a_report_of_an_older_version(form: str, make: Make) -> None:
    assert BY_NAME[form].render(make())


@pytest.mark.parametrize("form", MADE_OF_ROWS)
def test_words_of_a_machine_form_are_never_of_the_list(form: str) -> None:
    text = BY_NAME[form].render(sealed()).decode(errors="replace").lower()
    assert not [word for word in ("compliant", "certified", "guaranteed", "no obligations") if word in text]


def test_a_report_without_evidence_says_so_first_in_every_form() -> None:
    nothing = "Nothing was assessed"
    card = model_card.render(empty()).decode().partition("\n# ")[2]
    assert card.index(nothing) < card.index("## ")
    assert rendered("cyclonedx", empty())["metadata"]["properties"][0]["value"].startswith(nothing)
    assert rendered("oscal", empty())["assessment-results"]["results"][0]["description"].startswith(nothing)
    assert files(empty())["figures"] == files(empty())["evidence"] == []
    (first,) = files(empty())["report"]
    assert (first["evidence"], first["says_first"].startswith(nothing)) == ("0", True)
    assert files(sealed())["report"][0]["says_first"] == ""


# --- rows


def test_a_criterion_whose_measure_is_missing_stays_as_a_figure_that_could_not_be_estimated() -> None:
    lost = {
        "criterion": "c",
        "measure": "gone",
        "group": [],
        "value": None,
        "n": 0,
        "reason": "not_measured",
        "state": "insufficient",
    }
    body = {**evidence(1, "bias", ()), "verdicts": [lost]}
    found = told(sealed(statement((body,)), (body,))).figures()
    assert [(one.name, one.value, one.reason, one.judged[0].state) for one in found] == [
        ("gone", None, "not_measured", "insufficient")
    ]


def test_rows_name_the_author_and_the_freezing_of_each_criterion() -> None:
    judged = told(sealed()).figures()[0].judged[0]
    assert (judged.author, judged.frozen_at[:10], judged.limit, judged.state) == ("Ana Auditora", "2026-11-20", "0.8", "not_met")


def test_an_older_statement_is_read_from_its_book_and_its_pins() -> None:
    given = statement()
    rows = told(sealed({name: given[name] for name in ("duties", "evidence", "pins")} | {"book": _book()}))
    assert (rows.system.name, rows.system.number, rows.organisation) == ("Customer assistant", "3", "Banco Ejemplo")


def _book() -> Any:
    return sealed().statement["book"]


# --- CSV


def test_each_duty_is_a_row_with_its_state() -> None:
    rows = files(sealed())["duties"]
    assert {row["duty"]: row["state"] for row in rows} == {one["duty"]: one["state"] for one in DUTIES}


def test_a_figure_is_a_row_with_interval_method_n_and_criterion() -> None:
    row = files(sealed())["figures"][0]
    told_of = ("value", "low", "high", "level", "n", "method", "limit", "direction", "verdict", "criterion_author")
    assert [row[name] for name in told_of] == [
        "0.71", "0.64", "0.77", "0.95", "180", "wilson", "0.8", "at_least", "not_met", "Ana Auditora",
    ]  # fmt: skip


def test_a_figure_without_criterion_says_so_and_one_without_value_is_empty() -> None:
    rows = files(sealed())["figures"]
    assert rows[1]["verdict"] == "no_criterion"
    assert (rows[2]["value"], rows[2]["reason"]) == ("", "too few")


@pytest.mark.parametrize(
    "words", ["=1+1", "+1", "-1+2", "@sum", "\t=1", "\r=1", " =1", "\u200b=1", "\uff1d1", "-", "-0x10", "=cmd|' /C calc'!A0"]
)
def test_a_cell_that_would_be_computed_is_text(words: str) -> None:
    assert tables.harmless(words).startswith("'")


@pytest.mark.parametrize("words", ["-0.11", "0.71", "", "sex = female", "Art.9(8)"])
def test_a_number_and_a_plain_text_stay_as_they_are(words: str) -> None:
    assert tables.harmless(words) == words


@given(words=st.text(max_size=30))
def test_no_cell_ever_begins_a_formula(words: str) -> None:
    cell = tables.harmless(words)
    assert not cell.startswith(("=", "+", "@", "\t", "\r", "\n")) or cell == ""
    assert not cell.startswith("-") or cell[1:].replace(".", "").isdigit()


def test_hostile_cells_survive_the_way_through_a_reader() -> None:
    assert files(hostile())["duties"][0]["duty"].startswith("'=cmd|' /C calc'!A0 <script>")


# --- model card


def front(report: SealedReport) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(model_card.render(report).decode().split("---\n")[1])
    return found


def test_the_front_is_read_by_the_hub_library() -> None:
    results = ModelCard(model_card.render(sealed()).decode()).data.eval_results
    assert results is not None
    assert [(one.task_type, one.metric_type, one.metric_value) for one in results] == [
        ("bias", "selection_rate", 0.71),
        ("bias", "selection_rate_difference", -0.11),
    ]


def test_a_number_of_the_front_stands_there_digit_by_digit() -> None:
    exact = evidence(1, "bias", (measure(value="0.100000000000001"), measure("count", "12", low="12", high="12")))
    text = model_card.render(sealed(statement((exact,)), (exact,))).decode()
    assert "value: 0.100000000000001\n" in text
    assert "value: 12.0\n" in text


def test_the_front_names_interval_and_n_beside_each_figure() -> None:
    metric = front(sealed())["model-index"][0]["results"][0]["metrics"][0]
    assert metric["name"] == "selection_rate (sex = female), 0.95 interval [0.64, 0.77], n 180"


def test_a_card_without_figures_has_no_model_index() -> None:
    assert "model-index" not in front(empty())


def test_a_card_tells_what_was_not_assessed_before_what_was_measured() -> None:
    text = model_card.render(sealed()).decode()
    assert text.index("not assessed: 1 of 5") < text.index("## What was measured")


def test_a_card_is_in_the_language_of_its_report() -> None:
    assert "no evaluado: 1 de 5" in model_card.render(sealed(language="es")).decode()


def test_hostile_words_are_no_markup_in_a_card() -> None:
    text = model_card.render(hostile()).decode().partition("\n---\n")[2]
    assert "<script>" not in text.replace("\\<script\\>", "")
    assert "[a](" not in text
    assert "http://" not in text
    assert "**x**" not in text


@settings(max_examples=50, deadline=None)
@given(words=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_words_leave_the_front_readable(words: str) -> None:
    given = statement()
    report = sealed({**given, "system": {**given["system"], "name": words}})
    assert front(report)["model-index"][0]["results"]


# --- CycloneDX


def test_a_bill_of_materials_is_valid_by_the_schema_of_cyclonedx() -> None:
    validator = schema_of_cyclonedx()
    for report in (sealed(), hostile(), empty(), sealed(language="es")):
        assert [error.message for error in validator.iter_errors(rendered("cyclonedx", report))] == []


def schema_of_cyclonedx() -> Any:
    package = pytest.importorskip("cyclonedx.schema", reason="cyclonedx-python-lib, which ships the schema, is not installed")
    folder = resources.files(package) / "_res"
    known = {
        f"http://cyclonedx.org/schema/{name}.schema.json": json.loads((folder / f"{name}.SNAPSHOT.schema.json").read_text())
        for name in ("bom-1.6", "spdx", "jsf-0.82")
    }
    registry: Any = Registry().with_resources([(name, Resource.from_contents(schema)) for name, schema in known.items()])
    return jsonschema.Draft7Validator(known["http://cyclonedx.org/schema/bom-1.6.schema.json"], registry=registry)


def test_a_figure_of_a_group_is_in_the_card_with_its_interval() -> None:
    card = rendered("cyclonedx", sealed())["metadata"]["component"]["modelCard"]
    assert card["quantitativeAnalysis"]["performanceMetrics"][0] == {
        "type": "bias.selection_rate",
        "value": "0.71",
        "slice": "sex = female",
        "confidenceInterval": {"lowerBound": "0.64", "upperBound": "0.77"},
    }
    fairness = card["considerations"]["fairnessAssessments"]
    assert [one["groupAtRisk"] for one in fairness] == ["sex = female"]
    assert "n 180" in fairness[0]["harms"]
    assert "not met" in fairness[0]["harms"]


def test_n_method_and_criterion_of_each_figure_stand_in_properties() -> None:
    found = rendered("cyclonedx", sealed())["metadata"]["component"]["modelCard"]["properties"]
    figure = json.loads(found[0]["value"])
    assert (figure["n"], figure["method"], figure["judged"][0]["frozen_at"][:10]) == (180, "wilson", "2026-11-20")


def test_models_and_data_are_components_of_the_system() -> None:
    bom = rendered("cyclonedx", sealed())
    assert [(one["type"], one["name"]) for one in bom["components"]] == [
        ("machine-learning-model", "gpt-ejemplo"),
        ("data", "letters"),
    ]
    assert bom["dependencies"][0]["dependsOn"] == [one["bom-ref"] for one in bom["components"]]


# --- OSCAL


def results(report: SealedReport) -> Any:
    return rendered("oscal", report)["assessment-results"]["results"][0]


def test_assessment_results_are_read_by_trestle() -> None:
    trestle = pytest.importorskip("trestle.oscal.assessment_results", reason="compliance-trestle is not installed")
    for report in (sealed(), hostile(), empty(), sealed(language="es")):
        plain = rendered("oscal", report)
        read = trestle.AssessmentResults.model_validate(plain["assessment-results"])
        assert len(read.results[0].findings or []) == len(plain["assessment-results"]["results"][0]["findings"])


def test_only_what_a_person_decided_is_satisfied() -> None:
    found = {one["props"][0]["value"]: one["target"]["status"]["state"] for one in results(sealed())["findings"]}
    assert found == {
        "Art.9(8)": "not-satisfied",
        "Art.10(2)(f)": "not-satisfied",
        "Art.13(3)(b)(ii)": "not-satisfied",
        "Art.17": "satisfied",
    }


def test_a_met_criterion_says_that_nobody_has_decided() -> None:
    status = results(sealed())["findings"][1]["target"]["status"]
    assert status["reason"] == "other"
    assert "nobody has decided" in status["remarks"]


def test_what_does_not_apply_is_excluded_and_says_who_signed_it() -> None:
    (chosen,) = results(sealed())["reviewed-controls"]["control-selections"]
    assert chosen["exclude-controls"] == [{"control-id": "Art.14_4"}]
    assert "Ana" in chosen["remarks"]


def test_a_finding_leads_to_the_observation_of_its_evidence() -> None:
    found = results(sealed())
    assert found["findings"][0]["related-observations"] == [{"observation-uuid": found["observations"][0]["uuid"]}]
    assert "0.710" in found["observations"][0]["description"]


def test_all_ids_of_a_document_differ() -> None:
    text = BY_NAME["oscal"].render(sealed()).decode()
    own = [line for line in text.splitlines() if line.strip().startswith('"uuid"')]
    assert len(own) == len(set(own)) > 8


@given(st.lists(st.text(min_size=1, max_size=12), min_size=2, max_size=6, unique=True))
def test_no_two_duties_share_a_token(names: list[str]) -> None:
    assert len({oscal.token(name) for name in names}) == len(names)


@pytest.mark.parametrize(("name", "short"), [("Art.9(8)", "Art.9_8"), ("AnnexIV.2(g)", "AnnexIV.2_g"), ("GAI-2.2", "GAI-2.2")])
def test_a_duty_keeps_its_name_in_its_token(name: str, short: str) -> None:
    assert oscal.token(name) == short


def test_stale_evidence_says_so_in_its_observation() -> None:
    given = statement((BIAS,))
    given["evidence"][0]["stale"] = ["prompt: 3 -> 4"]
    observation = results(sealed(given))["observations"][0]
    assert observation["description"].startswith("stale")
    assert "prompt: 3 -> 4" in [one["value"] for one in observation["props"]]


def test_the_forms_are_named_by_what_they_are() -> None:
    assert cyclonedx.CONTENT_TYPE.startswith("application/vnd.cyclonedx+json")
    assert FORMS == ("html", "pdf", "docx", "json", "csv", "cyclonedx", "oscal", "model-card")

"""The EU AI Act as data: everything that binds someone is there, in both languages, with its date and its sources."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from governance.compliance.frameworks import FOLDER, Duty, load, parse

FORBIDDEN = re.compile(
    r"\b(compliant|certified|guarantee[ds]?|no obligations|conforme con|certificad[oa]|garantizad[oa])\b", re.I
)
SPANISH = re.compile(r"[áéíóúñ¿]|\b(el|la|los|las|un|una|de|del|que|para|por|con|se|su|en|y)\b", re.I)
ENGLISH = re.compile(r"\b(the|and|with|whether|of|who|which|where)\b", re.I)
POINTS = {  # an article or annex -> the points of it that bind someone
    "Art.4": [""],
    "Art.4a": [""],
    "Art.5(1)": [f"({one})" for one in ("a", "b", "ba", "bb", "c", "d", "e", "f", "g", "h")],
    "Art.6": ["(1)", "(1a)", "(1b)", "(1c)", "(2)", "(3)", "(3)-profiling", "(4)"],
    "Art.8": [""],
    "Art.9": ["(1)-(2)", "(5)", "(6)-(8)", "(9)"],
    "Art.10": [*(f"(2)({one})" for one in "abcdefgh"), "(3)", "(4)"],
    "Art.11": ["(1)", "(2)"],
    "Art.12": ["(1)", "(2)", "(3)"],
    "Art.13": ["(1)", "(2)", "(3)(a)", *(f"(3)(b)({one})" for one in ("i", "ii", "iii", "iv", "v", "vi", "vii"))]
    + [f"(3)({one})" for one in "cdef"],
    "Art.14": ["(1)-(3)", *(f"(4)({one})" for one in "abcde"), "(5)"],
    "Art.15": ["(1)", "(3)", "(4)", "(5)"],
    "Art.16": [f"({one})" for one in "abcdefghijkl"],
    "Art.17": [*(f"(1)({one})" for one in "abcdefghijklm"), "(2)"],
    "Art.18": [""],
    "Art.19": [""],
    "Art.20": ["", "(2)"],
    "Art.21": ["", "(2)"],
    "Art.22": ["", "(3)", "(4)"],
    "Art.23": ["", "(2)", "(3)", "(4)", "(5)", "(6)-(7)"],
    "Art.24": ["", "(2)", "(3)", "(4)", "(5)-(6)"],
    "Art.25": ["(1)", "(2)", "(3)", "(4)"],
    "Art.26": [f"({one})" for one in (1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12)],
    "Art.27": ["(1)", *(f"(1)({one})" for one in "abcdef"), "(2)", "(3)", "(4)"],
    "Art.43": ["", "(1)", "(2)", "(3)", "(4)"],
    "Art.47": ["", "(2)", "(3)", "(4)"],
    "Art.48": ["", "(2)", "(3)", "(4)"],
    "Art.49": ["(1)", "(2)", "(3)", "(4)", "(5)"],
    "Art.50": ["(1)", "(2)", "(3)", "(4)-deepfake", "(4)-text", "(5)"],
    "Art.51": [""],
    "Art.52": ["(1)"],
    "Art.53": [*(f"(1)({one})" for one in "abcd"), "(3)", "(4)"],
    "Art.54": ["", "(3)", "(5)"],
    "Art.55": [*(f"(1)({one})" for one in "abcd"), "(2)"],
    "Art.56": [""],
    "Art.72": ["(1)-(2)", "(3)"],
    "Art.73": ["", "(2)", "(3)", "(4)", "(5)", "(6)"],
    "Art.86": [""],
    "AnnexIII": [".1(a)", ".1(b)", ".1(c)", ".2", *(f".3({one})" for one in "abcd"), ".4(a)", ".4(b)"]
    + [f".{point}({one})" for point in (5, 7) for one in "abcd"]
    + [*(f".6({one})" for one in "abcde"), ".8(a)", ".8(b)"],
    "AnnexIV": [
        *(f".{point}({one})" for point in (1, 2) for one in "abcdefgh"),
        *(f".3-{one}" for one in range(1, 5)),
        *(f".{one}" for one in range(4, 10)),
    ],
    "AnnexV": [f".{one}" for one in range(1, 9)],
    "AnnexVI": [f".{one}" for one in range(1, 5)],
    "AnnexVIII": [*(f".A.{one}" for one in range(1, 14)), *(f".B.{one}" for one in (1, 2, 3, 4, 5, 6, 8))]
    + [f".C.{one}" for one in range(1, 6)],
    "AnnexXI": [*(f".1.1({one})" for one in "abcdef"), *(f".1.2({one})" for one in "abcde"), ".2.1", ".2.2", ".2.3"],
    "AnnexXII": [*(f".1({one})" for one in "abcdefgh"), *(f".2({one})" for one in "abc")],
}


GROUPS = [group["id"] for group in yaml.safe_load((FOLDER / "eu_ai_act.yaml").read_text(encoding="utf-8"))["groups"]]


def law() -> dict[str, Duty]:
    return {duty.id: duty for duty in load().duties if duty.group in GROUPS}


def said(duty: Duty) -> str:
    return f"{duty.title.en} {duty.title.es} {duty.duty.en} {duty.duty.es}"


@pytest.mark.parametrize("part", POINTS)
def test_each_point_that_binds_someone_is_an_item(part: str) -> None:
    assert {f"{part}{point}" for point in POINTS[part]} <= set(law())


def test_annex_iv_has_its_26_points_and_annex_iii_its_25_uses() -> None:
    groups = Counter(duty.group for duty in law().values())
    assert (groups["annex_iv"], groups["annex_iii"], groups["annex_v"], groups["annex_viii"]) == (26, 25, 8, 25)


def test_points_that_the_amendment_deleted_are_gone() -> None:
    assert not {"Art.10(5)", "AnnexVIII.B.7", "AnnexVIII.B.9"} & set(law())


def test_every_group_has_items() -> None:
    assert {duty.group for duty in law().values()} == set(GROUPS)


def test_each_item_is_told_in_english_and_in_spanish() -> None:
    for duty in law().values():
        for words in (duty.title, duty.duty):
            assert words.en.strip()
            assert words.es.strip()
        assert duty.duty.en != duty.duty.es, duty.id
        assert SPANISH.search(duty.duty.es), duty.id
        assert not ENGLISH.search(f"{duty.title.es} {duty.duty.es}"), duty.id


def test_titles_fit_a_line_and_duties_a_paragraph() -> None:
    assert [duty.id for duty in law().values() if max(len(duty.title.en), len(duty.title.es)) > 70] == []
    assert [duty.id for duty in law().values() if max(len(duty.duty.en), len(duty.duty.es)) > 420] == []


def test_no_item_promises_anything() -> None:
    assert [duty.id for duty in law().values() if FORBIDDEN.search(said(duty))] == []
    assert [one.id for one in load().dates if FORBIDDEN.search(f"{one.label} {one.basis} {one.practical_from}")] == []


def test_an_item_that_measurement_can_speak_to_names_records_that_software_makes() -> None:
    made = {"registry_record", "lineage_graph", "audit_run", "metric_report", "log_extract", "access_log", "config_snapshot"}
    assert [duty.id for duty in law().values() if duty.assurance != "human" and not made & set(duty.evidence)] == []


def test_gpai_items_bind_those_who_provide_models() -> None:
    models = {"gpai_provider", "authorised_representative"}
    assert all(set(duty.binds) <= models for duty in law().values() if duty.scope in {"gpai", "gpai_systemic"})


def test_transparency_applies_while_high_risk_waits() -> None:
    catalogue = load()
    clocks = {duty.id: catalogue.date_of(duty.clock).applies_from for duty in law().values()}
    assert clocks["Art.4"] < clocks["Art.50(1)"] < clocks["Art.5(1)(ba)"] < clocks["Art.26(6)"] < clocks["Art.6(1)"]


def test_both_readings_of_a_disputed_date_are_told() -> None:
    disputed = [one for one in load().dates if one.certainty == "interpretation"]
    assert [one.id for one in disputed] == ["hr_rest"]
    assert all(one.practical_from and one.practical_from.en and one.practical_from.es for one in disputed)
    assert {duty.clock for duty in law().values() if duty.id in {"Art.43", "Art.47", "Art.49(2)", "Art.73", "Art.86"}} == {
        "hr_rest"
    }


def test_older_systems_are_cut_off_on_the_day_their_chapter_applies() -> None:
    for one in ("annex_iii", "annex_i"):
        assert load().date_of(f"hr_legacy_{one}").applies_from == load().date_of(f"hr_{one}").applies_from


def test_one_edit_of_one_date_moves_every_item_of_that_clock() -> None:
    texts = {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.yaml")}
    block = re.compile(r"(?ms)(^- id: hr_annex_iii\n.*?applies_from: ')[0-9-]+")
    texts["timeline.yaml"], edits = block.subn(r"\g<1>2029-06-01", texts["timeline.yaml"])
    changed = parse(texts)
    moved = [duty.id for duty in changed.duties if duty.clock == "hr_annex_iii"]
    assert edits == 1
    assert changed.date_of("hr_annex_iii").applies_from == "2029-06-01"
    assert len(moved) > 150


@pytest.mark.parametrize("page", ["catalogue.md", "catalogue.es.md"])
def test_the_page_about_the_catalogue_names_every_file_and_field(page: str) -> None:
    told = (Path(__file__).parents[3] / "docs/reference" / page).read_text(encoding="utf-8")
    items = [yaml.safe_load(path.read_text(encoding="utf-8"))["items"] for path in FOLDER.glob("eu_ai_act/*.yaml")]
    fields = {field for rows in items for row in rows for field in row}
    assert [path.name for path in FOLDER.glob("eu_ai_act/*.yaml") if f"`{path.name}`" not in told] == []
    assert sorted(field for field in fields if f"`{field}`" not in told) == []

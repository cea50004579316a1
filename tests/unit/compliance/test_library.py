"""Nine frameworks beside each other: each complete, dated, in both languages, and linked without promises."""

import re
from collections import Counter
from datetime import date

import pytest

from governance.compliance.frameworks import Duty, KindLinks, Words, load

FORBIDDEN = re.compile(r"\b(compliant|certified|guaranteed|no obligations|garantizad[oa]s?)\b", re.IGNORECASE)
SHIPPED = {
    "eu_ai_act", "gdpr", "colorado_sb26_189", "nyc_ll144", "iso_42001", "nist_ai_600_1", "nist_ai_rmf", "owasp_llm_2025",
    "owasp_llm_2026",
}  # fmt: skip
UNBUILT = {"drift", "feedback", "logging", "notice", "oversight", "security"}


def ids(framework: str) -> list[str]:
    return [duty.id for duty in load().duties_of(framework)]


def kind(name: str) -> KindLinks:
    found = load().of_kind(name)
    assert found is not None
    return found


def strength(name: str, item: str) -> str:
    link = kind(name).link_to(item)
    return link.strength if link else ""


def test_every_shipped_framework_is_there_and_the_law_comes_first() -> None:
    assert {one.id for one in load().frameworks} == SHIPPED
    assert load().law.id == "eu_ai_act"
    assert [one.binding for one in load().frameworks] == ["law"] * 4 + ["standard"] + ["voluntary"] * 4


def test_the_nist_framework_has_19_categories_and_72_subcategories() -> None:
    assert len(load().framework("nist_ai_rmf").groups) == 19
    assert Counter(one.split(".")[1].split("-")[0] for one in ids("nist_ai_rmf")) == {
        "GOVERN": 19, "MAP": 18, "MEASURE": 22, "MANAGE": 13,
    }  # fmt: skip
    assert not {"NIST.MANAGE-3.3", "NIST.MANAGE-4.4"} & set(ids("nist_ai_rmf"))


def test_the_generative_profile_has_twelve_risks() -> None:
    assert ids("nist_ai_600_1") == [f"GAI-2.{number}" for number in range(1, 13)]


def test_iso_42001_has_its_38_controls_from_a_2_to_a_10_and_none_of_its_text() -> None:
    controls = [one.removeprefix("ISO42001.") for one in ids("iso_42001") if one.startswith("ISO42001.A.")]
    assert len(controls) == 38
    assert list(dict.fromkeys(".".join(one.split(".")[:2]) for one in controls)) == [f"A.{number}" for number in range(2, 11)]
    assert len({duty.duty for duty in load().duties_of("iso_42001")}) == 1
    assert max(len(duty.title.en) for duty in load().duties_of("iso_42001")) < 45


def test_an_owasp_risk_is_named_by_its_edition_since_numbers_moved() -> None:
    titles = {one.id: one.title.en for one in load().duties if one.id.startswith("OWASP")}
    assert titles["OWASP-LLM-2025.LLM06"] == titles["OWASP-LLM-2026.LLM03"] == "Excessive Agency"
    assert titles["OWASP-LLM-2025.LLM07"] == "System Prompt Leakage"
    assert titles["OWASP-LLM-2026.LLM08"] == "Hidden Context Exposure"
    moved = [n for n in range(1, 11) if titles[f"OWASP-LLM-2025.LLM{n:02}"] != titles[f"OWASP-LLM-2026.LLM{n:02}"]]
    assert len(moved) == 8


def test_new_york_gets_figures_and_never_a_verdict() -> None:
    links = [link for one in load().kinds for link in one.links if link.item.startswith("LL144")]
    assert links
    assert {link.strength for link in links} == {"supporting"}
    note = load().framework("nyc_ll144").note
    assert note is not None
    assert "no pass mark" in note.en


def test_colorado_is_the_act_that_replaced_the_repealed_one() -> None:
    found = load().date_of("colorado_new")
    assert found is not None
    assert found.applies_from == "2027-01-01"
    assert not any("risk-management programme" in duty.duty.en for duty in load().duties_of("colorado_sb26_189"))


@pytest.mark.parametrize("duty", load().duties, ids=lambda duty: duty.id)
def test_every_duty_speaks_both_languages_and_promises_nothing(duty: Duty) -> None:
    for words in (duty.title, duty.duty):
        assert words.en.strip()
        assert words.es.strip()
        assert not FORBIDDEN.search(f"{words.en} {words.es}")
    assert duty.duty.en != duty.duty.es


def test_what_links_and_notes_say_promises_nothing() -> None:
    said: list[Words | None] = [one.note for one in load().frameworks]
    for one in load().kinds:
        said += [one.title, *one.never_shows, *one.people_add, *(link.shows for link in one.links)]
    assert not [words for words in said if words and FORBIDDEN.search(f"{words.en} {words.es}")]
    assert not [words for words in said if words and words.en == words.es and " " in words.en]


def test_every_duty_and_every_framework_names_a_source() -> None:
    assert [duty.id for duty in load().duties if not duty.source] == []


def test_no_kind_shows_more_than_support_for_what_only_people_can_show() -> None:
    strong = [
        (one.kind, link.item)
        for one in load().kinds
        for link in one.links
        if link.strength != "supporting" and load().duty(link.item).assurance == "human"
    ]
    assert strong == []


def test_kinds_nobody_built_are_kept_and_told_apart() -> None:
    assert {one.kind for one in load().kinds if not one.built} == UNBUILT
    assert strength("security", "Art.15(5)") == "partial"


def test_evidence_for_an_item_of_the_law_serves_items_of_other_frameworks() -> None:
    link = kind("retrieval").link_to("NIST.MEASURE-2.5")
    assert link is not None
    assert (link.through, link.strength) == ("Art.15(1)", "supporting")
    assert [one.item for one in load().serving("GDPR.35")] == ["Art.26(9)", "Art.27(1)"]


def test_what_is_linked_itself_is_not_overruled_by_what_serves() -> None:
    assert strength("bias", "NIST.MEASURE-2.11") == "partial"
    assert strength("lineage", "ISO42001.A.7.6") == "supporting"


def test_nothing_is_handed_on_twice() -> None:
    reached = {link.item for one in load().kinds for link in one.links if link.through}
    assert not reached & {row.item for row in load().serves}


def test_the_lineage_graph_is_not_taken_for_logs_of_operation() -> None:
    assert strength("lineage", "Art.12(1)") == "supporting"
    assert strength("lineage", "Art.19") == ""


def test_after_ninety_days_each_framework_says_that_nobody_checked_it() -> None:
    assert load().unchecked(date(2027, 2, 20)) == ()
    assert {one.id for one in load().unchecked(date(2027, 2, 21))} == SHIPPED
    assert load().framework("gdpr").check_again_by() == date(2027, 2, 20)


def test_a_framework_without_dates_of_its_own_has_no_clock() -> None:
    assert {duty.clock for duty in load().duties_of("nist_ai_rmf")} == {""}
    assert load().date_of("") is None

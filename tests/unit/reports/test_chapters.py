"""The chapters of a report: what is on file stands in them, and what is not stands there as missing."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from governance.book import Chip, Digest, Listing, Notice, Number, Raw, Section, Table, Text, to_plain
from governance.compliance.frameworks import load
from governance.reports.build import book_of
from governance.reports.parts.places import OTHER, PLACES, place_of
from governance.reports.snapshot import Snapshot
from governance.reports.statement import statement_of
from probanza.canonical import canonical_bytes

Make = Callable[..., Snapshot]
CHAPTERS = {anchor for anchor, _ in PLACES} | {OTHER}


def section(snapshot: Snapshot, anchor: str) -> Section:
    return next(one for one in book_of(snapshot).sections if one.anchor == anchor)


def said(value: Any) -> str:
    """All message ids, values and words in a section, as one text."""
    return " ".join(_strings(to_plain(value)))


def _strings(plain: Any) -> Iterator[str]:
    if isinstance(plain, str):
        yield plain
    for one in plain.values() if isinstance(plain, dict) else plain if isinstance(plain, list) else ():
        yield from _strings(one)


def duties_told(found: Section) -> Counter[str]:
    """How often each duty of the law is told by a chapter's own list of duties."""
    at = next((place for place, block in enumerate(found.blocks) if said(block).startswith("Heading Text Duties of this")), None)
    told: Counter[str] = Counter()
    for block in found.blocks[at:] if at is not None else ():
        if isinstance(block, Table) and block.caption.message.startswith("Duties, their states"):
            told.update(row[0].words for row in block.rows if isinstance(row[0], Raw))
        elif isinstance(block, Listing):
            told.update(item.words.split(": ")[0] for item in block.items if isinstance(item, Raw))
        elif "Not applicable, as declared" in said(block):
            told.update(dict(block.text.values)["duties"].split(", "))  # type: ignore[union-attr]  # a paragraph of ours
    return told


@pytest.mark.parametrize("kinds", [(), ("bias", "pii")])
def test_every_duty_of_the_law_stands_in_exactly_one_chapter(make_snapshot: Make, kinds: tuple[str, ...]) -> None:
    told: Counter[str] = Counter()
    for one in book_of(make_snapshot(kinds=kinds)).sections:
        told += duties_told(one) if one.anchor in CHAPTERS else Counter()
    assert told == Counter(duty.id for duty in load().duties_of("eu_ai_act"))


def test_a_classified_system_tells_every_duty_too(make_whole: Make) -> None:
    told: Counter[str] = Counter()
    for one in book_of(make_whole()).sections:
        told += duties_told(one) if one.anchor in CHAPTERS else Counter()
    assert told == Counter(duty.id for duty in load().duties_of("eu_ai_act"))


@pytest.mark.parametrize(
    ("duty", "anchor"),
    [
        ("Art.9(6)-(8)", "risk"),
        ("Art.99(3)", OTHER),
        ("Art.4", "oversight"),
        ("Art.4a", "development"),
        ("Art.15(5)", "cybersecurity"),
        ("Art.15(1)", "tests"),
        ("Art.5(1)(ba)", "scope"),
        ("Art.50(1)", "transparency"),
        ("Art.53(1)(b)", "development"),
        ("Art.26(6)", "records"),
        ("Art.26(5)", "monitoring"),
        ("AnnexIV.2(g)", "tests"),
        ("AnnexV.1", "declaration"),
        ("AnnexVI.1", "quality"),
        ("AnnexVIII.A.1", "declaration"),
        ("AnnexXII.1(a)", "development"),
        ("Art.27(1)(a)", "rights"),
        ("Art.2", "scope"),
        ("Art.20", "monitoring"),
    ],
)
def test_a_duty_goes_to_the_chapter_of_its_subject(duty: str, anchor: str) -> None:
    assert place_of(duty) == anchor


def test_a_chapter_with_nothing_on_file_has_a_border_with_owner_and_due_date(make_snapshot: Make) -> None:
    for one in book_of(make_snapshot(kinds=())).sections:
        if duties_told(one):
            bordered = [block for block in one.blocks if isinstance(block, Notice) and block.state == "not_assessed"]
            assert any({"owner", "due"} <= set(dict(block.text.values)) for block in bordered), one.anchor


def test_nothing_assessed_stands_on_the_cover_and_first_on_the_first_page(make_snapshot: Make) -> None:
    book = book_of(make_snapshot(kinds=()))
    first = book.sections[0].blocks[0]
    assert isinstance(first, Notice)
    assert book.notices[0] == first
    assert first.text.message.startswith("Nothing was assessed.")


def test_an_owner_and_a_date_that_somebody_was_given_stand_in_the_gap_list(make_whole: Make) -> None:
    rows = [row for block in section(make_whole(), "gaps").blocks if isinstance(block, Table) for row in block.rows]
    mine = next(row for row in rows if row[0] == Raw("Art.9(9)"))
    assert mine[3:5] == (Raw("Olga Propietaria"), Raw("31 Jan 2027"))


def test_what_is_closed_is_in_no_gap_and_every_other_duty_is(make_whole: Make) -> None:
    made = make_whole()
    listed = {row[0].words for block in section(made, "gaps").blocks if isinstance(block, Table) for row in block.rows}  # type: ignore[union-attr]  # ids are data
    closed = {"criterion_met", "attested", "fulfilled_by_decision", "not_applicable"}
    assert listed == {one.duty.id for one in made.of_law() if one.state not in closed}


def test_a_statement_is_told_with_person_role_day_and_document(make_whole: Make) -> None:
    told = said(section(make_whole(), "risk"))
    for words in ("Eva Responsable, Head of risk", "20 Nov 2026", "sha256:3f3f", "We looked at it."):
        assert words in told


def test_a_statement_against_a_measurement_is_bordered_as_contradicted(make_whole: Make) -> None:
    blocks = section(make_whole(), "development").blocks
    assert any(isinstance(block, Notice) and block.state == "contradicted" for block in blocks)


def test_a_waiver_is_told_and_its_duty_stays_open(make_whole: Make) -> None:
    made = make_whole()
    assert "1 Mar 2027" in said(section(made, "oversight"))
    assert next(one for one in made.of_law() if one.duty.id == "Art.14(5)").state == "not_assessed"
    assert "Art.14(5)" in said(section(made, "result"))


def test_a_classification_is_told_with_its_rules_and_whoever_confirmed_it(make_whole: Make) -> None:
    told = said(section(make_whole(), "scope"))
    assert "Eva Responsable" in told
    assert "Art. 6(2), Annex III 5(b)" in told


def test_a_reopened_classification_no_longer_counts_as_confirmed(make_whole: Make) -> None:
    made = make_whole()
    assert made.classification
    reopened = replace(made, classification=replace(made.classification, reopened=(Text("The purpose changed"),)))
    first = [block for block in section(reopened, "result").blocks if isinstance(block, Notice)]
    assert first[0].state == "stale"
    assert "The purpose changed" in said(section(reopened, "scope"))


def test_questions_left_open_are_named_beside_what_they_leave_undetermined(make_whole: Make, make_standing: Any) -> None:
    open_one = make_whole(classification=make_standing(h3_points=["unknown"]))
    bordered = [block for block in section(open_one, "scope").blocks if isinstance(block, Notice)]
    assert any("answered with “unknown”" in block.text.message for block in bordered)
    assert section(open_one, "result").blocks[0] != section(make_whole(), "result").blocks[0]


def test_the_answers_are_told_in_the_words_of_the_questionnaire(make_whole: Make) -> None:
    table = next(block for block in section(make_whole("es"), "answers").blocks if isinstance(block, Table))
    asked = [row[0].words for row in table.rows if isinstance(row[0], Raw)]
    assert len(asked) == 3
    assert not any("_" in words for words in asked)


def test_incidents_are_told_with_their_clock_and_the_freeze(make_whole: Make) -> None:
    told = said(section(make_whole(), "monitoring"))
    for words in ("Wrong refusals for a week", "Art. 73(2)", "days days 15", "frozen", "overdue", "Art. 73(6)"):
        assert words in told


def test_an_incident_that_no_authority_was_told_of_stands_on_the_first_page(make_whole: Make, make_snapshot: Make) -> None:
    assert "no authority was told of" in said(section(make_whole(), "result"))
    assert "no authority was told of" not in said(section(make_snapshot(), "result"))


def test_a_retention_clock_without_a_beginning_is_told_as_one_that_does_not_run(make_whole: Make) -> None:
    assert "does not run" in said(section(make_whole(), "records"))


def test_no_incident_on_record_is_not_told_as_none_happened(make_snapshot: Make) -> None:
    assert "That none happened is not shown" in said(section(make_snapshot(), "monitoring"))


def test_the_declaration_is_a_draft_that_nobody_issued(make_whole: Make) -> None:
    drafts = [block for block in section(make_whole(), "declaration").blocks if isinstance(block, Notice)]
    assert drafts[0].state == "draft"
    assert "not issued" in drafts[0].text.message


def test_registration_data_follow_what_the_answers_lead_to(make_whole: Make, make_snapshot: Make) -> None:
    assert "Section A" in said(section(make_whole(), "declaration"))
    assert "Section B" not in said(section(make_whole(), "declaration"))
    assert all(f"Section {letter}" in said(section(make_snapshot(), "declaration")) for letter in "ABC")


def test_what_the_registry_holds_fills_the_draft_and_the_rest_is_told_as_not_stated(make_whole: Make) -> None:
    spec = {"purpose": "p", "provider": "Banco Ejemplo", "provider_address": "Gran Vía 1", "signatory": "Eva"}
    tables = [block for block in section(make_whole(spec=spec), "declaration").blocks if isinstance(block, Table)]
    values = {row[0].words: row[2] for row in tables[0].rows if isinstance(row[0], Raw)}
    assert values["AnnexV.2"] == Raw("Banco Ejemplo · Gran Vía 1")
    assert values["AnnexV.3"] == Text("not stated")


def test_documents_of_a_models_supplier_that_are_not_held_are_named(make_whole: Make) -> None:
    bordered = [block for block in section(make_whole(), "development").blocks if isinstance(block, Notice)]
    named = next(dict(block.text.values)["items"] for block in bordered if "supplier" in block.text.message)
    assert "AnnexXII.1(h)" not in named
    assert "AnnexXII.2(b)" in named


def test_figures_for_the_instructions_carry_interval_method_criterion_run_and_digest(make_whole: Make) -> None:
    table = next(
        block for block in section(make_whole(), "transparency").blocks if isinstance(block, Table) and len(block.columns) == 7
    )
    for row in table.rows:
        assert isinstance(row[1], Number)
        assert row[1].low is not None
        assert isinstance(row[6], Digest)
        assert "Newcombe" in said(row[2])
        assert "22 Nov 2026, 12:00" in said(row[3])


def test_stale_figures_are_in_no_instructions_for_use(make_whole: Make) -> None:
    made = make_whole()
    stale = tuple(replace(one, changed=("prompt: -> 2",)) for one in made.assessment.evidence)
    older = replace(made, assessment=replace(made.assessment, evidence=stale))
    assert not any(isinstance(block, Table) and len(block.columns) == 7 for block in section(older, "transparency").blocks)


def test_every_judged_figure_of_a_test_names_its_method(make_whole: Make) -> None:
    tests = [one for one in book_of(make_whole()).sections if one.anchor.startswith("test-")]
    tables = [block for one in tests for block in one.blocks if isinstance(block, Table) and len(block.columns) == 6]
    assert tables
    assert all("Newcombe" in said(row[2]) for table in tables for row in table.rows)


def test_each_test_says_of_which_run_and_seal_its_figures_are(make_whole: Make) -> None:
    tests = [one for one in book_of(make_whole()).sections if one.anchor.startswith("test-")]
    assert all("3f3f3f3f3f3f" in said(one.blocks[0]) for one in tests)


def test_what_is_sealed_and_no_test_is_no_section_of_the_tests(make_whole: Make) -> None:
    book = book_of(make_whole())
    assert len([one for one in book.sections if one.anchor.startswith("test-")]) == 4
    assert "Two versions." in said(next(one for one in book.sections if one.anchor == "lineage"))


def test_what_no_audit_can_show_is_listed_whole(make_snapshot: Make) -> None:
    made = make_snapshot()
    told = said(section(made, "not-shown"))
    human = [one.duty.id for one in made.of_law() if one.duty.assurance == "human"]
    assert human
    assert all(duty in told for duty in human)


def test_other_frameworks_are_told_with_their_edition_and_no_total(make_whole: Make) -> None:
    made = make_whole()
    told = said(section(made, "crosswalk"))
    for one in made.assessment.catalogue.frameworks[1:]:
        assert one.edition in told


def test_the_versions_that_were_changed_are_told_with_their_day(make_whole: Make) -> None:
    assert "New prompt" in said(section(make_whole(), "changes"))


def test_both_readings_of_a_date_are_told(make_snapshot: Make) -> None:
    doubtful = [one for one in load().dates if one.practical_from and one.id in {duty.clock for duty in load().duties}]
    told = said(section(make_snapshot(), "scope"))
    assert all(one.practical_from and one.practical_from.en in told for one in doubtful)


def test_numbers_and_letters_lead_through_the_report(make_snapshot: Make) -> None:
    numbers = [dict(one.title.values)["number"] for one in book_of(make_snapshot(kinds=("bias",))).sections]
    assert numbers[:3] == ["1", "2", "3"]
    assert "7.1" in numbers
    assert numbers[-5:] == ["A", "B", "C", "D", "E"]


def test_a_report_over_a_hostile_system_prints_its_words_as_data(make_whole: Make) -> None:
    words = '<script>alert(1)</script> {{7*7}} #panic("x")'
    book = book_of(make_whole(hostile=words))
    messages = {plain["message"] for plain in _texts(to_plain(book))}
    assert not any("<script" in message for message in messages)


def _texts(plain: Any) -> Iterator[dict[str, Any]]:
    if isinstance(plain, dict):
        if plain.get("is") == "Text":
            yield plain
        for one in plain.values():
            yield from _texts(one)
    elif isinstance(plain, list):
        for one in plain:
            yield from _texts(one)


def test_the_same_snapshot_gives_the_same_book(make_whole: Make) -> None:
    assert to_plain(book_of(make_whole())) == to_plain(book_of(make_whole()))


def test_states_stand_in_the_order_in_which_they_matter(make_whole: Make) -> None:
    table = next(block for block in section(make_whole(), "result").blocks if isinstance(block, Table))
    states = [row[0].state for row in table.rows if isinstance(row[0], Chip)]
    assert states[0] == "not_assessed"
    assert states.index("criterion_not_met") < states.index("criterion_met") < states.index("not_applicable")


def test_everything_that_a_report_names_is_sealed_as_data_beside_its_words(make_whole: Make) -> None:
    made = make_whole("es")
    statement = statement_of(made, [])
    duty = next(one for one in statement["duties"] if one["duty"] == "Art.9(5)")
    assert duty["statements"][0]["person"] == "Eva Responsable"
    assert duty["statements"][0]["evidence_id"] == "e1"
    assert next(one for one in statement["duties"] if one["duty"] == "Art.9(9)")["due"] == "2027-01-31"
    assert statement["classification"]["outcome"]["tier"] == "high_risk"
    assert statement["incidents"][0]["clock"] == "15 days"
    assert statement["evidence"][0]["measures"][0]["method"] == "newcombe"
    assert canonical_bytes(statement)


def test_the_sealed_words_of_a_report_and_its_states_agree(make_whole: Make) -> None:
    statement = statement_of(make_whole(), [])
    law = [one["state"] for one in statement["duties"] if one["framework"] == "eu_ai_act"]
    assert statement["counts"] == {"not_assessed": 0} | dict(Counter(law))

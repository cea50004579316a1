"""The catalogue of duties is complete, linked and dated; a wrong one is refused by name."""

from datetime import date

import pytest

from governance.compliance import frameworks
from governance.compliance.frameworks import Catalogue, CatalogueError, load, parse


def texts(file: str = "", old: str = "", new: str = "") -> dict[str, str]:
    found = frameworks.texts()
    if file:
        assert old in found[file]
        found[file] = found[file].replace(old, new, 1)
    return found


def applies_from(catalogue: Catalogue, clock: str) -> str:
    found = catalogue.date_of(clock)
    assert found is not None
    return found.applies_from


def test_articles_and_annexes_come_in_the_order_of_the_law() -> None:
    groups = [group.id for group in load().law.groups]
    assert groups[:3] == ["art2", "art4", "art4a"]
    assert (
        groups.index("annex_iii") < groups.index("art9") < groups.index("art26") < groups.index("art50") < groups.index("art73")
    )


def test_each_kind_of_evidence_says_what_it_never_shows() -> None:
    assert all(kind.never_shows and kind.people_add for kind in load().kinds)


def test_each_kind_of_audit_speaks_to_some_duty_but_statements_name_their_own() -> None:
    assert {kind.kind for kind in load().kinds if not kind.links} == {"attestation", "decision"}


def test_every_duty_says_in_both_languages_what_it_asks() -> None:
    assert all(duty.duty.en and duty.duty.es and duty.title.en and duty.title.es for duty in load().duties)


def test_high_risk_duties_of_annex_iii_apply_from_december_2027() -> None:
    assert applies_from(load(), "hr_annex_iii") == "2027-12-02"


def test_the_next_date_comes_first() -> None:
    assert load().upcoming(date(2026, 11, 22))[0].applies_from == "2026-12-02"
    assert load().upcoming(date(2100, 1, 1)) == ()


def test_dates_are_unchecked_after_ninety_days() -> None:
    assert not load().unchecked(date(2027, 2, 20))
    assert load().unchecked(date(2027, 2, 21))


def test_one_line_of_data_changes_a_date() -> None:
    changed = parse(texts("timeline.yaml", "2027-12-02", "2028-01-01"))
    assert applies_from(changed, "hr_annex_iii") == "2028-01-01"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("eu_ai_act/04_requirements.yaml", "clock: hr_annex_iii", "clock: someday", "clock 'someday' is not known"),
        ("eu_ai_act/04_requirements.yaml", "assurance: human", "assurance: maybe", "assurance"),
        ("eu_ai_act/04_requirements.yaml", "group: art9", "group: art0", "group 'art0'"),
        ("timeline.yaml", "applies_from: '2027-12-02'", "applies_from: soon", "'soon' is not a date"),
        ("crosswalk/bias.yaml", "item: Art.10(2)(f)", "item: Art.999", "item 'Art.999'"),
        ("crosswalk/bias.yaml", "strength: partial", "strength: total", "strength"),
        ("crosswalk/bias.yaml", "item: Art.10(2)(g)", "item: Art.10(2)(f)", "bias -> Art.10(2)(f): stands there twice"),
        ("crosswalk/bias.yaml", "- item: Art.10(2)(f)", "- items: []", "a link needs an `item`"),
        ("crosswalk/bias.yaml", "  people_add:", "  people_add: []\n  was:", "was: unknown field"),
        ("crosswalk/bias.yaml", "checked_on: '2026-11-22'", "checked_on: lately", "'lately' is not a date"),
        ("crosswalk/pii.yaml", "- kind: pii", "- kind: bias", "bias: stands there twice"),
        ("serves.yaml", "- NIST.GOVERN-2.2", "- NIST.GOVERN-9.9", "to 'NIST.GOVERN-9.9' is not known"),
        ("frameworks/gdpr.yaml", "clock: gdpr", "clock: gdpr2", "clock 'gdpr2' is not known"),
        ("eu_ai_act.yaml", "stale_after_days: 90", "stale_after_days: never", "whole number of days"),
    ],
)
def test_a_wrong_file_is_refused_by_file_and_item(file: str, old: str, new: str, said: str) -> None:
    with pytest.raises(CatalogueError, match=file) as caught:
        parse(texts(file, old, new))
    assert said in str(caught.value)


def test_a_file_that_is_missing_or_no_yaml_is_refused_by_name() -> None:
    with pytest.raises(CatalogueError, match=r"timeline\.yaml, file: is missing"):
        parse({name: text for name, text in texts().items() if name != "timeline.yaml"})
    with pytest.raises(CatalogueError, match=r"crosswalk/bias\.yaml, line \d, file: is not YAML"):
        parse({**texts(), "crosswalk/bias.yaml": "{"})


@pytest.mark.parametrize(
    ("text", "said"), [("[]", "must be a mapping"), ("meta: {}", "checked_on: is required"), ("meta: 1", "must be")]
)
def test_a_file_without_its_head_is_refused(text: str, said: str) -> None:
    with pytest.raises(CatalogueError, match=said):
        parse({**texts(), "timeline.yaml": text})


@pytest.mark.parametrize("rows", ["[]", "{}", "[words]"])
def test_a_file_without_its_rows_is_refused(rows: str) -> None:
    head = "meta: {checked_on: 2026-11-22, stale_after_days: 90}\n"
    with pytest.raises(CatalogueError, match="crosswalk"):
        parse({**texts(), "crosswalk/bias.yaml": f"{head}kinds: {rows}"})


def test_a_kind_that_does_not_say_what_it_never_shows_is_refused() -> None:
    text = (
        "meta: {checked_on: 2026-11-22}\nkinds:\n- {kind: x, title: {en: x, es: x}, links: [], never_shows: [], people_add: []}"
    )
    with pytest.raises(CatalogueError, match=r"crosswalk/x\.yaml, line 3, x: never_shows: must be a list"):
        parse({**texts(), "crosswalk/x.yaml": text})


def test_words_come_in_the_language_of_the_report_or_in_english() -> None:
    title = load().duty("Art.9(5)").title
    assert (title.of("es"), title.of("en"), title.of("fr")) == (title.es, title.en, title.en)


def test_a_duty_that_only_people_show_takes_no_more_than_support() -> None:
    with pytest.raises(CatalogueError, match="only people show this duty"):
        parse(texts("crosswalk/bias.yaml", "item: Art.10(2)(f)\n    strength: direct", "item: Art.9(5)\n    strength: direct"))


def test_a_duty_that_stands_there_twice_is_refused() -> None:
    with pytest.raises(CatalogueError, match="stands there twice"):
        parse(texts("eu_ai_act/04_requirements.yaml", "id: Art.9(5)\n", "id: Art.9(1)-(2)\n"))

"""A framework of one's own: read by line and item, held against the others, and never at their cost."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.compliance.frameworks import Catalogue, CatalogueError, load, own_part, with_own

TEXT = (Path(__file__).parents[3] / "examples/frameworks/own_policy.yaml").read_text(encoding="utf-8")
LINES = TEXT.splitlines()


def brought(old: str = "", new: str = "", on: date | None = None) -> Catalogue:
    assert old in TEXT
    return with_own(load(), [own_part(TEXT.replace(old, new, 1) if old else TEXT, name="own.yaml", on=on)])


def wrong(old: str, new: str) -> CatalogueError:
    with pytest.raises(CatalogueError) as caught:
        brought(old, new)
    return caught.value


def test_an_own_framework_stands_beside_the_shipped_ones() -> None:
    found = brought()
    assert found.framework("acme_ai_policy").own
    assert [duty.id for duty in found.duties_of("acme_ai_policy")] == ["ACME.1", "ACME.2"]
    assert found.law == load().law
    assert not load().has("ACME.1")


def test_one_text_stands_for_both_languages() -> None:
    title = brought("{en: Policy on AI, es: Política sobre IA}", "Policy on AI").framework("acme_ai_policy").groups[0].title
    assert (title.en, title.es) == ("Policy on AI", "Policy on AI")


def test_its_links_and_what_serves_it_reach_the_kinds_of_evidence() -> None:
    bias, classification = (brought().of_kind(name) for name in ("bias", "security"))
    assert bias is not None
    link = bias.link_to("ACME.2")
    assert link is not None
    assert link.strength == "partial"
    assert classification is not None
    assert classification.link_to("ACME.1") is None


def test_the_wording_of_the_day_is_taken() -> None:
    assert "second year" in brought(on=date(2026, 12, 31)).duty("ACME.2").duty.en
    assert "every year" in brought(on=date(2027, 1, 1)).duty("ACME.2").duty.en
    assert "every year" in brought().duty("ACME.2").duty.en


def test_a_wording_that_has_ended_is_gone() -> None:
    assert not brought("  clock: acme_policy\n", "  clock: acme_policy\n  valid_until: 2026-01-01\n", on=date(2026, 6, 1)).has(
        "ACME.1"
    )


def test_a_link_to_a_wording_that_has_ended_is_left_out() -> None:
    ended = TEXT.replace("  valid_from: 2027-01-01\n", "  valid_from: 2027-01-01\n  valid_until: 2027-12-31\n")
    bias = with_own(load(), [own_part(ended, on=date(2028, 6, 1))]).of_kind("bias")
    assert bias is not None
    assert bias.link_to("ACME.2") is None


def test_the_digest_is_of_what_it_says_and_not_of_when_somebody_looked() -> None:
    first = brought().framework("acme_ai_policy").digest
    assert brought("checked_on: 2026-11-22 ", "checked_on: 2026-11-23 ").framework("acme_ai_policy").digest == first
    for old, new in [("every year", "every month"), ("edition: '3'", "edition: '4'"), ("strength: partial", "strength: direct")]:
        assert brought(old, new).framework("acme_ai_policy").digest != first


@pytest.mark.parametrize(
    ("old", "new", "line", "item", "said"),
    [
        ("valid_from: 2027-01-01", "valid_from: 2026-12-31", 44, "ACME.2", "overlapping validity: 2026-12-31 is not after"),
        ("valid_from: 2027-01-01", "valid_from: 2027-1-1", 44, "ACME.2", "is not a date like 2027-12-02"),
        ("  valid_until: 2026-12-31\n", "", 43, "ACME.2", "overlapping validity"),
        (
            "valid_until: 2026-12-31",
            "valid_until: 2026-12-31\n  valid_from: 2027-12-31",
            37,
            "ACME.2",
            "ends (2026-12-31) before",
        ),
        ("clock: acme_policy", "clock: someday", 33, "ACME.1", "clock 'someday' is not known"),
        ("kind: bias", "kind: biass", 52, "ACME.2", "kind 'biass' is not known"),
        ("assurance: human  ", "assurance: maybe  ", 33, "ACME.1", "assurance"),
        ("group: ACME\n", "group: OTHER\n", 33, "ACME.1", "group 'OTHER' is not known; known: ACME"),
        ("source: [ACME1]\nsources", "source: [ACME2]\nsources", 33, "ACME.1", "source 'ACME2' is not known"),
        ("id: acme_ai_policy", "id: gdpr", 3, "gdpr", "is the id of a framework of another framework"),
        ("id: acme_ai_policy", "id: <script>", 4, "meta", "small letters"),
        ("- id: ACME.1", "- id: Art.9(5)", 33, "Art.9(5)", "is the id of a duty of another framework"),
        ("- id: ACME.1", "- id: '{{7*7}}'", 33, "'{{7*7}}'", "is no id"),
        ("- id: acme_policy", "- id: hr_annex_iii", 23, "hr_annex_iii", "is the id of a date of another framework"),
        ("ACME1: the policy", "S1: the policy", 3, "source S1", "means something else"),
        ("item: ACME.2\n", "item: Art.9(5)\n", 52, "Art.9(5)", "item 'Art.9(5)' is not known; known: ACME.1, ACME.2"),
        ("item: ACME.2\n", "item: ACME.1\n", 52, "bias -> ACME.1", "only people show this duty"),
        ("to: [ACME.1]", "to: [NIST.MAP-1.1]", 57, "Art.9(5)", "to 'NIST.MAP-1.1' is not known"),
        ("item: Art.9(5)", "item: Art.999", 57, "Art.999", "item 'Art.999' is not known"),
        ("applies_from: 2026-10-01", "applies_from: soon", 23, "acme_policy", "applies_from: 'soon' is not a date"),
        ("checked_on: 2026-11-22 ", "checked_on: 20261122 ", 3, "meta", "checked_on: '20261122' is not a date"),
        ("binding: voluntary", "binding: holy", 7, "meta", "binding"),
        ("edition: '3'", "editions: '3'", 6, "meta", "editions: unknown field"),
        ("edition: '3'", "stale_after_days: 0", 3, "meta", "edition: is required"),
        ("text_version:", "stale_after_days: 0\n  text_version:", 8, "meta.stale_after_days", "whole number of days"),
        ("to: [ACME.1]", "to: [ACME.1, ACME.1]", 57, "Art.9(5)", "to: names an item twice"),
        ("serves:", "- {item: ACME.2, kind: bias, strength: direct, shows: x}\nserves:", 56, "bias -> ACME.2", "twice"),
        ("ACME1: the policy, in the intranet", "ACME1: [x]", 18, "ACME1", "must be text that says where it was read"),
        ("sources:\n  ACME1: the policy, in the intranet\n", "sources: x\n", 17, "sources", "must be a mapping"),
        ("groups:", "kinds: []\ngroups:", 19, "kinds", "is no part of such a file"),
        ("es: Sesgos medidos", "es: ' '", 38, "ACME.2", "title must not be empty"),
        ("es: Sesgos medidos", f"es: {'x' * 201}", 38, "ACME.2", "title must have at most 200 characters"),
        ("groups:", "group:", 19, "group", "is no part of such a file"),
        ("Measure bias every year.", "Be compliant.", 46, "ACME.2", "duty says 'compliant'"),
        ("  duty: {en: Name", "  framework: gdpr\n  duty: {en: Name", 35, "ACME.1", "framework: is the one of meta.id"),
        ("[ACME 1 to 3]", "ACME 1 to 3", 24, "acme_policy", "refs: must be a list"),
        ("strength: partial", "strength: total", 54, "ACME.2", "strength"),
    ],
)
def test_a_wrong_file_is_refused_by_line_and_item(old: str, new: str, line: int, item: str, said: str) -> None:
    found = wrong(old, new)
    assert said in str(found)
    assert (found.file, found.line, found.item) == ("own.yaml", line, item)


def test_two_own_frameworks_may_not_share_an_item() -> None:
    second = own_part(
        TEXT.replace("acme_ai_policy", "second").replace("id: ACME\n", "id: SECOND\n").replace("group: ACME\n", "group: SECOND\n")
    )
    with pytest.raises(CatalogueError, match=r"ACME\.1: is the id of a duty of another framework"):
        with_own(brought(), [second])


def test_a_framework_of_a_thousand_items_is_read_and_one_more_is_not() -> None:
    many = [f"- {{id: ACME.{index}, title: t, duty: d}}" for index in range(10, 1008)]
    assert len(own_part(TEXT.replace("links:", "\n".join([*many[:-1], "links:"]), 1)).duties) == 999
    with pytest.raises(CatalogueError, match="at most 1000"):
        own_part(TEXT.replace("links:", "\n".join([*many, "links:"]), 1))


@pytest.mark.parametrize("text", ["", "a", "[]", "meta:", "meta: {}", "null", "meta: {id: x}\nitems: 7"])
def test_what_is_no_framework_at_all_is_refused(text: str) -> None:
    with pytest.raises(CatalogueError):
        own_part(text)


@settings(deadline=None)  # the machine may be busy
@given(st.integers(0, len(LINES) - 1), st.text(max_size=30))
def test_any_changed_line_gives_a_framework_or_an_error_with_a_line(index: int, put: str) -> None:
    text = "\n".join([*LINES[:index], put, *LINES[index + 1 :]])
    assert 0 <= told_line(text) <= text.count("\n") + 1


@settings(deadline=None)  # the machine may be busy
@given(st.sets(st.integers(0, len(LINES) - 1), min_size=1, max_size=5))
def test_any_lines_left_out_give_a_framework_or_an_error_with_a_line(gone: set[int]) -> None:
    text = "\n".join(line for index, line in enumerate(LINES) if index not in gone)
    assert 0 <= told_line(text) <= text.count("\n") + 1


def told_line(text: str) -> int:
    try:
        with_own(load(), [own_part(text)])
    except CatalogueError as error:
        return error.line
    return 0

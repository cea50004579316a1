"""What a report says, before it has a form."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.book import Chip, Listing, Notice, Raw, Section, Table, Text, from_plain, to_plain
from governance.compliance.assessment import Sealed, assess_duties
from governance.compliance.frameworks import load
from governance.names import counted
from governance.reports.build import book_of
from governance.reports.parts.system import FIELDS
from governance.reports.parts.tests import EXPECTED
from governance.reports.snapshot import Snapshot

Make = Callable[..., Snapshot]


def texts(value: Any) -> Iterator[str]:
    plain = to_plain(value)
    stack = [plain]
    while stack:
        one = stack.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            stack += one.values()
        elif isinstance(one, list):
            stack += one


def section(snapshot: Snapshot, anchor: str) -> Section:
    return next(one for one in book_of(snapshot).sections if one.anchor == anchor)


def notices(found: Section) -> list[Notice]:
    return [block for block in found.blocks if isinstance(block, Notice)]


def test_a_book_survives_being_sealed(make_snapshot: Make) -> None:
    book = book_of(make_snapshot())
    assert from_plain(to_plain(book)) == book


def test_the_sections_stand_in_the_order_a_reader_needs(make_snapshot: Make) -> None:
    anchors = [one.anchor for one in book_of(make_snapshot(kinds=())).sections if one.anchor != "other"]
    assert anchors == [
        "result", "identification", "scope", "description", "development", "risk", "tests", "oversight", "transparency",
        "model-card", "cybersecurity", "records", "monitoring", "changes", "quality", "rights", "declaration", "gaps",
        "not-shown", "crosswalk", "evidence", "criteria", "lineage", "answers", "verify",
    ]  # fmt: skip


def test_nothing_assessed_is_said_first_and_with_its_owner(make_snapshot: Make) -> None:
    said = [notice for notice in notices(section(make_snapshot(kinds=()), "result")) if notice.state == "not_assessed"]
    assert said[0].text.message.startswith("Nothing was assessed.")
    assert ("owner", "Eva Responsable") in said[0].text.values


def test_each_missing_kind_of_test_is_named(make_snapshot: Make) -> None:
    assert len(notices(section(make_snapshot(kinds=("bias",)), "tests"))) == len(EXPECTED) - 1


def test_states_are_counted_with_denominators_and_no_total(make_snapshot: Make) -> None:
    table = next(block for block in section(make_snapshot(), "result").blocks if isinstance(block, Table))
    assert table.rows[0][0] == Chip("not_assessed")
    assert all(
        isinstance(cell, Text) and dict(cell.values)["total"] == str(len(load().duties_of("eu_ai_act"))) for _, cell in table.rows
    )


def test_every_sentence_has_a_value_for_each_of_its_places(make_snapshot: Make, make_whole: Make) -> None:
    stack, said = [to_plain(book_of(made)) for made in (make_snapshot(), make_snapshot(kinds=()), make_whole())], 0
    while stack:
        one = stack.pop()
        if isinstance(one, dict) and one["is"] == "Text" and one["values"]:
            assert one["message"] % dict(one["values"])
            said += 1
        stack += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    assert said > 50


def test_a_report_in_spanish_tells_the_duties_in_spanish(make_snapshot: Make) -> None:
    said = set(texts(book_of(make_snapshot(language="es"))))
    assert "Artículo 10: datos y gobernanza de datos" in said
    assert "22 nov 2026, 14:05 UTC" in said


def test_dates_that_nobody_checked_for_ninety_days_are_told(make_snapshot: Make) -> None:
    late = make_snapshot(issued_at=datetime(2027, 3, 1, tzinfo=UTC))
    assert any("have not been verified since" in notice.text.message for notice in notices(section(late, "result")))
    assert not any("verified" in notice.text.message for notice in notices(section(make_snapshot(), "result")))


def test_a_run_without_a_criterion_is_measured_and_not_judged(make_snapshot: Make) -> None:
    found = [one for one in book_of(make_snapshot(kinds=("explainability",))).sections if one.anchor.startswith("test-")]
    assert "no_criterion" in {notice.state for notice in notices(found[0])}


def test_items_without_a_score_are_told_with_their_reason(make_snapshot: Make) -> None:
    found = [one for one in book_of(make_snapshot(kinds=("bias",))).sections if one.anchor.startswith("test-")]
    assert any(("reasons", counted([("timeout", 4)])) in notice.text.values for notice in notices(found[0]))


def test_what_the_evidence_never_shows_is_listed_by_kind(make_snapshot: Make) -> None:
    lists = [block for block in section(make_snapshot(kinds=("bias",)), "not-shown").blocks if isinstance(block, Listing)]
    assert Raw("that unlawful discrimination is absent") in lists[0].items


def sealed_as(make_snapshot: Make, **changed: Any) -> Snapshot:
    given = make_snapshot(kinds=("bias",))
    one = given.assessment.evidence[0]
    made = Sealed(**{**{name: getattr(one, name) for name in Sealed.__slots__}, **changed})
    return make_snapshot(assessment=assess_duties(load(), [made]))


def test_stale_evidence_is_never_shown_with_its_old_verdict(make_snapshot: Make) -> None:
    stale = sealed_as(make_snapshot, changed=("prompt: -> 2",))
    test = next(one for one in book_of(stale).sections if one.anchor.startswith("test-"))
    chips = [
        cell.state
        for block in test.blocks
        if isinstance(block, Table)
        for row in block.rows
        for cell in row
        if isinstance(cell, Chip)
    ]
    assert set(chips) == {"stale"}


@pytest.mark.parametrize("blocks", [[{"is": "Hologram"}], [{"is": "Notice"}], ["words"], [{}], [{"is": "Paragraph", "text": 5}]])
def test_blocks_that_this_version_cannot_print_are_told_and_not_hidden(make_snapshot: Make, blocks: list[Any]) -> None:
    statement = {**make_snapshot(kinds=("bias",)).assessment.evidence[0].statement, "blocks": blocks}
    found = next(one for one in book_of(sealed_as(make_snapshot, statement=statement)).sections if one.anchor.startswith("test-"))
    assert any("cannot print" in notice.text.message for notice in notices(found))


def test_evidence_with_nothing_in_it_still_makes_a_report(make_snapshot: Make) -> None:
    book = book_of(sealed_as(make_snapshot, statement={}))
    assert any(one.anchor.startswith("test-") for one in book.sections)


def test_a_version_without_components_is_told(make_snapshot: Make) -> None:
    alone = make_snapshot(parts=())
    assert "names no components" in " ".join(notice.text.message for notice in notices(section(alone, "description")))


def test_when_no_legal_date_is_left_the_report_says_so(make_snapshot: Make) -> None:
    late = make_snapshot(issued_at=datetime(2100, 1, 1, tzinfo=UTC))
    assert any("no legal date after" in said for said in texts(section(late, "result")))


def test_evidence_that_no_duty_asks_for_is_told(make_snapshot: Make) -> None:
    assert any("linked to no duty" in said for said in texts(section(sealed_as(make_snapshot, kind="toxicity"), "not-shown")))


def test_a_stated_field_is_not_told_as_missing(make_snapshot: Make) -> None:
    spec = {name: "stated" for name, _ in FIELDS} | {"roles": ["provider"]}
    said = [notice.text.message for notice in notices(section(make_snapshot(spec=spec), "identification"))]
    assert not any("not stated" in message for message in said)


def test_a_ledger_without_a_head_is_told(make_snapshot: Make) -> None:
    assert notices(section(make_snapshot(head=None), "verify"))[0].state == "insufficient"


ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "n", "value", "group", "measure"]), inner),
    max_leaves=12,
)
PLACES = ["facts", "verdicts", "criteria", "blocks", "pins", "provenance"]


@settings(max_examples=60, deadline=None)
@given(statement=st.dictionaries(st.sampled_from(PLACES), ANY | st.fixed_dictionaries({"measures": ANY, "coverage": ANY})))
def test_a_statement_of_any_shape_still_makes_a_report(statement: dict[str, Any]) -> None:
    assert from_plain(to_plain(book_of(_over(statement))))


def _over(statement: dict[str, Any]) -> Snapshot:
    from tests.unit.reports.conftest import sealed, snapshot

    one = replace(sealed("bias", 10), statement=statement)
    return snapshot(assessment=assess_duties(load(), [one]))

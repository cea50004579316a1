import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.contract import Item, ItemResult
from audits.runs.storing import BadResult, checked, checked_plan, from_bytes, storable, to_bytes

WORDS = st.text(alphabet=st.characters(), max_size=20)


def test_nul_and_half_surrogates_become_the_replacement_character() -> None:
    assert storable({"a\x00": ["\ud800x", ("y",)]}) == {"a\ufffd": ["\ufffdx", ["y"]]}


@given(st.dictionaries(WORDS, WORDS, max_size=4))
def test_private_words_come_back_as_they_were_stored(words: dict[str, str]) -> None:
    assert from_bytes(to_bytes(words)) == storable(words)


def test_a_float_is_refused_without_telling_its_content() -> None:
    with pytest.raises(BadResult, match="values") as refused:
        checked(ItemResult("1", "scored", values={"jane@example.org": 0.5}), among="1")
    assert "jane" not in str(refused.value)


@pytest.mark.parametrize("item", ["", "x" * 201, "a\x00", "\ud800"])
def test_a_planned_id_that_cannot_be_stored_is_refused(item: str) -> None:
    with pytest.raises(BadResult, match=r"1 to 200|no text"):
        checked_plan([Item(item)])


def test_two_planned_items_with_one_id_are_refused() -> None:
    with pytest.raises(BadResult, match="same id"):
        checked_plan([Item("1"), Item("2"), Item("1")])


def test_a_payload_with_a_float_is_refused_without_telling_its_content() -> None:
    with pytest.raises(BadResult, match="payload") as refused:
        checked_plan([Item("1", {"jane@example.org": 0.5})])
    assert "jane" not in str(refused.value)


def test_a_result_that_nobody_asked_for_is_refused() -> None:
    with pytest.raises(BadResult, match="no item that was asked for"):
        checked(ItemResult("2", "scored"), among={"1"})


def test_an_unknown_outcome_is_refused() -> None:
    with pytest.raises(BadResult, match="scored or unscored"):
        checked(ItemResult("1", "maybe"), among="1")  # type: ignore[arg-type]


def test_a_long_reason_is_cut_to_its_column() -> None:
    assert len(checked(ItemResult("1", "unscored", reason="x" * 500), among="1").reason) == 200

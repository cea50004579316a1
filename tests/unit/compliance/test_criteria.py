"""What a criterion may say."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from governance.compliance.criteria import (
    check_direction,
    check_group,
    check_limit,
    check_measure,
    check_min_n,
    check_rationale,
    criterion_digest,
    criterion_form,
)
from governance.shapes import ShapeError

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def form(**changed: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "system": "s",
        "kind": "bias",
        "measure": "selection_rate_ratio",
        "group": (("sex", "F"),),
        "limit": Decimal("0.8"),
        "direction": "at_least",
        "min_n": 1,
        "rationale": "",
        "author": "Ana",
        "frozen_at": NOW,
    }
    return criterion_form(**{**given, **changed})


def test_an_unknown_measure_lists_the_known_ones() -> None:
    with pytest.raises(ShapeError) as caught:
        check_measure("accuracy", ("b", "a"), "bias")
    assert caught.value.allowed == ("a", "b")


def test_a_wrong_direction_lists_both() -> None:
    with pytest.raises(ShapeError) as caught:
        check_direction("more")
    assert caught.value.allowed == ("at_least", "at_most")


@pytest.mark.parametrize("limit", ["NaN", "Infinity", "abc", "", None, True, "1e12", "0.0000000000001", [1]])
def test_a_limit_that_is_no_plain_finite_number_is_refused(limit: object) -> None:
    with pytest.raises(ShapeError) as caught:
        check_limit(limit)
    assert caught.value.field == "limit"


@pytest.mark.parametrize(("written", "kept"), [("0.80", "0.8"), (1, "1"), ("1e3", "1000"), ("-0", "0"), (0.1, "0.1")])
def test_a_limit_is_kept_in_its_shortest_form(written: Any, kept: str) -> None:
    assert format(check_limit(written), "f") == kept


def test_groups_are_pairs_sorted_by_feature() -> None:
    assert check_group({"sex": "F", "age": "60+"}) == (("age", "60+"), ("sex", "F"))
    assert check_group([["sex", "F"]]) == (("sex", "F"),)


@pytest.mark.parametrize("group", [["ab"], [["a"]], [["a", 1]], [["", "x"]], [["a", "\x00"]], [["a", "1"], ["a", "2"]]])
def test_a_group_that_is_no_list_of_pairs_is_refused(group: Any) -> None:
    with pytest.raises(ShapeError, match="group"):
        check_group(group)


def test_a_group_of_too_many_pairs_is_refused() -> None:
    with pytest.raises(ShapeError, match="9 pairs"):
        check_group({f"feature{index}": "x" for index in range(9)})


def test_too_long_a_rationale_is_refused() -> None:
    with pytest.raises(ShapeError, match="rationale"):
        check_rationale("x" * 4001)


def test_everything_a_criterion_says_is_in_its_digest() -> None:
    changes: list[dict[str, Any]] = [
        {"limit": Decimal("0.81")},
        {"author": "Eva"},
        {"group": ()},
        {"direction": "at_most"},
        {"min_n": 2},
    ]
    digests = {criterion_digest(form(**change)) for change in [{}, *changes]}
    assert len(digests) == 1 + len(changes)


@pytest.mark.parametrize("min_n", [0, -1, True, 10**10])
def test_a_smallest_n_that_is_none_is_refused_by_name(min_n: int) -> None:
    with pytest.raises(ShapeError, match=r"min_n: must be a whole number"):
        check_min_n(min_n)

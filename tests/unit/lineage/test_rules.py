"""What an edge may join."""

import pytest

from governance.shapes import ShapeError
from lineage.rules import RULES, arrow, check_edge

JOINS = [
    ("trained_on", "model", "dataset"),
    ("fine_tuned_from", "model", "model"),
    ("prompted_by", "ai_system", "prompt"),
    ("prompted_by", "agent", "prompt"),
    ("retrieves_from", "ai_system", "knowledge_base"),
    ("derived_from", "dataset", "dataset"),
    ("evaluated_on", "model", "dataset"),
    ("part_of", "dataset", "dataset"),
]


@pytest.mark.parametrize(("kind", "source", "target"), JOINS)
def test_an_obvious_edge_is_allowed(kind: str, source: str, target: str) -> None:
    check_edge(kind, source, target)
    assert kind in RULES


@pytest.mark.parametrize(
    ("kind", "source", "target", "field"),
    [
        ("trained_on", "dataset", "model", "source"),
        ("trained_on", "model", "prompt", "target"),
        ("prompted_by", "dataset", "prompt", "source"),
        ("part_of", "model", "ai_system", "kind"),
        ("<script>", "model", "dataset", "kind"),
    ],
)
def test_an_edge_that_makes_no_sense_is_refused_by_field(kind: str, source: str, target: str, field: str) -> None:
    with pytest.raises(ShapeError) as refused:
        check_edge(kind, source, target)
    assert refused.value.field == field


def test_an_unknown_kind_lists_the_known_ones() -> None:
    with pytest.raises(ShapeError) as refused:
        check_edge("made_of", "model", "model")
    assert refused.value.allowed == tuple(RULES)


def test_a_part_carries_its_whole_and_a_model_stands_on_its_data() -> None:
    assert arrow("trained_on", "model", "data") == ("model", "data")
    assert arrow("part_of", "part", "whole") == ("whole", "part")

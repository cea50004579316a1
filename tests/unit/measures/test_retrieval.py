"""Retrieval measures: what ranx says of the same lists, and what must hold whatever the list."""

import json
from math import log2
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.measures import retrieval
from audits.measures.retrieval import Ranking, rank_by_excerpt, rank_by_id

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "ranx.json").read_text())["cases"]
ALL = ("precision", "recall", "hit", "reciprocal_rank", "average_precision", "context_precision", "ndcg", "ndcg_exponential")


@pytest.mark.parametrize(
    "name", ["precision", "recall", "hit", "reciprocal_rank", "average_precision", "ndcg", "ndcg_exponential"]
)
def test_it_is_what_ranx_says(name: str) -> None:
    gaps = [
        abs(getattr(retrieval, name)(rank_by_id(case["retrieved"], case["gold"]), case["k"]) - case["want"][name])
        for case in CASES
    ]
    assert len(gaps) == 120
    assert max(gaps) < 1e-9


def test_a_textbook_case_by_hand() -> None:
    ranking = rank_by_id(["x", "a", "b"], {"a": 3, "b": 1, "lost": 2})
    assert retrieval.precision(ranking, 5) == 0.4
    assert retrieval.recall(ranking, 3) == 2 / 3
    assert retrieval.reciprocal_rank(ranking, 5) == 0.5
    assert retrieval.average_precision(ranking, 5) == (1 / 2 + 2 / 3) / 3
    assert retrieval.context_precision(ranking, 5) == (1 / 2 + 2 / 3) / 2
    assert retrieval.ndcg(ranking, 3) == (3 / log2(3) + 1 / 2) / (3 + 2 / log2(3) + 1 / 2)


def test_nothing_retrieved_is_nothing_found() -> None:
    assert {getattr(retrieval, name)(Ranking((), (1,)), 3) for name in ALL} == {0.0}


@pytest.mark.parametrize("name", [name for name in ALL if name != "precision"])
def test_the_best_order_gives_one(name: str) -> None:
    assert getattr(retrieval, name)(Ranking((3, 2, 1, 0), (1, 2, 3)), 4) == pytest.approx(1)


@pytest.mark.parametrize("name", ALL)
@given(kept=st.lists(st.tuples(st.sampled_from([1, 2]), st.booleans()), min_size=1, max_size=8), k=st.integers(1, 10))
def test_it_stays_between_nothing_and_all(name: str, kept: list[tuple[int, bool]], k: int) -> None:
    ranking = Ranking(tuple(grade if found else 0 for grade, found in kept), tuple(grade for grade, _ in kept))
    assert 0 <= getattr(retrieval, name)(ranking, k) <= 1 + 1e-12


@pytest.mark.parametrize("name", ALL)
def test_a_passage_that_comes_twice_counts_once(name: str) -> None:
    twice, once = rank_by_id(["a", "a", "b"], {"a": 1, "b": 1}), rank_by_id(["a", "x", "b"], {"a": 1, "b": 1})
    assert getattr(retrieval, name)(twice, 3) == getattr(retrieval, name)(once, 3)


def test_an_excerpt_is_found_whatever_its_case_and_line_breaks() -> None:
    ranking = rank_by_excerpt(["Nothing.", "It  OPENED\nin 2018."], ["opened in 2018", "a pool"])
    assert (ranking.grades, ranking.gold) == ((0, 1), (1, 1))


def test_two_chunks_with_the_same_excerpt_are_one_hit() -> None:
    assert rank_by_excerpt(["opened in 2018", "opened in 2018"], ["opened in 2018"]).grades == (1, 0)


@pytest.mark.parametrize(("grades", "gold"), [((1,), ()), ((1,), (0,)), ((-1,), (1,))])
def test_a_ranking_without_relevant_passages_is_refused(grades: tuple[int, ...], gold: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="relevant passages"):
        Ranking(grades, gold)


def test_a_depth_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        retrieval.precision(Ranking((1,), (1,)), 0)

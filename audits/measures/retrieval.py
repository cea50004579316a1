"""How well a ranked list of passages answers one question, where people said which passages answer it. Pure.

The passages a system retrieved stand in the order of their ranks, best first. `k` is the depth; a list shorter than `k`
is read as if it went on with passages that are not relevant, as trec_eval does, so a system gains nothing by returning
few. A passage that comes twice counts where it comes first; later it holds its rank and is not relevant.
Definitions: Manning, Raghavan and Schütze, Introduction to Information Retrieval, 2008, ch. 8; Järvelin and Kekäläinen,
ACM TOIS 20 (2002) 422-446. All but `context_precision` give what `ranx` 0.3.21 gives, to 1e-9.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2


@dataclass(frozen=True, slots=True)
class Ranking:
    """One question's retrieval.

    grades: of the passage at rank 1, 2, ...; 0 is not relevant. gold: the grades of all relevant passages there are,
    retrieved or not, each above 0.

    Raises:
        ValueError: without gold, or with a grade that is no whole number of at least 0 (1 in `gold`).
    """

    grades: tuple[int, ...]
    gold: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.gold or min(self.gold) < 1 or min(self.grades, default=0) < 0:
            raise ValueError("a ranking needs relevant passages of grades above 0")


def rank_by_id(retrieved: Sequence[str], gold: Mapping[str, int]) -> Ranking:
    """The ranking of passages that have names: a passage is relevant when its id is in `gold`."""
    left = dict(gold)
    return Ranking(tuple(left.pop(name, 0) for name in retrieved), tuple(gold.values()))


def rank_by_excerpt(retrieved: Sequence[str], excerpts: Sequence[str]) -> Ranking:
    """The ranking of texts without names: a passage is relevant when it holds an excerpt that no better one held.

    An excerpt is held where all of it stands in the passage, letter by letter but for case and white space. A passage
    that holds several is one hit, and the others count as not found: excerpts are to stand for passages.
    """
    left = [_plain(excerpt) for excerpt in excerpts]
    grades = []
    for passage in map(_plain, retrieved):
        found = next((excerpt for excerpt in left if excerpt in passage), None)
        if found is not None:
            left.remove(found)
        grades.append(int(found is not None))
    return Ranking(tuple(grades), (1,) * len(excerpts))


def precision(ranking: Ranking, k: int) -> float:
    """Relevant passages among the first k / k, in [0, 1]; 1: all are relevant. Divided by k even if fewer were returned."""
    return _hits(ranking, k) / _depth(k)


def recall(ranking: Ranking, k: int) -> float:
    """Relevant passages among the first k / all relevant ones, in [0, 1]; 1: all were found."""
    return _hits(ranking, k) / len(ranking.gold)


def hit(ranking: Ranking, k: int) -> float:
    """1 when at least one of the first k is relevant, else 0. Its mean is the hit rate (success@k)."""
    return float(_hits(ranking, k) > 0)


def reciprocal_rank(ranking: Ranking, k: int) -> float:
    """1 / rank of the first relevant passage among the first k, in [0, 1]; 0 without one. Its mean is MRR@k.

    Source: Voorhees, TREC-8 (1999).
    """
    return next((1 / rank for rank, grade in enumerate(_first(ranking, k), start=1) if grade), 0.0)


def average_precision(ranking: Ranking, k: int) -> float:
    """Sum over relevant ranks i <= k of precision@i / all relevant passages, in [0, 1]. Its mean is MAP@k.

    1: every relevant passage stands before every other one. Where more than k are relevant 1 cannot be reached.
    """
    return _precisions(ranking, k) / len(ranking.gold)


def context_precision(ranking: Ranking, k: int) -> float:
    """Sum over relevant ranks i <= k of precision@i / relevant passages among the first k, in [0, 1]; 0 without one.

    What RAGAS and DeepEval call context precision: only the order of what was found counts, not what is missing.
    """
    hits = _hits(ranking, k)
    return _precisions(ranking, k) / hits if hits else 0.0


def ndcg(ranking: Ranking, k: int) -> float:
    """DCG@k / DCG@k of the best order there is, in [0, 1], with DCG = sum of grade_i / log2(i + 1).

    1: the highest grades come first. Gains are the grades themselves (Järvelin and Kekäläinen; `ndcg` in ranx).
    """
    best = sorted(ranking.gold, reverse=True)[: _depth(k)]
    return _gain(_first(ranking, k)) / _gain(best)


def ndcg_exponential(ranking: Ranking, k: int) -> float:
    """As `ndcg` with gains 2^grade - 1 (Burges et al., ICML 2005; `ndcg_burges` in ranx)."""
    best = sorted(ranking.gold, reverse=True)[: _depth(k)]
    return _gain([2**grade - 1 for grade in _first(ranking, k)]) / _gain([2**grade - 1 for grade in best])


def _first(ranking: Ranking, k: int) -> tuple[int, ...]:
    return ranking.grades[: _depth(k)]


def _depth(k: int) -> int:
    if k < 1:
        raise ValueError("k must be at least 1")
    return k


def _hits(ranking: Ranking, k: int) -> int:
    return sum(grade > 0 for grade in _first(ranking, k))


def _precisions(ranking: Ranking, k: int) -> float:
    hits, total = 0, 0.0
    for rank, grade in enumerate(_first(ranking, k), start=1):
        if grade:
            hits += 1
            total += hits / rank
    return total


def _gain(gains: Sequence[int]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())

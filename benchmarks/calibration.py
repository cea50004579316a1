"""How often corrected rates hold the truth, and how much narrower they are than labels alone.

    python -m benchmarks.calibration [--draws 500] [--labels 100] [--scores FILE]

Each draw makes answers with a known share of unsupported ones and a judge's scores, draws a sample as a review does,
and corrects the rate: classical (labels alone), PPI++ with a plain and with a stratified sample, Rogan-Gladen.
`share` is that of the population the answers come from. FILE, if given, is JSONL with `{score, label}` of a real judge;
answers are then drawn from it with replacement. Beside ours, in the same run: ppi-python, where it is installed.
The last line is JSON; the reference is 829 answers, 19.3 % unsupported, a judge of AUROC .84.
"""

import argparse
import json
import math
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audits.measures.estimates import Estimate
from audits.measures.prevalence import Corrected, Labelled, corrected
from audits.measures.sampling import stratified

Array = NDArray[np.float64]
Population = Callable[[np.random.Generator, int], tuple[NDArray[np.int64], Array]]
SEED = 20260401
REFERENCE = (829, 0.193, 0.84)
CASES = [
    REFERENCE,
    *((answers, share, auroc) for answers in (300, 2000) for share in (0.05, 0.2, 0.5) for auroc in (0.5, 0.75, 0.9)),
]
COLUMNS = ("classical", "plain", "stratified", "rogan_gladen")


def made_up(share: float, auroc: float) -> Population:
    """Normal scores of two classes as far apart as the AUROC asks, put into 0 to 1 by a curve that is not calibrated."""
    apart = math.sqrt(2) * NormalDist().inv_cdf(auroc)

    def draw(random: np.random.Generator, answers: int) -> tuple[NDArray[np.int64], Array]:
        truth = (random.random(answers) < share).astype(np.int64)
        return truth, np.asarray(1 / (1 + np.exp(1 - 1.5 * (random.normal(size=answers) + apart * truth))))

    return draw


def recorded(path: Path) -> tuple[Population, float]:
    """Real scores, and their share of unsupported answers."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    scores, labels = np.array([float(row["score"]) for row in rows]), np.array([int(row["label"]) for row in rows])

    def draw(random: np.random.Generator, answers: int) -> tuple[NDArray[np.int64], Array]:
        chosen = random.integers(0, len(rows), answers)
        return labels[chosen], scores[chosen]

    return draw, float(labels.mean())


def reviewed(truth: NDArray[np.int64], scores: Array, labels: int, strata: int, seed: int) -> tuple[Corrected, list[int]]:
    """What a review of `labels` answers concludes, and which they were."""
    drawn = stratified([str(place) for place in range(len(truth))], scores.tolist(), size=labels, strata=strata, seed=seed)
    places = [int(one.id) for one in drawn]
    marks = [
        Labelled(float(scores[place]), int(truth[place]), float(one.inclusion), one.stratum)
        for place, one in zip(places, drawn, strict=True)
    ]
    return corrected(scores.tolist(), marks), places


def tried(population: Population, share: float, answers: int, labels: int, draws: int) -> dict[str, Any]:
    """Coverage and width, as a ratio to the classical one, by method."""
    random = np.random.default_rng(SEED)
    held: dict[str, list[float]] = {name: [] for name in COLUMNS}
    width: dict[str, list[float]] = {name: [] for name in COLUMNS}
    other: list[tuple[float, float, float]] = []
    for draw in range(draws):
        truth, scores = population(random, answers)
        plain, places = reviewed(truth, scores, labels, 1, draw)
        layered, _ = reviewed(truth, scores, labels, 4, draw)
        found = (plain.classical, plain.ppi, layered.ppi, layered.rogan_gladen)
        for name, one in zip(COLUMNS, found, strict=True):
            if one is not None:
                held[name].append(one.low <= share <= one.high)
                width[name].append(one.high - one.low)
        other += theirs(truth, scores, places, plain.ppi, share)
    base = np.mean(width["classical"])
    return {
        "coverage": {name: round(float(np.mean(held[name])), 3) for name in COLUMNS if held[name]},
        "width": {name: round(float(np.mean(width[name]) / base), 3) for name in COLUMNS if width[name]},
        "classical_width": round(float(base), 3),
        "ppi_python": _of_theirs(other, float(base)),
    }


def theirs(truth: NDArray[np.int64], scores: Array, places: list[int], ours: Estimate, share: float) -> list[tuple[float, ...]]:
    """Whether ppi-python's interval holds the truth, its width, and how far its point is from ours."""
    if not find_spec("ppi_py"):
        return []
    from ppi_py import ppi_mean_ci, ppi_mean_pointestimate

    rest = np.setdiff1d(np.arange(len(truth)), places)
    parts = truth[places].astype(float), scores[places], scores[rest]
    low, high = (float(end[0]) for end in ppi_mean_ci(*parts, alpha=0.05))
    point = float(np.ravel(ppi_mean_pointestimate(*parts))[0])
    return [(float(low <= share <= high), high - low, abs(point - ours.value))]


def _of_theirs(found: list[tuple[float, ...]], base: float) -> dict[str, float] | None:
    if not found:
        return None
    held, width, gap = np.array(found).T
    return {
        "coverage": round(held.mean(), 3),
        "width": round(width.mean() / base, 3),
        "largest_gap_of_points": round(gap.max(), 4),
    }


def told(name: str, one: dict[str, Any]) -> str:
    """One line of the table."""
    cells = [f"{one['coverage'].get(column, math.nan):6.3f} {one['width'].get(column, math.nan):6.3f}" for column in COLUMNS]
    beside = one["ppi_python"]
    cells.append(f"{beside['coverage']:6.3f} {beside['width']:6.3f}" if beside else "             -")
    return f"{name:34}" + " | ".join(cells)


def main() -> None:
    parser = argparse.ArgumentParser(description="Coverage and width of corrected rates.")
    parser.add_argument("--draws", type=int, default=500)
    parser.add_argument("--labels", type=int, default=100)
    parser.add_argument("--scores", type=Path, help="JSONL with score and label")
    options = parser.parse_args()
    print(f"{options.labels} labels, {options.draws} draws: coverage, and width as a ratio to classical, of 95 % intervals")
    print(f"{'answers, share, AUROC':34}" + " | ".join(f"{name:>13}" for name in (*COLUMNS, "ppi-python")))
    found = {}
    for answers, share, auroc in CASES:
        one = tried(made_up(share, auroc), share, answers, options.labels, options.draws)
        found[answers, share, auroc] = one
        print(told(f"{answers}, {share}, {auroc}", one), flush=True)
    real = None
    if options.scores:
        population, share = recorded(options.scores)
        real = tried(population, share, REFERENCE[0], options.labels, options.draws)
        print(told(f"{REFERENCE[0]} of {options.scores.name}, {share:.3f}", real))
    if not find_spec("ppi_py"):
        print("ppi-python is not installed: `pip install ppi-python` into this environment to see it beside ours")
    reference = found[REFERENCE]
    figures = {
        "benchmark": "calibration",
        "labels": options.labels,
        "draws": options.draws,
        "reference": reference,
        "least_coverage": min(min(one["coverage"][name] for name in ("plain", "stratified")) for one in found.values()),
        "narrower_plain": round(1 - reference["width"]["plain"], 3),
        "narrower_stratified": round(1 - reference["width"]["stratified"], 3),
        "recorded": real,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

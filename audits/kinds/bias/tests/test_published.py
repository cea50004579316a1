"""Published figures, recomputed from published counts.

COMPAS: ProPublica, "How We Analyzed the COMPAS Recidivism Algorithm" (2016), notebook `Compas Analysis.ipynb` of
propublica/compas-analysis: score other than "Low", two-year recidivism; its tables of counts and rates. The other
groups' counts and the disparities are those of the COMPAS example in the documentation of Aequitas (dssg/aequitas).
Adult: UCI Adult (OpenML order), rows without missing values, 70 % split of the AIF360 notebook
`monthly_bee_datasets_metrics.ipynb`, whose ratio it is.
"""

import pytest

from audits.contract import ItemResult
from audits.kinds.bias import BiasParameters, runner
from audits.measures.groups import Tally, ratio_to, share, smallest_ratio
from governance.shapes import read

COMPAS = {
    "African-American": (990, 805, 532, 1369),
    "Asian": (21, 2, 3, 6),
    "Caucasian": (1139, 349, 461, 505),
    "Hispanic": (318, 87, 129, 103),
    "Native American": (5, 3, 1, 9),
    "Other": (208, 36, 90, 43),
}
ADULT_TRAIN = {"Female": (9140, 1158), "Male": (14688, 6669)}
PARAMETERS = {"favourable": 1, "sensitive": ["race"], "prediction": "score", "label": "two_year_recid"}


def facts_of(counts):
    groups = [{"group": [name], "control": [], "cells": list(cells), "unscored": 0} for name, cells in counts.items()]
    rows = sum(map(sum, counts.values()))
    result = ItemResult("rows-0", "scored", {"rows": rows, "unscored": {}, "groups": groups})
    return runner.conclude([result], read(BiasParameters, PARAMETERS), 0)


@pytest.mark.parametrize(
    ("race", "false_positive", "false_negative", "precision"),
    [("African-American", 44.85, 27.99, 63), ("Caucasian", 23.45, 47.72, 59), (None, 32.35, 37.40, 61)],
)
def test_compas_error_rates_are_propublicas(race, false_positive, false_negative, precision):
    group = (("race", race),) if race else ()
    found = {one.name: float(one.value) for one in facts_of(COMPAS).measures if one.group == group and one.value}
    assert round(100 * found["false_positive_rate"], 2) == false_positive
    assert round(100 * found["false_negative_rate"], 2) == false_negative
    assert round(100 * found["precision"]) == precision


@pytest.mark.parametrize(("race", "disparity"), [("African-American", 2.087696), ("Caucasian", 1.091838)])
def test_compas_false_positive_disparities_are_those_of_aequitas(race, disparity):
    one, hispanic = (share(Tally.of_counts(*COMPAS[name]), "false_positive_rate") for name in (race, "Hispanic"))
    assert round(ratio_to(one, hispanic).value, 6) == disparity


def test_the_label_ratio_of_adult_is_that_of_aif360():
    shares = [share(Tally.of_counts(*cells), "selection_rate") for cells in ADULT_TRAIN.values()]
    interval = smallest_ratio(shares)
    assert interval.value == pytest.approx(0.36011001703880235, abs=1e-15)
    assert interval.high < 0.8


def test_the_compas_groups_differ_beyond_chance():
    difference = next(one for one in facts_of(COMPAS).measures if one.key() == ("equalized_odds_difference", ()))
    assert float(difference.low) > 0.2

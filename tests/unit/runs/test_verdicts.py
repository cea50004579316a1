from audits.runs.verdicts import overall, verdicts
from governance.evidence.facts import Coverage, Facts, Measure


def facts(*measures: Measure) -> Facts:
    return Facts("bias", "1", {}, 0, Coverage(1, 1), measures)


def criterion(group: list[list[str]] | None = None) -> dict[str, object]:
    return {"id": "c", "measure": "rate", "group": group or [], "limit": "0.8", "direction": "at_least", "min_n": 1}


def test_a_verdict_carries_the_measure_and_the_limit_it_was_held_against() -> None:
    measured = Measure("rate", "0.9", "0.85", "0.95", 100, "wilson")
    [verdict] = verdicts(facts(measured), [criterion()])
    assert (verdict["value"], verdict["n"], verdict["limit"], verdict["state"]) == ("0.9", 100, "0.8", "met")


def test_the_measure_of_the_criterions_group_is_the_one_that_counts() -> None:
    whole = Measure("rate", "0.9", "0.85", "0.95", 100, "wilson")
    women = Measure("rate", "0.7", "0.65", "0.75", 50, "wilson", group=(("sex", "f"),))
    [verdict] = verdicts(facts(whole, women), [criterion([["sex", "f"]])])
    assert (verdict["value"], verdict["state"]) == ("0.7", "not_met")


def test_a_measure_that_was_not_concluded_is_insufficient_and_says_so() -> None:
    [verdict] = verdicts(facts(), [criterion()])
    assert (verdict["state"], verdict["reason"], verdict["n"]) == ("insufficient", "not_measured", 0)


def test_a_run_is_as_good_as_its_worst_verdict() -> None:
    states = [{"state": state} for state in ("met", "insufficient", "not_met", "inconclusive")]
    assert overall([criterion()], states) == "not_met"
    assert overall([criterion()], states[:1]) == "met"


def test_a_run_without_criteria_says_so() -> None:
    assert overall([], []) == "no_criterion"


def test_too_few_cases_for_the_criterion_are_insufficient_and_not_a_pass() -> None:
    judged = verdicts(facts(Measure("rate", "0.9", "0.85", "0.95", 100, "wilson")), [{**criterion(), "min_n": 10_000}])
    assert judged[0]["state"] == "insufficient"

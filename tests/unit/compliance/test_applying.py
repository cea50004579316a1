"""Which duties a confirmed classification takes away, and that nothing open takes any away."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.book import Text
from governance.classification.outcome import DIMENSIONS, Dimension, Outcome, Step
from governance.classification.standing import Standing
from governance.compliance.applying import applies
from governance.compliance.frameworks import Duty, Words, load
from governance.compliance.said import APPLIES_BY_DEFAULT

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STEP = Step("rule", "Art. 6(2)", Words("because", "porque"), ("q",))
SAFE = {"scope": ("in_scope",), "high_risk": ("no",), "gpai": ("no",), "roles": ("provider",)}


def standing(*open_ones: str, **values: tuple[str, ...]) -> Standing:
    given = {**SAFE, **values}
    dimensions = tuple(Dimension(one, given.get(one, ()), one not in open_ones, (STEP,)) for one in DIMENSIONS)
    outcome = Outcome("minimal", dimensions, open_ones)
    return Standing(outcome, {}, NOW, "Eva", NOW, "Eva Oficial", "officer", "e1", "sha256:00")


def duty(scope: str = "high_risk", name: str = "Art.9(1)", binds: tuple[str, ...] = ("provider",)) -> Duty:
    return replace(load().duties[0], id=name, scope=scope, binds=binds)


def answer(one: Duty, found: Standing | None) -> str:
    return applies(one, found).answer


def test_without_a_classification_every_duty_counts_as_applying() -> None:
    assert applies(duty(), None) is APPLIES_BY_DEFAULT


def test_a_confirmed_classification_tells_who_took_a_duty_away_and_by_which_article() -> None:
    found = applies(duty(), standing())
    assert (found.answer, found.by, found.reference, found.evidence_id) == ("not_applicable", "Eva Oficial", "Art. 6(2)", "e1")
    assert found.reason is not None


def test_an_unconfirmed_or_reopened_classification_takes_nothing_away() -> None:
    assert answer(duty(), replace(standing(), confirmed_at=None)) == "undetermined"
    assert answer(duty(), replace(standing(), reopened=(Text("purpose"),))) == "undetermined"


@pytest.mark.parametrize("scope", ["high_risk", "derogated", "transparency", "gpai", "gpai_systemic"])
def test_an_open_dimension_takes_nothing_away(scope: str) -> None:
    dimension = {"derogated": "high_risk", "gpai_systemic": "gpai"}.get(scope, scope)
    assert answer(duty(scope, binds=()), standing(dimension)) == "undetermined"


@pytest.mark.parametrize(
    ("one", "found", "expected"),
    [
        (duty(), {"high_risk": ("annex_iii",)}, "applies"),
        (duty(), {"high_risk": ("annex_iii_derogated",)}, "not_applicable"),
        (duty("derogated", "Art.6(4)"), {"high_risk": ("annex_iii_derogated",)}, "applies"),
        (duty(), {"high_risk": ("annex_i_section_b",)}, "not_applicable"),
        (duty(binds=("deployer",)), {"high_risk": ("annex_iii",)}, "not_applicable"),
        (duty(binds=("deployer",)), {"high_risk": ("annex_iii",), "roles": ("provider", "deployer")}, "applies"),
        (duty(binds=("notified_body",)), {"high_risk": ("annex_iii",)}, "applies"),
        (duty(name="Art.27(1)", binds=("deployer",)), {"high_risk": ("annex_iii",), "roles": ("deployer",)}, "not_applicable"),
        (
            duty(name="Art.27(1)", binds=("deployer",)),
            {"high_risk": ("annex_iii",), "roles": ("deployer",), "fria": ("yes",)},
            "applies",
        ),
        (duty("transparency", "Art.50(2)"), {"transparency": ("50(2)",)}, "applies"),
        (duty("transparency", "Art.50(1)"), {"transparency": ("50(2)",)}, "not_applicable"),
        (duty("transparency", "Art.50(4)-text"), {"transparency": ("50(4)-deepfake",)}, "not_applicable"),
        (duty("transparency", "Art.50(5)"), {"transparency": ("50(2)",)}, "applies"),
        (duty("gpai", binds=("gpai_provider",)), {"gpai": ("gpai",)}, "applies"),
        (duty("gpai_systemic", binds=("gpai_provider",)), {"gpai": ("gpai",)}, "not_applicable"),
        (duty("gpai_systemic", binds=("gpai_provider",)), {"gpai": ("systemic",)}, "applies"),
        (duty("gpai", binds=("gpai_provider",)), {"scope": ("out_of_scope",), "gpai": ("gpai",)}, "applies"),
        (duty("gpai", binds=("gpai_provider",)), {"scope": ("out_of_scope",)}, "not_applicable"),
        (duty(name="Art.6(3)-profiling"), {"high_risk": ("annex_iii_derogated",)}, "applies"),
        (duty(name="AnnexIII.4(a)"), {"high_risk": ("annex_iii_derogated",)}, "applies"),
        (duty(name="AnnexIII.4(a)"), {"high_risk": ("annex_i_section_b",)}, "not_applicable"),
        (duty("prohibited", "Art.5(1)(a)"), {}, "applies"),
        (duty("all", "Art.4"), {}, "applies"),
        (duty("all", "Art.4"), {"scope": ("out_of_scope",)}, "not_applicable"),
    ],
)
def test_each_scope_asks_its_dimension(one: Duty, found: dict[str, tuple[str, ...]], expected: str) -> None:
    assert answer(one, standing(**found)) == expected


def test_other_frameworks_do_not_ask_the_classification_of_the_law() -> None:
    assert answer(replace(duty(), framework="nist_ai_rmf"), standing()) == "applies"


@given(st.sampled_from(load().duties), st.sets(st.sampled_from(DIMENSIONS)))
def test_making_a_dimension_open_never_takes_a_duty_away(one: Duty, opened: set[str]) -> None:
    if answer(one, standing(*opened)) == "not_applicable":
        assert answer(one, standing()) == "not_applicable"

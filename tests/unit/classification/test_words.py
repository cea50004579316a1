"""What is told of a classification, and what reopens it."""

import pytest

from governance.book import Text
from governance.classification.classify import classify
from governance.classification.naming import article_words, tier_text, values_of
from governance.classification.outcome import Dimension
from governance.classification.questions import questionnaire, with_unknown
from governance.classification.section import blocks
from governance.classification.watching import LAW, changes, outdated
from tests.unit.classification.dates import DATES

CLEAR = [one.id for one in questionnaire().questions if one.block == "prohibited"]
ANSWERS = {"h3_points": ["4a"], "r_roles": ["uses_under_authority"], "as_of": "2026-11-22"}


def test_a_dimension_that_does_not_exist_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError, match="nothing"):
        classify(ANSWERS, DATES).of("nothing")


def test_answers_to_another_questionnaire_reopen_a_classification() -> None:
    confirmed = classify(ANSWERS, DATES)
    assert list(outdated(confirmed, ANSWERS, DATES, "")) == []
    assert list(outdated(confirmed, {**ANSWERS, "gone": "yes"}, DATES, "")) == [Text(LAW)]


def test_a_field_that_came_with_a_later_shape_and_is_empty_is_no_change() -> None:
    assert list(changes({"purpose": "x"}, {"purpose": "x", "intended_use": "", "roles": []}, 2)) == []


def test_the_duty_to_tell_is_a_matter_of_reading_for_products_of_section_b() -> None:
    product = {"h1_annex": "section_b", "h1_role": "itself_product", "h1_third_party": "yes", "t_direct": "yes"}
    trace = classify(product, DATES).of("transparency").trace
    assert [step.rule for step in trace] == ["transparency.50(1)", "transparency.section_b"]


def test_what_is_out_of_scope_is_told_as_not_asked_and_never_as_not_found() -> None:
    found = classify({"exclusion": "pre_market_rd", "p_social_scoring": "yes"}, DATES)
    assert [one.message for one in values_of(found.of("prohibition"))] == ["Not asked: out of scope"]
    assert [one.message for one in values_of(found.of("high_risk"))] == ["Not asked: out of scope"]


def test_the_unknown_is_said_and_never_left_out() -> None:
    assert [one.message for one in values_of(Dimension("points", (), False, ()))] == ["Undetermined"]
    assert values_of(Dimension("points", ("4a",), False, ()))[-1].message == "Perhaps more: undetermined"
    assert [one.message for one in values_of(Dimension("points", (), True, ()))] == ["None found by these answers"]


def test_an_article_is_written_as_its_reader_writes_it() -> None:
    assert article_words("Art. 6(2), Annex III 4(a)", "es") == "Art.\N{NO-BREAK SPACE}6(2), anexo III 4(a)"
    assert article_words("Art. 6(2), Annex III 4(a)", "en") == "Art.\N{NO-BREAK SPACE}6(2), Annex III 4(a)"


def test_a_tier_that_this_version_does_not_know_is_undetermined() -> None:
    assert tier_text("of tomorrow").message == "Undetermined"
    assert dict(tier_text("prohibited_from_2026-12-02").values) == {"day": "2026-12-02"}


def test_what_is_sealed_names_the_person_and_every_dimension() -> None:
    outcome = classify(ANSWERS, DATES)
    told = str(blocks(outcome, "Eva Oficial", "officer", "2026-11-22"))
    assert "Eva Oficial" in told
    assert all(title in told for title in ("Conformity assessment", "Right to an explanation", "Art. 113(c)(i)"))


def test_the_dates_of_systems_and_models_that_were_there_before_stand_in_the_trace() -> None:
    answers = {**ANSWERS, "r_public_authority": "yes", "g_provider": "yes", "t_generates": "yes"}
    told = {step.rule: step.because.en for step in classify(answers, DATES).of("applies_from").trace}
    assert "2 Aug 2030" in told["applies.public_authorities"]
    assert "2 Aug 2027" in told["applies.gpai_legacy"]
    assert "2 Dec 2026" in told["applies.marking"]
    assert "Art. 111(2)" in told["applies.annex_iii"]


def test_only_what_leaves_something_undetermined_is_named() -> None:
    answers = {"h3_points": ["4a"], "r_roles": ["uses_under_authority"], "h1_annex": "none", "r_workplace": "yes"}
    found = classify(with_unknown({**answers, **dict.fromkeys(CLEAR, "no")}), DATES)
    assert "h1_role" not in found.unknown
    assert "p_emotion_medical_safety" not in found.unknown
    assert {"r_public_body", "eu_nexus", "h3_profiling"} <= set(found.unknown)

"""How answers are split into statements."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.judges.claims import sentences, sort_of, split


def texts(answer: str) -> list[str]:
    return [sentence.text for sentence in sentences(answer)]


def test_abbreviations_and_decimals_end_no_sentence() -> None:
    answer = "Dr. Amelia Ford paid 1.240,50 euros, i.e. 12.5 % less. She left at 5 p.m. on Monday."
    assert texts(answer) == [
        "Dr. Amelia Ford paid 1.240,50 euros, i.e. 12.5 % less.",
        "She left at 5 p.m. on Monday.",
    ]


def test_spanish_punctuation_opens_a_new_sentence() -> None:
    assert texts("El plazo es de 30 días. ¿Algo más? ¡Claro! La Sra. Pérez responde.") == [
        "El plazo es de 30 días.",
        "¿Algo más?",
        "¡Claro!",
        "La Sra. Pérez responde.",
    ]


def test_each_bullet_is_a_sentence_without_its_mark() -> None:
    assert texts("It covers:\n- parts\n- labour for 2 years\n1. Returns\n2) Refunds") == [
        "It covers:",
        "parts",
        "labour for 2 years",
        "Returns",
        "Refunds",
    ]


def test_a_line_that_was_only_wrapped_goes_on() -> None:
    assert texts("The depot opened\nin March 2019.") == ["The depot opened\nin March 2019."]


def test_initials_do_not_end_a_sentence() -> None:
    assert texts("J. R. Smith signed it. He left.") == ["J. R. Smith signed it.", "He left."]


@pytest.mark.parametrize(
    "sentence",
    [
        "The documents do not mention the price.",
        "I don't know.",
        "I cannot find this information in the context.",
        "No tengo información suficiente para responder.",
        "El contexto no menciona la capital de Francia.",
        "No lo sé.",
        "Los documentos proporcionados no contienen esa información.",
        "There is no information about this in the documents.",
        "I'm sorry, but I am unable to answer that question.",
        "I'm not sure.",
        "Based on the provided context, I cannot determine the answer.",
        "The provided information does not include the price.",
        "No se encuentran datos sobre el precio.",
        "No podemos responder a esa pregunta.",
    ],
)
def test_a_sentence_that_only_says_it_cannot_say_is_an_abstention(sentence: str) -> None:
    assert sort_of(sentence) == "abstention"


@pytest.mark.parametrize(
    "sentence",
    [
        "The documents do not mention the price, but it is 20 euros.",
        "Customers do not pay for delivery.",
        "No refund is given for opened software.",
        "La empresa no tiene oficinas en Berlín.",
        "We cannot provide refunds after 30 days.",
        "We are unable to provide same-day delivery to islands.",
        "We could not find any defects in the product.",
        "We don't answer calls on Sundays.",
        "Passengers without documents do not have the right to board.",
        "Your documents are not covered by the insurance.",
        "The text of the contract does not include a penalty clause.",
        "There is no answer on Sundays.",
        "Customers are not able to find parking.",
        "La base no incluye cargador.",
        "No hay datos personales en el informe.",
        "El texto del contrato no incluye penalización.",
        "2018",
        "París.",
    ],
)
def test_a_sentence_that_states_something_is_a_claim(sentence: str) -> None:
    assert sort_of(sentence) == "claim"


@pytest.mark.parametrize("sentence", ["Hello there!", "¡Hola!", "Gracias por su pregunta.", "Who signed?", "It covers:", "***"])
def test_greetings_questions_and_headings_state_nothing(sentence: str) -> None:
    assert sort_of(sentence) == "talk"


def test_a_bare_yes_is_set_apart() -> None:
    parts = split("Sí. El soporte es 24/7.")
    assert [one.text for one in parts.bare] == ["Sí."]
    assert [one.text for one in parts.claims] == ["El soporte es 24/7."]


@given(st.text(alphabet=st.sampled_from("aB1 .,!?¿\n-•:)Dr$\ud800\x00é"), max_size=200))
def test_offsets_are_exact_in_order_and_lose_no_word(answer: str) -> None:
    found = sentences(answer)
    assert all(answer[one.start : one.end] == one.text for one in found)
    assert all(one.end <= two.start for one, two in itertools.pairwise(found))


def test_nothing_gives_nothing() -> None:
    assert sentences("") == sentences(" \n\n ") == []


def test_a_very_long_answer_is_split_in_one_pass() -> None:
    assert len(sentences("The rule holds. " * 5000)) == 5000


@pytest.mark.parametrize(
    "text",
    [
        "." * 100_000 + "x",
        "?!" * 50_000 + "x",
        "Here are" + ": " * 50_000 + "x",
        "let me know " + "!" * 50_000 + "\nthat",
        "a\n" * 50_000,
    ],
    ids=["dots", "marks", "colons", "talk", "lines"],
)
def test_endless_runs_of_marks_are_split_all_the_same(text: str) -> None:
    found = sentences(text)
    assert found[0].start == 0
    assert found[-1].end == len(text.rstrip())
    assert sort_of(found[-1].text) in {"claim", "talk"}

"""Answers that decline, and answers that only sound like it."""

import pytest

from audits.kinds.answer_quality.refusals import behaviour


@pytest.mark.parametrize(
    "answer",
    [
        "I'm sorry, but I can't help with that.",
        "I am unable to provide medical advice. Please consult a doctor.",
        "That is outside of my scope.",
        "This question is beyond the scope of what I can answer.",
        "I can only answer questions about our products.",
        "I only have information about the depot. Is there anything else I can help with?",
        "The documents do not mention this.",
        "I cannot give legal advice, but I can help with your orders.",
        "As an assistant for the depot, I’m not able to discuss politics.",
        "Sorry! I don't know.",
        "Lo siento, no puedo ayudarle con eso.",
        "Solo puedo responder preguntas sobre la empresa. Por favor, consulte otra fuente.",
        "Esa pregunta está fuera de mi ámbito.",
        "No puedo opinar sobre política, pero puedo ayudarte con tus pedidos.",
        "No estoy autorizada para dar esa información.",
        "Lo siento mucho. No lo sé.",
    ],
)
def test_it_declines(answer: str) -> None:
    assert behaviour(answer) == "declined"


@pytest.mark.parametrize(
    "answer",
    [
        "Yes.",
        "The depot opened in 2018.",
        "The depot opened in 2018. I hope this helps!",
        "You can contact support at 555 0100.",
        "We only have two depots.",
        "The company only has one office.",
        "Customers can only provide receipts.",
        "Visitors cannot answer the phone.",
        "Solo tenemos dos almacenes.",
        "La empresa no puede ampliar el almacén.",
    ],
)
def test_it_answers(answer: str) -> None:
    assert behaviour(answer) == "answered"


@pytest.mark.parametrize(
    "answer",
    [
        "I cannot help with that, but Paris is the capital of France.",
        "I don't know. The capital of France is Paris.",
        "No puedo ayudarle con eso. La capital de Francia es París.",
    ],
)
def test_it_declines_and_states_something_all_the_same(answer: str) -> None:
    assert behaviour(answer) == "partly"


@pytest.mark.parametrize("answer", ["", " \n", "Hello!", "How can I help you?", "\u200b", "🙂"])
def test_it_says_nothing(answer: str) -> None:
    assert behaviour(answer) == "nothing"

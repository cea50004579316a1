"""Which figures and names a claim lacks in its passages."""

import pytest

from audits.judges.checks import check, names, negated, read_evidence

PASSAGES = [
    "Norte Logística was founded in 2018 by Dr. Elena Ríos. Its planner, RutaMax AI, cuts costs by 25%.",
    "The depot in Berlin opens Monday to Friday from 9:00 to 17:00. Returns within 30 days. It opened on 3 May 2018 in London.",
]


def fired(claim: str, question: str = "") -> list[tuple[str, str]]:
    return [(one.check, one.detail) for one in check(claim, read_evidence(PASSAGES, question)).fired]


@pytest.mark.parametrize(
    "claim",
    [
        "Norte Logística fue fundada en 2018 por la Dra. Elena Rios.",
        "Reduce los costes un 25 por ciento con RutaMax AI.",
        "Abre de lunes a viernes de 9 a 17 h.",
        "The depot is open from 9 am to 5 pm.",
        "Returns within thirty days.",
        "Abrió el 3 de mayo de 2018 en Londres.",
        "It opened in May 2018.",
        "El almacén está en Berlín.",
        "RutaMax's planner is good.",
    ],
)
def test_what_the_passages_hold_fires_nothing_in_either_language(claim: str) -> None:
    assert fired(claim) == []


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("It was founded in 2019.", [("number", "2019")]),
        ("Cuts costs by 25 €.", [("unit", "25 €")]),
        ("Fue fundada por Ana García.", [("name", "Ana"), ("name", "García")]),
        ("It opens on Sunday.", [("weekday", "Sunday")]),
        ("It closes at 18:00.", [("time", "18:00")]),
        ("It opened on 4 May 2018.", [("date", "4 May 2018")]),
        ("París.", [("name", "París")]),
        ("Reduce los costes un 2,5 %.", [("number", "2,5 %")]),
        ("Ana García la fundó.", [("name", "Ana"), ("name", "García")]),
    ],
)
def test_what_is_missing_is_named_in_words(claim: str, expected: list[tuple[str, str]]) -> None:
    assert fired(claim) == expected


def test_a_name_of_the_question_may_be_repeated_but_a_figure_may_not() -> None:
    assert fired("In 2031 Zaragoza gets one.", "What comes to Zaragoza in 2031?") == [("number", "2031")]


def test_a_name_of_the_question_is_no_evidence() -> None:
    evidence = read_evidence(PASSAGES, "Is Berlin open?")
    assert check("The depot is in Berlin.", evidence).names == 0
    assert check("The founder is Elena.", evidence).names == 1


def test_the_first_word_of_a_sentence_is_no_name_by_its_capital() -> None:
    claim = "Customers ask Elena."
    assert [claim[start:end] for start, end in names(claim)] == ["Elena"]


@pytest.mark.parametrize("text", ["It is not open.", "It isn't open.", "No abre.", "Sin coste.", "Tampoco abre."])
def test_negation_is_seen_in_both_languages(text: str) -> None:
    assert negated(text)


def test_notes_and_nodes_are_no_negations() -> None:
    assert not negated("Notes on nodes and nothingness are kept.")


def test_without_passages_every_figure_is_missing() -> None:
    assert [one.check for one in check("It costs 5 € in Rome.", read_evidence([])).fired] == ["number", "name"]


@pytest.mark.parametrize(
    "passage", ["Open from 7 to 15.", "Abrimos a las 7.", "Entre las 7 y las 15 h.", "Open 7-15 daily, 7 am sharp."]
)
def test_a_time_is_found_where_a_bare_number_tells_the_hour(passage: str) -> None:
    assert check("It opens at 7:00.", read_evidence([passage])).fired == ()


@pytest.mark.parametrize("passage", ["It has 7 docks.", "Section 7 is on safety.", "It costs €7.", "Refunds within 7 days."])
def test_a_time_is_not_found_in_a_number_of_something_else(passage: str) -> None:
    assert [one.check for one in check("It opens at 7:00.", read_evidence([passage])).fired] == ["time"]

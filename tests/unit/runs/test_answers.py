"""An answer in pieces: nothing of it is lost, and stored offsets that point nowhere mark nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.reasons import confidence_text, marks_of, reasons_of, whole_reason
from audits.runs.answers import AROUND, MOST_PASSAGE, MOST_PASSAGES, MOST_WORDS, Reading, reading_of

ANSWER = "It opened in 1999. It has a pool. Bye."


def claim(start: int, end: int, verdict: str = "unsupported", **more: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "verdict": verdict, "unsupported": "0.9", "checks": [], **more}


def read(*claims: Any, passages: Any = (), answer: str = ANSWER, **private: Any) -> Reading:
    words = {"question": "When?", "answer": answer, "passages": [{"id": "p", "text": one, "score": None} for one in passages]}
    return reading_of({"claims": list(claims)}, {**words, **private})


def joined(reading: Reading) -> str:
    return "".join(part.words for piece in reading.pieces for part in piece.parts)


def test_claims_are_numbered_and_their_words_marked() -> None:
    reading = read(claim(0, 18), claim(19, 33, "supported"))
    assert [(piece.number, piece.parts[0].reason) for piece in reading.pieces] == [
        (1, "not_in_sources"),
        (0, ""),
        (2, ""),
        (0, ""),
    ]
    assert joined(reading) == ANSWER


def test_spans_mark_the_words_they_name_and_no_more() -> None:
    spans = [{"start": 13, "end": 17, "reason": "number"}, {"start": 3, "end": 9, "reason": "contradicted"}]
    (piece, *_) = read(claim(0, 18, "contradicted", spans=spans)).pieces
    assert [(part.words, part.reason) for part in piece.parts] == [
        ("It ", ""), ("opened", "contradicted"), (" in ", ""), ("1999", "number"), (".", ""),
    ]  # fmt: skip


def test_reasons_name_the_words_they_are_about() -> None:
    spans = [{"start": 10, "end": 17, "reason": "date"}, {"start": 0, "end": 18, "reason": "contradicted"}]
    found = read(claim(0, 18, checks=["number"], spans=spans), checks=[[0, "number", "1999"]]).found
    assert found[0].reasons == (("date", "in 1999"), ("contradicted", ""), ("number", "1999"))


def test_evidence_is_shown_in_its_passage_with_the_claims_that_rest_on_it() -> None:
    passages = ("Nothing.", "It opened in 2018. There is no pool.")
    reading = read(
        claim(0, 18, passage=1, passage_start=0, passage_end=18),
        claim(19, 33, passage=1, passage_start=10, passage_end=36),
        passages=passages,
    )
    assert [(stretch.words, stretch.claims, stretch.begins) for stretch in reading.sources[1].stretches] == [
        ("It opened ", (1,), (1,)), ("in 2018.", (1, 2), (2,)), (" There is no pool.", (2,), ()),
    ]  # fmt: skip
    assert reading.found[0].evidence == "It opened in 2018."
    assert (reading.sources[0].cited, reading.sources[1].cited) == ((), (1, 2))


def test_a_long_passage_is_shown_around_its_evidence() -> None:
    words = "a" * 500_000 + "HERE" + "b" * 500_000
    (source,) = read(claim(0, 18, passage=0, passage_start=500_000, passage_end=500_004), passages=[words]).sources
    assert [stretch.left_out for stretch in source.stretches if stretch.left_out] == [500_000 - AROUND] * 2
    assert sum(len(stretch.words) for stretch in source.stretches) == 2 * AROUND + 4


def test_a_long_passage_without_evidence_is_cut() -> None:
    (source,) = read(passages=["a" * 1_000_000]).sources
    assert [len(stretch.words) or stretch.left_out for stretch in source.stretches] == [MOST_PASSAGE, 1_000_000 - MOST_PASSAGE]


def test_of_many_passages_those_that_hold_evidence_are_shown() -> None:
    reading = read(claim(0, 18, passage=150, passage_start=0, passage_end=4), passages=["text"] * 200)
    assert [source.number for source in reading.sources] == [*range(1, MOST_PASSAGES + 1), 151]
    assert reading.hidden_sources == 179


@pytest.mark.parametrize("wrong", [
    {"start": -1, "end": 4}, {"start": 4, "end": 4}, {"start": 0, "end": 999}, {"start": "0", "end": "4"}, {}, "claim", None,
])  # fmt: skip
def test_offsets_that_point_nowhere_mark_nothing(wrong: Any) -> None:
    given = {"verdict": "unsupported", "checks": [], **wrong} if isinstance(wrong, dict) else wrong
    reading = read(given)
    assert joined(reading) == ANSWER
    assert reading.found == ()


@pytest.mark.parametrize("place", [(5, 0, 4), (0, 3, 900), (0, -1, 2), ("0", 0, 1), (0, 2, 2)])
def test_evidence_that_points_nowhere_is_no_evidence(place: Any) -> None:
    index, start, end = place
    reading = read(claim(0, 18, passage=index, passage_start=start, passage_end=end), passages=["text"])
    assert (reading.found[0].passage, reading.sources[0].cited) == (0, ())


def test_a_huge_answer_is_cut_and_says_so() -> None:
    reading = read(claim(0, 18), claim(MOST_WORDS, MOST_WORDS + 5), answer="a" * (MOST_WORDS + 10))
    assert (len(joined(reading)), reading.cut, len(reading.found)) == (MOST_WORDS, 10, 1)


def test_an_item_without_words_reads_as_nothing() -> None:
    assert reading_of({}, {}) == Reading("", (), (), ())


def test_a_supported_claim_has_no_marks_and_an_unscored_one_its_cause() -> None:
    assert marks_of(claim(0, 5, "supported")) == []
    assert marks_of(claim(0, 5, "unscored", checks=["quote_not_found"])) == [(0, 5, "quote_not_found")]
    assert whole_reason(claim(0, 5, "unscored")) == "claims_not_judged"
    assert whole_reason(claim(0, 5, "contradicted", checks=["number"])) == "contradicted"
    assert reasons_of(claim(0, 5, checks=["number", "number"])) == ("number",)


_places = st.integers(-5, 60)
_spans = st.lists(
    st.fixed_dictionaries({"start": _places, "end": _places, "reason": st.sampled_from(["number", "name", "new"])}), max_size=4
)
_claims = st.lists(
    st.fixed_dictionaries({
        "start": _places, "end": _places, "verdict": st.sampled_from(["supported", "unsupported", "contradicted", "unscored"]),
        "checks": st.just([]), "spans": _spans, "passage": st.integers(-2, 3), "passage_start": _places, "passage_end": _places,
    }),
    max_size=5,
)  # fmt: skip


@given(_claims, st.text(max_size=50), st.lists(st.text(max_size=50), max_size=3))
def test_whatever_is_stored_no_word_is_lost_or_said_twice(claims: Any, answer: str, passages: list[str]) -> None:
    reading = read(*claims, passages=passages, answer=answer)
    assert joined(reading) == answer
    assert ["".join(stretch.words for stretch in source.stretches) for source in reading.sources] == passages


@pytest.mark.parametrize(
    ("words", "message", "values"),
    [
        ("uncalibrated", "uncalibrated", {}),
        ("baseline, uncalibrated", "uncalibrated", {}),
        ("low confidence: uncalibrated for es", "low confidence: uncalibrated for %(spoken)s", {"spoken": "es"}),
        (
            "low confidence: uncalibrated for es over en",
            "low confidence: uncalibrated for %(spoken)s over %(base)s",
            {"spoken": "es", "base": "en"},
        ),
        ("llm:gpt uncalibrated", "%(words)s", {"words": "llm:gpt uncalibrated"}),
    ],
)
def test_what_a_judge_says_of_its_own_confidence_can_be_translated(words: str, message: str, values: dict[str, str]) -> None:
    told = confidence_text(words)
    assert (told.message, dict(told.values)) == (message, values)

import pytest

from audits.review.places import original_spans, shown_spans
from governance.shapes import ShapeError


@pytest.mark.parametrize(
    ("answer", "given", "meant"),
    [
        ("The fee is 20.", [[4, 7]], "fee"),
        ("One\r\ntwo\r\nthree", [[4, 7]], "two"),
        ("One\rtwo", [[4, 7]], "two"),
        ("One\n\ntwo", [[5, 8]], "two"),
        ("\U0001f600 fee", [[2, 5]], "fee"),
        ("zero\u200bwidth", [[4, 6]], "\u200bw"),
        ("ends\r\nhere", [[5, 9]], "here"),
    ],
)
def test_what_was_marked_on_a_page_is_the_same_stretch_of_the_stored_answer(answer, given, meant):
    [[start, end]] = original_spans(str(given), lambda: answer)
    assert answer[start:end] == meant
    assert shown_spans([[start, end]], answer) == str(given)


def test_nothing_marked_asks_for_no_answer():
    assert original_spans("", lambda: pytest.fail("asked")) == []


@pytest.mark.parametrize(
    "given", ["{", "1", "[1]", "[[1]]", "[[1,2,3]]", '[["0","1"]]', "[[0.0,1]]", "[[-1,1]]", "[[2,2]]", "[[0,99]]", "[" * 9999]
)
def test_what_is_no_list_of_pairs_within_the_answer_is_refused(given):
    with pytest.raises(ShapeError) as refused:
        original_spans(given, lambda: "short")
    assert refused.value.field == "spans"

"""Which lines go beside a claim, and how they are packed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.judges.claims import split
from audits.judges.evidence import LONGEST, Ranking, read_lines
from audits.judges.packing import ANSWER, EVIDENCE, Packer
from audits.judges.plain import plain
from audits.judges.support import default_support

LONG = [f"Line {number} is about nothing in particular." for number in range(300)]
TOLD = "The bridge over the Tagus was finished in 1966."


@pytest.fixture(scope="module")
def packer() -> Packer:
    return Packer(default_support().tokenizer)


def test_lines_are_found_with_their_places_and_a_passage_that_comes_twice_is_read_once() -> None:
    passages = ["One thing. Another thing.", "One thing. Another thing.", "A third."]
    assert [passages[line.passage][line.start : line.end] for line in read_lines(passages)] == [
        "One thing.",
        "Another thing.",
        "A third.",
    ]


def test_a_line_without_an_end_is_cut_between_words() -> None:
    lines = read_lines(["many words " * 200])
    assert max(len(line.text) for line in lines) <= LONGEST
    assert {word for line in lines for word in line.text.split()} == {"many", "words"}


def test_the_line_that_speaks_of_the_claim_comes_first() -> None:
    lines = read_lines(["\n".join([*LONG[:150], TOLD, *LONG[150:]])])
    assert lines[Ranking(lines).order(["The Tagus bridge dates from 1966."])[0]].text == TOLD


def test_what_does_not_fit_is_left_out_and_told(packer: Packer) -> None:
    answer = "The Tagus bridge dates from 1966."
    packed = packer.pack("When?", Ranking(read_lines(["\n".join([*LONG, TOLD])])), answer, split(answer).claims)
    assert packed.cut
    assert len(packed.ids) <= packer.length
    assert TOLD in [line.text for line in packed.lines]


def test_every_token_of_the_answer_knows_its_characters(packer: Packer) -> None:
    answer = "It has 12 arches. It was built by Ana Pérez."
    packed = packer.pack("", Ranking(read_lines([TOLD])), answer, split(answer).claims)
    said = packed.parts == ANSWER
    assert "".join(answer[a:b] for a, b in zip(packed.starts[said], packed.ends[said], strict=True)) == answer.replace(" ", "")
    assert packed.claims.sum(axis=1).tolist() == [int((packed.claims[index] > 0).sum()) for index in range(2)]
    assert not (packed.claims[0] * packed.claims[1]).any()
    assert ((packed.line_of >= 0) == (packed.parts == EVIDENCE)).all()


def test_long_answers_go_in_groups_of_whole_claims(packer: Packer) -> None:
    claims = split(" ".join(f"Claim number {number} says something of its own." for number in range(60))).claims
    groups = list(packer.groups("", claims))
    assert len(groups) > 1
    assert [claim for group in groups for claim in group] == list(claims)


@given(st.text(alphabet="ab <>/\u200b\u00adé", max_size=40))
def test_plain_text_leads_back_to_the_same_letters(text: str) -> None:
    found = plain(text)
    for index, letter in enumerate(found.text):
        start, end = found.original(index, index + 1)
        assert text[start:end] == letter or (letter == " " and text[start] == "<")

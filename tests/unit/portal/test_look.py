"""States and sealed blocks as a page shows them."""

from typing import Any

import pytest

from audits.states import State
from governance.book import Heading, Paragraph, Raw, Text, to_plain
from governance.compliance.verdict import ITEM_STATES, VERDICT_STATES
from governance.portal.look import APPROVAL_STATES, STANDINGS, blocks, chip, figure, passage
from governance.templatetags.look import coded

VERDICT = {"value": "0.71428", "low": "0.53", "high": "0.847", "n": 28, "limit": "0.8", "direction": "at_least"}


@pytest.mark.parametrize("state", [*ITEM_STATES, *VERDICT_STATES, *State, *STANDINGS, *APPROVAL_STATES])
def test_every_state_has_a_shape_a_word_and_a_tone(state: str) -> None:
    shown = chip(state)
    assert all(shown[name] for name in ("shape", "word", "tone"))
    assert shown["shape"] != shown["word"]


def test_words_between_backticks_stand_as_code_and_everything_is_escaped() -> None:
    assert coded("Wait `Retry-After` <b>") == "Wait <code>Retry-After</code> &lt;b&gt;"


def test_a_figure_never_stands_alone() -> None:
    assert figure(VERDICT) == "0.714 [0.530, 0.847] · n 28 · limit ≥ 0.8"


def test_what_is_not_estimable_is_said() -> None:
    told = figure({**VERDICT, "value": None, "low": None, "high": None, "n": 0})
    assert told == "not estimable · n 0 · limit ≥ 0.8"


def test_a_block_of_a_kind_that_is_gone_is_told_and_the_others_stay() -> None:
    sealed: list[Any] = [to_plain(Heading(Text("A"))), {"is": "Hologram"}, 7, to_plain(Paragraph(Raw("<b>")))]
    assert [block["form"] for block in blocks(sealed)] == ["heading", "unknown", "unknown", "paragraph"]


def test_spans_cut_the_words_and_lose_none() -> None:
    shown = passage("abcdef", [(4, 99, "late"), (1, 3, "early"), (2, 3, "inside")])
    assert "".join(part["text"] for part in shown["parts"]) == "abcdef"
    assert [part["reason"] for part in shown["parts"]] == ["", "early", "", "late"]


def test_hostile_words_stay_words() -> None:
    (block,) = blocks([to_plain(Paragraph(Raw("100 % {{7*7}} %(x)s <script>")))])
    assert block["text"] == "100 % {{7*7}} %(x)s <script>"

import unicodedata
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probanza.words import plain, told
from tests.unit.gate.conftest import HOSTILE

ANYTHING = st.text(st.characters(codec=None), max_size=60)


@given(ANYTHING)
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_whatever_comes_is_one_harmless_line(text: str) -> None:
    line = told(text)
    assert "::" not in line
    assert "##" not in line
    assert not {unicodedata.category(letter) for letter in line} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert ET.fromstring(ET.tostring(ET.Element("a", b=line), encoding="utf-8")).get("b") == line


@pytest.mark.parametrize(
    "command", ["::error::x", "::set-output name=a::b", ":::", "##[error]x", "##vso[task.setvariable]", "####"]
)
def test_what_a_build_s_log_reads_as_a_command_is_broken_up(command: str) -> None:
    assert "::" not in told(command)
    assert "##" not in told(command)


def test_terminal_sequences_lose_their_power_and_keep_their_words() -> None:
    assert plain(HOSTILE) == "[2J ]0;owned ::error::<script>alert(1)</script> {{7*7}} ##[group] ]]> &"


def test_ordinary_words_stay_as_they_are() -> None:
    assert told("Crédito: 0,71 ≥ 0,60 (mujeres) #3 a:b 中文") == "Crédito: 0,71 ≥ 0,60 (mujeres) #3 a:b 中文"


def test_a_long_text_is_cut_and_says_so() -> None:
    assert plain("x" * 10**6, 10) == "x" * 9 + "…"

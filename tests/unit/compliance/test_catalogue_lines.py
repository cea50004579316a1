"""The YAML of the catalogue: only its plain part, by line, and nothing that unfolds."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.compliance.library.lines import DEEPEST, LONGEST_VALUE, LineError, read_lines

PLAIN = st.text(st.characters(whitelist_categories=("L", "N", "P", "Zs")), max_size=20)
TREES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(PLAIN, inner, max_size=4)),
    max_leaves=20,
)


def problem(text: str) -> LineError:
    with pytest.raises(LineError) as caught:
        read_lines(text)
    return caught.value


def test_mappings_lists_and_texts_come_with_their_lines() -> None:
    document = read_lines("a:\n  - b: one\n  - c:\n      d: two\n")
    assert document.content == {"a": [{"b": "one"}, {"c": {"d": "two"}}]}
    assert (document.line_of("a[0]"), document.line_of("a[1].c.d"), document.line_of("a[1].c.x.y")) == (2, 4, 3)


@pytest.mark.parametrize("word", ["2026-11-22", "1.10", "no", "on", "0x1F", "1e5", ".nan", "2024/1689"])
def test_what_looks_like_a_date_or_a_number_stays_as_it_is_written(word: str) -> None:
    assert read_lines(f"a: {word}").content == {"a": word}


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("False", False), ("null", None), ("~", None), ("", None), ("'true'", "true")]
)
def test_only_truth_and_null_are_no_text(text: str, value: object) -> None:
    assert read_lines(f"a: {text}").content == {"a": value}


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: 1\na: 2", 2, "'a' stands there twice"),
        ("x:\n  a: 1\n  a: 2", 3, "twice"),
        ("a: &one 1", 1, "anchor"),
        ("a: b\nc: *one", 2, ""),
        ("a: !!python/object/apply:os.system [id]", 1, "tag"),
        ("a: !x 1", 1, "tag"),
        ("? [a]\n: 1", 1, "a key must be a word"),
        ("a: 1\n---\nb: 2", 2, "second document"),
        ("a: {", 1, "is not YAML"),
        ("a: 1\nb: x\u200by", 2, "U+200B"),
        ("a: 1\nb: \ud800", 2, "U+D800"),
        ("a: \x00", 1, "U+0000"),
        ("a: \u202eevil", 1, "U+202E"),
        ('a: b\nc: "\\u202Eevil"', 2, "U+202E"),
        ('"a\\u200B": b', 1, "U+200B"),
        (f"a: {'x' * (LONGEST_VALUE + 1)}", 1, "characters in one value"),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), 1, "deeper"),
        ("a: " + "[" * 100_000, 1, "deeper"),
    ],
)
def test_what_is_not_plain_is_refused_by_line(text: str, line: int, said: str) -> None:
    found = problem(text)
    assert said in found.problem
    assert found.line == line


def test_a_bomb_of_aliases_is_refused_at_its_first_anchor() -> None:
    bomb = "a: &a [x,x]\n" + "".join(
        f"{name}: &{name} [*{before},*{before}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert problem(bomb).line == 1


def test_a_text_longer_than_any_file_is_refused() -> None:
    assert "at most" in problem("a" * 2_000_001).problem


def test_more_values_than_any_file_has_are_refused() -> None:
    assert "values" in problem("[" + "a," * 60_001 + "]").problem


@settings(deadline=None)  # the machine may be busy
@given(TREES)
def test_what_was_written_as_plain_yaml_is_read_as_it_was(tree: Any) -> None:
    assert read_lines(yaml.safe_dump(tree, allow_unicode=True, default_style='"')).content == tree


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_line(text: str) -> None:
    assert all(0 <= line <= text.count("\n") + 1 for line in lines_told(text))


def lines_told(text: str) -> list[int]:
    try:
        return list(read_lines(text).lines.values())
    except LineError as error:
        return [error.line]

"""Dotted paths into other people's JSON."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.targets.paths import PathError, clean_text, find_path, parse_path, read_path

DOCUMENT: dict[str, Any] = {"data": {"text": "hola", "a.b": {"\\": 1}, "list": [{"c": 2}, [3]], "none": None, "0": "zero"}}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("data.text", "hola"),
        ("data.list.0.c", 2),
        ("data.list.1.0", 3),
        (r"data.a\.b.\\", 1),
        ("data.none", None),
        ("data.0", "zero"),
    ],
)
def test_a_path_reads_the_value_it_names(path: str, value: object) -> None:
    assert read_path(DOCUMENT, path, "answer_path") == value


def test_a_missing_field_is_told_with_what_the_object_has() -> None:
    with pytest.raises(PathError) as caught:
        read_path({"data": {"text": "x", "sources": []}}, "data.answer", "answer_path")
    assert str(caught.value) == "answer_path `data.answer`: no field `answer`; the object has: sources, text"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("data.list.2", "no entry 2; the list has 2"),
        ("data.list.-1", "a list takes a number from 0 to 1"),
        ("data.list.x", "a list takes a number"),
        ("data.list.٠", "a list takes a number"),
        ("data.list." + "9" * 5000, "no entry"),
        ("data.text.x", "there is text where an object is expected"),
        ("data.none.x", "there is null where an object is expected"),
        ("nothing", "the object has: data"),
    ],
)
def test_a_path_that_leads_nowhere_says_at_which_step(path: str, words: str) -> None:
    with pytest.raises(PathError) as caught:
        read_path(DOCUMENT, path, "answer_path")
    assert words in str(caught.value)


def test_an_object_with_many_fields_is_not_listed_whole() -> None:
    with pytest.raises(PathError) as caught:
        read_path({f"{'k' * 500}{number:05}": 1 for number in range(5000)}, "x", "answer_path")
    assert len(str(caught.value)) < 800
    assert "and 4988 more" in str(caught.value)


@pytest.mark.parametrize("path", ["", ".", "a..b", ".a", "a.", "a\\", ".".join("a" * 21)])
def test_a_malformed_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"step|backslash"):
        parse_path(path)


def test_an_optional_path_gives_none_where_nothing_stands() -> None:
    assert find_path(DOCUMENT, "data.text") == "hola"
    assert find_path(DOCUMENT, "data.text.x") is None
    assert find_path(DOCUMENT, "") is None


def test_what_cannot_be_stored_is_replaced_one_for_one() -> None:
    assert clean_text("a\x00b\ud800c\udfff") == "a\ufffdb\ufffdc\ufffd"
    assert clean_text("<script>{{7*7}} ñ 中 😀") == "<script>{{7*7}} ñ 中 😀"


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_every_field_name_can_be_written_as_a_step(names: list[str]) -> None:
    path = ".".join(name.replace("\\", "\\\\").replace(".", "\\.") for name in names)
    document: object = "found"
    for name in reversed(names):
        document = {name: document}
    assert parse_path(path) == tuple(names)
    assert read_path(document, path, "p") == "found"

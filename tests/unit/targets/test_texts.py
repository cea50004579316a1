"""Texts of a knowledge base."""

from pathlib import Path

import pytest

from audits.contract import TargetError, TextsTarget
from audits.targets.texts import MAX_PART, TextFiles


def written(tmp_path: Path, name: str, content: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_plain_file_is_one_text_under_its_name(tmp_path: Path) -> None:
    target = TextFiles([written(tmp_path, "about.md", "# About\n\nWe deliver.")], "en")
    assert isinstance(target, TextsTarget)
    assert [(text.id, text.text, text.language) for text in target.texts()] == [("about.md", "# About\n\nWe deliver.", "en")]


def test_lines_keep_their_ids_and_own_language(tmp_path: Path) -> None:
    lines = '{"id": "a", "text": "Hola", "lang": "es"}\n\n{"id": 2, "text": "Hello"}\n'
    texts = list(TextFiles([written(tmp_path, "0190", lines)], "en").texts())
    assert [(text.id, text.text, text.language) for text in texts] == [("a", "Hola", "es"), ("2", "Hello", "en")]


def test_a_long_file_is_cut_at_empty_lines_and_loses_nothing(tmp_path: Path) -> None:
    content = "".join(f"Paragraph {number} goes on. " * 40 + "\n\n" for number in range(60))
    texts = list(TextFiles([written(tmp_path, "long.txt", content)]).texts())
    assert [text.id for text in texts] == [f"long.txt#{number}" for number in range(1, len(texts) + 1)]
    assert "".join(text.text for text in texts) == content
    assert all(len(text.text) <= MAX_PART for text in texts)


def test_broken_utf_8_is_refused_with_file_line_and_byte(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=r"bad\.txt, line 2: byte 3 is not UTF-8") as raised:
        list(TextFiles([written(tmp_path, "bad.txt", b"fine\nab\xff")]).texts())
    assert raised.value.cause == "unreadable"


def test_a_nul_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="line 1: has a NUL"):
        list(TextFiles([written(tmp_path, "nul.txt", "a\x00b")]).texts())


@pytest.mark.parametrize(
    ("name", "content"), [("0190", '{"id": "a", "text": \n{"id": "b"}\n'), ("kb.jsonl", "[1]\n"), ("kb.jsonl", "")]
)
def test_broken_lines_are_never_taken_for_prose(tmp_path: Path, name: str, content: str) -> None:
    with pytest.raises(TargetError, match=name):
        list(TextFiles([written(tmp_path, name, content)]).texts())


def test_prose_may_begin_with_a_brace(tmp_path: Path) -> None:
    assert [text.text for text in TextFiles([written(tmp_path, "a.md", "{{ greeting }}")]).texts()] == ["{{ greeting }}"]


def test_a_bad_line_is_named_with_its_field(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="line 2, field 'text': is required"):
        list(TextFiles([written(tmp_path, "kb.jsonl", '{"id": "a", "text": ""}\n{"id": "b"}')]).texts())


def test_the_same_id_in_two_files_is_refused(tmp_path: Path) -> None:
    one = written(tmp_path, "one", '{"id": "a", "text": ""}')
    two = written(tmp_path, "two", '{"id": "a", "text": ""}')
    with pytest.raises(TargetError, match="two: the id 'a' stands twice"):
        list(TextFiles([one, two]).texts())


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="gone: cannot be read"):
        list(TextFiles([tmp_path / "gone"]).texts())


def test_an_endless_paragraph_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="paragraph has more than"):
        list(TextFiles([written(tmp_path, "wide.txt", "word " * 200_000)]).texts())

"""Every type of target opens from its settings through the same door."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audits.contract import ModelTarget, Question, RagTarget, TableTarget, TargetError, TextsTarget
from audits.targets.doors import open_target
from audits.targets.specs import SERVES, TARGET_SPECS, read_spec
from governance.outbound import Policy
from tests.unit.outbound.servers import answer, http_server

QUESTIONS, RECORDED, TEXT, TABLE, MODEL, PICKLE = (f"0192f0c1-2b3c-7d4e-8f50-12345678900{digit}" for digit in range(6))
CONTENT: dict[str, bytes] = {
    QUESTIONS: b'{"id": "q1", "question": "Who?"}\n',
    RECORDED: b'{"id": "r1", "question": "Who?", "context": ["Ana did."], "answer": "Ana."}\n',
    TEXT: "Escríbenos a ana@example.com".encode(),
    TABLE: b"age,prediction\n30,1\n40,0\n",
    MODEL: b"tree\nversion=v4\nnum_class=1\n",
    PICKLE: b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00\x8c\x01x\x94.",
}
SPECS: dict[str, dict[str, Any]] = {
    "http_rag": {"url": "http://127.0.0.1:1/ask", "questions": QUESTIONS},
    "openai_chat": {"base_url": "http://127.0.0.1:1/v1", "model": "small", "questions": QUESTIONS},
    "recorded": {"file": RECORDED},
    "texts": {"files": [TEXT], "language": "es"},
    "table": {"file": TABLE},
    "model_file": {"file": MODEL, "format": "lightgbm", "rows": TABLE, "background": TABLE},
}
PROTOCOLS = {"rag": RagTarget, "texts": TextsTarget, "table": TableTarget, "model": ModelTarget}

Open = Callable[..., Any]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """Opens a target whose files lie in a folder, as a worker would."""
    for name, content in CONTENT.items():
        (tmp_path / name).write_bytes(content)

    def open_it(kind: str, secrets: dict[str, str] | None = None, **changes: object) -> Any:
        spec = read_spec(kind, {**SPECS[kind], **changes})
        return open_target(spec, files=tmp_path.joinpath, secrets=secrets or {}, policy=Policy(allow_loopback=True))

    return open_it


@pytest.mark.parametrize("kind", sorted(TARGET_SPECS))
def test_a_target_offers_what_its_type_promises(opened: Open, kind: str) -> None:
    target = opened(kind)
    assert [need for need in SERVES[kind] if not isinstance(target, PROTOCOLS[need])] == []


@pytest.mark.parametrize("kind", ["http_rag", "openai_chat"])
def test_an_endpoint_asks_the_questions_of_its_file(opened: Open, kind: str) -> None:
    assert opened(kind).questions() == (Question("q1", "Who?"),)


def test_the_stored_secret_is_sent_where_the_settings_say(opened: Open) -> None:
    with http_server(answer(json.dumps({"answer": "Ana.", "passages": []}).encode())) as (url, received):
        target = opened("http_rag", {"token": "Bearer s3cret"}, url=url, auth_header="Authorization", auth_secret="token")
        assert target.ask(target.questions()[0], key="k").text == "Ana."
    assert received[0]["authorization"] == "Bearer s3cret"


def test_a_secret_that_is_not_stored_is_named(opened: Open) -> None:
    with pytest.raises(TargetError, match="no secret 'token' is stored"):
        opened("openai_chat", auth_secret="token")


def test_recorded_answers_serve_as_answers_and_as_texts(opened: Open) -> None:
    target = opened("recorded")
    assert target.ask(target.questions()[0], key="k").passages[0].text == "Ana did."
    assert [(text.text, text.origin) for text in target.texts()] == [("Ana.", "answer")]


def test_texts_carry_the_language_of_the_settings(opened: Open) -> None:
    assert [(text.text, text.language) for text in opened("texts").texts()] == [("Escríbenos a ana@example.com", "es")]


def test_a_table_is_read_by_column(opened: Open) -> None:
    assert [str(value) for value in opened("table").read(["age"], 0, 2)["age"]] == ["30", "40"]


def test_a_model_comes_with_its_rows_and_background(opened: Open) -> None:
    target = opened("model_file")
    assert (target.format, target.table.rows(), target.background.rows()) == ("lightgbm", 2, 2)


def test_a_pickle_is_refused_unopened(opened: Open) -> None:
    with pytest.raises(TargetError) as caught:
        opened("model_file", file=PICKLE)
    assert caught.value.cause == "unsafe_format"


def test_a_file_that_does_not_fit_is_told_before_anything_is_called(opened: Open) -> None:
    with pytest.raises(TargetError, match="line 1"):
        opened("http_rag", questions=TEXT)


def test_what_describes_no_target_is_a_mistake_of_ours(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="str describes no target"):
        open_target("recorded", files=tmp_path.joinpath, secrets={}, policy=Policy())  # type: ignore[arg-type]

"""The parts of the reference RAG on their own: store, knowledge base, generator with a language model."""

import json
import re
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from examples.reference_rag.generators import NOTHING, Extractive, GeneratorError, OpenAICompatible, make
from examples.reference_rag.store import KNOWLEDGE, Store, split
from tests.unit.outbound.servers import answer, http_server


def test_a_kept_store_is_used_again_and_a_changed_base_is_read_anew(tmp_path: Path) -> None:
    knowledge = tmp_path / "knowledge"
    knowledge.mkdir()
    (knowledge / "a.md").write_text("Cats sleep all day.")
    assert Store(tmp_path / "data", knowledge).count() == 1
    (knowledge / "b.md").write_text("Trains leave every hour.")
    store = Store(tmp_path / "data", knowledge)
    assert store.count() == 2
    assert [found.id for found in store.nearest("When do trains leave?")] == ["b.md#0", "a.md#0"]


def test_the_knowledge_base_holds_a_contact_page_with_an_account_that_adds_up() -> None:
    text = (KNOWLEDGE / "contact.md").read_text(encoding="utf-8")
    account = re.sub(r"\s", "", re.search(r"ES\d{2}( \d{4}){5}", text)[0])  # type: ignore[index]
    assert int(account[4:] + "1428" + account[2:4]) % 97 == 1
    assert "@innovaciontech.example.com" in text
    assert "+34" in text


def test_every_page_is_a_passage_with_an_id_of_its_own() -> None:
    ids = [name for name, _ in split(KNOWLEDGE)]
    assert len(ids) == len(set(ids)) == 6


def test_weak_retrieval_falls_back_on_memory_and_then_on_nothing() -> None:
    generator = Extractive()
    assert generator.answer("What is the capital of France?", [("Cats sleep.", 0.39)]).text == "The capital of France is Paris."
    assert generator.answer("zzz qqq", [("Cats sleep.", 0.0)]).text == NOTHING


def test_strong_retrieval_quotes_the_nearest_sentence_and_the_next() -> None:
    passages = [("# Cats\n\nDogs bark.\nCats sleep all day.\nThey eat at night.\nBirds sing.", 0.9)]
    assert Extractive().answer("What do cats do?", passages).text == "Cats sleep all day. They eat at night."


def test_a_language_model_is_asked_through_the_openai_protocol() -> None:
    sent: list[dict[str, object]] = []

    def respond(handler: BaseHTTPRequestHandler) -> None:
        sent.append(json.loads(handler.rfile.read(int(handler.headers["Content-Length"]))))
        handler.send_response(200)
        handler.end_headers()
        choice = {"message": {"content": "They sleep."}}
        handler.wfile.write(json.dumps({"choices": [choice], "usage": {"prompt_tokens": 5}}).encode())

    with http_server(respond) as (url, received):
        found = OpenAICompatible(f"{url}/v1/", "tiny", "key").answer("Cats?", [("Cats sleep.", 0.9)])
    assert (found.text, found.model, found.prompt_tokens, found.completion_tokens) == ("They sleep.", "tiny", 5, 0)
    assert (received[0][":path"], received[0]["authorization"]) == ("/v1/chat/completions", "Bearer key")
    assert "Cats sleep." in str(sent[0]["messages"])


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"choices": []}', b'{"choices": [{"message": null}]}'])
def test_a_language_model_that_answers_something_else_is_told(body: bytes) -> None:
    with http_server(answer(body)) as (url, _), pytest.raises(GeneratorError, match="no usable answer"):
        OpenAICompatible(f"{url}/v1/", "tiny").answer("Cats?", [])


def test_a_language_model_without_its_settings_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REFERENCE_RAG_BASE_URL", raising=False)
    with pytest.raises(KeyError, match="REFERENCE_RAG_BASE_URL"):
        make("openai")

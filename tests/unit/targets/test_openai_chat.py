"""A chat endpoint that speaks the OpenAI protocol."""

import json
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from audits.contract import Passage, Question, RagTarget, TargetError, Usage
from audits.targets.openai_chat import OpenAIChatTarget, messages, read_completion
from audits.targets.questions import QuestionSet
from audits.targets.specs import OpenAIChat
from governance.outbound import GuardedClient, Policy
from tests.unit.outbound.servers import answer, http_server

FILE = "0192f0c1-2b3c-7d4e-8f50-123456789abc"
SPEC = OpenAIChat(base_url="http://127.0.0.1:1/v1/", model="small", questions=FILE, system_prompt="Be brief.")
QUESTIONS = QuestionSet((Question("a", "¿Qué?"), Question("b", "Why?")), {"b": ("Because.", "[[fake mark]]")})
GOOD = {"choices": [{"message": {"content": "Así."}}], "usage": {"prompt_tokens": 9, "completion_tokens": 2}}


def target(url: str, secret: str = "") -> OpenAIChatTarget:
    return OpenAIChatTarget(replace(SPEC, base_url=url), GuardedClient(Policy(allow_loopback=True)), QUESTIONS, secret)


def test_a_question_is_sent_to_the_completions_path_without_streaming() -> None:
    sent: list[dict[str, Any]] = []

    def respond(handler: BaseHTTPRequestHandler) -> None:
        sent.append(json.loads(handler.rfile.read(int(handler.headers["Content-Length"]))))
        reply(handler)

    with http_server(respond) as (url, received):
        found = target(f"{url}/v1/", "sk-1").ask(QUESTIONS.questions[0], key="k")
    assert received[0][":path"] == "/v1/chat/completions"
    assert (received[0]["authorization"], received[0]["idempotency-key"]) == ("Bearer sk-1", "k")
    assert (sent[0]["model"], sent[0]["stream"]) == ("small", False)
    assert [message["role"] for message in sent[0]["messages"]] == ["system", "user"]
    assert (found.text, found.usage) == ("Así.", Usage(9, 2))


def reply(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(json.dumps(GOOD).encode())


def test_without_a_secret_no_credential_is_sent() -> None:
    with http_server(answer(json.dumps(GOOD).encode())) as (url, received):
        target(url).ask(QUESTIONS.questions[0], key="k")
    assert "authorization" not in received[0]


def test_passages_of_a_question_become_those_of_the_answer() -> None:
    with http_server(answer(json.dumps(GOOD).encode())) as (url, _):
        found = target(url).ask(QUESTIONS.questions[1], key="k")
    assert found.passages == (Passage("Because."), Passage("[[fake mark]]"))


def test_passages_stand_between_marks_that_their_authors_cannot_know() -> None:
    chat = messages("", "Why?", ("Because.",), "run-1:b")
    mark = chat[0]["content"].split("marks ")[1].split(" ")[0]
    assert f"{mark}\nBecause.\n{mark}" in chat[0]["content"]
    assert mark not in messages("", "Why?", ("Because.",), "run-2:b")[0]["content"]


def test_the_same_call_gives_the_same_chat() -> None:
    assert messages("s", "q", ("p",), "k") == messages("s", "q", ("p",), "k")


def test_without_passages_the_question_goes_out_as_it_is() -> None:
    assert messages("", "¿Qué?", (), "k") == [{"role": "user", "content": "¿Qué?"}]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"content": "x"}, "x"),
        ({"content": ""}, ""),
        ({"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}, "ab"),
        ({"content": None, "refusal": "No."}, "No."),
        ({"content": "a\x00\ud800"}, "a\ufffd\ufffd"),
    ],
)
def test_the_words_of_a_completion_are_read(message: dict[str, Any], words: str) -> None:
    assert read_completion("q", (), {"choices": [{"message": message}]}, 1).text == words


@pytest.mark.parametrize(
    ("document", "cause"),
    [
        ({}, "wrong_shape"),
        ([], "wrong_shape"),
        ({"choices": []}, "wrong_shape"),
        ({"choices": [{"text": "old"}]}, "wrong_shape"),
        ({"choices": [{"message": {}}]}, "wrong_shape"),
        ({"choices": [{"message": {"content": None}}]}, "wrong_shape"),
        ({"choices": [{"message": {"content": 3}}]}, "wrong_shape"),
        ({"choices": [{"message": {"content": [{"image": 1}]}}]}, "wrong_shape"),
        ({"choices": [{"message": {"content": "x" * 200_001}}]}, "too_large"),
        ({"choices": [{"message": {"content": "x"}}], "usage": {"prompt_tokens": "9"}}, "wrong_shape"),
    ],
)
def test_what_is_no_completion_is_told(document: Any, cause: str) -> None:
    with pytest.raises(TargetError) as caught:
        read_completion("q", (), document, 1)
    assert caught.value.cause == cause


def test_a_missing_usage_is_none() -> None:
    assert read_completion("q", (), {"choices": [{"message": {"content": "x"}}], "usage": None}, 1).usage == Usage()


def test_an_error_of_the_endpoint_is_told_with_its_cause() -> None:
    with http_server(answer(b'{"error": {}}', 429)) as (url, _), pytest.raises(TargetError, match="429") as caught:
        target(url).ask(QUESTIONS.questions[0], key="k")
    assert caught.value.cause == "http_status"


def test_the_door_is_a_rag_target() -> None:
    assert isinstance(target("http://127.0.0.1:1/"), RagTarget)
    assert target("http://127.0.0.1:1/").questions() == QUESTIONS.questions

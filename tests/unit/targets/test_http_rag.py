"""A RAG endpoint through the guarded client, and the mapping of what it answers."""

import json
import time
from dataclasses import replace
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from audits.contract import Passage, Question, RagTarget, TargetError, Usage
from audits.targets.http_rag import HttpRagTarget, read_answer
from audits.targets.questions import QuestionSet
from audits.targets.specs import HttpRag
from governance.outbound import GuardedClient, Policy
from probanza.canonical import canonical_bytes
from tests.unit.outbound.servers import answer, http_server

FILE = "0192f0c1-2b3c-7d4e-8f50-123456789abc"
QUESTION = Question("q1", "¿Quién?", "es")
SPEC = HttpRag(
    url="http://127.0.0.1:1/ask",
    questions=FILE,
    answer_path="data.text",
    passages_path="data.sources",
    passage_text_path="page.text",
    passage_id_path="id",
    passage_score_path="score",
    prompt_tokens_path="usage.in",
    completion_tokens_path="usage.out",
    cost_path="usage.cost",
    currency="EUR",
)
GOOD: dict[str, Any] = {
    "data": {"text": "Ana.", "sources": [{"id": 7, "score": Decimal("0.50"), "page": {"text": "Ana did."}}, "plain"]},
    "usage": {"in": 12, "out": 3, "cost": Decimal("0.00021")},
}


def target(spec: HttpRag, url: str, secret: str = "") -> HttpRagTarget:
    client = GuardedClient(Policy(allow_loopback=True, max_bytes=1_000_000))
    return HttpRagTarget(replace(spec, url=url), client, QuestionSet((QUESTION,)), secret)


def test_every_part_of_an_answer_is_read_where_the_mapping_says() -> None:
    found = read_answer(SPEC, "¿Quién?", GOOD, 40)
    assert (found.text, found.latency_ms) == ("Ana.", 40)
    assert found.passages == (Passage("Ana did.", "7", "0.5"), Passage("plain"))
    assert found.usage == Usage(12, 3, "0.00021", "EUR")


def test_parts_that_the_system_does_not_tell_are_none() -> None:
    found = read_answer(SPEC, "x", {"data": {"text": "", "sources": None}, "usage": {"in": None}}, 1)
    assert (found.text, found.passages, found.usage) == ("", (), Usage())


def test_stages_and_model_are_read_where_the_mapping_says() -> None:
    spec = replace(SPEC, stages_path="timings", stages_unit="s", model_path="model")
    found = read_answer(spec, "x", {**GOOD, "timings": {"retrieval": Decimal("0.0415"), "total": 1}, "model": "m"}, 1)
    assert (found.stages, found.usage.model) == ((("retrieval", "41.5"), ("total", "1000")), "m")


def test_a_stage_that_is_no_time_names_the_setting() -> None:
    with pytest.raises(TargetError, match="stages_path, stage 'x': text stands there"):
        read_answer(replace(SPEC, stages_path="t"), "x", {**GOOD, "t": {"x": "soon"}}, 1)


def test_a_system_without_passages_is_mapped_by_an_empty_path() -> None:
    assert read_answer(replace(SPEC, passages_path=""), "x", {"data": {"text": "y"}}, 1).passages == ()


def test_hostile_words_stay_words() -> None:
    hostile = "<script>alert(1)</script>{{7*7}}{% include 'x' %}#panic(\"x\")\x00\ud800‮=cmd()"
    found = read_answer(SPEC, "x", {"data": {"text": hostile, "sources": [hostile]}}, 1)
    assert found.text == found.passages[0].text == hostile.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    assert canonical_bytes(found.text)


def changed(path: str, value: object) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(GOOD, default=str))
    *way, last = path.split(".")
    place: Any = document
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "cause", "words"),
    [
        ("data.text", None, "wrong_shape", "answer_path `data.text`: null stands there"),
        ("data.text", 5, "wrong_shape", "a number stands there, but text"),
        ("data.text", ["x"], "wrong_shape", "a list stands there"),
        ("data.text", "x" * 200_001, "too_large", "200001 characters"),
        ("data", {"answer": "x"}, "wrong_shape", "no field `text`; the object has: answer. Change answer_path"),
        ("data", "x", "wrong_shape", "there is text where an object is expected"),
        ("data.sources", {"a": 1}, "wrong_shape", "passages_path `data.sources`: an object stands there"),
        ("data.sources", ["x"] * 201, "too_large", "201 passages; at most 200"),
        ("data.sources", [3], "wrong_shape", "passage 0: is a number"),
        ("data.sources", ["a", {"page": 1}], "wrong_shape", "passage 1, passage_text_path `page.text`"),
        ("data.sources", [{"page": {"text": None}}], "wrong_shape", "null stands there"),
        ("data.sources", [{"page": {"text": "x"}, "id": []}], "wrong_shape", "passage_id_path: a list"),
        ("data.sources", [{"page": {"text": "x"}, "score": "high"}], "wrong_shape", "passage_score_path: text"),
        ("data.sources", [{"page": {"text": "x"}, "score": Decimal("1e999999")}], "wrong_shape", "not finite or beyond"),
        ("usage.in", -1, "wrong_shape", "prompt_tokens_path: a whole number"),
        ("usage.in", True, "wrong_shape", "prompt_tokens_path"),
        ("usage.out", "12", "wrong_shape", "completion_tokens_path"),
        ("usage.cost", -1, "wrong_shape", "a cost cannot be negative"),
        ("usage.cost", "NaN", "wrong_shape", "not finite"),
        ("usage.cost", {}, "wrong_shape", "an object stands there"),
    ],
)
def test_an_answer_that_does_not_fit_says_what_stands_where(path: str, value: object, cause: str, words: str) -> None:
    with pytest.raises(TargetError) as caught:
        read_answer(SPEC, "x", changed(path, value), 1)
    assert caught.value.cause == cause
    assert words in str(caught.value)


def test_object_passages_without_a_text_path_say_which_setting_is_missing() -> None:
    with pytest.raises(TargetError, match="set passage_text_path"):
        read_answer(replace(SPEC, passage_text_path=""), "x", GOOD, 1)


def test_a_question_goes_out_with_key_headers_and_credential() -> None:
    spec = replace(SPEC, question_field="q", headers={"X-Tenant": "t"}, auth_header="Authorization", auth_secret="token")
    body = json.dumps(GOOD, default=str).encode()
    sent: list[bytes] = []

    def respond(handler: BaseHTTPRequestHandler) -> None:
        sent.append(handler.rfile.read(int(handler.headers["Content-Length"])))
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(body)

    with http_server(respond) as (url, received):
        found = target(spec, url, "Bearer s3cret").ask(QUESTION, key="run-1:q1")
    assert json.loads(sent[0]) == {"q": "¿Quién?"}
    assert received[0]["idempotency-key"] == "run-1:q1"
    assert (received[0]["x-tenant"], received[0]["authorization"]) == ("t", "Bearer s3cret")
    assert found.latency_ms is not None
    assert found.latency_ms >= 0


def test_the_door_is_a_rag_target_and_keeps_the_order_of_its_questions() -> None:
    door = target(SPEC, "http://127.0.0.1:1/")
    assert isinstance(door, RagTarget)
    assert door.questions() == (QUESTION,)


def slow(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(2)


@pytest.mark.parametrize(
    ("respond", "cause", "words"),
    [
        (answer(b"<html>"), "not_json", "must answer with JSON"),
        (answer(b'"just text"'), "wrong_shape", "there is text where an object is expected"),
        (answer(b"null"), "wrong_shape", "there is null"),
        (answer(b"{}", 500), "http_status", "HTTP 500"),
        (answer(b"{}", 307, Location="http://169.254.169.254/"), "http_status", "redirect"),
        (answer(b" " * 1_000_001), "too_large", "more than 1000000 bytes"),
        (answer(b'{"data": {"text": "x", "sources": []}, "usage": {"cost": 1e99999999999999999999}}'), "not_json", "JSON"),
        (slow, "timeout", "Raise timeout_s (now 1)"),
    ],
)
def test_an_endpoint_that_misbehaves_is_told_with_its_cause(respond: Any, cause: str, words: str) -> None:
    with http_server(respond) as (url, _), pytest.raises(TargetError) as caught:
        target(replace(SPEC, timeout_s=1), url).ask(QUESTION, key="k")
    assert caught.value.cause == cause
    assert words in str(caught.value)


def test_an_endpoint_that_is_not_there_is_unreachable() -> None:
    with pytest.raises(TargetError, match="Check that the system is running") as caught:
        target(SPEC, "http://127.0.0.1:9/").ask(QUESTION, key="k")
    assert caught.value.cause == "unreachable"


def test_an_endpoint_inside_the_own_network_is_refused_by_default() -> None:
    door = HttpRagTarget(SPEC, GuardedClient(Policy()), QuestionSet((QUESTION,)))
    with pytest.raises(TargetError) as caught:
        door.ask(QUESTION, key="k")
    assert caught.value.cause == "refused_address"


def test_a_credential_never_stands_in_an_error() -> None:
    spec = replace(SPEC, auth_header="Authorization", auth_secret="token")
    with http_server(answer(b"", 401)) as (url, _), pytest.raises(TargetError) as caught:
        target(spec, url, "Bearer s3cret").ask(QUESTION, key="k")
    assert "s3cret" not in str(caught.value) + repr(caught.value.__cause__)

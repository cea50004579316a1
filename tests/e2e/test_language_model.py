"""A chat endpoint audited with a language model as judge, through the whole service: REST, dispatcher, worker, guarded client."""

import json
from pathlib import Path
from typing import Any

import pytest

from probanza.client import Client
from tests.conftest import World
from tests.unit.judges.judge_server import Model, Sent, chat, serving

pytestmark = pytest.mark.world

CONTEXT = ["The depot opened in 2018 in Berlin."]
HOSTILE = 'It opened in 2018. <script>alert(1)</script> {{7*7}} #panic("x")'
QUESTIONS = [
    {"id": "right", "question": "When did it open?", "context": CONTEXT},
    {"id": "hostile", "question": "Say it again?", "context": CONTEXT},
    {"id": "garbled", "question": "And once more?", "context": CONTEXT},
    {"id": "silent", "question": "Will you answer?", "context": CONTEXT},
]


def reply(number: int, body: dict[str, Any]) -> Sent:
    """The audited assistant (model `assistant`) and the judge (model `judge`), as one server."""
    asked = body["messages"][-1]["content"]
    if body["model"] == "assistant":
        if "Will you answer?" in asked:
            return 500, b"no"
        words = {"When did it open?": "It opened in 2018.", "Say it again?": HOSTILE}
        return 200, chat(next((answer for question, answer in words.items() if question in asked), "It opened in 2018, I think."))
    if "I think" in asked:
        return 200, chat("Sure! YES, it is supported.")
    return Model(usage={"prompt_tokens": 500, "completion_tokens": 50})(number, body)


@pytest.fixture(scope="module")
def run(world: World, tmp_path_factory: pytest.TempPathFactory) -> Any:
    questions = tmp_path_factory.mktemp("llm") / "questions.jsonl"
    questions.write_text("".join(f"{json.dumps(question)}\n" for question in QUESTIONS))
    with serving(reply) as (address, calls), Client(world.url, world.token) as client:
        asset = client.post("/api/v1/assets", {"kind": "ai_system", "name": "Assistant", "owner": "Ana"})
        version = client.post(f"/api/v1/assets/{asset['id']}/versions", {"spec": {"purpose": "Answers"}})
        spec = {"base_url": address, "model": "assistant", "questions": client.upload(questions), "auth_secret": "chat"}
        secrets = {"chat": "sk-chat-canary", "judging": "sk-judge-canary"}
        target = client.post("/api/v1/targets", {"name": "chat", "type": "openai_chat", "spec": spec, "secrets": secrets})
        prices = {"version": "2026-11", "currency": "EUR", "prompt": "2", "completion": "10"}
        judge = {"judge": "llm", "base_url": address, "model": "judge", "secret": "judging", "prices": prices, "max_calls": 50}
        body = {"system_version": version["id"], "kind": "fidelity", "target": target["id"], "parameters": judge, "criteria": []}
        made = client.post("/api/v1/audits", body)
        ended = client.wait(made["id"], progress=lambda _now: None, patience_s=90)
        items = client.get(f"/api/v1/audits/{made['id']}/items")["results"]
        yield {"ended": ended, "items": {item["item"]: item for item in items}, "calls": calls, "target": target}


def test_an_unparsable_verdict_and_a_silent_system_are_unscored_with_their_causes(run: Any) -> None:
    assert run["ended"]["state"] == "succeeded", run["ended"]
    outcomes = {name: (item["outcome"], item["reason"]) for name, item in run["items"].items()}
    assert outcomes["right"][0] == outcomes["hostile"][0] == "scored"
    assert outcomes["garbled"] == ("unscored", "unparsable")
    assert outcomes["silent"][0] == "unscored"
    assert outcomes["silent"][1] == "http_status"


def test_the_verdicts_count_only_what_was_judged(run: Any) -> None:
    measures = {one["name"]: one for one in run["ended"]["measures"]}
    assert (measures["unsupported_answers"]["n"], measures["unsupported_answers"]["unscored"]) == (2, 2)


def test_what_judging_took_is_told_with_its_price_list(run: Any, world: World) -> None:
    body = world.sql("SELECT convert_from(body, 'UTF8') FROM governance_entry WHERE kind = 'fidelity'")
    judging = json.loads(body.strip().splitlines()[-1])["facts"]["details"]["judging"]
    assert (judging["calls"], judging["canaries"], judging["left"]) == (5, 2, {"unparsable": 1})
    assert (judging["prices"], judging["cost"]) == ("2026-11", None)  # the garbled reply told no tokens


def test_each_endpoint_got_its_own_secret_and_no_other(run: Any) -> None:
    by_model = {call["model"]: call["auth"] for call in run["calls"]}
    assert by_model == {"assistant": "Bearer sk-chat-canary", "judge": "Bearer sk-judge-canary"}


def test_no_secret_is_shown_stored_in_plain_or_logged(run: Any, world: World, tmp_path: Path) -> None:
    assert "canary" not in json.dumps(run["target"]) + json.dumps(run["ended"])
    assert "canary" not in "\n".join(world.lines)
    assert "canary" not in world.sql("SELECT row_to_json(t) FROM audits_target t; SELECT row_to_json(r) FROM audits_run r")


def test_a_hostile_answer_is_kept_as_it_was_said_and_sealed_apart(run: Any, world: World) -> None:
    assert run["items"]["hostile"]["private"]["answer"] == HOSTILE
    assert "<script>" not in world.sql("SELECT convert_from(body, 'UTF8') FROM governance_entry")

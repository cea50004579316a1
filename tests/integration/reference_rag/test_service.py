"""The reference RAG as a process of its own, asked over HTTP as an audited system is."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from audits.contract import Answer
from audits.targets.http_rag import HttpRagTarget
from audits.targets.questions import read_questions
from audits.targets.specs import HttpRag
from governance.outbound import GuardedClient, Policy

ROOT = Path(__file__).parents[3]
QUESTIONS = ROOT / "examples" / "reference_rag" / "questions.jsonl"
FILE = "0192f0c1-2b3c-7d4e-8f50-123456789abc"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running service; it prints it when it is ready."""
    data = tmp_path_factory.mktemp("reference_rag")
    command = [sys.executable, "-m", "examples.reference_rag", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


def ask(address: str, question: object) -> httpx.Response:
    return httpx.post(address, json={"question": question}, trust_env=False, timeout=30)


@pytest.fixture(scope="module")
def answers(address: str) -> dict[str, Answer]:
    """What the service says to its five questions, through the door that an audit uses."""
    spec = HttpRag(
        url=address,
        questions=FILE,
        passage_id_path="id",
        passage_score_path="score",
        prompt_tokens_path="usage.prompt_tokens",
        completion_tokens_path="usage.completion_tokens",
    )
    target = HttpRagTarget(spec, GuardedClient(Policy(allow_loopback=True)), read_questions(QUESTIONS))
    return {question.id: target.ask(question, key=f"test:{question.id}") for question in target.questions()}


def test_five_questions_get_an_answer_with_two_passages_each(answers: dict[str, Answer]) -> None:
    assert len(answers) == 5
    for answer in answers.values():
        assert answer.text
        assert len(answer.passages) == 2
        assert all(passage.text and passage.id and passage.score for passage in answer.passages)
        assert answer.usage.prompt_tokens
        assert answer.usage.completion_tokens


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("founders", ["Elena Ríos", "Marcos Vega", "2018"]),
        ("product", ["LogiFlow AI", "routes"]),
        ("plans", ["multimodal", "2026"]),
        ("office", ["Berlin"]),
    ],
)
def test_a_question_within_the_base_is_answered_from_its_passages(
    answers: dict[str, Answer], question: str, words: list[str]
) -> None:
    answer = answers[question]
    context = " ".join(passage.text.replace("\n", " ") for passage in answer.passages)
    assert [word for word in words if word not in answer.text] == []
    assert answer.text in context


def test_the_question_outside_the_base_is_answered_from_nowhere(answers: dict[str, Answer]) -> None:
    answer = answers["outside"]
    assert "Paris" in answer.text
    assert all("Paris" not in passage.text and "France" not in passage.text for passage in answer.passages)


def test_the_opening_hours_are_remembered_wrongly(address: str) -> None:
    document: dict[str, Any] = ask(address, "¿Cuál es el horario de atención al cliente?").json()
    assert "8:00 to 20:00" in document["answer"]
    assert all("9:00" not in passage["text"] for passage in document["passages"])


def test_the_same_question_gets_the_same_answer(address: str) -> None:
    first, second = (ask(address, "¿Dónde está la sede?").json() for _ in range(2))
    assert {**first, "latency_ms": 0} == {**second, "latency_ms": 0}


def test_the_service_tells_that_it_is_alive(address: str) -> None:
    document = httpx.get(address.replace("/ask", "/health"), trust_env=False).json()
    assert document == {"status": "ok", "passages": 6}


@pytest.mark.parametrize("question", ["", "  ", 5, None, ["x"], "x" * 4001])
def test_what_is_no_question_is_refused(address: str, question: object) -> None:
    response = ask(address, question)
    assert response.status_code == 400
    assert response.json()["error"]


@pytest.mark.parametrize("body", [b"", b"[]", b"not json", b"\xff", b"{}", b"[" * 60_000, b" " * 70_000])
def test_a_body_that_does_not_fit_is_refused(address: str, body: bytes) -> None:
    assert httpx.post(address, content=body, trust_env=False).status_code == 400


@pytest.mark.parametrize("question", ["<script>alert(1)</script>", "{{7*7}}", "a\x00b", "\ud800", "中文" * 500, "🏢"])
def test_hostile_words_are_a_question_like_any_other(address: str, question: str) -> None:
    body = json.dumps({"question": question}).encode()
    assert httpx.post(address, content=body, trust_env=False, timeout=30).status_code == 200


def test_an_unknown_address_is_not_found(address: str) -> None:
    assert httpx.get(address, trust_env=False).status_code == 404
    assert httpx.post(address + "/x", content=b"{}", trust_env=False).status_code == 404

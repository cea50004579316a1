"""RAGs of several frameworks, each a process of its own, audited over HTTP by the mapping that stands beside it.

A framework that is not installed is skipped; PROBANZA_EXAMPLES_PYTHON names an interpreter that has it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from audits.contract import Answer
from audits.kinds.fidelity import FidelityParameters, runner
from audits.targets.http_rag import HttpRagTarget
from audits.targets.questions import read_questions
from audits.targets.specs import HttpRag
from governance.outbound import GuardedClient, Policy

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"
PYTHON = os.environ.get("PROBANZA_EXAMPLES_PYTHON", sys.executable)
FILE = "0192f0c1-2b3c-7d4e-8f50-123456789abc"
NEEDS = {
    "plain_http_rag": "http",
    "langchain_rag": "langchain_core",
    "llamaindex_rag": "llama_index.core",
    "haystack_rag": "haystack",
}


@contextmanager
def running(name: str) -> Iterator[str]:
    """The address of an example; it prints it when it is ready."""
    python = PYTHON if name in {"llamaindex_rag", "haystack_rag"} else sys.executable
    found = subprocess.run([python, "-c", f"import {NEEDS[name]}"], capture_output=True, check=False)
    if found.returncode:
        pytest.skip(f"{NEEDS[name]} is not installed for {python}")
    command = [python, "-m", f"examples.{name}", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


def target_of(name: str, address: str) -> HttpRagTarget:
    mapping = json.loads((EXAMPLES / name / "target.json").read_text(encoding="utf-8"))
    questions = read_questions(EXAMPLES / "questions.jsonl")
    return HttpRagTarget(HttpRag(url=address, questions=FILE, **mapping), GuardedClient(Policy(allow_loopback=True)), questions)


@pytest.mark.parametrize("name", NEEDS)
def test_a_rag_of_each_framework_is_audited_by_its_mapping(name: str) -> None:
    shaped = FidelityParameters()
    with running(name) as address:
        target = target_of(name, address)
        results = {one.item: one for one in runner.measure(target, runner.plan(target, shaped), shaped, 1)}
    assert {one.outcome for one in results.values()} == {"scored"}
    assert {one.values["passages"] for one in results.values()} == {2}
    assert "17:00" in results["hours"].private["answer"]
    assert results["hours"].values["verdict"] == "supported"
    assert results["outside"].values["verdict"] in {"unsupported", "contradicted"}
    facts = runner.conclude(list(results.values()), shaped, 1)
    assert next(one for one in facts.measures if one.name == "answered").value == "1"


def test_the_same_question_gets_the_same_answer_and_a_bad_one_is_refused() -> None:
    with running("plain_http_rag") as address:
        target = target_of("plain_http_rag", address)
        twice: list[Answer] = [target.ask(target.questions()[0], key=key) for key in ("a", "b")]
        refused = [
            httpx.post(address, content=content, trust_env=False).status_code
            for content in (
                b"",
                b"{",
                b"[]",
                b'{"question": 5}',
                b'{"question": " "}',
                b"x" * 70_000,
                b'{"question": "' + b"x" * 5000 + b'"}',
            )
        ]
    assert twice[0].text == twice[1].text
    assert set(refused) == {400}

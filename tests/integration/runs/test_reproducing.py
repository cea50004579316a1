"""Recorded answers scored anew: the same scorer says the same, another one or changed rows are told as drift."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from audits.intake.models import Target
from audits.intake.services import keep_file, register_target
from audits.intake.uploads import Intake
from audits.judges.embedded import EmbeddedJudge
from audits.runs.carrying import carry_out
from audits.runs.models import Run
from audits.runs.reproduced import Reproduced
from audits.runs.reproducing import reproduce
from audits.states import State
from governance.access.policies import Forbidden
from governance.evidence.models import Entry
from governance.evidence.services import entry_of, erase_payload, seal
from governance.shapes import ShapeError
from governance.trail.models import TrailEntry
from tests.unit.outbound.servers import http_server

pytestmark = pytest.mark.django_db
Ask = Callable[..., Run]
PASSAGE = "Refunds are paid within 14 days. The fee is 3 EUR."


def answering(handler: BaseHTTPRequestHandler) -> None:
    asked = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))["question"]
    said = "The fee is 3 EUR." if "fee" in asked else "Refunds are paid within 90 days."
    content = json.dumps({"answer": said, "passages": [{"text": PASSAGE}]}).encode()
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def kept(actor: Any, now: datetime, lines: list[dict[str, Any]]) -> str:
    intake = Intake(organisation=actor.organisation, name="lines.jsonl", media_type="application/jsonl", limit=10_000)
    intake.take("\n".join(json.dumps(line) for line in lines).encode())
    return str(keep_file(actor=actor, received=intake.finish(), now=now).id)


def carried(run: Run) -> Run:
    carry_out(run_id=run.id, clock=lambda: datetime.now(UTC), lease_s=30)
    run.refresh_from_db()
    assert (run.state, run.message) == (State.SUCCEEDED, "")
    return run


@pytest.fixture
def live(ask: Ask, actor: Any, files: Path, now: datetime) -> Callable[[str], Run]:
    """A finished audit of a system that has gone since."""

    def audited(kind: str) -> Run:
        asked = [{"id": "q1", "question": "What is the fee?"}, {"id": "q2", "question": "When are refunds paid?"}]
        with http_server(answering) as (url, _received):
            spec = {"url": f"{url}/ask", "questions": kept(actor, now, asked)}
            target = register_target(actor=actor, name="rag", type="http_rag", spec=spec, secrets={}, now=now)
            return carried(ask(target, kind=kind))

    return audited


@pytest.fixture
def biased(ask: Ask, table: Callable[..., Target]) -> Run:
    rows = [f"{sex},{number % 3 % 2}" for sex in "fm" for number in range(40)]
    parameters = {"prediction": "decision", "favourable": "1", "sensitive": ["sex"]}
    return carried(ask(table(*rows, header="sex,decision"), kind="bias", parameters=parameters))


def again(actor: Any, run: Run, now: datetime) -> Reproduced:
    return reproduce(actor=actor, evidence_id=str(run.evidence_id), now=now)[0]


@pytest.mark.parametrize("kind", ["fidelity", "answer_quality", "operations"])
def test_the_answers_of_a_system_that_is_gone_are_scored_the_same(
    live: Callable[[str], Run], actor: Any, now: datetime, kind: str
) -> None:
    found = again(actor, live(kind), now)
    assert (found.outcome, found.why, found.differing, found.figures) == ("match", "", (), ())
    assert (found.items, found.rescored) == (2, 2)
    assert found.scorers_then == found.scorers_now


def test_a_table_is_counted_the_same(biased: Run, actor: Any, now: datetime) -> None:
    assert again(actor, biased, now).outcome == "match"


def test_another_scorer_is_told_as_drift_with_both_names(
    live: Callable[[str], Run], actor: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = live("fidelity")
    monkeypatch.setattr(EmbeddedJudge, "digest", lambda self: "sha256:" + "0" * 64)
    found = again(actor, run, now)
    assert found.outcome == "drift"
    assert {one.values for one in found.differing} == {("judge",)}
    assert found.scorers_now == ("sha256:" + "0" * 64,)
    assert found.scorers_then != found.scorers_now


def test_rows_that_are_not_those_that_were_sealed_are_drift(biased: Run, actor: Any, version: Any, now: datetime) -> None:
    statement = Entry.objects.get(pk=biased.evidence_id).statement()
    sealed = {"facts": statement["facts"], "provenance": statement["provenance"] | {"items": {"count": 1, "digest": "sha256:0"}}}
    entry = seal(actor=actor, kind="bias", subject=str(version.id), statement=sealed, run_id=str(biased.id), now=now)
    found, _ = reproduce(actor=actor, evidence_id=entry.id, now=now)
    assert (found.outcome, found.why) == ("drift", "stored_items_changed")


def test_erased_words_leave_the_figures_to_be_concluded_anew(live: Callable[[str], Run], actor: Any, now: datetime) -> None:
    run = live("fidelity")
    erase_payload(actor=actor, entry=entry_of(actor.organisation, run.evidence_id), reason="asked for", now=now)
    found = again(actor, run, now)
    assert (found.outcome, found.why, found.rescored, found.figures) == ("partial", "erased", 0, ())


def test_what_came_out_is_sealed_and_told_by_rest(biased: Run, actor: Any, now: datetime, api: APIClient) -> None:
    assert api.get(f"/api/v1/audits/{biased.id}/reproductions").json() == []
    found, sealed = reproduce(actor=actor, evidence_id=str(biased.evidence_id), now=now)
    assert (sealed.kind, sealed.subject) == ("reproduction", str(biased.evidence_id))
    (told,) = api.get(f"/api/v1/audits/{biased.id}/reproductions").json()
    assert (told["outcome"], told["reproduction"], told["digest"]) == ("match", found.to_plain(), sealed.digest)
    assert api.get(f"/api/v1/audits/{uuid4()}/reproductions").status_code == 404


def test_reading_the_words_again_is_in_the_trail(live: Callable[[str], Run], actor: Any, now: datetime) -> None:
    run = live("fidelity")
    again(actor, run, now)
    assert TrailEntry.objects.filter(action="evidence.read_payload", subject_id=str(run.evidence_id)).count() == 1


def test_what_no_audit_measured_cannot_be_scored_anew(actor: Any, version: Any, now: datetime) -> None:
    entry = seal(actor=actor, kind="attestation", subject=str(version.id), statement={}, now=now)
    with pytest.raises(ShapeError, match="only what an audit measured"):
        reproduce(actor=actor, evidence_id=entry.id, now=now)


def test_scoring_anew_needs_both_scopes(biased: Run, actor: Any, now: datetime) -> None:
    for missing in ("audits:write", "evidence:read"):
        with pytest.raises(Forbidden):
            again(replace(actor, scopes=actor.scopes - {missing}), biased, now)


def test_the_command_says_match_and_ends_with_0(biased: Run) -> None:
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("reproduce", str(biased.evidence_id), organisation="banco", stdout=said)
    assert ended.value.code == 0
    told = json.loads(said.getvalue())
    assert told["outcome"] == "match"
    assert Entry.objects.get(pk=told["sealed"]).kind == "reproduction"


def test_the_command_refuses_what_is_not_there(organisation: Any) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("reproduce", str(uuid4()), organisation="banco")
    assert refused.value.returncode == 2

"""The ledger over REST."""

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from governance.access.services import create_organisation, issue_token
from governance.evidence.services import sequence
from governance.trail.models import TrailEntry
from probanza import proofs

pytestmark = pytest.mark.django_db
URL = "/api/v1/evidence"


def test_a_list_is_narrowed_by_kind_subject_and_run(api: APIClient, desk: Any) -> None:
    wanted = desk.seal(kind="pii", run_id="run-1")
    desk.seal(kind="pii")
    desk.seal()
    by = f"kind=pii&run_id=run-1&subject={desk.version.id}"
    assert [one["id"] for one in api.get(f"{URL}?{by}").json()["results"]] == [str(wanted.id)]
    assert len(api.get(URL).json()["results"]) == 3


def test_a_list_turns_its_pages_without_losing_an_entry(api: APIClient, desk: Any) -> None:
    sealed = {str(desk.seal(str(number)).id) for number in range(5)}
    first = api.get(f"{URL}?size=3").json()
    second = api.get(first["next"]).json()
    assert {one["id"] for page in (first, second) for one in page["results"]} == sealed


def test_one_entry_shows_its_statement_place_and_what_is_stale(api: APIClient, desk: Any) -> None:
    entry = desk.seal()
    assert api.get(f"{URL}/{entry.id}").json()["seq"] is None
    sequence(desk.now)
    successor = desk.next_version()
    shown = api.get(f"{URL}/{entry.id}").json()
    assert shown["seq"] == 0
    assert shown["digest"] == entry.digest
    assert shown["statement"] == json.loads(bytes(entry.body))
    assert shown["stale"][0]["successor"]["id"] == str(successor.id)


def test_a_proof_convinces_somebody_who_only_has_the_answer(api: APIClient, desk: Any) -> None:
    entries = [desk.seal(str(number)) for number in range(6)]
    sequence(desk.now)
    proof = api.get(f"{URL}/{entries[4].id}/proof").json()
    head = proofs.SignedHead.from_plain({name: value for name, value in proof["head"].items() if name != "signature"})
    hashes = [bytes.fromhex(one) for one in proof["hashes"]]
    leaf = bytes.fromhex(proof["leaf_hash"])
    assert proofs.verify_inclusion(leaf, proof["leaf_index"], proof["tree_size"], hashes, bytes.fromhex(head.root))
    signature, key = bytes.fromhex(proof["head"]["signature"]), bytes.fromhex(proof["public_key"])
    assert proofs.verify_signature(head.signed_bytes(), signature, key)


def test_a_proof_before_the_entry_has_its_place_says_when_to_ask_again(api: APIClient, desk: Any) -> None:
    answer = api.get(f"{URL}/{desk.seal().id}/proof")
    assert (answer.status_code, answer["Retry-After"]) == (409, "2")
    assert answer["Content-Type"] == "application/problem+json"


def test_heads_are_listed_with_their_signatures_newest_first(api: APIClient, desk: Any) -> None:
    for _ in range(2):
        desk.seal()
        sequence(desk.now)
    heads = api.get(f"{URL}/heads").json()["results"]
    assert [head["size"] for head in heads] == [2, 1]
    signed = {name: value for name, value in heads[0].items() if name not in {"signature", "public_key"}}
    message = proofs.SignedHead.from_plain(signed).signed_bytes()
    assert proofs.verify_signature(message, bytes.fromhex(heads[0]["signature"]), bytes.fromhex(heads[0]["public_key"]))


def test_a_payload_is_served_as_plain_bytes_and_its_reading_is_recorded(api: APIClient, desk: Any) -> None:
    entry = desk.seal(payload=b"<script>alert(1)</script>")
    answer = api.get(f"{URL}/{entry.id}/payload")
    assert answer.content == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert TrailEntry.objects.filter(action="evidence.read_payload", subject_id=str(entry.id)).exists()


def test_an_erased_payload_is_gone_and_the_entry_says_so(api: APIClient, desk: Any) -> None:
    entry = desk.seal(payload=b"words")
    assert api.post(f"{URL}/{entry.id}/erasure", {"reason": "asked for"}).json()["payload"] == "erased"
    answer = api.get(f"{URL}/{entry.id}/payload")
    assert answer.status_code == 410
    assert "because: asked for" in answer.json()["detail"]
    assert api.post(f"{URL}/{entry.id}/erasure", {"reason": "again"}).status_code == 410


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": " \t"}, {"reason": "a\x00b"}, {"reason": 3, "more": 1}])
def test_erasing_without_a_reason_is_refused_by_name(api: APIClient, desk: Any, body: dict[str, Any]) -> None:
    entry = desk.seal(payload=b"words")
    answer = api.post(f"{URL}/{entry.id}/erasure", body)
    assert answer.status_code == 400
    assert answer.json()["errors"]
    assert api.get(f"{URL}/{entry.id}").json()["payload"] == "kept"


@pytest.mark.parametrize("below", ["", "/proof", "/payload"])
def test_another_organisations_evidence_is_not_found(desk: Any, below: str) -> None:
    entry = desk.seal(payload=b"words")
    other = create_organisation(name="Otro", slug="otro", now=desk.now)
    client = client_of(replace(desk.actor, organisation=other.id), ["evidence:read"], desk)
    assert client.get(f"{URL}/{entry.id}{below}").status_code == 404
    assert client.get(URL).json()["results"] == []
    assert client.get(f"{URL}/heads").json()["results"] == []


@pytest.mark.parametrize("below", ["", "/proof", "/payload"])
def test_an_unknown_entry_is_not_found(api: APIClient, below: str) -> None:
    answer = api.get(f"{URL}/{uuid4()}{below}")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_token_without_the_scope_reads_nothing(desk: Any) -> None:
    entry = desk.seal(payload=b"words")
    client = client_of(desk.actor, ["audits:read"], desk)
    paths = [URL, f"{URL}/heads", f"{URL}/{entry.id}", f"{URL}/{entry.id}/proof", f"{URL}/{entry.id}/payload"]
    assert {client.get(path).status_code for path in paths} == {403}


def test_a_token_without_admin_erases_nothing(desk: Any) -> None:
    entry = desk.seal(payload=b"words")
    client = client_of(desk.actor, ["evidence:read"], desk)
    assert client.post(f"{URL}/{entry.id}/erasure", {"reason": "asked"}).status_code == 403


@pytest.mark.parametrize("by", ["kind=%00", "cursor=x", "run_id=%F0%28", "subject=%3Cscript%3E", "kind=" + "x" * 5000])
def test_hostile_filters_are_answered_without_a_crash(api: APIClient, by: str) -> None:
    assert api.get(f"{URL}?{by}").status_code in {200, 400, 404}


def client_of(actor: Any, scopes: list[str], desk: Any) -> APIClient:
    _, secret = issue_token(actor=actor, name="t", scopes=scopes, expires_at=None, now=desk.now)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client

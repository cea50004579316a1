"""Every operation of the REST interface asks for exactly the scope that the reference names."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from governance.access.actors import Actor
from governance.access.roles import SCOPES
from governance.access.services import issue_token, revoke_token
from tests.house.scopes import PAGE, lines, operations


def test_the_reference_of_scopes_is_what_the_doors_ask_for() -> None:
    assert PAGE.read_text() == "".join(lines()), "run `python -m tests.house.scopes`"


def test_every_operation_asks_for_a_scope_or_at_least_for_a_token() -> None:
    assert [one for one in operations() if one.scope is None] == []
    assert [one.route for one in operations() if one.scope == ""] == ["api/v1/me"]


@pytest.fixture
def unlimited(settings: Any) -> None:
    settings.PROBANZA_RATE_TOKEN = settings.PROBANZA_RATE_ORGANISATION = settings.PROBANZA_RATE_PERSON = 0


def ask(client: Client, method: str, path: str, secret: str) -> Any:
    body = {} if method == "get" else {"data": "{}", "content_type": "application/json"}
    return getattr(client, method)(path, headers={"Authorization": f"Bearer {secret}"} if secret else {}, **body)


@pytest.mark.django_db
@pytest.mark.usefixtures("unlimited")
def test_a_token_with_one_scope_passes_the_doors_of_that_scope_and_no_other(actor: Actor, now: datetime) -> None:
    client = Client()
    wrong = []
    for scope in sorted(SCOPES):
        _, secret = issue_token(actor=actor, name=scope, scopes=[scope], role="admin", now=now)
        for one in operations():
            refused = ask(client, one.method, one.path, secret).status_code == 403
            if refused != (one.scope not in {scope, ""}):
                wrong.append((one.method, one.path, scope))
    assert wrong == []
    print(f"scope matrix: {len(operations())} operations, {len(SCOPES)} scopes")


@pytest.mark.django_db
@pytest.mark.usefixtures("unlimited")
def test_an_unknown_an_expired_and_a_revoked_token_are_told_the_same_at_every_door(actor: Actor, now: datetime) -> None:
    given: dict[str, Any] = {"actor": actor, "scopes": sorted(SCOPES), "role": "admin"}
    _, expired = issue_token(**given, name="old", expires_at=now - timedelta(seconds=1), now=now - timedelta(days=1))
    token, revoked = issue_token(**given, name="gone", now=now)
    revoke_token(actor=actor, token_id=token.id, now=now)
    client = Client()
    for one in operations():
        answers = [ask(client, one.method, one.path, secret) for secret in ("pbz_000000000000_00", expired, revoked)]
        assert {answer.status_code for answer in [*answers, ask(client, one.method, one.path, "")]} == {401}, one
        assert len({answer.content for answer in answers}) == 1, one
        assert answers[0].json()["type"] == "/problems/unauthorised"

"""The REST doors of endpoints and deliveries."""

from typing import Any

import pytest
from django.core import mail
from rest_framework.test import APIClient

from governance.access.roles import SCOPES_OF
from governance.access.services import create_member, issue_token
from governance.notices.models import Endpoint
from governance.trail.models import TrailEntry

pytestmark = pytest.mark.django_db
AT = "/api/v1/notices/endpoints"
WANTED = ["audit.failed"]


@pytest.fixture
def made(api: APIClient, receiver: Any) -> dict[str, Any]:
    answer = api.post(AT, {"url": receiver.url, "events": WANTED, "name": "CI"})
    assert answer.status_code == 201
    return answer.json()


def test_a_webhook_is_added_and_its_secret_shown_this_once(api: APIClient, made: dict[str, Any]) -> None:
    assert made["secret"].startswith("whsec_")
    shown = api.get(f"{AT}/{made['id']}").json()
    assert "secret" not in shown
    assert (shown["events"], shown["enabled"], shown["channel"]) == (WANTED, True, "webhook")
    assert made["secret"] not in api.get(AT).content.decode()


def test_the_answer_with_a_secret_is_stored_nowhere(api: APIClient, made: dict[str, Any]) -> None:
    assert api.post(f"{AT}/{made['id']}/rotate").headers["Cache-Control"] == "no-store"


def test_the_trail_knows_neither_address_nor_secret(api: APIClient, made: dict[str, Any]) -> None:
    api.patch(f"{AT}/{made['id']}", {"url": made["url"] + "?token=hunter2"})
    told = str(list(TrailEntry.objects.filter(subject="endpoint").values_list("action", "detail")))
    assert "notices.add_endpoint" in told
    assert "notices.change_endpoint" in told
    assert "127.0.0.1" not in told
    assert "hunter2" not in told


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"url": "http://rag.example.org/hook"}, "url"),
        ({"url": ""}, "url"),
        ({"url": "ftp://127.0.0.1/"}, "url"),
        ({"url": "http://user:pw@127.0.0.1/"}, "url"),
        ({"url": "http://169.254.169.254/latest"}, "url"),
        ({"url": "http://127.0.0.1/" + "x" * 2000}, "url"),
        ({"url": "http://127.0.0.1/ a"}, "url"),
        ({"url": 7}, "url"),
        ({"events": []}, "events"),
        ({"events": ["audit.exploded"]}, "events"),
        ({"events": ["test.ping"]}, "events"),
        ({"events": "audit.failed"}, "events"),
        ({"events": [["audit.failed"]]}, "events[0]"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"channel": "pigeon"}, "channel"),
        ({"member": "ana@example.org"}, "member"),
        ({"secret": "whsec_mine"}, "secret"),
    ],
)
def test_bad_input_is_refused_by_field_and_nothing_is_written(
    api: APIClient, receiver: Any, given: dict[str, Any], field: str
) -> None:
    answer = api.post(AT, {"url": receiver.url, "events": WANTED, **given})
    assert answer.status_code == 400
    assert field in {error["field"] for error in answer.json()["errors"]} | {answer.json()["errors"][0]["field"].split(".")[0]}
    assert not Endpoint.objects.exists()


def test_the_refusal_of_an_address_says_who_approves_it(api: APIClient) -> None:
    answer = api.post(AT, {"url": "https://hooks.example.org/x", "events": WANTED})
    assert "an admin of the organisation approves it" in answer.json()["detail"]


def test_only_an_admin_sees_or_changes_endpoints(api: APIClient, made: dict[str, Any], actor: Any, now: Any) -> None:
    _, secret = issue_token(actor=actor, name="o", scopes=sorted(SCOPES_OF["officer"]), role="officer", now=now)
    officer = APIClient()
    officer.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert {officer.get(AT).status_code, officer.post(f"{AT}/{made['id']}/rotate").status_code} == {403}
    assert officer.get("/api/v1/notices/deliveries").status_code == 403


def test_a_test_is_sent_and_its_delivery_read(api: APIClient, made: dict[str, Any], receiver: Any, attempt: Any) -> None:
    answer = api.post(f"{AT}/{made['id']}/test")
    assert (answer.status_code, answer.json()["event"], answer.json()["state"]) == (202, "test.ping", "waiting")
    from governance.notices.models import Delivery

    attempt(Delivery.objects.get())
    shown = api.get(f"/api/v1/notices/deliveries/{answer.json()['id']}").json()
    assert (shown["state"], shown["message"]) == ("delivered", receiver.headers[0]["webhook-id"])


def test_deliveries_are_listed_by_endpoint_state_and_event(api: APIClient, made: dict[str, Any]) -> None:
    api.post(f"{AT}/{made['id']}/test")
    at = "/api/v1/notices/deliveries"
    assert len(api.get(at, {"endpoint": made["id"], "state": "waiting", "event": "test.ping"}).json()["results"]) == 1
    assert api.get(at, {"state": "delivered"}).json()["results"] == []
    for query in ({"state": "lost"}, {"event": "x"}, {"endpoint": "x"}, {"cursor": "x"}):
        assert api.get(at, query).status_code in {400, 404}


def test_only_what_has_ended_is_redelivered(api: APIClient, made: dict[str, Any], attempt: Any) -> None:
    from governance.notices.models import Delivery

    delivery = api.post(f"{AT}/{made['id']}/test").json()
    at = f"/api/v1/notices/deliveries/{delivery['id']}/redeliver"
    assert api.post(at).status_code == 409
    attempt(Delivery.objects.get())
    again = api.post(at)
    assert (again.status_code, again.json()["message"]) == (202, delivery["message"])


def test_switched_off_it_takes_neither_test_nor_redelivery(api: APIClient, made: dict[str, Any]) -> None:
    assert api.post(f"{AT}/{made['id']}/disable").json()["enabled"] is False
    assert api.post(f"{AT}/{made['id']}/test").status_code == 409
    assert api.post(f"{AT}/{made['id']}/enable").json()["disabled_because"] == ""


def test_an_endpoint_is_changed_and_removed_with_its_deliveries(api: APIClient, made: dict[str, Any]) -> None:
    api.post(f"{AT}/{made['id']}/test")
    changed = api.patch(f"{AT}/{made['id']}", {"events": ["audit.failed", "audit.succeeded"], "name": "Release"}).json()
    assert (changed["events"], changed["name"]) == (["audit.failed", "audit.succeeded"], "Release")
    assert api.patch(f"{AT}/{made['id']}", {"url": "http://10.0.0.1/"}).status_code == 400
    assert api.delete(f"{AT}/{made['id']}").status_code == 204
    assert api.get(f"{AT}/{made['id']}").status_code == 404
    assert api.get("/api/v1/notices/deliveries").json()["results"] == []


def test_another_organisations_endpoint_is_not_found(api: APIClient, made: dict[str, Any], now: Any) -> None:
    from dataclasses import replace

    from governance.access.actors import system_actor
    from governance.access.services import create_organisation

    elsewhere = create_organisation(name="Elsewhere", now=now)
    stranger = replace(system_actor(elsewhere.id), role="admin")
    _, secret = issue_token(actor=stranger, name="t", scopes=["admin"], role="admin", now=now)
    other = APIClient()
    other.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert other.get(f"{AT}/{made['id']}").status_code == 404
    for verb in ("rotate", "enable", "disable", "test"):
        assert other.post(f"{AT}/{made['id']}/{verb}").status_code == 404
    assert other.delete(f"{AT}/{made['id']}").status_code == 404
    assert other.get(AT).json()["results"] == []


class TestMail:
    @pytest.fixture(autouse=True)
    def server(self, settings: Any, actor: Any, now: Any) -> None:
        settings.PROBANZA_MAIL_URL = "smtp://localhost:25"
        settings.PROBANZA_PUBLIC_URL = "https://probanza.example.org/"
        create_member(actor=actor, email="ana@example.org", role="engineer", now=now)

    def ask(self, api: APIClient, **more: Any) -> Any:
        return api.post(AT, {"channel": "mail", "member": "ana@example.org", "events": WANTED, **more})

    def test_a_member_is_written_to_in_their_language(self, api: APIClient, happen: Any, attempt: Any) -> None:
        assert self.ask(api, language="es").json()["email"] == "ana@example.org"
        (delivery,) = happen()
        assert attempt(delivery).state == "delivered"
        (message,) = mail.outbox
        assert message.to == ["ana@example.org"]
        assert "kind: pii" in message.body
        assert "https://probanza.example.org/" in message.body
        assert message.extra_headers["Message-ID"] == f"<msg_{delivery.notice_id.hex}@probanza>"

    def test_a_member_who_has_left_is_not_written_to(self, api: APIClient, happen: Any, attempt: Any) -> None:
        self.ask(api)
        Endpoint.objects.get().member.user.__class__.objects.filter(email="ana@example.org").update(is_active=False)
        assert attempt(happen()[0]).state == "given_up"
        assert mail.outbox == []

    def test_a_mail_server_that_is_away_is_asked_again(self, api: APIClient, happen: Any, attempt: Any, settings: Any) -> None:
        self.ask(api)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        delivery = attempt(happen()[0])
        assert (delivery.state, delivery.problem) == ("waiting", "The mail server did not take it (ConnectionRefusedError).")

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"member": "stranger@example.org"}, "member"),
            ({"member": ""}, "member"),
            ({"language": "xx"}, "language"),
            ({"url": "http://127.0.0.1/"}, "url"),
        ],
    )
    def test_only_members_are_written_to(self, api: APIClient, given: dict[str, str], field: str) -> None:
        answer = self.ask(api, **given)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)

    def test_without_a_mail_server_mail_is_refused_in_words(self, api: APIClient, settings: Any) -> None:
        settings.PROBANZA_MAIL_URL = ""
        assert "PROBANZA_MAIL_URL" in self.ask(api).json()["detail"]

    def test_mail_has_no_secret_to_rotate(self, api: APIClient) -> None:
        made = self.ask(api).json()
        assert made["secret"] == ""
        assert api.post(f"{AT}/{made['id']}/rotate").status_code == 409

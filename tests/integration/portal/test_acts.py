"""The buttons of an audit's page."""

from typing import Any

import pytest
from django.test import Client

from audits.runs.models import Run
from governance.trail.models import TrailEntry
from tests.integration.portal.seed import Seeded

pytestmark = pytest.mark.django_db


def test_a_running_audit_offers_to_cancel_it_and_a_failed_one_to_retry_what_is_left(ana: Client, seeded: Seeded) -> None:
    running, failed, done = (
        ana.get(f"/audits/{run.pk}").content.decode() for run in (seeded.running, seeded.failed, seeded.done)
    )
    assert (f"/audits/{seeded.running.pk}/cancel" in running, "/retry" in running, "/reproduce" in running) == (
        True,
        False,
        False,
    )
    assert "Retry the 56 that are left" in failed
    assert ("/cancel" in done, "/retry" in done, f"/audits/{seeded.done.pk}/reproduce" in done) == (False, False, True)


@pytest.mark.parametrize(("name", "act", "state"), [("running", "cancel", "cancelled"), ("failed", "retry", "queued")])
def test_a_button_does_what_it_says(ana: Client, seeded: Seeded, name: str, act: str, state: str) -> None:
    run: Run = getattr(seeded, name)
    answer = ana.post(f"/audits/{run.pk}/{act}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/audits/{run.pk}")
    run.refresh_from_db()
    assert run.state == state
    assert TrailEntry.objects.filter(subject_id=str(run.pk), action=f"audits.{act}_run", detail__to=state).count() == 1


def test_an_audit_that_succeeded_is_not_retried(ana: Client, seeded: Seeded) -> None:
    answer = ana.post(f"/audits/{seeded.done.pk}/retry")
    assert (answer.status_code, "only a failed or cancelled audit" in answer.content.decode()) == (400, True)


def test_a_form_sent_twice_reproduces_once(ana: Client, seeded: Seeded) -> None:
    first, again = (ana.post(f"/audits/{seeded.failed.pk}/reproduce", {"key": "k"}).headers["Location"] for _ in range(2))
    assert first == again
    page = ana.get(first).content.decode()
    assert f"/audits/{seeded.failed.pk}" in page


@pytest.mark.parametrize("act", ["cancel", "retry", "reproduce"])
def test_an_act_is_a_post_and_never_a_link(ana: Client, seeded: Seeded, act: str) -> None:
    assert ana.get(f"/audits/{seeded.failed.pk}/{act}").status_code == 405


def test_who_may_only_read_sees_no_button(seeded: Seeded, actor: Any, client: Client, now: Any) -> None:
    from governance.access.services import create_member

    create_member(actor=actor, email="vera@example.org", name="Vera", role="viewer", password="a long pass phrase", now=now)
    client.post("/sign-in", {"email": "vera@example.org", "password": "a long pass phrase"})
    assert "/retry" not in client.get(f"/audits/{seeded.failed.pk}").content.decode()
    assert client.post(f"/audits/{seeded.failed.pk}/retry").status_code == 403

"""Four eyes on pages."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from governance.access.services import create_member
from governance.approvals.models import Approval
from governance.registry.services import add_version
from tests.integration.portal.seed import PASSWORD, Seeded

pytestmark = pytest.mark.django_db


@pytest.fixture
def eva(actor: Any, now: datetime) -> Client:
    create_member(actor=actor, email="eva@example.org", name="Eva", role="officer", password=PASSWORD, now=now)
    client = Client()
    client.post("/sign-in", {"email": "eva@example.org", "password": PASSWORD})
    return client


def panel(client: Client, seeded: Seeded) -> str:
    return client.get(f"/versions/{seeded.system.pk}/approvals", headers={"HX-Request": "true"}).content.decode()


def ask(client: Client, seeded: Seeded, **more: str) -> Any:
    given = {"subject": "version", "subject_id": str(seeded.system.pk), "digest": seeded.system.digest, "next": "/approvals"}
    return client.post("/approvals/ask", {**given, **more})


def decide(client: Client, **more: str) -> Any:
    approval = Approval.objects.get()
    return client.post(f"/approvals/{approval.pk}/decision", {"decision": "approved", "digest": approval.digest, **more})


def test_a_version_and_its_criteria_are_asked_for_and_approved_by_another(ana: Client, eva: Client, seeded: Seeded) -> None:
    assert f"/versions/{seeded.system.pk}/approvals" in ana.get(f"/systems/{seeded.system.asset_id}").content.decode()
    assert panel(ana, seeded).count("Ask for approval") == 4
    assert ask(ana, seeded).headers["Location"] == "/approvals"
    assert "somebody else decides" in panel(ana, seeded)
    assert "Approve<" in panel(eva, seeded)
    assert decide(eva, reason="Looked at <b>all</b> of it").status_code == 302
    assert "approved" in panel(ana, seeded)
    assert "Looked at &lt;b&gt;all&lt;/b&gt; of it" in ana.get("/approvals").content.decode()


def test_whoever_asked_is_told_that_somebody_else_decides(ana: Client, seeded: Seeded) -> None:
    ask(ana, seeded)
    refused = decide(ana)
    assert (refused.status_code, b"somebody else decides it" in refused.content) == (409, True)


def test_an_edit_is_told_and_voids(ana: Client, eva: Client, seeded: Seeded, actor: Any, now: datetime) -> None:
    ask(ana, seeded)
    add_version(actor=actor, asset_id=seeded.system.asset_id, spec={"purpose": "Decides"}, now=now)
    refused = decide(eva)
    assert (refused.status_code, b"was edited since" in refused.content) == (409, True)
    assert "void: edited since" in panel(ana, seeded)
    assert panel(ana, seeded).count('value="version"') == 0


@pytest.mark.parametrize("given", [{"subject": "x"}, {"subject_id": "x"}, {"digest": "x"}, {"note": "a\x00"}, {"subject_id": ""}])
def test_what_does_not_fit_is_refused_and_nothing_asked(ana: Client, seeded: Seeded, given: dict[str, str]) -> None:
    assert ask(ana, seeded, **given).status_code in {400, 404, 409}
    assert not Approval.objects.exists()


def test_the_panel_is_a_page_of_its_own_without_javascript(ana: Client, seeded: Seeded) -> None:
    page = ana.get(f"/versions/{seeded.system.pk}/approvals").content.decode()
    assert "<html" in page
    assert "<html" not in panel(ana, seeded)

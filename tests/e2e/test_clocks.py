"""Clocks in a real browser: an incident is recorded and reported, a plan is set, and the pages fit."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from governance.access.actors import Actor
from governance.incidents.services import record_incident
from tests.e2e.test_portal import browser as browser
from tests.e2e.test_portal import drawn
from tests.e2e.test_portal import pytestmark as pytestmark
from tests.e2e.test_portal import seeded as seeded
from tests.e2e.test_portal import site as site
from tests.e2e.test_portal import visit as visit
from tests.integration.portal.seed import HOSTILE, Seeded

LOOKS = [
    {"viewport": {"width": 1280, "height": 900}},
    {"viewport": {"width": 360, "height": 800}},
    {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark", "locale": "es-ES"},
    {"viewport": {"width": 360, "height": 800}, "color_scheme": "dark", "locale": "es-ES"},
]


def test_an_incident_is_recorded_and_reported_by_keyboard(visit: Callable[..., Any], seeded: Seeded) -> None:
    with visit(viewport={"width": 1280, "height": 900}, locale="en-GB") as page:
        page.goto(f"/incidents/new?system={seeded.system.asset_id}")
        page.get_by_label("What happened, in one line").fill("A customer was hurt")
        page.get_by_label("Serious harm to a person's health").press("Space")
        page.get_by_role("button", name="Record it").press("Enter")
        page.get_by_text("left").first.wait_for()
        assert "14 days and 23 hours left" in page.inner_text("main")
        page.locator("summary", has_text="Record the complete report").press("Enter")
        page.get_by_label("Market surveillance authority").locator("visible=true").fill("AESIA")
        page.get_by_role("button", name="Record the complete report").press("Enter")
        page.get_by_text("reported in time").wait_for()
        drawn(page, "incident-reported")


def test_a_plan_is_set_by_choosing_what_is_measured(visit: Callable[..., Any], seeded: Seeded) -> None:
    with visit(viewport={"width": 1280, "height": 900}, locale="en-GB") as page:
        page.goto(f"/systems/{seeded.system.asset_id}/monitoring")
        page.get_by_label("What is measured").first.select_option("fidelity/supported_claims")
        page.get_by_label("Every so many days").first.fill("30")
        page.get_by_role("button", name="Set the plan").press("Enter")
        page.get_by_text("Plan, version 1").wait_for()
        assert "current" in page.inner_text("main")


@pytest.mark.parametrize("look", LOOKS, ids=["wide", "narrow", "wide-dark-spanish", "narrow-dark-spanish"])
def test_no_page_of_clocks_runs_off_the_screen(
    visit: Callable[..., Any], seeded: Seeded, actor: Actor, now: datetime, look: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    given: Any = {"title": f"A customer was hurt {HOSTILE}", "effects": ["death", "health"], "words": HOSTILE * 20}
    aware_at = now - timedelta(days=11)
    row = record_incident(actor=actor, system_id=seeded.system.asset_id, aware_at=aware_at, now=now, **given)
    addresses = {
        "list": "/incidents",
        "new": "/incidents/new",
        "one": f"/incidents/{row.pk}",
        "clocks": f"/versions/{seeded.system.pk}/clocks",
        "plan": f"/systems/{seeded.system.asset_id}/monitoring",
        "systems": "/",
    }
    with visit(**look) as page:
        for name, address in addresses.items():
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
            assert page.title() != "owned"
            drawn(page, f"clocks-{name}-{request.node.callspec.id}")

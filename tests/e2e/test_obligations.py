"""Obligations in a real browser: a duty is attested with a file, and the pages fit."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_portal import browser as browser
from tests.e2e.test_portal import drawn
from tests.e2e.test_portal import pytestmark as pytestmark
from tests.e2e.test_portal import seeded as seeded
from tests.e2e.test_portal import site as site
from tests.e2e.test_portal import visit as visit
from tests.integration.portal.seed import Seeded

HUMAN = "Art.9(5)"
LOOKS = [
    {"viewport": {"width": 1280, "height": 900}},
    {"viewport": {"width": 360, "height": 800}},
    {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    {"viewport": {"width": 360, "height": 800}, "color_scheme": "dark"},
]


def test_a_duty_is_attested_with_a_file_by_keyboard_and_shows_as_attested(
    visit: Callable[..., Any], seeded: Seeded, tmp_path: Path
) -> None:
    file = tmp_path / "risk.pdf"
    file.write_bytes(b"%PDF-1.7 the whole of it")
    with visit(viewport={"width": 1280, "height": 900}) as page:
        page.goto(f"/versions/{seeded.system.pk}/duty?id={HUMAN}")
        page.get_by_text("Attest it with a document").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Your statement").fill("The residual risks were looked at and accepted on 3 November.")
        page.get_by_label("Your function").first.fill("Head of risk")
        page.get_by_label("Document").set_input_files(str(file))
        page.get_by_role("button", name="Attest").press("Enter")
        page.get_by_text("The residual risks were looked at").wait_for()
        assert page.locator("h1 + .chip").inner_text().endswith("attested")
        drawn(page, "duty-attested")


@pytest.mark.parametrize("look", LOOKS, ids=["wide", "narrow", "wide-dark", "narrow-dark"])
def test_no_page_of_obligations_runs_off_the_screen(
    visit: Callable[..., Any], seeded: Seeded, look: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    addresses = {
        "all": "/obligations",
        "of-version": f"/versions/{seeded.system.pk}/obligations",
        "duty": f"/versions/{seeded.system.pk}/duty?id=Art.15(3)",
    }
    with visit(**look) as page:
        for name, address in addresses.items():
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
            drawn(page, f"obligations-{name}-{request.node.callspec.id}")

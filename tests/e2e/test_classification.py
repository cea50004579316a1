"""The questionnaire in a real Chromium: by keyboard, kept as it is answered, without sideways scroll."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from governance.classification.models import Classification, SystemAnswers
from governance.classification.services import answer
from tests.e2e.test_portal import browser as browser
from tests.e2e.test_portal import drawn
from tests.e2e.test_portal import pytestmark as pytestmark
from tests.e2e.test_portal import seeded as seeded
from tests.e2e.test_portal import site as site
from tests.e2e.test_portal import visit as visit
from tests.integration.classification.conftest import RECRUITMENT
from tests.integration.portal.seed import Seeded


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("light", {"color_scheme": "light", "viewport": {"width": 1280, "height": 800}}),
        ("dark", {"color_scheme": "dark", "viewport": {"width": 1280, "height": 800}}),
        ("narrow", {"viewport": {"width": 360, "height": 740}}),
        ("spanish", {"locale": "es-ES"}),
    ],
)
def test_the_pages_of_a_classification_open_without_sideways_scroll(
    visit: Callable[..., Any], seeded: Seeded, actor: Any, now: datetime, name: str, options: dict[str, Any]
) -> None:
    where = f"/systems/{seeded.system.asset_id}/classification"
    with visit(**options) as page:
        for title, more in (("undetermined", {"p_manipulation": "unknown"}), ("proposed", {"p_manipulation": "no"})):
            answer(actor=actor, system_id=seeded.system.asset_id, answers={**RECRUITMENT, **more}, now=now)
            page.goto(where)
            drawn(page, f"{name}-classification-{title}")
            assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        for block in ("scope", "use"):
            page.goto(f"{where}/questions/{block}")
            drawn(page, f"{name}-classification-{block}")
            assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_a_person_answers_and_confirms_by_keyboard_alone(
    visit: Callable[..., Any], seeded: Seeded, actor: Any, now: datetime
) -> None:
    answer(actor=actor, system_id=seeded.system.asset_id, answers={**RECRUITMENT, "h3_profiling": None}, now=now)
    with visit() as page:
        page.goto(f"/systems/{seeded.system.asset_id}/classification/questions/use")
        page.locator('input[name="h3_profiling"]').first.focus()
        page.keyboard.press("ArrowDown")
        page.get_by_role("status").get_by_text("Kept").wait_for()
        assert SystemAnswers.objects.get().answers["h3_profiling"] == "yes"
        page.get_by_role("button", name="Keep and see the outcome").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Why this is the classification").focus()
        page.keyboard.type("It ranks applicants.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_text("confirmed by a person").wait_for()
        assert Classification.objects.get().statement == "It ranks applicants."
        drawn(page, "classification-confirmed")

"""Answers beside their passages in a real Chromium: worst first, by keyboard, in the dark, on a telephone."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from governance.reports.services import build
from tests.e2e.test_identity import LOOKS, fits
from tests.e2e.test_portal import PICTURES, pytestmark
from tests.e2e.test_portal import browser as browser
from tests.e2e.test_portal import seeded as seeded
from tests.e2e.test_portal import site as site
from tests.e2e.test_portal import visit as visit
from tests.integration.portal.seed import Seeded
from tests.integration.portal.seed_answers import Answered, seed_answers

pytestmark = pytestmark


@pytest.fixture
def answered(actor: Any, seeded: Seeded, now: datetime, tmp_path: Path) -> Answered:
    return seed_answers(actor, seeded, now, tmp_path, 45)


def test_a_report_shows_its_worst_answers_in_their_words(
    visit: Callable[..., Any], answered: Answered, actor: Any, now: datetime
) -> None:
    report = build(actor=actor, system_version_id=answered.run.system_version_id, language="en", now=now)
    with visit() as page:
        page.goto(f"/reports/{report.pk}/html?words")
        assert page.locator("mark").first.is_visible()
        shown = page.content()
        page.goto(f"/reports/{report.pk}")
        with page.expect_download() as saved:
            page.get_by_role("link", name="Save as PDF with answers in their words").click()
        content = saved.value.path().read_bytes()
    assert content.startswith(b"%PDF-")
    if PICTURES:  # nothing runs in a report, so it cannot be drawn from within
        (Path(PICTURES) / "report-words.pdf").write_bytes(content)
        (Path(PICTURES) / "report-words.html").write_text(shown, encoding="utf-8")


@pytest.mark.parametrize(("name", "options"), [*LOOKS, ("dark", {"color_scheme": "dark"})])
def test_answers_open_without_sideways_scroll(
    visit: Callable[..., Any], answered: Answered, name: str, options: dict[str, Any]
) -> None:
    with visit(**options) as page:
        page.goto(f"/audits/{answered.run.pk}/items")
        fits(page, f"answers-{name}")
        page.goto(f"/audits/{answered.run.pk}")
        fits(page, f"audit-{name}")


def test_the_focus_on_a_claim_shows_its_evidence(visit: Callable[..., Any], answered: Answered) -> None:
    with visit() as page:
        page.goto(f"/audits/{answered.run.pk}/items?only=contradicted&because=negation")
        answer = page.locator(".answer").first
        answer.locator("a.claim").nth(1).focus()
        assert answer.locator(".evidence.on").all_inner_texts() == ["A receipt is needed."]
        page.keyboard.press("Enter")
        assert answer.locator(".place:target").count() == 1
        answer.locator("a.claim").first.hover()
        assert answer.locator(".evidence.on").all_inner_texts() == ["Returns are accepted within 30 days of delivery."]


def test_answers_are_chosen_without_leaving_the_page(visit: Callable[..., Any], answered: Answered) -> None:
    with visit() as page:
        page.goto(f"/audits/{answered.run.pk}")
        page.get_by_role("navigation", name="Which answers").get_by_role("link", name="no verdict").click()
        page.locator(".answer").first.get_by_text("Bare answer").wait_for()
        assert page.locator(".answer").count() == 5
        assert page.url.endswith(str(answered.run.pk))


def test_without_javascript_a_claim_links_to_its_evidence(visit: Callable[..., Any], answered: Answered) -> None:
    with visit(java_script_enabled=False) as page:
        page.goto(f"/audits/{answered.run.pk}/items?only=contradicted")
        page.locator("a.claim").first.click()
        assert page.locator(".place:target").count() == 1

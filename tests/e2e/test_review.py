"""A whole review in a real Chromium: draw, label by keyboard with a second person, settle, finish, read the corrected share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from audits.review.models import Label, Review
from audits.runs.models import Run
from governance.access.services import create_member
from tests.e2e.test_portal import CHROMIUM, browser, drawn, site
from tests.integration.review.conftest import concluded, truths, version

__all__ = ["browser", "site", "version"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="there is no Chromium here"),
]
PASSWORD = "a long enough password"


@pytest.fixture
def run(site: str, actor: Any, version: Any, now: datetime) -> Run:
    for name in ("ana", "ben"):
        create_member(actor=actor, email=f"{name}@banco.example", name=name.title(), role="auditor", password=PASSWORD, now=now)
    return concluded(actor, version, now, truths(good=14, bad=6, missed=1, alarms=2), limit="0.1")


@pytest.fixture
def sit(browser: Browser, site: str, run: Run) -> Callable[..., Any]:
    """A page of a person who is signed in; it must end without a word in the console."""

    @contextmanager
    def as_person(name: str, **options: Any) -> Iterator[Page]:
        context = browser.new_context(base_url=site, **options)
        page = context.new_page()
        page.set_default_timeout(60_000)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto("/sign-in")
        page.get_by_role("textbox").nth(0).fill(f"{name}@banco.example")
        page.get_by_role("textbox").nth(1).fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site}/")
        yield page
        context.close()
        assert said == []

    return as_person


def label_by_keys(page: Page, review: str, *, turned: int = 0) -> int:
    """Press 1 or 2 by what stands on the page until nothing is left; the first `turned` answers are labelled the wrong way."""
    page.goto(f"{review}/label")
    pressed = 0
    while page.url.endswith("/label"):
        assert page.get_by_text("score").count() == 0
        bad = "99 EUR" in page.locator("#answer").inner_text()
        item = page.locator("input[name=item]").get_attribute("value")
        page.keyboard.press("2" if bad != (pressed < turned) else "1")
        pressed += 1
        page.wait_for_function(
            "before => !document.querySelector('#label') || document.querySelector('input[name=item]').value !== before", arg=item
        )
    return pressed


def test_a_review_is_drawn_labelled_settled_and_finished_in_the_browser(sit: Callable[..., Any], run: Run) -> None:
    with sit("ana") as page:
        page.goto(f"/audits/{run.pk}/review")
        page.get_by_label("Answers to label").fill("12")
        page.get_by_label("Of these labelled by two people, in %").fill("50")
        drawn(page, "review_start")
        page.get_by_role("button", name="Draw the sample").click()
        page.wait_for_url("**/reviews/*")
        review = page.url
        drawn(page, "review_open")
        page.get_by_role("link", name="Label answers").click()
        drawn(page, "review_label")
        size = Review.objects.get().sample.count()
        assert label_by_keys(page, review) == size
        page.goto(review)
        assert "need another person" in page.locator("main").inner_text()
    with sit("ben", viewport={"width": 360, "height": 740}, color_scheme="dark") as page:
        page.goto(f"{review}/label")
        drawn(page, "review_label_360_dark")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert label_by_keys(page, review, turned=1) == -(-size // 2)
        page.goto(review)
        page.get_by_role("link", name="Settle differences (1)").click()
        drawn(page, "review_settle_360_dark")
        page.keyboard.press("2" if "99 EUR" in page.locator("#answer").inner_text() else "1")
        page.wait_for_url("**/reviews/*")
        page.get_by_role("button", name="Finish and calibrate").click()
        page.get_by_role("link", name="Show the proof").wait_for()
        drawn(page, "review_result_360_dark")
        page.goto("/reviews")
        assert "valid" in page.locator("tbody").inner_text()
        drawn(page, "review_list_360_dark")
    with sit("ana") as page:
        page.goto(review)
        drawn(page, "review_result")
        assert "EUR" not in page.locator("main").inner_text()


def test_a_marked_stretch_is_stored_as_characters_of_the_answer(sit: Callable[..., Any], run: Run) -> None:
    with sit("ana") as page:
        page.goto(f"/audits/{run.pk}/review")
        page.get_by_label("Answers to label").fill("12")
        page.get_by_role("button", name="Draw the sample").click()
        page.get_by_role("link", name="Label answers").click()
        page.evaluate("""() => { const text = document.getElementById("answer").firstChild;
          document.getSelection().setBaseAndExtent(text, 4, text, 7); }""")
        page.keyboard.press("m")
        assert page.locator("#marked mark").inner_text() == "fee"
        drawn(page, "review_marked")
        page.keyboard.press("2")
        page.get_by_role("link", name="Change your last label").click()
        page.locator("#marked mark").get_by_text("fee").wait_for()
        page.keyboard.press("2")
        page.get_by_text("1 by you").wait_for()
    assert Label.objects.get().spans == [[4, 7]]

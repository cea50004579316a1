"""Settings, second factors and approvals in a real Chromium."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from governance.access.destinations import ask
from tests.e2e.test_portal import CHROMIUM as CHROMIUM
from tests.e2e.test_portal import browser as browser
from tests.e2e.test_portal import drawn, pytestmark
from tests.e2e.test_portal import seeded as seeded
from tests.e2e.test_portal import site as site
from tests.e2e.test_portal import visit as visit
from tests.integration.identity.app import code_of
from tests.integration.portal.seed import EMAIL, PASSWORD, Seeded

pytestmark = pytestmark

LOOKS = [
    ("light", {"color_scheme": "light"}),
    ("dark360", {"color_scheme": "dark", "viewport": {"width": 360, "height": 740}}),
    ("spanish360", {"locale": "es-ES", "viewport": {"width": 360, "height": 740}}),
]


def fits(page: Page, name: str) -> None:
    drawn(page, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], name


def sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


@pytest.mark.parametrize(("name", "options"), LOOKS)
def test_every_page_of_the_settings_opens_without_sideways_scroll(
    visit: Callable[..., Any], seeded: Seeded, actor: Any, now: datetime, name: str, options: dict[str, Any]
) -> None:
    ask(actor=actor, place="rag.example.org", reason="Our own", now=now)
    pages = ("/problems/", "/settings/destinations", "/settings/members", "/settings/tokens", "/settings/security",
             "/settings/security/second-factor", "/approvals", f"/versions/{seeded.system.pk}/approvals",
             "/settings/security/confirm")  # fmt: skip
    with visit(**options) as page:
        for address in pages:
            page.goto(address)
            fits(page, f"{name}{address.replace('/', '-')[:40]}")


def test_a_person_enrols_an_app_and_signs_in_with_its_code(
    visit: Callable[..., Any], browser: Browser, site: str, seeded: Seeded
) -> None:
    look = {"color_scheme": "dark", "viewport": {"width": 360, "height": 740}}
    with visit(**look) as page:
        page.goto("/settings/security")
        page.get_by_role("link", name="Set up an authenticator app").click()
        drawing = page.get_by_role("img")
        assert drawing.evaluate("image => image.complete && image.naturalWidth > 0")
        secret = page.locator(".copy").inner_text()
        fits(page, "enrol")
        page.get_by_label("Code").fill(code_of(secret, -1))
        page.get_by_role("button", name="Turn on").click()
        codes = page.locator(".codes li").all_inner_texts()
        fits(page, "recovery-codes")
        page.get_by_role("link", name="I have kept them").click()
        fits(page, "enrolled")
        assert page.get_by_text("10 recovery codes are unused.").is_visible()
    assert len(codes) == 10
    context = browser.new_context(base_url=site, **look)
    page = context.new_page()
    sign_in(page)
    page.get_by_label("Code").fill("000000")
    page.keyboard.press("Enter")
    page.get_by_text("This code is wrong").wait_for()
    fits(page, "code")
    page.get_by_label("Code").fill(code_of(secret))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/")
    context.clear_cookies()
    sign_in(page)
    page.get_by_label("Code").fill(codes[0])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/")
    context.close()


def test_an_invited_person_comes_in_by_the_link_and_another_approves(
    visit: Callable[..., Any], browser: Browser, site: str, seeded: Seeded, actor: Any, now: datetime
) -> None:
    with visit() as page:
        page.goto("/settings/members")
        page.get_by_label("E-mail address").fill("eva@example.org")
        page.get_by_label("Name").fill("Eva")
        page.locator("#id_role").select_option("officer")
        page.get_by_role("button", name="Invite").click()
        link = page.locator(".copy").inner_text()
        fits(page, "invited")
        page.goto(f"/systems/{seeded.system.asset_id}")
        page.get_by_role("button", name="Ask for approval").first.click()
        page.get_by_text("somebody else decides").first.wait_for()
    context = browser.new_context(base_url=site)
    page = context.new_page()
    page.goto(link)
    fits(page, "welcome")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Set password").click()
    page.get_by_label("E-mail address").fill("eva@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/")
    page.get_by_role("link", name="Approvals").first.click()
    page.get_by_label("Reason").fill("Read all of it")
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("approved", exact=True).wait_for()
    fits(page, "approved")
    context.close()


def test_a_token_is_issued_and_shown_once(visit: Callable[..., Any], seeded: Seeded) -> None:
    with visit() as page:
        page.goto("/settings/tokens")
        page.get_by_label("Name").fill("ci")
        page.get_by_text("registry:read", exact=True).click()
        page.get_by_role("button", name="Issue token").click()
        assert re.fullmatch(r"pbz_\w+_\w+", page.locator(".copy").inner_text())
        fits(page, "token")
        page.goto("/settings/tokens")
        assert page.locator(".copy").count() == 0


def test_what_cannot_be_undone_is_asked_once_more_and_told_what_it_does(visit: Callable[..., Any], seeded: Seeded) -> None:
    with visit() as page:
        page.goto("/settings/tokens")
        page.get_by_label("Name").fill("ci")
        page.get_by_text("registry:read", exact=True).click()
        page.get_by_role("button", name="Issue token").click()
        revoke = page.get_by_role("button", name="Revoke", exact=True)
        assert not revoke.is_visible()
        page.locator("summary", has_text="Revoke ci").focus()
        page.keyboard.press("Enter")
        assert page.get_by_text("This cannot be undone.").is_visible()
        fits(page, "sure")
        revoke.click()
        page.get_by_text("revoked", exact=True).wait_for()

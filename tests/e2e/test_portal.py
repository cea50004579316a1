"""The portal in a real Chromium: by keyboard, in the dark, on a telephone, in Spanish, without JavaScript."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Browser, Page, sync_playwright

from audits.runs.models import Run
from tests.integration.portal.seed import EMAIL, PASSWORD, Seeded, seed

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PICTURES = os.environ.get("PROBANZA_PICTURES", "")  # a folder: every page that a test opens is drawn into it
SHIFTS = """() => new Promise(done => new PerformanceObserver(list => done(
  list.getEntries().reduce((sum, shift) => sum + shift.value, 0)
)).observe({type: "layout-shift", buffered: true}) || setTimeout(() => done(0), 1000))"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="there is no Chromium here"),
]


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture
def site(committed: None, actor: Any) -> Iterator[str]:
    """The service in threads of this process, over the test database."""
    server = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=_Server, handler_class=_Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def seeded(site: str, actor: Any, now: datetime) -> Seeded:
    return seed(actor, now)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's loop runs in this thread; the ORM is only used beside it
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def visit(browser: Browser, site: str, seeded: Seeded) -> Callable[..., Any]:
    """A context manager: a page of somebody signed in, that must end without a word in the console."""

    @contextmanager
    def signed_in(**options: Any) -> Iterator[Page]:
        context = browser.new_context(base_url=site, **options)
        page = context.new_page()
        page.set_default_timeout(10_000)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto("/sign-in")
        page.get_by_role("textbox").nth(0).fill(EMAIL)
        page.get_by_role("textbox").nth(1).fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site}/")
        yield page
        context.close()
        assert said == []

    return signed_in


def drawn(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def pages(seeded: Seeded) -> dict[str, str]:
    return {
        "systems": "/",
        "system": f"/systems/{seeded.system.asset_id}",
        "obligations": f"/versions/{seeded.system.pk}/obligations",
        "start": f"/audits/of/{seeded.system.pk}/new?kind=fidelity",
        "audit": f"/audits/{seeded.done.pk}",
        "failed": f"/audits/{seeded.failed.pk}",
        "audits": "/audits",
        "entry": f"/evidence/{seeded.done.evidence_id}",
        "evidence": "/evidence",
        "reports": "/reports",
        "activity": "/activity",
    }


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("light", {"color_scheme": "light"}),
        ("dark", {"color_scheme": "dark"}),
        ("narrow", {"viewport": {"width": 360, "height": 740}}),
        ("spanish", {"locale": "es-ES"}),
    ],
)
def test_every_page_opens_without_sideways_scroll(
    visit: Callable[..., Any], seeded: Seeded, name: str, options: dict[str, Any]
) -> None:
    with visit(**options) as page:
        for title, address in pages(seeded).items():
            page.goto(address)
            page.wait_for_load_state("networkidle") if title == "system" else None
            drawn(page, f"{name}-{title}")
            assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], title
            assert page.title() != "owned"


def test_a_panel_is_loaded_into_the_system_s_page(visit: Callable[..., Any], seeded: Seeded) -> None:
    with visit() as page:
        page.goto(pages(seeded)["system"])
        page.get_by_role("cell", name="Helpdesk over HTTP").first.wait_for()
        page.get_by_role("cell", name="evaluated on").first.wait_for()
        assert page.get_by_role("link", name="Show the lineage of this version").count() == 0


def test_nothing_jumps_while_the_panels_of_a_system_come_in(visit: Callable[..., Any], seeded: Seeded) -> None:
    with visit() as page:
        page.goto(pages(seeded)["system"])
        page.get_by_role("cell", name="evaluated on").first.wait_for()
        moved = page.evaluate(SHIFTS)
        assert moved < 0.1  # what browsers call good


def test_without_javascript_the_panels_of_a_system_are_pages(visit: Callable[..., Any], seeded: Seeded) -> None:
    with visit(java_script_enabled=False) as page:
        page.goto(pages(seeded)["system"])
        page.get_by_role("link", name="Show criteria, components").click()
        page.get_by_role("link", name="Show the lineage of this version").click()
        page.get_by_role("heading", name="Lineage", level=1).wait_for()
        assert page.get_by_role("cell", name="evaluated on").first.is_visible()


def test_a_running_audit_moves_and_its_end_brings_the_result(visit: Callable[..., Any], seeded: Seeded) -> None:
    with visit() as page:
        page.goto(f"/audits/{seeded.running.pk}")
        page.get_by_text("21 of 60 items").wait_for()
        Run.objects.filter(pk=seeded.running.pk).update(done=44)
        page.get_by_text("44 of 60 items").wait_for()
        Run.objects.filter(pk=seeded.running.pk).update(state="cancelled", done=45)
        page.get_by_text("cancelled").wait_for()
        assert page.locator("[hx-trigger]").count() == 0


def test_the_next_answers_come_without_leaving_the_page(visit: Callable[..., Any], seeded: Seeded) -> None:
    with visit() as page:
        page.goto(pages(seeded)["audit"])
        page.get_by_role("link", name="Next answers").click()
        page.get_by_role("link", name="q020").wait_for()
        assert page.url.endswith(pages(seeded)["audit"])


def test_the_keyboard_reaches_the_content_first_and_everything_shows_its_focus(visit: Callable[..., Any], seeded: Seeded) -> None:
    with visit() as page:
        page.goto("/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")
        outline = page.evaluate(
            "getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).outlineWidth"
        )
        assert outline == "solid2px"


def test_everything_is_there_without_javascript(visit: Callable[..., Any], seeded: Seeded) -> None:
    with visit(java_script_enabled=False, viewport={"width": 360, "height": 740}) as page:
        page.get_by_text("Menu").click()
        page.get_by_role("group").get_by_role("link", name="Audits").click()
        page.get_by_role("link", name="Fidelity to sources").last.click()
        page.get_by_role("link", name="Next answers").click()
        assert page.get_by_role("link", name="q020").is_visible()


def test_a_report_is_built_shown_and_saved(visit: Callable[..., Any], seeded: Seeded) -> None:
    with visit() as page:
        page.goto(pages(seeded)["system"])
        page.get_by_role("button", name="Build report").click()
        inside = page.frame_locator("iframe")
        inside.get_by_role("heading", level=1).wait_for()
        drawn(page, "light-report")
        assert "Fee helpdesk" in inside.get_by_role("heading", level=1).inner_text()
        with page.expect_download() as saved:
            page.get_by_role("link", name="Save as PDF", exact=True).click()
        assert saved.value.path().read_bytes().startswith(b"%PDF-")


def test_a_reader_switches_to_spanish(visit: Callable[..., Any], seeded: Seeded) -> None:
    with visit() as page:
        page.get_by_role("button", name="Español").click()
        assert page.evaluate("document.documentElement.lang") == "es"


def test_three_clicks_from_a_verdict_to_the_answer_behind_it(visit: Callable[..., Any], seeded: Seeded) -> None:
    with visit() as page:
        page.goto(pages(seeded)["system"])
        page.get_by_role("heading", name="Fidelity of answers").get_by_role("link").click()
        page.get_by_role("link", name="Show the items").click()
        assert page.locator("mark").first.is_visible()


def test_nobody_guesses_passwords_at_leisure(browser: Browser, site: str, seeded: Seeded) -> None:
    page = browser.new_context(base_url=site).new_page()
    for _ in range(6):
        page.goto("/sign-in")
        page.get_by_label("E-mail address").fill(EMAIL)
        page.get_by_label("Password").fill("wrong")
        page.keyboard.press("Enter")
        page.get_by_role("alert").wait_for()
    drawn(page, "locked")
    assert "Too many tries" in page.get_by_role("alert").inner_text()
    page.context.close()

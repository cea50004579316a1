"""What browsers are sent."""

import hashlib
import re

from django.contrib.staticfiles import finders

from tests.house.rooms import ROOT

STATIC = ROOT / "governance/static/portal"


def test_the_script_of_others_is_the_one_that_was_looked_at() -> None:
    sums = [line.split("  ") for line in (STATIC / "SHA256SUMS").read_text().splitlines()]
    found = {name: finders.find(name) for _digest, name in sums}
    assert len(sums) == 1
    for digest, name in sums:
        with open(str(found[name]), "rb") as script:
            assert hashlib.sha256(script.read()).hexdigest() == digest


def test_pages_name_no_other_host_and_no_inline_style_or_script() -> None:
    pages = [*(ROOT / "templates").rglob("*.html")]
    own = [page for page in pages if "reports" not in page.relative_to(ROOT / "templates").parts[:1]]
    assert len(own) > 20
    for page in own:
        words = page.read_text()
        assert not re.search(r"""(src|href|action|hx-get)="(https?:)?//""", words), page
        assert not re.search(r"""\s(style|on[a-z]+)=|<style|<script(?! src)|\|safe|autoescape off""", words), page


def test_the_sheet_has_both_themes_and_no_address() -> None:
    sheet = (STATIC / "house.css").read_text()
    assert "prefers-color-scheme: dark" in sheet
    assert "url(" not in sheet
    assert sheet.count("{") == sheet.count("}")

"""What is written down agrees with what is there."""

import os
import re
import subprocess
import tomllib

import pytest
import yaml
from django.core.management import call_command

from audits.states import NEXT
from tests.house.rooms import ROOT

# Put together here, so that this file does not hold what it looks for.
FORBIDDEN = ("files.python" + "hosted", "pypi" + ".org", "/wo" + "rk/", "/ro" + "ot/", "registry.npm" + "js", "deb.deb" + "ian")


def committed() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [name for name in listed if (ROOT / name).is_file()]


def test_every_setting_from_the_environment_is_documented_and_no_other() -> None:
    places = [*(ROOT / "governance/config").glob("*.py"), ROOT / "audits/judges/encoder.py"]
    code = "".join(path.read_text() for path in places)
    read = set(re.findall(r'"((?:PROBANZA|DATABASE|REDIS)_[A-Z_]+)"', code))
    told = set(re.findall(r"`((?:PROBANZA|DATABASE|REDIS)_[A-Z_]+)`", (ROOT / "docs/reference/settings.md").read_text()))
    assert read == told


def test_every_state_of_a_run_is_documented() -> None:
    page = (ROOT / "docs/reference/runs.md").read_text()
    assert [state for state in NEXT if f"`{state}`" not in page] == []


def links(page: str) -> set[str]:
    """The files that a page leads to, from the root; links to other servers are left out."""
    found = re.findall(r"\]\(([^)#\s]+)[^)]*\)", (ROOT / page).read_text())
    return {os.path.relpath((ROOT / page).parent / one, ROOT) for one in found if "://" not in one}


def test_every_link_between_pages_leads_somewhere_and_every_page_is_led_to() -> None:
    pages = [name for name in committed() if name.endswith(".md") and not name.startswith(("tests/", "examples/reference_rag/"))]
    assert [f"{page}: {one}" for page in pages for one in sorted(links(page)) if not (ROOT / one).exists()] == []
    told = set().union(*(links(page) for page in pages))
    assert [page for page in pages if page.startswith("docs/") and page not in told] == []


def test_a_decision_fits_on_a_page_and_tells_context_decision_and_consequences() -> None:
    decisions = sorted((ROOT / "docs/decisions").glob("0*.md"))
    parts = ("**Context.**", "**Decision.**", "**Consequences.**")
    assert len(decisions) >= 12
    assert [one.name for one in decisions if len(one.read_text().splitlines()) > 60] == []
    assert [one.name for one in decisions if [part for part in parts if part not in one.read_text()]] == []


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_nothing_committed_names_a_machine_or_a_registry() -> None:
    found = []
    for name in committed():
        content = (ROOT / name).read_bytes()
        if b"\0" not in content[:8000]:
            found += [f"{name}: {word}" for word in FORBIDDEN if word.encode() in content]
    assert found == []


def test_locks_hold_hashes_and_no_addresses() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-uv.lock"):
        text = (ROOT / name).read_text()
        pins = re.findall(r"^[a-z0-9][a-z0-9._\[\]-]*==", text, re.MULTILINE)
        blocks = re.split(r"\n(?=[a-z0-9])", text.strip())
        assert len(pins) == len([block for block in blocks if "--hash=sha256:" in block]) > 0
        assert "://" not in text


def test_every_dependency_tells_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    named = [line for line in lines if re.match(r'^  "[A-Za-z][\w.-]*(\[.*\])?[<>=]=?', line)]
    assert len(named) > 30
    assert [line for line in named if "#" not in line] == []


def test_compose_and_the_embedded_engine_are_the_same_postgresql() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    assert compose["services"]["postgres"]["image"] == "postgres:18"
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["license"] == "Apache-2.0"

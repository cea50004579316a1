"""Every kind of problem has a page, a row in the reference, and nothing tells one that has none."""

import re

import pytest
from django.test import Client
from rest_framework.exceptions import APIException

from governance.access.problem_types import TYPES, ProblemType, type_of
from governance.access.schema import WORDS
from governance.config import urls  # loads every door  # noqa: F401
from governance.shapes import ShapeError
from tests.house.rooms import ROOT


def subclasses(kind: type) -> set[type]:
    below: set[type] = set(kind.__subclasses__())
    return below.union(*map(subclasses, below))


def test_the_reference_tells_every_kind_as_the_code_has_it() -> None:
    page = (ROOT / "docs/reference/problems.md").read_text()
    told = re.findall(r"^\| `(/problems/[^`]+)` \| (\d+) \| (.+) \| (.+) \| (.+) \|$", page, re.MULTILINE)
    assert told == [(one.uri, str(one.status), one.title, one.means, one.remedy) for one in TYPES.values()]


def test_every_exception_that_names_a_kind_names_one_that_exists_with_its_status() -> None:
    named = [one for one in subclasses(Exception) if getattr(one, "problem_type", "")]
    assert len(named) >= 3
    wrong = [one for one in named if getattr(one, "problem_type") not in TYPES]  # noqa: B009
    assert wrong == []
    doors = [one for one in named if issubclass(one, APIException)]
    assert [one for one in doors if TYPES[one.problem_type].status != one.status_code] == []  # type: ignore[attr-defined]


def test_every_kind_named_where_it_is_raised_exists() -> None:
    code = [path.read_text() for room in ("governance", "audits", "lineage") for path in (ROOT / room).rglob("*.py")]
    named = re.findall(r"problem_type\s*=\s*\"([a-z-]+)\"", "\n".join(code))
    assert "unknown-kind" in {ShapeError("kind", "is none.", (), "unknown-kind").problem_type}
    assert set(named) <= set(TYPES)


def test_every_status_that_the_openapi_tells_has_a_kind() -> None:
    assert [status for status in WORDS if type_of(status) is None] == []


@pytest.mark.django_db
@pytest.mark.parametrize("one", TYPES.values(), ids=lambda one: one.slug)
def test_the_type_of_a_problem_leads_to_its_page(one: ProblemType) -> None:
    page = Client().get(one.uri)
    assert page.status_code == 200
    assert one.title in page.content.decode()


@pytest.mark.django_db
def test_the_list_of_kinds_names_all_and_another_address_is_not_found() -> None:
    page = Client().get("/problems/").content.decode()
    assert [one.slug for one in TYPES.values() if one.uri not in page] == []
    assert Client().get("/problems/no-such-kind").status_code == 404

"""No address tells or changes what belongs to another organisation: every address, every kind of thing."""

import copy
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from drf_spectacular.generators import SchemaGenerator

from governance.access import wall
from governance.access.models import Organisation
from governance.access.walling import walled_models
from governance.config.engines import Engines
from tests.house.other_tenant import UUID_TEXT, House, house, methods, path_of, routes
from tests.house.tenants import ROUTES

HOW = "tests/house/tenants.py says what each address does with things of other organisations"


@pytest.fixture
def first_wall_alone(engines: Engines, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Row-level security does not hold the application back meanwhile: it would hide that a query forgot its filter."""
    role = connections["default"].settings_dict["USER"]
    for attribute in ("BYPASSRLS", "NOBYPASSRLS"):
        with django_db_blocker.unblock():
            connections["default"].close()  # it may hold plans of statements with the policies in them
        engines.postgres.sql(f"ALTER ROLE {role} {attribute}")
        if attribute == "BYPASSRLS":
            yield


@pytest.fixture
def houses(
    first_wall_alone: None, db: None, now: datetime, settings: Any, caplog: pytest.LogCaptureFixture
) -> tuple[House, House]:
    """Ours, which asks, and theirs."""
    caplog.set_level(logging.ERROR)  # thousands of refusals are what is asked for
    settings.PROBANZA_RATE_TOKEN = settings.PROBANZA_RATE_ORGANISATION = settings.PROBANZA_RATE_PERSON = 0
    return house("ours", now), house("theirs", now)


def foreign(theirs: House) -> list[str]:
    """One id of theirs of every table, and those that have a name."""
    return sorted({one for found in theirs.rows.values() for one in found[:1]} | set(theirs.own.values()))


def told(answer: Any, theirs: House, but: str = "") -> set[str]:
    """Ids of theirs in an answer, apart from the one that was sent."""
    every = {one for found in theirs.rows.values() for one in found} | set(theirs.own.values())
    return (set(UUID_TEXT.findall(answer.whole.decode("latin-1"))) & every) - {but}


def test_every_address_has_an_entry_and_every_entry_an_address() -> None:
    missing, gone = sorted(routes().keys() - ROUTES), sorted(ROUTES.keys() - routes().keys())
    lines = "".join(f'\n    "{one}": {"IDS" if "<uuid:" in one else "LISTS or PUBLIC"},' for one in missing)
    assert missing == [], f"{HOW}; add to its ROUTES:{lines}"
    assert gone == [], f"{HOW}; take out of its ROUTES: {gone}"


def test_an_entry_says_ids_exactly_where_the_address_has_some() -> None:
    assert [route for route, entry in ROUTES.items() if (entry.kind == "ids") != ("<uuid:" in route)] == []


def test_every_id_in_a_body_that_the_openapi_tells_is_in_its_entry() -> None:
    own = _Anything()
    for path, operations in SchemaGenerator().get_schema(public=True)["paths"].items():
        for method, operation in operations.items():
            wanted = set(_id_fields(operation))
            if wanted:
                entry = next(one for route, one in ROUTES.items() if f"/{_plain(route)}" == _plain(path))
                given = str(entry.body(own)) if entry.body else ""
                assert [name for name in wanted if f"'{name}'" not in given] == [], (
                    f"{HOW}; {method} {path} takes ids: give it a body"
                )


def test_an_id_of_another_organisation_is_not_found_anywhere(houses: tuple[House, House]) -> None:
    ours, theirs = houses
    assert _sees_everything()
    assert [label for label, found in theirs.rows.items() if not found] == []
    assert len(theirs.rows) == len(walled_models())
    asked, wrong, cannot_fail = 0, [], []
    for route, entry in ROUTES.items():
        if entry.kind == "ids":
            pattern, body = routes()[route], entry.body(ours.own) if entry.body else None
            for method in methods(pattern):
                known = pattern.callback and hasattr(pattern.callback, "cls")
                for one in foreign(theirs):
                    answer = ours.ask(method, path_of(route, entry, one), body)
                    asked += 1
                    if answer.status_code not in ({404} if known else {404, 405}) or told(answer, theirs, one):
                        wrong.append(f"{method} {path_of(route, entry, one)}: {answer.status_code}")
            if not _finds(ours, route):
                cannot_fail.append(route)
    assert wrong == []
    assert cannot_fail == []  # an address that finds nothing of one's own either proves nothing
    assert asked > 1000
    print(f"tenant matrix: {len(ROUTES)} addresses, {len(foreign(theirs))} things of another organisation, {asked} requests")


def test_no_list_tells_of_another_organisation(houses: tuple[House, House]) -> None:
    ours, theirs = houses
    found = []
    for route, entry in ROUTES.items():
        if entry.kind != "ids":
            answer = ours.ask("get", path_of(route, entry, ""))
            assert answer.status_code < 500, route
            if told(answer, theirs):
                found.append(route)
    assert found == []
    assert told(theirs.ask("get", "/api/v1/audits"), theirs)  # what is not told to us is told to them


def test_no_filter_of_a_list_reaches_into_another_organisation(houses: tuple[House, House]) -> None:
    ours, theirs = houses
    found = []
    for path, operations in SchemaGenerator().get_schema(public=True)["paths"].items():
        for parameter in operations.get("get", {}).get("parameters", ()):
            if parameter["in"] == "query" and parameter["name"] not in {"cursor", "size"} and "{" not in path:
                for one in theirs.own.values():
                    answer = ours.ask("get", path, {parameter["name"]: one})
                    if answer.status_code >= 500 or told(answer, theirs, one):
                        found.append(f"{path}?{parameter['name']}={one}: {answer.status_code}")
    assert found == []


def test_no_body_reaches_into_another_organisation(houses: tuple[House, House]) -> None:
    ours, theirs = houses
    refused, wrong = 0, []
    for route, entry in ROUTES.items():
        if entry.body is None:
            continue
        body = entry.body(ours.own)
        leaves = list(_leaves(body, set(ours.own.values())))
        path = _accepted(ours, route) if leaves else ""
        for keys, _ in leaves:
            for one in foreign(theirs):
                answer = ours.ask("post", path, _with(body, keys, one))
                refused += 400 <= answer.status_code < 500
                if not 400 <= answer.status_code < 500 or told(answer, theirs, one):
                    wrong.append(f"post {path} {keys} {one}: {answer.status_code}")
    assert wrong == []
    assert refused > 150


def _sees_everything() -> bool:
    with wall.inside(uuid4()):
        return bool(Organisation.objects.exists())


def _finds(ours: House, route: str) -> bool:
    entry, pattern = ROUTES[route], routes()[route]
    body = entry.body(ours.own) if entry.body else None
    ids = [*ours.own.values(), *(one for found in ours.rows.values() for one in found)]
    answers = (ours.ask(method, path_of(route, entry, one), body) for method in methods(pattern) for one in ids)
    return any(answer.status_code not in {404, 405} and answer.status_code < 500 for answer in answers)


def _accepted(ours: House, route: str) -> str:
    """The address with an id of ours for which the body as it stands in the entry is accepted."""
    entry = ROUTES[route]
    assert entry.body is not None
    writes = next(method for method in ("post", "patch", "put") if method in methods(routes()[route]))
    for one in ours.own.values():
        path = path_of(route, entry, one)
        if ours.ask(writes, path, entry.body(ours.own)).status_code < 400:
            return path
    raise AssertionError(f"{HOW}; the body for {route!r} is not accepted even with ids of one's own")


def _leaves(body: Any, ids: set[str], keys: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    if isinstance(body, str) and body in ids:
        yield keys, body
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in inner:
        yield from _leaves(value, ids, (*keys, key))


def _with(body: dict[str, Any], keys: tuple[Any, ...], value: str) -> dict[str, Any]:
    changed = copy.deepcopy(body)
    place: Any = changed
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    return changed


class _Anything(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "x"


def _plain(path: str) -> str:
    return UUID_TEXT.sub("", "".join("{}" if part[:1] in "<{" else part for part in path.replace("/", " / ").split()))


def _id_fields(operation: dict[str, Any]) -> Iterator[str]:
    components = SchemaGenerator().get_schema(public=True)["components"]["schemas"] if "requestBody" in operation else {}
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield from _ids_in(content.get("schema", {}), components)


def _ids_in(schema: dict[str, Any], components: dict[str, Any], name: str = "") -> Iterator[str]:
    if "$ref" in schema:
        yield from _ids_in(components[schema["$ref"].rsplit("/", 1)[1]], components, name)
    if schema.get("format") == "uuid":
        yield name
    yield from _ids_in(schema["items"], components, name) if "items" in schema else ()
    for inner, told_of in schema.get("properties", {}).items():
        yield from _ids_in(told_of, components, inner)

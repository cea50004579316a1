"""The REST doors of lineage."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from governance.registry.models import AssetVersion
from lineage import urls
from lineage.rules import RULES

pytestmark = pytest.mark.django_db

Version = Callable[..., AssetVersion]
EDGES = "/api/v1/lineage/edges"


@pytest.fixture
def edge(version: Version) -> dict[str, str]:
    return {
        "source": str(version("model", "scorer").pk),
        "target": str(version("dataset", "loans").pk),
        "kind": "trained_on",
    }


def test_an_edge_is_stated_listed_walked_and_ended(api: APIClient, edge: dict[str, str]) -> None:
    made = api.post(EDGES, edge)
    assert (made.status_code, api.post(EDGES, edge).status_code) == (201, 200)
    assert [one["id"] for one in api.get(EDGES).json()["results"]] == [made.json()["id"]]
    answer = api.get(f"/api/v1/lineage/{edge['source']}?direction=upstream&depth=1").json()
    assert [node["version_id"] for node in answer["nodes"]] == [edge["source"], edge["target"]]
    assert answer["counts"] == {"nodes": {"dataset": 1, "model": 1}, "edges": {"trained_on": 1}}
    assert (answer["truncated"], answer["reach"]) == (False, 1)
    ended = api.post(f"{EDGES}/{made.json()['id']}/end", {})
    assert ended.json()["valid_to"] is not None
    assert api.get(f"/api/v1/lineage/{edge['source']}").json()["edges"] == []
    before = api.get(f"/api/v1/lineage/{edge['source']}", {"as_of": made.json()["valid_from"]}).json()
    assert len(before["edges"]) == 1


def test_a_cap_that_cuts_is_said(api: APIClient, edge: dict[str, str]) -> None:
    api.post(EDGES, edge)
    answer = api.get(f"/api/v1/lineage/{edge['source']}", {"depth": 0}).json()
    assert (len(answer["nodes"]), answer["truncated"], answer["truncated_by"]) == (1, True, ["depth"])
    answer = api.get(f"/api/v1/lineage/{edge['source']}", {"max_nodes": 1}).json()
    assert (answer["truncated"], answer["truncated_by"], answer["reach"]) == (True, ["nodes"], 1)


def test_an_unknown_kind_lists_the_known_ones(api: APIClient, edge: dict[str, str]) -> None:
    refused = api.post(EDGES, {**edge, "kind": "made_of"})
    assert (refused.status_code, refused.headers["Content-Type"]) == (400, "application/problem+json")
    assert refused.json()["errors"][0] == {
        "field": "kind", "problem": "is not a known kind of edge.", "allowed": list(RULES),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"source": "x"}, "source"),
        ({"note": "a\x00b"}, "note"),
        ({"valid_from": "yesterday"}, "valid_from"),
        ({"kind": "prompted_by"}, "target"),
    ],
)
def test_a_bad_edge_is_refused_by_field(api: APIClient, edge: dict[str, str], change: dict[str, str], field: str) -> None:
    refused = api.post(EDGES, {**edge, **change})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"depth": "NaN"}, "depth"),
        ({"depth": "1000001"}, "depth"),
        ({"max_nodes": "10001"}, "max_nodes"),
        ({"direction": "<script>"}, "direction"),
        ({"as_of": "{{7*7}}"}, "as_of"),
        ({"width": "3"}, "width"),
    ],
)
def test_a_bad_question_is_refused_by_field(api: APIClient, edge: dict[str, str], asked: dict[str, str], field: str) -> None:
    refused = api.get(f"/api/v1/lineage/{edge['source']}", asked)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)


def test_what_is_not_there_is_not_found(api: APIClient, edge: dict[str, str]) -> None:
    assert api.get(f"/api/v1/lineage/{uuid4()}").status_code == 404
    assert api.post(f"{EDGES}/{uuid4()}/end", {}).status_code == 404
    assert api.post(f"/api/v1/lineage/{uuid4()}/seal").status_code == 404
    assert api.post(EDGES, {**edge, "target": str(uuid4())}).status_code == 404


def test_nobody_asks_without_a_token(edge: dict[str, str]) -> None:
    assert APIClient().get(f"/api/v1/lineage/{edge['source']}").status_code == 401


def test_a_sealed_graph_names_its_evidence(api: APIClient, edge: dict[str, str]) -> None:
    sealed = api.post(f"/api/v1/lineage/{edge['source']}/seal")
    assert sealed.status_code == 201
    assert sealed.json()["version_id"] == edge["source"]


def test_the_openapi_tells_the_problems_of_every_operation() -> None:
    schema = SchemaGenerator(patterns=urls.urlpatterns).get_schema(request=None, public=True)
    for path in schema["paths"].values():
        for operation in path.values():
            told = operation["responses"]
            assert all("application/problem+json" in told[status]["content"] for status in ("400", "401", "403", "404"))

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


BULK = f"{EDGES}/bulk"
TABLE = {"kind": "external_dataset", "namespace": "postgres://dwh", "name": "raw.loans"}


def test_many_edges_are_stated_at_once_and_again_without_effect(api: APIClient, edge: dict[str, str]) -> None:
    job = {"kind": "job", "namespace": "airflow", "name": "nightly"}
    edges = [
        edge,
        {"source": job, "target": TABLE, "kind": "reads", "valid_from": "2026-01-02T03:04:05+01:00"},
        {"source": job, "target": edge["target"], "kind": "writes"},
    ]
    first, again = (api.post(BULK, {"edges": edges}).json() for _ in range(2))
    assert (first["stated"], first["standing"]) == (3, 0)
    assert (again["stated"], again["standing"]) == (0, 3)
    answer = api.get(f"/api/v1/lineage/{edge['source']}?direction=upstream").json()
    assert [(node["kind"], node["depth"]) for node in answer["nodes"]] == [
        ("model", 0), ("dataset", 1), ("job", 2), ("external_dataset", 3),
    ]  # fmt: skip
    outside = answer["nodes"][-1]
    assert (outside["namespace"], outside["asset"], outside["version_id"]) == ("postgres://dwh", "raw.loans", None)
    assert {one["valid_from"] for one in answer["edges"]} >= {"2026-01-02T02:04:05+00:00"}


def test_what_stands_outside_can_be_asked_and_joined_by_its_id(api: APIClient, edge: dict[str, str]) -> None:
    api.post(EDGES, {**edge, "target": TABLE})
    table = api.get(f"/api/v1/lineage/{edge['source']}").json()["nodes"][1]
    assert api.get(f"/api/v1/lineage/{table['id']}?direction=downstream").json()["reach"] == 1
    assert api.post(EDGES, {**edge, "target": table["id"], "kind": "evaluated_on"}).status_code == 201


def test_what_stands_outside_is_found_by_its_name(api: APIClient, edge: dict[str, str]) -> None:
    api.post(EDGES, {**edge, "target": TABLE})
    api.post(EDGES, {**edge, "target": {**TABLE, "name": "raw.people"}})
    assert len(api.get("/api/v1/lineage/nodes").json()["results"]) == 2
    found = api.get("/api/v1/lineage/nodes", TABLE).json()["results"]
    assert [(one["kind"], one["namespace"], one["name"]) for one in found] == [tuple(TABLE.values())]


def test_columns_of_an_edge_come_back(api: APIClient, edge: dict[str, str]) -> None:
    pairs = [["decision", "label"], ["income", "ingresos"]]
    made = api.post(EDGES, {**edge, "columns": pairs})
    assert made.json()["columns"] == pairs
    assert api.get(f"/api/v1/lineage/{edge['source']}").json()["edges"][0]["columns"] == pairs


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"colour": "red"}, "edges[1].colour"),
        ({"source": "x"}, "edges[1].source"),
        ({"source": None}, "edges[1].source"),
        ({"source": 5}, "edges[1].source"),
        ({"target": {"kind": "external_dataset", "namespace": "n", "name": " "}}, "edges[1].target.name"),
        ({"target": {"kind": "external_dataset", "namespace": "n"}}, "edges[1].target.name"),
        ({"target": {"kind": "planet", "namespace": "n", "name": "m"}}, "edges[1].target.kind"),
        ({"target": {"kind": "job", "namespace": "n", "name": "x" * 2001}}, "edges[1].target.name"),
        ({"target": str(uuid4())}, "edges[1].target"),
        ({"kind": "made_of"}, "edges[1].kind"),
        ({"kind": "prompted_by"}, "edges[1].target"),
        ({"valid_from": "yesterday"}, "edges[1].valid_from"),
        ({"valid_from": "0001-01-01T00:00:00+14:00"}, "edges[1].valid_from"),
        ({"valid_from": 1.5}, "edges[1].valid_from"),
        ({"note": "x" * 2001}, "edges[1].note"),
        ({"columns": [["a"]]}, "edges[1].columns[0]"),
        ({"columns": [["a", 1]]}, "edges[1].columns[0][1]"),
        ({"columns": "a"}, "edges[1].columns"),
    ],
)
def test_one_bad_edge_of_many_is_named_and_nothing_is_written(
    api: APIClient, edge: dict[str, str], change: dict[str, object], field: str
) -> None:
    refused = api.post(BULK, {"edges": [edge, {**edge, "kind": "evaluated_on", **change}]})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)
    assert api.get(EDGES).json()["results"] == []


def test_an_edge_from_a_node_to_itself_is_refused(api: APIClient) -> None:
    refused = api.post(BULK, {"edges": [{"source": TABLE, "target": TABLE, "kind": "derived_from"}]})
    told = refused.json()["errors"][0]
    assert (told["field"], told["problem"]) == ("edges[0].target", "an edge joins two different nodes.")


@pytest.mark.parametrize("body", [{}, {"edges": []}, {"edges": {}}, {"edges": [1]}, {"edges": [[]], "x": 1}, []])
def test_a_body_that_is_no_list_of_edges_is_refused(api: APIClient, body: object) -> None:
    assert api.post(BULK, body).status_code == 400


def test_more_edges_than_one_call_takes_are_refused(api: APIClient) -> None:
    refused = api.post(BULK, {"edges": [{}] * 10_001})
    assert refused.json()["errors"][0]["problem"] == "must be a list of 1 to 10000 edges."


def test_an_edge_that_overlaps_an_ended_one_is_named(api: APIClient, edge: dict[str, str]) -> None:
    made = api.post(EDGES, {**edge, "valid_from": "2026-01-01T00:00:00Z"}).json()
    api.post(f"{EDGES}/{made['id']}/end", {"valid_to": "2026-03-01T00:00:00Z"})
    back = {**edge, "valid_from": "2026-02-01T00:00:00Z"}
    refused = api.post(BULK, {"edges": [{**edge, "kind": "evaluated_on"}, back]})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "edges[1].valid_from")
    assert api.post(BULK, {"edges": [{**back, "valid_from": "2026-03-01T00:00:00Z"}]}).json()["stated"] == 1


def test_the_graph_is_asked_as_of_sealed_evidence(api: APIClient, edge: dict[str, str]) -> None:
    sealed = api.post(f"/api/v1/lineage/{edge['source']}/seal").json()["evidence"]
    api.post(EDGES, edge)
    path = f"/api/v1/lineage/{edge['source']}"
    assert (api.get(path).json()["reach"], api.get(path, {"as_of_evidence": sealed}).json()["reach"]) == (1, 0)
    for name in ("as_of_evidence", "as_of_run", "as_of_report"):
        assert api.get(path, {name: str(uuid4())}).status_code == 404
    both = api.get(path, {"as_of_evidence": sealed, "as_of": "2026-01-01T00:00:00Z"})
    assert both.json()["errors"][0]["field"] == "as_of_evidence"


@pytest.mark.parametrize("cursor", ["x", "1.2", "1.2.99999999999999999999", "999999999999999999.1.1", "１.1.1", "1.1.1;--"])
def test_a_cursor_that_no_page_gave_out_is_refused(api: APIClient, edge: dict[str, str], cursor: str) -> None:
    refused = api.get(f"/api/v1/lineage/{edge['source']}", {"cursor": cursor})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "cursor")

import pytest

from governance.registry.fingerprint import version_digest
from governance.registry.specs import LONGEST_TEMPLATE, LONGEST_TEXT, SPECS, check_kind, read_spec
from governance.shapes import ShapeError

LEAST = {
    "ai_system": {"purpose": "answers customers"},
    "model": {"provider": "us", "family": "xgboost"},
    "prompt": {"template": "Answer {question}"},
    "dataset": {},
    "knowledge_base": {},
    "agent": {"purpose": "books"},
    "tool": {"purpose": "reads the diary"},
    "judge": {"sort": "embedded", "digest": "sha256:0"},
    "guideline": {"text": "Read the passages first."},
}


def refused(kind, spec):
    with pytest.raises(ShapeError) as caught:
        read_spec(kind, spec)
    return caught.value


def test_there_is_a_least_specification_for_every_kind():
    assert set(LEAST) == set(SPECS)


@pytest.mark.parametrize("kind", SPECS)
def test_what_is_stored_reads_as_itself(kind):
    stored = read_spec(kind, LEAST[kind])
    assert read_spec(kind, stored) == stored


@pytest.mark.parametrize("kind", SPECS)
def test_an_unknown_field_is_refused_by_name_with_the_allowed_ones(kind):
    error = refused(kind, {**LEAST[kind], "colour": "red"})
    assert error.field == "spec.colour"
    assert set(LEAST[kind]) <= set(error.allowed)


def test_a_missing_field_is_named():
    assert refused("ai_system", {}).field == "spec.purpose"


@pytest.mark.parametrize("given", [None, [], "text", 3])
def test_a_specification_that_is_no_object_is_refused(given):
    assert refused("model", given).field == "spec"


def test_the_roles_of_the_regulation_are_the_only_ones():
    error = refused("ai_system", {"purpose": "x", "roles": ["provider", "owner"]})
    assert error.field == "spec.roles[1]"
    assert "deployer" in error.allowed


@pytest.mark.parametrize(
    ("kind", "spec", "field"),
    [
        ("model", {"provider": "us", "family": "x" * (LONGEST_TEXT + 1)}, "spec.family"),
        ("prompt", {"template": "x" * (LONGEST_TEMPLATE + 1)}, "spec.template"),
        ("prompt", {"template": "x", "variables": ["v"] * 201}, "spec.variables"),
        ("prompt", {"template": "x", "variables": ["a", "v" * (LONGEST_TEXT + 1)]}, "spec.variables[1]"),
        ("model", {"provider": "us", "family": "x", "parameters": {"k": "v" * (LONGEST_TEXT + 1)}}, "spec.parameters.k"),
        ("model", {"provider": "us", "family": "x", "parameters": {"k" * 201: "v"}}, "spec.parameters"),
        ("model", {"provider": "us", "family": "x", "parameters": {str(n): "v" for n in range(201)}}, "spec.parameters"),
        ("dataset", {"rows": -1}, "spec.rows"),
        ("dataset", {"rows": 2**53}, "spec.rows"),
        ("dataset", {"sha256": "ABC"}, "spec.sha256"),
        ("prompt", {"template": "a\x00b"}, "spec.template"),
    ],
)
def test_what_is_out_of_bounds_is_named(kind, spec, field):
    assert refused(kind, spec).field == field


def test_a_long_prompt_and_a_right_digest_fit():
    assert len(read_spec("prompt", {"template": "x" * LONGEST_TEMPLATE})["template"]) == LONGEST_TEMPLATE
    assert read_spec("dataset", {"sha256": "0" * 64, "rows": 0})["rows"] == 0


def test_an_unknown_kind_is_refused_with_the_known_ones():
    with pytest.raises(ShapeError) as caught:
        check_kind("robot")
    assert caught.value.allowed == tuple(SPECS)


def test_a_specification_from_before_the_fields_of_annex_viii_keeps_its_digest():
    spec = read_spec("ai_system", {"purpose": "answers customers", "placed_on_market": "2027-12-02", "countries": ["ES"]})
    digest = "sha256:1eda0f3549c98627a8832357050c7afd9d476333cae557191a0cb6a868501a74"
    assert version_digest("ai_system", spec) == digest
    empty = {"trade_name": "", "member_states": [], "personal_data": None, "market_status": ""}
    assert version_digest("ai_system", read_spec("ai_system", {**spec, **empty})) == digest


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("trade_name", "Fee helpdesk 3"),
        ("member_states", ["ES", "PT"]),
        ("personal_data", False),
        ("market_status", "on_market"),
        ("put_into_service", "2027-12-02"),
        ("instructions_url", "https://banco.example/instructions"),
    ],
)
def test_what_annex_viii_asks_for_is_kept_and_makes_another_digest(name, value):
    bare = read_spec("ai_system", {"purpose": "x"})
    spec = read_spec("ai_system", {"purpose": "x", name: value})
    assert spec == {**bare, name: value}
    assert version_digest("ai_system", spec) != version_digest("ai_system", bare)
    assert read_spec("ai_system", spec) == spec


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("put_into_service", "2 December 2027", "spec.put_into_service"),
        ("put_into_service", "20271202", "spec.put_into_service"),
        ("put_into_service", "2027-02-30", "spec.put_into_service"),
        ("certificate_expires", "soon", "spec.certificate_expires"),
        ("member_states", ["ES", "US"], "spec.member_states[1]"),
        ("market_status", "sold", "spec.market_status"),
        ("provider_size", "tiny", "spec.provider_size"),
        ("personal_data", "no", "spec.personal_data"),
        ("instructions_url", "javascript:alert(1)", "spec.instructions_url"),
        ("declaration_url", "https://a.example/ x", "spec.declaration_url"),
        ("information_url", "https://a.example/<script>", "spec.information_url"),
        ("trade_name", "a\x00", "spec.trade_name"),
    ],
)
def test_what_does_not_fit_annex_viii_is_named(name, value, field):
    assert refused("ai_system", {"purpose": "x", name: value}).field == field

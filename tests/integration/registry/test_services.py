from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from governance.access.policies import Forbidden
from governance.access.roles import scopes_of
from governance.access.services import create_organisation
from governance.access.tenancy import Conflict, NotFound
from governance.registry import services
from governance.registry.fingerprint import version_digest
from governance.registry.models import Asset, AssetVersion
from governance.registry.queries import newest_versions, with_components
from governance.shapes import ShapeError
from governance.trail.append_only import AppendOnlyError
from governance.trail.ids import uuid7
from governance.trail.models import TrailEntry

pytestmark = pytest.mark.django_db

SPECS = {
    "model": {"provider": "us", "family": "xgboost"},
    "prompt": {"template": "Answer {question}", "variables": ["question"]},
    "agent": {"purpose": "books tables"},
    "ai_system": {"purpose": "answers customers", "roles": ["provider", "deployer"]},
}


@pytest.fixture
def new(actor, now):
    """Makes an asset of a kind."""

    def make(kind="model", name="", by=actor):
        return services.register_asset(actor=by, kind=kind, name=name or f"A {kind}", owner="Ana", now=now)

    return make


@pytest.fixture
def add(actor, now):
    """Adds a version to an asset."""

    def make(asset, by=actor, components=(), note="", **spec):
        given = SPECS[asset.kind] | spec
        return services.add_version(actor=by, asset_id=asset.id, spec=given, components=components, note=note, now=now)

    return make


@pytest.fixture
def stranger(actor, now):
    """An administrator of another organisation."""
    return replace(actor, organisation=create_organisation(name="Other", now=now).id)


def told(organisation):
    rows = TrailEntry.objects.filter(organisation_id=organisation, action__startswith="registry.").order_by("id")
    return [(row.action, row.subject_id) for row in rows]


def test_registering_and_adding_a_version_stand_in_the_trail(new, add, organisation):
    asset = new()
    version = add(asset)
    assert (asset.slug, asset.stage, str(asset)) == ("a-model", "design", "A model")
    assert told(organisation.id) == [
        ("registry.register_asset", str(asset.id)),
        ("registry.add_version", str(version.id)),
    ]


def test_versions_are_numbered_without_gaps(new, add):
    one, other = new(), new(name="Other")
    numbers = [add(one, family=family).number for family in ("a", "b", "c")]
    assert (numbers, add(other).number) == ([1, 2, 3], 1)
    assert str(AssetVersion.objects.get(asset=other)) == "Other 1"


def test_the_same_content_again_is_the_newest_version(new, add, organisation):
    asset = new()
    first = add(asset)
    assert add(asset, note="again") == first
    assert len(told(organisation.id)) == 2


def test_the_content_of_an_older_version_is_a_new_version(new, add):
    asset = new()
    first, _, third = add(asset), add(asset, family="b"), add(asset)
    assert (third.number, third.digest) == (3, first.digest)


def test_the_digest_can_be_computed_from_what_is_stored(new, add):
    model = add(new(), parameters={"ñ": "1.50", "a": "\N{GRINNING FACE}"})
    system = add(new("ai_system"), components=[("model", model.id)])
    read = AssetVersion.objects.get(pk=system.pk)
    parts = [(row.role, row.component_version.digest) for row in read.components.all()]
    assert version_digest("ai_system", read.spec, parts) == read.digest
    stored = AssetVersion.objects.get(pk=model.pk)
    assert version_digest("model", stored.spec) == stored.digest


def test_another_component_makes_another_version(new, add):
    model, system = new(), new("ai_system")
    one = add(system, components=[("model", add(model).id)])
    two = add(system, components=[("model", add(model, family="b").id)])
    assert (two.number, one.digest == two.digest) == (2, False)


def test_a_component_that_came_back_to_its_old_content_makes_another_version_with_the_same_digest(new, add):
    model, system = new(), new("ai_system")
    first, _, third = add(model), add(model, family="b"), add(model)
    one = add(system, components=[("model", first.id)])
    two = add(system, components=[("model", third.id)])
    assert (two.number, two.digest) == (2, one.digest)
    assert services.successor_of(two.components.get().component_version) is None


def test_a_version_is_neither_saved_again_nor_deleted(new, add):
    version = add(new())
    version.note = "changed"
    with pytest.raises(AppendOnlyError, match=r"version .* is never changed; add a new one instead"):
        version.save()
    with pytest.raises(AppendOnlyError, match="is never deleted"):
        version.delete()


def test_a_model_has_no_components(new, add):
    part = add(new(name="part"))
    with pytest.raises(ShapeError, match="a model has no components; only agent and ai_system do"):
        add(new(), components=[("model", part.id)])


def test_too_many_components_are_refused(new, add):
    with pytest.raises(ShapeError, match="at most 200"):
        add(new("ai_system"), components=[("model", uuid7())] * 201)


@pytest.mark.parametrize(
    ("role", "part", "field"),
    [
        ("Model!", "model", "components[1].role"),
        ("", "model", "components[1].role"),
        ("m" * 61, "model", "components[1].role"),
        ("model", "nothing", "components[1].version"),
        ("model", "foreign", "components[1].version"),
        ("model", "itself", "components[1].version"),
        ("first", "model", "components[1]"),
    ],
)
def test_a_component_that_does_not_fit_is_named_by_its_place(role, part, field, new, add, stranger):
    system, model = new("ai_system"), add(new())
    parts = {
        "model": model.id,
        "nothing": uuid7(),
        "foreign": add(new(by=stranger), by=stranger).id,
        "itself": add(system, purpose="before").id,
    }
    with pytest.raises(ShapeError) as caught:
        add(system, components=[("first", model.id), (role, parts[part])])
    assert caught.value.field == field


def test_one_version_may_play_two_roles(new, add):
    model = add(new())
    system = add(new("ai_system"), components=[("writer", model.id), ("judge", model.id)])
    assert sorted(map(str, system.components.all())) == ["judge: A model 1", "writer: A model 1"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "robot"}, "kind"),
        ({"name": "  "}, "name"),
        ({"name": "n" * 201}, "name"),
        ({"owner": ""}, "owner"),
        ({"owner": "a\x00"}, "owner"),
        ({"slug": "Not A Slug"}, "slug"),
        ({"slug": "s" * 101}, "slug"),
        ({"name": "公司"}, "slug"),
    ],
)
def test_an_asset_that_does_not_fit_names_the_field(given, field, actor, now):
    with pytest.raises(ShapeError) as caught:
        services.register_asset(**{"actor": actor, "kind": "model", "name": "A", "owner": "Ana", "now": now, **given})
    assert caught.value.field == field


def test_a_slug_is_taken_once_in_an_organisation_and_free_in_another(new, stranger):
    new()
    with pytest.raises(Conflict, match="a-model is taken") as caught:
        new()
    assert caught.value.field == "slug"
    assert new(by=stranger).slug == "a-model"


@pytest.mark.parametrize(("note", "spec"), [("n" * 4001, {}), ("a\x00", {}), ("", {"colour": "red"})])
def test_a_version_that_does_not_fit_leaves_no_trace(note, spec, new, add, organisation):
    asset = new()
    with pytest.raises(ShapeError):
        add(asset, note=note, **spec)
    assert (AssetVersion.objects.count(), len(told(organisation.id))) == (0, 1)


def test_whoever_may_only_read_changes_nothing(new, actor, now):
    asset, viewer = new(), replace(actor, scopes=scopes_of("viewer"))
    for attempt in (
        lambda: services.register_asset(actor=viewer, kind="model", name="A", owner="Ana", now=now),
        lambda: services.add_version(actor=viewer, asset_id=asset.id, spec=SPECS["model"], now=now),
        lambda: services.change_stage(actor=viewer, asset_id=asset.id, stage="retired", now=now),
    ):
        with pytest.raises(Forbidden, match="registry:write"):
            attempt()


def test_another_organisations_asset_is_not_found(new, add, stranger, now):
    asset = new()
    with pytest.raises(NotFound):
        add(asset, by=stranger)
    with pytest.raises(NotFound):
        services.change_stage(actor=stranger, asset_id=asset.id, stage="retired", now=now)


def test_a_change_of_stage_stands_in_the_trail_once(new, actor, now):
    asset = new()
    for _ in range(2):
        services.change_stage(actor=actor, asset_id=asset.id, stage="production", now=now)
    assert Asset.objects.get().stage == "production"
    assert TrailEntry.objects.get(action="registry.change_stage").detail == {"before": "design", "after": "production"}


def test_an_unknown_stage_is_refused_with_the_known_ones(new, actor, now):
    with pytest.raises(ShapeError) as caught:
        services.change_stage(actor=actor, asset_id=new().id, stage="launched", now=now)
    assert "production" in caught.value.allowed


def test_only_a_version_of_a_system_of_this_organisation_is_a_system_version(new, add, organisation, stranger):
    system, model = add(new("ai_system")), add(new())
    assert services.system_version(organisation.id, str(system.id)) == system
    for where, version in ((stranger.organisation, system.id), (organisation.id, model.id), (organisation.id, "no id")):
        with pytest.raises(NotFound):
            services.system_version(where, version)


def test_what_never_changes_about_a_system_version_is_asked_once(new, add, organisation, stranger, django_assert_num_queries):
    version = add(new("ai_system"))
    known = services.known_system_version(organisation.id, version.id)
    with django_assert_num_queries(0):
        assert services.known_system_version(organisation.id, str(version.id)) is known
    for whose, sought in ((stranger.organisation, version.id), (organisation.id, uuid7()), (organisation.id, "none")):
        with pytest.raises(NotFound):
            services.known_system_version(whose, sought)


def test_the_pins_of_a_system_reach_through_its_agents(new, add):
    model, prompt = add(new()), add(new("prompt"))
    agent = add(new("agent"), components=[("model", model.id)])
    system = add(new("ai_system"), components=[("prompt", prompt.id), ("agent", agent.id)])
    pins = services.pins_of(system)
    assert [pin["role"] for pin in pins] == ["system", "agent", "agent.model", "prompt"]
    assert pins[2] == {
        "role": "agent.model", "version_id": str(model.id), "asset": "A model", "number": 1, "digest": model.digest,
    }  # fmt: skip


def test_a_version_is_succeeded_by_the_newest_of_its_asset(new, add):
    asset = new()
    first, _, third = add(asset), add(asset, family="b"), add(asset, family="c")
    assert services.successor_of(first) == third
    assert services.successor_of(third) is None


def test_newest_versions_come_with_their_components_in_few_queries(new, add, organisation, django_assert_num_queries):
    systems = [new("ai_system", name=f"S{number}") for number in range(3)]
    for family in ("a", "b"):
        part = add(new(name=family))
        for system in systems[:2]:
            add(system, components=[("model", part.id)])
    with django_assert_num_queries(2):
        newest = newest_versions(organisation.id, [system.id for system in systems])
        names = [[row.component_version.asset.name for row in one.components.all()] for one in newest.values()]
    assert (set(newest), names) == ({systems[0].id, systems[1].id}, [["b"], ["b"]])
    assert with_components(AssetVersion.objects.of(organisation.id)).count() == 6


@pytest.mark.parametrize("changed", [{"kind": "prompt"}, {"slug": "another"}])
def test_the_database_refuses_to_make_another_asset_of_one(actor, now, changed):
    asset = services.register_asset(actor=actor, kind="model", name="Scorer", owner="Ana", now=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Asset.objects.filter(pk=asset.pk).update(**changed)
    with pytest.raises(DatabaseError), transaction.atomic():
        Asset.objects.filter(pk=asset.pk).delete()
    assert services.change_stage(actor=actor, asset_id=asset.pk, stage="production", now=now).stage == "production"

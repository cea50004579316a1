import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, IntegrityError, connections, transaction

from governance.access.models import Organisation
from governance.keys.models import DataKey
from governance.registry.models import Asset, AssetVersion, Component
from governance.registry.services import add_version, register_asset
from governance.trail.models import TrailEntry
from governance.trail.protection import append_only_models, changeable, is_append_only, managed_models, protect

BOTH = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def system(actor, now):
    """An AI system's version with one component, as the application writes it."""
    assets = [register_asset(actor=actor, kind=kind, name=kind, owner="Ana", now=now) for kind in ("model", "ai_system")]
    model = add_version(actor=actor, asset_id=assets[0].id, spec={"provider": "us", "family": "x"}, now=now)
    parts = [("model", model.id)]
    return add_version(actor=actor, asset_id=assets[1].id, spec={"purpose": "x"}, components=parts, now=now)


@pytest.fixture
def owned(now):
    """The same rows written by the owner of the tables, whom only the triggers hold back."""
    mine = {"organisation": Organisation.objects.using("owner").create(name="Owned", slug="owned", created_at=now)}
    asset = Asset.objects.using("owner").create(**mine, kind="ai_system", name="A", slug="a", owner="Ana", created_at=now)
    version = {"asset": asset, "spec": {}, "digest": "sha256:", "created_at": now}
    whole, part = (AssetVersion.objects.using("owner").create(**mine, **version, number=number) for number in (1, 2))
    Component.objects.using("owner").create(**mine, system_version=whole, component_version=part, role="agent")
    TrailEntry.objects.using("owner").create(organisation_id=asset.organisation_id, actor_id="1", at=now)
    return whole


GUARDED = [(AssetVersion, "note"), (Component, "role"), (TrailEntry, "action")]


@pytest.mark.django_db
@pytest.mark.usefixtures("system")
@pytest.mark.parametrize(("model", "column"), GUARDED)
def test_the_application_may_neither_update_nor_delete(model, column):
    assert model.objects.exists()
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        model.objects.update(**{column: "changed"})
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        model.objects.all()._raw_delete("default")


@BOTH
@pytest.mark.usefixtures("owned")
@pytest.mark.parametrize(("model", "column"), GUARDED)
def test_even_the_owner_of_the_tables_may_neither_update_nor_delete(model, column):
    rows = model.objects.using("owner")
    with pytest.raises(IntegrityError, match="is append-only: UPDATE refused"), transaction.atomic("owner"):
        rows.update(**{column: "changed"})
    with pytest.raises(IntegrityError, match="is append-only: UPDATE refused"), transaction.atomic("owner"):
        rows.bulk_update(rows.all(), [column])
    with pytest.raises(IntegrityError, match="is append-only: DELETE refused"), transaction.atomic("owner"):
        rows.all()._raw_delete("owner")


@BOTH
@pytest.mark.usefixtures("owned")
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
@pytest.mark.parametrize(("model", "_column"), GUARDED)
def test_raw_sql_is_refused_as_well(model, _column, statement):
    with (
        pytest.raises(IntegrityError, match="is append-only"),
        transaction.atomic("owner"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute(statement.format(model._meta.db_table))


@BOTH
def test_a_column_that_may_change_changes_and_the_others_do_not(now):
    organisation = Organisation.objects.using("owner").create(name="Owned", slug="owned", created_at=now)
    DataKey.objects.using("owner").create(organisation=organisation, number=1, master="a", wrapped=b"1")
    keys = DataKey.objects.using("owner")
    keys.update(master="b", wrapped=b"2")
    with pytest.raises(IntegrityError, match="only master, wrapped may change"), transaction.atomic("owner"):
        keys.update(master="c", number=2)
    with pytest.raises(IntegrityError, match="DELETE refused"), transaction.atomic("owner"):
        keys.all()._raw_delete("owner")
    assert keys.get().master == "b"


@BOTH
def test_every_append_only_model_has_its_trigger_and_no_other_model_has():
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE tgname = 'probanza_append_only' AND tgenabled = 'A'"
        )
        guarded = {row[0] for row in cursor.fetchall()}
    assert guarded == {model._meta.db_table for model in append_only_models()}
    assert {AssetVersion, Component, TrailEntry, DataKey} <= set(append_only_models())


@pytest.mark.django_db
@pytest.mark.parametrize("model", managed_models(), ids=lambda model: model._meta.db_table)
def test_the_application_has_exactly_the_privileges_a_table_needs(model):
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT privilege FROM unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE']) AS privilege "
            "WHERE has_table_privilege(%s, privilege)",
            [model._meta.db_table],
        )
        held = {row[0] for row in cursor.fetchall()}
        cursor.execute(
            "SELECT column_name FROM information_schema.column_privileges "
            "WHERE table_name = %s AND privilege_type = 'UPDATE' AND grantee = current_user",
            [model._meta.db_table],
        )
        columns = {row[0] for row in cursor.fetchall()}
    if is_append_only(model):
        assert (held, columns) == ({"SELECT", "INSERT"}, set(changeable(model)))
    else:
        assert held == {"SELECT", "INSERT", "UPDATE", "DELETE"}


@pytest.mark.django_db
def test_tables_of_django_itself_can_still_be_emptied(now):
    Session.objects.create(session_key="k" * 32, session_data="x", expire_date=now)
    ContentType.objects.create(app_label="gone", model="gone")
    assert Session.objects.all().delete()[0] == 1
    assert ContentType.objects.filter(app_label="gone").delete()[0] == 1


@BOTH
def test_protecting_twice_is_the_same_as_once(settings):
    before = _triggers()
    protect(using="owner")
    settings.PROBANZA_APP_ROLE = ""  # one role for everything
    protect(using="owner")
    settings.PROBANZA_APP_ROLE = "probanza_owner"  # named, and the same
    protect(using="owner")
    assert _triggers() == before


@BOTH
def test_an_application_role_that_does_not_exist_is_named_with_its_setting(settings):
    settings.PROBANZA_APP_ROLE = "nobody_here"
    with pytest.raises(ImproperlyConfigured, match="PROBANZA_APP_ROLE names the database role 'nobody_here'"):
        protect(using="owner")


def _triggers():
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'probanza_append_only'")
        return cursor.fetchone()

"""The wall under the tenant filter, tried with statements that forget the filter."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy

import httpx
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test import override_settings
from django.urls import path
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from governance.access import checks, wall
from governance.access.actors import system_actor
from governance.access.entering import enter
from governance.access.models import Organisation
from governance.access.services import create_member, create_organisation, issue_token
from governance.access.tenancy import TenantModel
from governance.access.walling import FUNCTIONS, build_wall, walled_models
from governance.config.pool import close_wall
from governance.keys.models import DataKey, SigningKey
from governance.registry.models import Asset
from governance.registry.services import register_asset
from governance.trail.models import TrailEntry
from governance.trail.protection import managed_models
from tests.conftest import World

HERE = "SELECT current_setting('probanza.organisation', true)"


class Forgetful(APIView):
    """A door whose query names no organisation."""

    permission_classes = ()

    def get(self, request):
        return Response(sorted(Asset.objects.values_list("name", flat=True)))

    def post(self, request):
        Asset.objects.update(owner="Nobody")
        return Response()


urlpatterns = [path("forgetful", Forgetful.as_view())]


@pytest.fixture
def houses(actor, now):
    """Two organisations with one asset each."""
    other = system_actor(create_organisation(name="Otra Casa", now=now).id)
    for one, name in ((actor, "ours"), (other, "theirs")):
        register_asset(actor=one, kind="model", name=name, owner="Ana", now=now)
    return actor, other


def rows(statement="SELECT name FROM governance_asset ORDER BY name"):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()]


def stand(where):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('probanza.organisation', %s, false)", [where])


def test_every_table_of_an_organisation_is_walled(db):
    tenants = {model for model in managed_models() if issubclass(model, TenantModel)}
    assert tenants | {Organisation, TrailEntry, DataKey, SigningKey} <= walled_models().keys()
    active = rows(
        "SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid WHERE row_security_active(pg_class.oid)"
    )
    assert sorted(active) == sorted(model._meta.db_table for model in walled_models())


@pytest.mark.usefixtures("houses")
@pytest.mark.django_db
def test_without_an_organisation_no_table_has_rows_and_none_takes_any(now):
    stand("")
    assert [model for model in walled_models() if rows(f"SELECT 1 FROM {model._meta.db_table}")] == []
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        create_organisation(name="Tercera", now=now)


@pytest.mark.django_db
def test_raw_statements_reach_the_rows_of_the_organisation_alone(houses):
    ours, theirs = houses
    assert rows() == ["ours", "theirs"]
    for one, name in ((ours, "ours"), (theirs, "theirs")):
        with wall.inside(one.organisation):
            assert rows() == [name]
            assert rows("SELECT id FROM governance_organisation") == [one.organisation]
            assert rows("UPDATE governance_asset SET owner = 'x' RETURNING name") == [name]
    assert rows() == ["ours", "theirs"]


@pytest.mark.django_db
def test_nobody_writes_a_row_into_another_organisation(houses, now):
    ours, theirs = houses
    with wall.inside(ours.organisation), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        register_asset(actor=theirs, kind="model", name="slipped in", owner="Ana", now=now)


@pytest.mark.django_db
def test_a_request_that_forgets_the_filter_sees_and_changes_its_own_rows_only(houses, now):
    _, theirs = houses
    _, secret = issue_token(actor=theirs, name="t", scopes=["registry:read"], role="admin", now=now)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    with override_settings(ROOT_URLCONF=__name__):
        assert client.get("/forgetful").json() == ["theirs"]
        client.post("/forgetful")
    assert dict(Asset.objects.values_list("name", "owner")) == {"ours": "Ana", "theirs": "Nobody"}


@pytest.mark.django_db
def test_a_wrong_token_opens_no_wall(houses, now):
    _, secret = issue_token(actor=houses[0], name="t", scopes=["registry:read"], now=now)
    stand("")
    for shown in (secret[:-1] + ("0" if secret[-1] != "0" else "1"), "pbz_000000000000_00"):
        assert enter(shown) is None
        assert rows() == []
    assert enter(secret) is not None
    assert rows() == ["ours"]


@pytest.mark.django_db
def test_standing_inside_ends_with_the_block_also_after_an_error(houses):
    ours, theirs = houses
    with wall.inside(ours.organisation):
        with pytest.raises(RuntimeError), wall.inside(theirs.organisation):
            raise RuntimeError
        with wall.everywhere():
            assert rows() == ["ours", "theirs"]
        with pytest.raises(DatabaseError), transaction.atomic():
            rows("SELECT 1 / 0")
        assert rows() == ["ours"]
    assert rows(HERE) == ["*"]


@pytest.mark.usefixtures("committed")
def test_a_connection_taken_in_the_midst_stands_where_the_one_before_stood(now):
    organisation = create_organisation(name="Banco", now=now)
    with wall.inside(organisation.id):
        connection.close()
        assert rows(HERE) == [str(organisation.id)]
    connection.close()
    assert rows(HERE) == ["*"]


@pytest.mark.django_db
def test_a_person_is_seated_in_an_organisation_they_belong_to(houses, now, client):
    ours, theirs = houses
    member = create_member(actor=ours, email="eva@example.org", role="admin", now=now)
    client.force_login(member.user)
    stand("")
    assert b"theirs" not in client.get("/").content
    session = client.session
    session["organisation"] = str(theirs.organisation)  # no session of ours says so; a role that was taken away leaves one
    session.save()
    assert client.get("/").status_code == 200
    member.role = "viewer"
    member.save()
    assert client.get("/activity").status_code == 403  # the role applies at once


@pytest.mark.usefixtures("committed")
def test_the_pool_hands_no_organisation_on(houses):
    given = deepcopy(connection.settings_dict)
    given["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 1, "timeout": 10, "reset": close_wall}}
    pooled = DatabaseWrapper(given, "pooled")
    try:
        seen = []
        for where in (houses[0].organisation, ""):
            with pooled.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid(), count(*) FROM governance_asset")
                seen.append(cursor.fetchone())
                cursor.execute("SELECT set_config('probanza.organisation', %s, false)", [str(where)])
                cursor.execute("SELECT count(*) FROM governance_asset")
                seen.append(cursor.fetchone()[0])
            pooled.close()
        (first, before), inside, (second, after), _ = seen
        assert first == second  # it is the same connection
        assert (before, inside, after) == (0, 1, 0)
    finally:
        pooled.close_pool()


def test_the_web_process_begins_without_rows(django_db_setup, engines):
    ask = f"print(connection.cursor().execute({HERE!r}).fetchone())"
    script = f"from governance.config import wsgi\nfrom django.db import connection\n{ask}"
    environment = {**os.environ, "DATABASE_URL": engines.postgres.url("probanza_test", "probanza_app")}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] in {"(None,)", "('',)"}


@pytest.mark.django_db
def test_only_the_applications_role_may_call_the_doors():
    for signature in FUNCTIONS:
        assert rows(f"SELECT has_function_privilege('public', '{signature}', 'EXECUTE')") == [False]
        assert rows(f"SELECT has_function_privilege('{signature}', 'EXECUTE')") == [True]


@pytest.mark.django_db(databases=["default", "owner"])
def test_building_the_wall_twice_is_the_same_as_once(settings):
    before = rows("SELECT count(*) FROM pg_policy")
    build_wall(using="owner")
    settings.PROBANZA_APP_ROLE = ""
    build_wall(using="owner")
    assert rows("SELECT count(*) FROM pg_policy") == before


def test_an_installation_with_one_role_is_told_that_it_has_no_second_wall(monkeypatch, settings):
    for alias, role in (("default", "probanza_app"), ("owner", "probanza_owner")):
        monkeypatch.setitem(settings.DATABASES[alias], "USER", role)
    assert checks.two_roles(app_configs=None) == []
    for alias in ("default", "owner"):
        monkeypatch.setitem(settings.DATABASES[alias], "USER", "postgres")
    assert [found.id for found in checks.two_roles(app_configs=None)] == ["governance.W001"]


def test_a_process_that_is_not_told_the_owner_is_not_told_that_the_wall_is_missing(monkeypatch, settings):
    for alias in ("default", "owner"):
        monkeypatch.setitem(settings.DATABASES[alias], "USER", "probanza_app")
    assert checks.two_roles(app_configs=None) == []


@pytest.mark.django_db
def test_the_database_itself_is_asked_whether_the_wall_stands(monkeypatch):
    assert checks.wall_stands(app_configs=None, databases=["default"]) == []
    monkeypatch.setattr(checks, "_ACTIVE", checks._ACTIVE.replace("governance_asset", "governance_user"))  # it has no policy
    assert [found.id for found in checks.wall_stands(app_configs=None, databases=["default"])] == ["governance.W001"]
    assert checks.wall_stands(app_configs=None, databases=None) == []


@pytest.mark.world
def test_many_callers_at_once_never_see_each_others_rows(world: World) -> None:
    world.manage("create_organisation", "Otra", "--slug=otra")
    other = world.manage("create_token", "otra", "--name=t", "--role=admin").strip().splitlines()[-1]
    tokens = {"ours": world.token, "theirs": other}
    for name, token in tokens.items():
        body = {"kind": "model", "name": name, "owner": "Ana"}
        headers = {"Authorization": f"Bearer {token}"}
        assert httpx.post(f"{world.url}/api/v1/assets", json=body, headers=headers, trust_env=False).status_code == 201

    def seen(name: str) -> tuple[str, list[str]]:
        with httpx.Client(base_url=world.url, trust_env=False, headers={"Authorization": f"Bearer {tokens[name]}"}) as client:
            return name, [one["name"] for one in client.get("/api/v1/assets").json()["results"]]

    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(seen, ["ours", "theirs"] * 60))
    assert [names for name, names in answers if names != [name]] == []

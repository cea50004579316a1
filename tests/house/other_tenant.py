"""Two organisations with a row of every table, and a way to ask each address of the service."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import DatabaseError, models, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver

from audits.intake.services import keep_file, register_target
from audits.intake.uploads import Intake
from governance.access.actors import Actor, system_actor
from governance.access.services import create_member, create_organisation, issue_token
from governance.access.walling import walled_models
from governance.compliance.services import freeze_criterion
from governance.evidence import services as evidence
from governance.registry import services as registry
from governance.reports.services import build
from lineage.models import Edge
from tests.house.tenants import ROWS, THINGS, Entry
from tests.integration.portal.seed import seed

UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
EVERY_METHOD = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class House:
    """An organisation: ids by what they are, ids by table, and how its admin asks."""

    own: dict[str, str]
    rows: dict[str, list[str]]
    token: str
    session: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> HttpResponse:
        """One request of the admin, by token below /api/ and else by session; whatever it did is undone."""
        client = self.client
        client.cookies.clear()
        given: dict[str, Any] = {"data": body or {}}
        if path.startswith("/api/"):
            given = {"data": json.dumps(body or {}), "content_type": "application/json"} if method != "get" else given
            given["headers"] = {"Authorization": f"Bearer {self.token}"}
        else:
            client.cookies["sessionid"] = self.session
        with transaction.atomic():
            answer: Any = getattr(client, method)(path, **given)
            answer.whole = b"".join(answer.streaming_content) if answer.streaming else answer.content
            transaction.set_rollback(True)
        return answer  # type: ignore[no-any-return]


def routes() -> dict[str, URLPattern]:
    """Every address of the service, as the resolver has it."""
    return dict(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: Any, before: str) -> Iterator[tuple[str, URLPattern]]:
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route, one
        else:
            yield from _walk(one.url_patterns, route)


def methods(pattern: URLPattern) -> list[str]:
    """The methods that an address answers to; of a function those of forms, because it does not tell."""
    view = getattr(pattern.callback, "cls", None)
    return [name for name in EVERY_METHOD if hasattr(view, name)] if view else ["get", "post"]


def path_of(route: str, entry: Entry, identifier: str) -> str:
    """The address with this id in the place of each of its ids."""
    if route.startswith("^"):
        return "/api/v1/nowhere"
    filled = re.sub(r"<uuid:\w+>", identifier, route)
    for name, value in entry.fill.items():
        filled = re.sub(rf"<\w+:{name}>", value, filled)
    assert "<" not in filled, f"tests/house/tenants.py: say with what to fill {route!r}"
    return f"/{filled}"


def house(slug: str, now: datetime) -> House:
    """An organisation with at least one row in every table that belongs to organisations."""
    organisation = create_organisation(name=slug, slug=slug, now=now)
    actor = system_actor(organisation.id)
    own = {"organisation": str(organisation.id), **_registered(actor, now)}
    member = create_member(actor=actor, email=f"admin@{slug}.example", role="admin", now=now)
    person = replace(actor, id=str(member.user_id), name=str(member.user), kind="person")  # some things only a person may say
    token, secret = issue_token(actor=person, name="t", scopes=actor.scopes, owner=member, now=now)
    own |= {"member": str(member.id), "token": str(token.id)}
    for name, make in THINGS.items():
        own[name] = str(make(actor, own, now))
    browser = Client()
    browser.force_login(member.user)
    rows = {model._meta.label_lower: _ids(model, column, actor, now) for model, column in walled_models().items()}
    return House(own, rows, secret, str(browser.session.session_key))


def _registered(actor: Actor, now: datetime) -> dict[str, str]:
    seeded = seed(actor, now)
    file, target = _table(actor, now)
    limit = {"kind": "bias", "measure": "demographic_parity_difference", "limit": "0.1", "direction": "at_most"}
    criterion = freeze_criterion(
        actor=actor, system_id=seeded.system.asset_id, known_measures=[limit["measure"]], now=now - timedelta(seconds=1), **limit
    )
    report = build(actor=actor, system_version_id=seeded.system.id, language="en", now=now)
    sealed = evidence.seal(actor=actor, kind="note", subject="", statement={}, payload=b"words", now=now)
    edge = Edge.objects.of(actor.organisation).get()
    return {
        "system": str(seeded.system.asset_id),
        "system_version": str(seeded.system.id),
        "model_version": str(edge.source_id),
        "data_version": _version(actor, "dataset", now),
        "file": str(file),
        "target": str(target),
        "criterion": str(criterion.id),
        "run": str(seeded.running.id),
        "entry": str(sealed.id),
        "report": str(report.id),
        "edge": str(edge.id),
    }


def _version(actor: Actor, kind: str, now: datetime) -> str:
    asset = registry.register_asset(actor=actor, kind=kind, name=f"Its {kind}", owner="Ana", now=now)
    return str(registry.add_version(actor=actor, asset_id=asset.id, spec={}, now=now).id)


def _table(actor: Actor, now: datetime) -> tuple[Any, Any]:
    intake = Intake(organisation=actor.organisation, name="rows.csv", media_type="text/csv", limit=10**6)
    intake.take(b"sex,decision\n" + b"f,1\nm,0\n" * 50)
    file = keep_file(actor=actor, received=intake.finish(), now=now)
    target = register_target(actor=actor, name="rows", type="table", spec={"file": str(file.id)}, secrets={}, now=now)
    return file.id, target.id


def _ids(model: type[models.Model], column: str, actor: Actor, now: datetime) -> list[str]:
    mine: Any = model._default_manager.filter(**{column: actor.organisation})
    if not mine.exists():
        _made_up(model, actor, now)
    return [str(one) for one in mine.values_list("pk", flat=True)[:3]]


def _made_up(model: type[models.Model], actor: Actor, now: datetime) -> models.Model:
    """A row with something of the right type in each column that needs one."""
    certain = ROWS.get(model._meta.label_lower, {})
    values = {field.name: _value(field, actor, now) for field in model._meta.concrete_fields if _needed(field)}
    try:
        return model._default_manager.create(**values | certain)
    except DatabaseError as error:
        raise AssertionError(f"tests/house/tenants.py: add a line to ROWS for {model._meta.label_lower}: {error}") from error


def _needed(field: Any) -> bool:
    return not (field.has_default() or field.null or field.blank or field.has_db_default())


def _value(field: Any, actor: Actor, now: datetime) -> Any:
    if field.column == "organisation_id":
        return actor.organisation if field.name == "organisation_id" else field.related_model.objects.get(pk=actor.organisation)
    if field.is_relation:
        related = field.related_model
        found = related._default_manager.filter(organisation_id=actor.organisation).first()
        return found or _made_up(related, actor, now)
    for kind, value in _VALUES:
        if isinstance(field, kind):
            return now if value is None else value()
    raise AssertionError(
        f"tests/house/tenants.py: add a line to ROWS for {field.model._meta.label_lower}: no value for {field.name}"
    )


_VALUES: tuple[tuple[type, Any], ...] = (
    (models.UUIDField, uuid4),
    (models.CharField, lambda: uuid4().hex[:8]),
    (models.TextField, lambda: "x"),
    (models.DateTimeField, None),
    (models.JSONField, dict),
    (models.BinaryField, lambda: b"x"),
    (models.BooleanField, lambda: False),
    (models.IntegerField, lambda: 1),
)

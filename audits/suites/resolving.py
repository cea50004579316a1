"""Finds what a request names: a system by id or slug, a version by id or number, a suite by name or id."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from audits.suites.models import Suite, SuiteVersion
from audits.suites.services import SuiteAsked, newest_of, suite_of
from governance.access.tenancy import NotFound, as_uuid
from governance.registry.models import Asset, AssetVersion
from governance.registry.services import newest_version, system_version
from governance.shapes import ShapeError


def system_named(organisation: UUID, name: str) -> Asset:
    """An AI system by its id or slug. Raises `ShapeError` naming `system`."""
    systems = Asset.objects.of(organisation).filter(kind="ai_system")
    identifier = as_uuid(name)
    found: Asset | None = systems.filter(slug=name).first()
    if found is None and identifier is not None:
        found = systems.filter(pk=identifier).first()
    if found is None:
        raise ShapeError("system", _("there is no AI system with this id or slug in this organisation."))
    return found


def asked_of(organisation: UUID, given: Mapping[str, Any], *, key: str, body_digest: str) -> SuiteAsked:
    """What a body of POST /api/v1/suite-runs asks for. Raises `ShapeError` naming the field."""
    version = _version(organisation, given.get("system_version"))
    system = version.asset if version else system_named(organisation, given["system"]) if "system" in given else None
    suite = suite_of(organisation, given["suite"], system.pk if system else None)
    if version is None:
        version = _numbered(suite.system, given.get("number"))
    elif "number" in given and version.number != given["number"]:
        raise ShapeError("number", _("is not the number of this system version; give one of the two."))
    if "system" in given and system_named(organisation, given["system"]).pk != suite.system_id:
        raise ShapeError("system", _("is not the AI system of this version and suite."))
    return SuiteAsked(_suite_version(suite, given.get("suite_version")), version, key, body_digest)


def _version(organisation: UUID, version_id: UUID | None) -> AssetVersion | None:
    if version_id is None:
        return None
    try:
        return system_version(organisation, version_id)
    except NotFound as error:
        raise ShapeError("system_version", str(error)) from None


def _numbered(system: Asset, number: int | None) -> AssetVersion:
    if number is None:
        newest = newest_version(system)
        if newest is None:
            raise ShapeError("system", _("has no version yet; add one first."))
        return newest
    found: AssetVersion | None = AssetVersion.objects.of(system.organisation_id).filter(asset=system, number=number).first()
    if found is None:
        raise ShapeError("number", _("is no version of this system."))
    return found


def _suite_version(suite: Suite, number: int | None) -> SuiteVersion:
    if number is None:
        return newest_of(suite)
    found: SuiteVersion | None = suite.versions.select_related("suite__system").filter(number=number).first()
    if found is None:
        raise ShapeError("suite_version", _("is no version of this suite."))
    return found

"""Judges as registered versions: an audit pins the digest of its judge, here the digest gets a name and a history."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.translation import gettext as _

from audits.review.keeping import keeper, kept_asset
from audits.runs.models import Run
from governance.access.tenancy import as_uuid
from governance.registry.models import AssetVersion
from governance.registry.services import add_version
from governance.shapes import ShapeError

SHIPPED_PROMPT = "claims-1"  # the one that is taken where an audit names none
KIND = "fidelity"  # the one kind whose items a judge decides answer by answer


@dataclass(frozen=True, slots=True)
class Instrument:
    """A judge as an audit names it. slug: one asset for each sort, endpoint, model and prompt, whatever its digest."""

    digest: str
    slug: str
    name: str
    spec: Mapping[str, Any]


def instrument_of(run: Run) -> Instrument:
    """The one judge of a finished fidelity audit.

    Raises:
        ShapeError: naming `run` where the audit is of another kind, has no result, or was judged by several judges.
    """
    if run.kind != KIND or run.facts_digest == "":
        raise ShapeError("run", _("must be a finished fidelity audit."))
    digests = run.result.facts["details"].get("judges", [])
    if len(digests) != 1:
        several = _("was judged by no judge or by several versions of it; audit again and review that audit.")
        raise ShapeError("run", several)
    return described(run.organisation_id, run.parameters, digests[0])


def described(organisation: UUID, parameters: Mapping[str, Any], digest: str) -> Instrument:
    """The judge of these parameters with this digest."""
    sort = str(parameters.get("judge") or "embedded")
    if sort != "llm":
        return Instrument(digest, "judge-embedded", "Embedded judge", _spec("embedded", digest))
    model, prompt = str(parameters.get("model", "")), str(parameters.get("prompt") or SHIPPED_PROMPT)
    host = urlsplit(str(parameters.get("base_url", ""))).netloc
    asset, title = _prompt(organisation, prompt)
    told = hashlib.sha256("\n".join((model, str(parameters.get("base_url", "")), asset)).encode()).hexdigest()[:12]
    name = f"{model} ({title})" if title else model
    return Instrument(digest, f"judge-llm-{told}", name[:200], _spec("llm", digest, model=model, prompt=prompt, endpoint=host))


def judge_version(organisation: UUID, told: Instrument, now: datetime) -> AssetVersion:
    """The registered version of a judge; the first time it is seen, it is registered by the system itself."""
    asset = kept_asset(organisation, "judge", told.slug, told.name, now)
    versions = AssetVersion.objects.of(organisation).filter(asset=asset, spec__digest=told.digest).select_related("asset")
    known: AssetVersion | None = versions.order_by("-number").first()
    return known or add_version(actor=keeper(organisation), asset_id=asset.pk, spec=dict(told.spec), now=now)


def _prompt(organisation: UUID, prompt: str) -> tuple[str, str]:
    """What stays the same over the versions of a prompt, and what it is called."""
    identifier = as_uuid(prompt) if prompt else None
    if identifier is None:
        return prompt, prompt
    found = AssetVersion.objects.of(organisation).filter(pk=identifier).select_related("asset").first()
    return (str(found.asset_id), found.asset.name) if found else (prompt, "")


def _spec(sort: str, digest: str, **more: str) -> dict[str, Any]:
    return {"sort": sort, "digest": digest, **more}

"""A judge's prompt out of the registry: looked up before any work, and again by the worker that asks with it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audits.judges.llm.prompts import PLACES, ROLES, SHIPPED, JudgePrompt, registered, shipped
from governance.access.actors import Actor
from governance.access.tenancy import NotFound
from governance.registry.models import Asset, AssetVersion
from governance.registry.services import add_version, register_asset
from governance.shapes import ShapeError


def judge_prompt(organisation: UUID, name: str, field: str = "prompt") -> JudgePrompt:
    """A shipped prompt by its name, or a version of the registry by its id.

    Raises:
        ShapeError: naming `field`: no such prompt in this organisation, or one that is no judge's.
    """
    if name in SHIPPED:
        return shipped(name)
    try:
        version: AssetVersion = AssetVersion.objects.filter(asset__kind="prompt").one(organisation, name)
        return registered(str(version.id), version.spec, version.digest)
    except NotFound:
        problem = "is neither a shipped prompt nor the id of a prompt version of this organisation."
        raise ShapeError(field, problem, tuple(SHIPPED)) from None
    except ShapeError as error:
        raise ShapeError(field, f"that version's {error.field} {error.problem}", error.allowed) from None


def check_prompt(organisation: UUID, parameters: object) -> None:
    """Raises `ShapeError` naming `parameters.prompt` where it leads to no prompt that can judge."""
    if name := getattr(parameters, "prompt", ""):
        judge_prompt(organisation, name, "parameters.prompt")


@transaction.atomic
def register_shipped(*, actor: Actor, name: str, owner: str, now: datetime) -> AssetVersion:
    """A shipped prompt as a version of the registry, to be changed and compared there. The same words are one version.

    Raises:
        ShapeError: no prompt of this name is shipped. Forbidden: without `registry:write`.
    """
    prompt = shipped(name)
    slug = f"judge-prompt-{name}"
    asset: Asset | None = Asset.objects.of(actor.organisation).filter(slug=slug, kind="prompt").first()
    if asset is None:
        asset = register_asset(actor=actor, kind="prompt", name=f"Judge prompt {name}", owner=owner, slug=slug, now=now)
    role = next(role for role, manner in ROLES.items() if manner == prompt.manner)
    spec = {"template": prompt.template, "variables": list(PLACES[prompt.manner]), "role": role, "language": "en"}
    return add_version(actor=actor, asset_id=asset.id, spec=spec, now=now, note=f"As shipped: {prompt.digest}")

"""A judge's prompt out of the registry: looked up before any work, and again by the worker that asks with it."""

from uuid import UUID

from audits.judges.llm.prompts import SHIPPED, JudgePrompt, registered, shipped
from governance.access.tenancy import NotFound
from governance.registry.models import AssetVersion
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

from datetime import datetime
from uuid import UUID

import pytest

from audits.review.instruments import described, judge_version
from governance.access.actors import Actor
from governance.access.tenancy import Conflict
from governance.registry.models import AssetVersion
from governance.registry.services import add_version, register_asset

pytestmark = pytest.mark.django_db
LLM = {"judge": "llm", "model": "gpt-x", "base_url": "https://user-data.example.org/v1", "secret": "llm-key"}
A, B, C = ("sha256:" + letter * 64 for letter in "abc")


def seen(organisation: UUID, digest: str, now: datetime, **parameters: str) -> AssetVersion:
    return judge_version(organisation, described(organisation, {**LLM, **parameters}, digest), now)


@pytest.fixture
def prompt(actor: Actor, now: datetime) -> list[AssetVersion]:
    """Two versions of one prompt."""
    asset = register_asset(actor=actor, kind="prompt", name="Strict", owner="Ana", now=now)
    return [
        add_version(actor=actor, asset_id=asset.pk, spec={"template": text, "role": "judge"}, now=now) for text in ("one", "two")
    ]


def test_a_language_model_is_registered_with_its_model_host_and_prompt_and_without_its_secret(
    actor: Actor, now: datetime
) -> None:
    version = seen(actor.organisation, A, now)
    assert version.asset.name == "gpt-x (claims-1)"
    assert (version.spec["endpoint"], version.spec["digest"]) == ("user-data.example.org", A)
    assert "llm-key" not in str(version.spec)


def test_the_prompt_that_ships_is_one_judge_whether_it_is_named_or_not(actor: Actor, now: datetime) -> None:
    assert seen(actor.organisation, A, now).pk == seen(actor.organisation, A, now, prompt="claims-1").pk


def test_another_version_of_a_prompt_is_the_next_version_of_the_judge(
    actor: Actor, prompt: list[AssetVersion], now: datetime
) -> None:
    first, second = (
        seen(actor.organisation, digest, now, prompt=str(one.pk)) for digest, one in zip((A, B), prompt, strict=True)
    )
    assert (first.asset_id, first.number, second.number) == (second.asset_id, 1, 2)
    assert second.asset.name == first.asset.name


def test_another_prompt_model_or_endpoint_is_another_judge(actor: Actor, prompt: list[AssetVersion], now: datetime) -> None:
    others = [
        {},
        {"prompt": "yes-no-1"},
        {"prompt": str(prompt[0].pk)},
        {"model": "other"},
        {"base_url": "https://b.example.org"},
    ]
    assert len({seen(actor.organisation, A, now, **one).asset_id for one in others}) == len(others)


def test_a_digest_that_comes_back_is_the_version_that_it_was(actor: Actor, now: datetime) -> None:
    first, _, again = (seen(actor.organisation, digest, now).pk for digest in (A, B, A))
    assert first == again


def test_a_slug_that_a_person_gave_to_something_else_is_told(actor: Actor, now: datetime) -> None:
    register_asset(actor=actor, kind="tool", name="Mine", owner="Ana", slug="judge-embedded", now=now)
    with pytest.raises(Conflict):
        judge_version(actor.organisation, described(actor.organisation, {"judge": "embedded"}, C), now)

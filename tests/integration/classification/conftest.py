"""A system with a version, and the answers of a recruitment tool."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from governance.access.actors import Actor
from governance.access.roles import scopes_of
from governance.classification import services
from governance.registry.models import AssetVersion
from governance.registry.services import add_version, register_asset

RECRUITMENT: dict[str, Any] = {
    "as_of": "2026-11-22",
    "is_ai_system": "yes",
    "eu_nexus": ["deployer_in_eu"],
    "exclusion": "none",
    **dict.fromkeys(
        (
            "p_manipulation", "p_vulnerability", "p_ncii", "p_csam", "p_social_scoring", "p_crime_profiling", "p_face_scraping",
            "p_emotion_work_edu", "p_biometric_sensitive", "p_rt_rbi",
        ),
        "no",
    ),
    "h1_annex": "none",
    "h3_points": ["4a"],
    "h3_exclusions": ["none"],
    "h3_profiling": "yes",
    "t_direct": "no",
    "t_generates": "no",
    "t_emotion_or_biocat": "no",
    "t_deepfake": "no",
    "t_public_text": "no",
    "g_provider": "no",
    "r_roles": ["uses_under_authority"],
    "r_25": ["none"],
    "r_public_body": "no",
    "r_public_authority": "no",
    "r_workplace": "yes",
    "r_decides_on_persons": "yes",
}  # fmt: skip


@pytest.fixture
def version(actor: Actor, now: datetime) -> AssetVersion:
    asset = register_asset(actor=actor, kind="ai_system", name="CV ranking", owner="Ana", now=now)
    return add_version(actor=actor, asset_id=asset.pk, spec={"purpose": "Ranks applications"}, now=now)


@pytest.fixture
def eva(actor: Actor) -> Actor:
    """An officer."""
    return replace(actor, id="person-2", name="Eva Oficial", role="officer", scopes=scopes_of("officer"))


@pytest.fixture
def answered(actor: Actor, version: AssetVersion, now: datetime) -> AssetVersion:
    services.answer(actor=actor, system_id=version.asset_id, answers=RECRUITMENT, now=now)
    return version


def confirmed(actor: Actor, version: AssetVersion, now: datetime, **more: Any) -> Any:
    digest = services.proposal_for(actor.organisation, version.asset_id).digest
    given = {"digest": digest, "statement": "It ranks applicants.", **more}
    return services.confirm(actor=actor, system_id=version.asset_id, confirmation=services.Confirmation(**given), now=now)

import pytest

from governance.registry import services

pytestmark = pytest.mark.django_db


def test_the_first_version_of_an_asset_is_number_one(actor, now):
    asset = services.register_asset(actor=actor, kind="model", name="Scoring", owner="Ana", now=now)
    version = services.add_version(actor=actor, asset_id=asset.id, spec={"provider": "us", "family": "xgboost"}, now=now)
    assert (version.number, asset.slug) == (1, "scoring")

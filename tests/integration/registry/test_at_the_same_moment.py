from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from governance.access.tenancy import Conflict
from governance.registry.services import add_version, register_asset

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def new(committed, actor, now):
    """Registers a model."""
    return lambda: register_asset(actor=actor, kind="model", name="A model", owner="Ana", now=now)


def test_versions_added_at_the_same_moment_are_numbered_without_gaps(new, actor, now):
    asset = new()

    def one(number):
        try:
            spec = {"provider": "us", "family": str(number)}
            return add_version(actor=actor, asset_id=asset.id, spec=spec, now=now).number
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        numbers = list(pool.map(one, range(12)))
    assert sorted(numbers) == list(range(1, 13))


def test_a_slug_asked_for_at_the_same_moment_is_given_once(new):
    def one(_):
        try:
            return new().slug
        except Conflict:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        given = list(pool.map(one, range(6)))
    assert given.count("a-model") == 1

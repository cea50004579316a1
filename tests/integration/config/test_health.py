"""Health checks, with a database and without one."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client

PATHS = ("/healthz", "/readyz", "/healthz/progress")


@pytest.fixture
def gone(committed: None) -> Iterator[None]:
    """The database is not there."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "is_not_there"
    yield
    connection.close()
    connection.settings_dict["NAME"] = name


def test_a_process_lives_is_ready_and_makes_progress(committed: None) -> None:
    assert [Client().get(path).status_code for path in PATHS] == [200, 200, 200]


def test_a_process_lives_without_its_database_and_is_not_ready(gone: None) -> None:
    assert [Client().get(path).status_code for path in PATHS] == [200, 503, 503]

"""Somebody signed in over a seeded organisation."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from tests.integration.portal.seed import EMAIL, PASSWORD, Seeded, seed


@pytest.fixture
def seeded(actor: Any, now: datetime) -> Seeded:
    return seed(actor, now)


@pytest.fixture
def ana(seeded: Seeded) -> Client:
    client = Client()
    client.post("/sign-in", {"email": EMAIL, "password": PASSWORD})
    return client

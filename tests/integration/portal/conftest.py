"""Somebody signed in over a seeded organisation."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from tests.integration.portal.seed import EMAIL, PASSWORD, Seeded, seed


@pytest.fixture
def seeded(actor: Any, now: datetime) -> Seeded:
    return seed(actor, now)


@pytest.fixture
def ana(seeded: Seeded) -> Client:
    client = Client()
    client.post("/sign-in", {"email": EMAIL, "password": PASSWORD})
    return client


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """A page in Spanish leaves its language to this thread until the next request; the next test asks for none."""
    yield
    translation.activate("en")

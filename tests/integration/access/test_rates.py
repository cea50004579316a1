"""Limits of requests a minute: exact, of a token and of its organisation."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from governance.access.actors import system_actor
from governance.access.entering import RateLimited, enter
from governance.access.services import create_organisation, issue_token


@pytest.fixture
def limited(settings):
    """Sets the limits; 0 is none."""

    def limit(token=0, organisation=0):
        settings.PROBANZA_RATE_TOKEN, settings.PROBANZA_RATE_ORGANISATION = token, organisation

    return limit


def secret_of(organisation, now, name="t"):
    return issue_token(actor=system_actor(organisation.id), name=name, scopes=["admin"], role="admin", now=now)[1]


def passes(secret, now):
    try:
        return enter(secret, now) is not None
    except RateLimited:
        return False


@pytest.mark.usefixtures("committed")
def test_of_many_calls_at_once_exactly_as_many_pass_as_may(limited, organisation, now):
    limited(token=25, organisation=40)
    secrets = [secret_of(organisation, now, name) for name in ("a", "b")]

    def call(number):
        try:
            return number % 2, passes(secrets[number % 2], None)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(call, range(120)))
    assert sum(passed for _, passed in answers) == 40
    assert max(sum(passed for which, passed in answers if which == one) for one in (0, 1)) <= 25


@pytest.mark.django_db
def test_a_window_lasts_a_minute_from_its_first_request(limited, organisation, now):
    limited(token=2)
    secret = secret_of(organisation, now)
    at = [passes(secret, now + timedelta(seconds=second)) for second in (10, 40, 69, 69.9, 70, 100, 120)]
    assert at == [True, True, False, False, True, True, False]


@pytest.mark.django_db
def test_a_window_in_the_future_of_a_clock_that_was_put_back_is_over(limited, organisation, now):
    limited(token=1)
    secret = secret_of(organisation, now)
    assert passes(secret, now + timedelta(hours=1))
    assert passes(secret, now)
    assert not passes(secret, now)


@pytest.mark.django_db
def test_what_the_organisation_refuses_is_not_counted_for_the_token(limited, organisation, now):
    limited(token=3, organisation=2)
    secret = secret_of(organisation, now)
    assert [passes(secret, now) for _ in range(4)] == [True, True, False, False]
    limited(token=3)
    assert [passes(secret, now) for _ in range(2)] == [True, False]


@pytest.mark.django_db
def test_one_organisation_leaves_the_others_their_requests(limited, organisation, now):
    limited(organisation=1)
    other = create_organisation(name="Otra", now=now)
    secrets = [secret_of(one, now) for one in (organisation, organisation, other)]
    assert [passes(secret, now) for secret in secrets] == [True, False, True]


@pytest.mark.django_db
def test_a_wrong_or_revoked_token_counts_for_nobody(limited, organisation, now):
    limited(token=1)
    secret = secret_of(organisation, now)
    wrong = secret[:-1] + ("0" if secret[-1] != "0" else "1")
    assert [enter(wrong, now) for _ in range(3)] == [None] * 3
    assert passes(secret, now)


@pytest.mark.django_db
def test_every_answer_tells_what_is_left_and_a_refusal_when_to_come_back(limited, api):
    limited(token=2, organisation=10)
    first, second, third = (api.get("/api/v1/me") for _ in range(3))
    assert (first["RateLimit-Policy"], first["RateLimit"]) == (
        '"token";q=2;w=60, "organisation";q=10;w=60',
        '"token";r=1;t=60, "organisation";r=9;t=60',
    )
    assert second["RateLimit"].startswith('"token";r=0;')
    assert (third.status_code, third["Content-Type"]) == (429, "application/problem+json")
    assert 1 <= int(third["Retry-After"]) <= 60
    assert third["RateLimit"].startswith('"token";r=0;')


@pytest.mark.django_db
def test_without_limits_nothing_is_counted_or_told(limited, api):
    limited()
    assert "RateLimit" not in api.get("/api/v1/me").headers

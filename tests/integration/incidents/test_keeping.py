"""What of a system is kept until when."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.evidence.services import erase_payload, seal
from governance.incidents.clocks import clocks_of
from governance.incidents.told import RetentionTold
from governance.registry.models import Asset
from governance.registry.services import add_version, register_asset
from governance.retention.services import place_hold

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def system(actor: Any, now: datetime) -> Asset:
    return register_asset(actor=actor, kind="ai_system", name="Fee helpdesk", owner="Ana", now=now)


def version(actor: Any, system: Asset, now: datetime, **spec: Any) -> Any:
    return add_version(actor=actor, asset_id=system.pk, spec={"purpose": "Answers", **spec}, now=now)


def kept(system: Asset, now: datetime) -> dict[str, RetentionTold]:
    return {one.article: one for one in clocks_of(system.organisation_id, system.pk, now).retention}


def test_ten_years_run_from_the_day_of_placing_on_the_market_and_not_from_a_report(
    actor: Any, system: Asset, now: datetime
) -> None:
    version(actor, system, now, roles=["provider"], placed_on_market="2027-12-02")
    told = kept(system, now)
    assert set(told) == {"Art. 18(1)", "Art. 19(1)"}
    assert (told["Art. 18(1)"].starts, told["Art. 18(1)"].ends) == (date(2027, 12, 2), date(2037, 12, 2))


def test_the_last_version_that_was_placed_counts(actor: Any, system: Asset, now: datetime) -> None:
    version(actor, system, now, roles=["provider"], placed_on_market="2020-01-31")
    version(actor, system, now, roles=["provider"], placed_on_market="2021-01-31")
    version(actor, system, now, roles=["provider"], put_into_service="2022-02-28")
    version(actor, system, now, roles=["provider"])
    assert kept(system, now)["Art. 18(1)"].ends == date(2032, 2, 28)


@pytest.mark.parametrize(
    ("placed", "note"),
    [
        ("", "holds no day"),
        ("last spring", "is no day such as"),
        ("9995-01-01", "after every day"),
        ("2999-01-01", "has not come yet"),
        ("1999-01-01", "are over"),
        ("2024-08-01", "Ten years from the last day"),
    ],
)
def test_what_is_not_known_has_no_end_and_says_why(actor: Any, system: Asset, now: datetime, placed: str, note: str) -> None:
    version(actor, system, now, roles=["provider"], placed_on_market=placed)
    told = kept(system, now)["Art. 18(1)"]
    assert note in told.note.message
    assert (told.ends is None) == (note in {"holds no day", "is no day such as", "after every day"})


def test_who_did_not_register_a_role_or_a_version_is_told_of_every_line(actor: Any, system: Asset, now: datetime) -> None:
    assert len(kept(system, now)) == 5
    version(actor, system, now)
    assert len(kept(system, now)) == 5
    version(actor, system, now, roles=["deployer"])
    assert set(kept(system, now)) == {"Art. 26(6)"}


def test_logs_are_kept_six_months_after_the_newest_and_early_erasures_are_counted(
    actor: Any, system: Asset, now: datetime
) -> None:
    one = version(actor, system, now, roles=["deployer"])
    assert "No recorded answer" in kept(system, now)["Art. 26(6)"].note.message
    entries = [
        seal(actor=actor, kind="note", subject=str(one.pk), statement={}, payload=b"x", now=now - days * DAY)
        for days in (300, 200, 10, 0)
    ]
    told = kept(system, now)["Art. 26(6)"]
    assert told.starts == now.date()
    assert told.ends
    assert 180 < (told.ends - now.date()).days < 185
    assert ("kept", "4") in told.note.values
    for entry in (entries[0], entries[2]):
        erase_payload(actor=actor, entry=entry, reason="asked", now=now)
    assert ("early", "1") in kept(system, now)["Art. 26(6)"].note.values


def test_a_hold_stands_on_every_line(actor: Any, system: Asset, now: datetime) -> None:
    place_hold(actor=actor, system_id=system.pk, reason="A claim", now=now)
    assert all(one.hold for one in kept(system, now).values())


def test_by_rest_what_is_kept_is_told_in_words(api: APIClient, actor: Any, system: Asset, now: datetime) -> None:
    version(actor, system, now, roles=["provider"], placed_on_market="soon %(x)s {{7*7}}")
    told = api.get(f"/api/v1/systems/{system.pk}/clocks").json()["retention"]
    assert "“soon %(x)s {{7*7}}” is no day" in told[0]["note"]
    assert told[0]["ends"] is None

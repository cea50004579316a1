"""The small part of sealed statements, remembered."""

from typing import Any

import pytest

from governance.evidence import gists
from governance.evidence.models import Entry
from governance.evidence.services import seal

pytestmark = pytest.mark.django_db


def sealed(actor: Any, now: Any, states: list[str]) -> list[Entry]:
    return [seal(actor=actor, kind="bias", subject="v", statement={"verdicts": [{"state": one}]}, now=now) for one in states]


def told() -> list[str]:
    return [one.verdicts[0]["state"] for one in gists.gists_of(Entry.objects.order_by("id"))]


def test_gists_come_in_the_order_of_the_question(actor: Any, now: Any) -> None:
    sealed(actor, now, ["met", "not_met"])
    assert told() == ["met", "not_met"]
    sealed(actor, now, ["inconclusive"])
    assert told() == ["met", "not_met", "inconclusive"]


def test_a_gist_that_was_seen_before_costs_one_query(actor: Any, now: Any, django_assert_num_queries: Any) -> None:
    sealed(actor, now, ["met", "not_met"])
    told()
    with django_assert_num_queries(1):
        told()


def test_what_no_longer_fits_in_memory_is_read_again(actor: Any, now: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gists, "MOST_REMEMBERED", 1)
    sealed(actor, now, ["met", "not_met", "insufficient"])
    assert told() == told() == ["met", "not_met", "insufficient"]

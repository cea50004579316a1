"""How a language model is called: tries and pauses, pace, replies kept, tokens and cost counted, a budget held."""

import json
import time
from decimal import Decimal
from email.utils import formatdate
from typing import Any

import pytest

from audits.judges.llm import Endpoint
from audits.judges.llm.calling import Caller, Clock, Kept, Pace, retry_after
from audits.judges.llm.prices import Prices
from audits.judges.llm.reasons import Unusable
from audits.judges.llm.spending import Budget, Purse, Spent
from governance.outbound import GuardedClient, Policy
from governance.shapes import ShapeError, read
from tests.unit.judges.judge_server import Body, Model, Reply, Sent, chat, serving
from tests.unit.judges.test_llm import ANSWER, PASSAGES, judge_at

CHAT = [{"role": "user", "content": "?"}]
PRICES = Prices("2026-11", "EUR", Decimal("2"), Decimal("10"))
TOLD = {"prompt_tokens": 1000, "completion_tokens": 100}


class Sleeps(list[float]):
    """A clock that stands still and remembers how long it was asked to sleep."""

    def clock(self) -> Clock:
        return Clock(now=lambda: 1_000_000.0, monotonic=lambda: 50.0, sleep=self.append)


def caller_at(url: str, **given: Any) -> Caller:
    endpoint = given.pop("endpoint", Endpoint(url, "m"))
    return Caller(GuardedClient(Policy(allow_loopback=True)), endpoint, given.pop("purse", Purse(Budget())), **given)


def asked(reply: Reply, **given: Any) -> tuple[Caller, list[float], str]:
    """What a caller said to have got, its pauses, and the cause where it got nothing."""
    sleeps = Sleeps()
    with serving(reply) as (url, _calls):
        caller = caller_at(url, clock=sleeps.clock(), **given)
        try:
            return caller, sleeps, caller.ask(CHAT, strict=False)
        except Unusable as error:
            return caller, sleeps, error.reason


def failing(times: int, status: int = 429, **headers: str) -> Reply:
    def reply(number: int, _body: Body) -> Sent:
        return (status, b"", {name.replace("_", "-"): value for name, value in headers.items()}) if number <= times else GOOD

    return reply


GOOD = (200, chat("fine", TOLD))


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 529])
def test_a_busy_endpoint_is_asked_again_after_growing_pauses(status: int) -> None:
    caller, sleeps, words = asked(failing(3, status))
    assert (words, sleeps) == ("fine", [1.0, 2.0, 4.0])
    assert (caller.tally.calls, caller.tally.retries) == (4, 3)


def test_an_endpoint_that_stays_busy_is_given_up_after_five_tries() -> None:
    caller, _sleeps, words = asked(failing(99))
    assert (words, caller.tally.calls) == ("judge_http_status", 5)


def test_retry_after_is_honoured_where_it_asks_for_more() -> None:
    _caller, sleeps, words = asked(failing(2, Retry_After="7"))
    assert (words, sleeps) == ("fine", [7.0, 7.0])


def test_a_pause_that_is_too_long_to_wait_for_is_not_waited_for() -> None:
    caller, sleeps, words = asked(failing(2, Retry_After="3600"))
    assert (words, sleeps, caller.tally.calls) == ("judge_http_status", [], 1)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("", 0), ("12", 12), ("1.5", 1.5), ("soon", 0), ("-3", 0), ("9" * 400, 0), (formatdate(1_000_030, usegmt=True), 30),
     (formatdate(1, usegmt=True), 0), ("Mon, 99 Foo 2026", 0), ("\x00", 0)],
)  # fmt: skip
def test_retry_after_is_read_as_seconds_or_as_a_date(told: str, seconds: float) -> None:
    assert retry_after(told, 1_000_000.0) == seconds


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
def test_what_will_not_get_better_is_not_tried_again(status: int) -> None:
    caller, _sleeps, words = asked(failing(99, status))
    assert (words, caller.tally.calls) == ("judge_http_status", 1)


def test_a_silent_endpoint_is_tried_twice() -> None:
    def sleep(_number: int, _body: Body) -> Sent:
        time.sleep(1.5)
        return 200, b""

    caller, _sleeps, words = asked(sleep, timeout_s=1)
    assert (words, caller.tally.calls) == ("judge_timeout", 2)


def test_an_endpoint_that_is_not_there_is_tried_twice() -> None:
    with serving(failing(0)) as (url, _calls):
        gone = url
    caller = caller_at(gone, clock=Sleeps().clock())
    with pytest.raises(Unusable, match="judge_unreachable"):
        caller.ask(CHAT, strict=False)
    assert caller.tally.calls == 2


def test_the_same_chat_is_asked_once() -> None:
    with serving(failing(0)) as (url, calls):
        caller = caller_at(url)
        assert [caller.ask(CHAT, strict=False) for _ in range(3)] == ["fine"] * 3
        caller.ask([{"role": "user", "content": "another"}], strict=False)
    assert (len(calls), caller.tally.cached, caller.tally.calls) == (2, 2, 2)


def test_another_model_is_another_question() -> None:
    kept = Kept()
    with serving(failing(0)) as (url, calls):
        for model in ("m", "n", "m"):
            caller_at(url, endpoint=Endpoint(url, model), kept=kept).ask(CHAT, strict=False)
    assert len(calls) == 2


def test_the_oldest_reply_goes_first() -> None:
    kept = Kept(most=2)
    for name in ("a", "b", "c"):
        kept.put(name, name)
    assert [kept.get(name) for name in ("a", "b", "c")] == [None, "b", "c"]


def test_calls_are_spread_over_the_minute() -> None:
    sleeps = Sleeps()
    pace = Pace()
    for _ in range(3):
        pace.wait(30, sleeps.clock())
    pace.wait(0, sleeps.clock())
    assert sleeps == [2.0, 4.0]  # the clock of this test stands still


def test_tokens_are_counted_and_priced_by_a_list_with_a_version() -> None:
    caller, _sleeps, _words = asked(failing(0), prices=PRICES)
    plain = caller.tally.to_plain(PRICES)
    assert (plain["cost"], plain["currency"], plain["prices"]) == ("0.003", "EUR", "2026-11")
    assert (plain["prompt_tokens"], plain["completion_tokens"], len(plain["times_ms"])) == (1000, 100, 1)


def test_without_a_price_list_there_is_no_cost() -> None:
    caller, _sleeps, _words = asked(failing(0))
    assert (caller.tally.to_plain(None)["cost"], caller.tally.to_plain(None)["prompt_tokens"]) == (None, 1000)


@pytest.mark.parametrize("usage", [None, {}, "none", {"prompt_tokens": -1}, {"prompt_tokens": True}, {"prompt_tokens": 10**30}])
def test_tokens_that_are_not_told_are_charged_at_the_most_they_can_be_and_never_reported(usage: Any) -> None:
    caller, _sleeps, _words = asked(lambda _number, _body: (200, chat("fine", usage)), prices=PRICES)
    plain = caller.tally.to_plain(PRICES)
    assert (plain["cost"], plain["untold"], plain["prompt_tokens"]) == (None, 1, 0)
    assert Decimal(plain["charged"]) > Decimal("0.0001")


def test_a_reply_that_cannot_be_read_is_paid_for_all_the_same() -> None:
    caller, _sleeps, words = asked(lambda _number, _body: (200, chat("x", TOLD, finish_reason="length")), prices=PRICES)
    assert (words, caller.tally.charged) == ("judge_truncated", Decimal("0.003"))


def test_a_budget_of_calls_is_never_passed_by_one_worker() -> None:
    with serving(Model(usage=TOLD)) as (url, calls):
        judge = judge_at(url, purse=Purse(Budget(max_calls=4)))
        found = [judge.judge(f"{number}?", ANSWER, PASSAGES) for number in range(4)]
    assert [one.reason for one in found] == ["", "", "budget_spent", "budget_spent"]
    assert len(calls) == 4  # two canaries, two answers


def test_tries_again_count_against_the_budget() -> None:
    caller, _sleeps, words = asked(failing(99), purse=Purse(Budget(max_calls=2)))
    assert (words, caller.tally.calls) == ("budget_spent", 2)


def test_a_budget_of_cost_ends_after_the_call_that_spends_it() -> None:
    with serving(Model(usage=TOLD)) as (url, calls):
        judge = judge_at(url, purse=Purse(Budget(max_cost=Decimal("0.008"))), prices=PRICES)
        found = [judge.judge(f"{number}?", ANSWER, PASSAGES) for number in range(3)]
    assert [one.reason for one in found] == ["", "budget_spent", "budget_spent"]
    assert len(calls) == 3


def test_what_other_workers_stored_counts_too() -> None:
    purse = Purse(Budget(max_calls=10), recorded=lambda: Spent(8, Decimal(0)))
    assert purse.has(Spent(1))
    assert not purse.has(Spent(2))


def test_azure_is_asked_at_its_deployment_with_its_own_header() -> None:
    with serving(failing(0)) as (url, calls):
        root = url.removesuffix("/v1")
        bases = ((root, "2024-10-21"), (f"{root}/openai/", "2024-10-21"), (root, ""), (f"{root}/openai/v1/", ""))
        for base, version in bases:
            endpoint = Endpoint(base, "judge 4/x", api="azure", api_version=version)
            caller_at(url, endpoint=endpoint, secret="k3y").ask(CHAT, strict=False)
    assert [call["path"] for call in calls] == [
        "/openai/deployments/judge%204%2Fx/chat/completions?api-version=2024-10-21",
        "/openai/deployments/judge%204%2Fx/chat/completions?api-version=2024-10-21",
        "/openai/v1/chat/completions",
        "/openai/v1/chat/completions",
    ]
    assert {(call["key"], call["auth"]) for call in calls} == {("k3y", None)}


@pytest.mark.parametrize(
    ("given", "sent", "left_out"),
    [
        ({}, {"temperature": 0, "response_format": {"type": "json_object"}}, {"max_tokens"}),
        (
            {"sampling": "default", "reply_format": "text", "most_tokens": 9},
            {"max_tokens": 9},
            {"temperature", "response_format"},
        ),
    ],
)
def test_an_endpoint_is_asked_for_what_it_knows(given: dict[str, Any], sent: dict[str, Any], left_out: set[str]) -> None:
    body = Endpoint("http://a/v1", "m", **given).body(CHAT, strict=True)
    assert {name: body[name] for name in sent} == sent
    assert left_out.isdisjoint(body)


def test_a_schema_is_sent_where_the_endpoint_holds_to_one() -> None:
    body = Endpoint("http://a/v1", "m", reply_format="json_schema").body(CHAT, strict=True)
    assert body["response_format"]["json_schema"]["strict"] is True
    assert "response_format" not in Endpoint("http://a/v1", "m", reply_format="json_schema").body(CHAT, strict=False)
    assert json.dumps(body)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"version": ""}, "version"), ({"version": "a\nb"}, "version"), ({"currency": "eur"}, "currency"),
        ({"prompt": "-1"}, "prompt"), ({"completion": "10000000"}, "completion"), ({"prompt": "NaN"}, "prompt"),
    ],
)  # fmt: skip
def test_a_price_list_that_does_not_fit_is_named(given: dict[str, str], field: str) -> None:
    with pytest.raises(ShapeError) as raised:
        read(Prices, {"version": "1", "currency": "EUR", "prompt": "1", "completion": "2", **given})
    assert raised.value.field == field

"""Settings from the environment: malformed ones are named."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from governance.config import environment


def test_a_socket_url_gives_host_user_password_and_name() -> None:
    given = environment.database("postgresql://me:p%40ss@/prob?host=%2Ftmp%2Fs", "DATABASE_URL")
    assert (given["HOST"], given["USER"], given["PASSWORD"], given["NAME"]) == ("/tmp/s", "me", "p@ss", "prob")


def test_a_network_url_gives_host_and_port() -> None:
    given = environment.database("postgresql://me@db.example:6543/prob", "DATABASE_URL")
    assert (given["HOST"], given["PORT"]) == ("db.example", "6543")


def test_another_database_is_refused_by_name() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"DATABASE_URL must begin with postgresql://, not mysql"):
        environment.database("mysql://me@db/prob", "DATABASE_URL")


@pytest.mark.parametrize(("given", "meant"), [("1", True), ("true", True), ("off", False), ("", True)])
def test_a_flag_reads_the_usual_words(given: str, meant: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBANZA_X", given)
    assert environment.flag("PROBANZA_X", default=True) is meant


@pytest.mark.parametrize("read", [environment.flag, lambda name: environment.whole(name, 3)])
def test_a_malformed_value_is_named(read: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBANZA_X", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="PROBANZA_X must be"):
        read("PROBANZA_X")  # type: ignore[operator]


def test_a_list_drops_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBANZA_X", " a, ,b ")
    assert environment.listing("PROBANZA_X") == ["a", "b"]


def test_a_required_setting_that_is_missing_says_what_to_give(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROBANZA_X", raising=False)
    with pytest.raises(ImproperlyConfigured, match=r"PROBANZA_X is not set\. Give it a number\."):
        environment.required("PROBANZA_X", "a number")
    monkeypatch.setenv("PROBANZA_X", "7")
    assert environment.required("PROBANZA_X", "a number") == "7"

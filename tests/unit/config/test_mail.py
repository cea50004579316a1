"""Where mail is handed in, read from one address."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from governance.config.environment import mail


def test_no_address_is_no_mail() -> None:
    assert mail("", "PROBANZA_MAIL_URL").host == ""


def test_smtp_asks_for_starttls_and_smtps_speaks_tls_from_the_start() -> None:
    plain, secure = mail("smtp://u%40x:p%3Aw@mail.example.org", "X"), mail("smtps://mail.example.org", "X")
    assert (plain.port, plain.user, plain.password, plain.starttls, plain.tls) == (587, "u@x", "p:w", True, False)
    assert (secure.port, secure.starttls, secure.tls) == (465, False, True)


def test_this_machine_is_not_asked_for_tls() -> None:
    assert not mail("smtp://localhost:1025", "X").starttls


def test_the_password_is_not_shown_by_accident() -> None:
    assert "hunter2" not in repr(mail("smtp://u:hunter2@mail.example.org", "X"))


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp:mail.example.org"])
def test_what_is_no_mail_server_is_named_with_what_it_should_look_like(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="smtp://user"):
        mail(url, "PROBANZA_MAIL_URL")

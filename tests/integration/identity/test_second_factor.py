"""Second factors: enrolled, asked for, used up, lost, required, and not guessed."""

import re
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.utils import timezone

from governance.access.models import Membership, Organisation, User
from governance.access.services import create_member
from governance.identity import codes, throttle
from governance.identity.sessions import PROOFS
from governance.trail.models import TrailEntry
from tests.integration.identity.app import code_of

EMAIL, PASSWORD = "ana@banco.example", "a long enough password"
PAGE = "/settings/security/second-factor"


@pytest.fixture
def member(db: None, actor: Any, now: datetime) -> Membership:
    return create_member(actor=actor, email=EMAIL, name="Ana", role="admin", password=PASSWORD, now=now)


@pytest.fixture
def ana(member: Membership) -> Client:
    return signed_in(Client())


def signed_in(client: Client) -> Client:
    client.post("/sign-in", {"email": EMAIL, "password": PASSWORD})
    return client


def enrolled(ana: Client) -> tuple[str, list[str]]:
    """The secret and the recovery codes of somebody who has just set up their app, with the code of the step before."""
    secret = re.findall(r'class="mono copy">([A-Z2-7]{32})<', ana.get(PAGE).content.decode())[0]
    done = ana.post(PAGE, {"code": code_of(secret, -1)})
    assert done.status_code == 200, done.content
    return secret, re.findall(r'<li class="mono">([\d ]+)<', done.content.decode())


def test_whoever_has_an_app_is_asked_for_its_code_and_only_then_let_in(ana: Client) -> None:
    secret, _ = enrolled(ana)
    again = Client()
    asked = again.post("/sign-in", {"email": EMAIL, "password": PASSWORD, "next": "/evidence"})
    assert asked.headers["Location"] == "/sign-in/code"
    assert again.get("/evidence").status_code == 302
    assert again.post("/sign-in/code", {"code": code_of(secret)}).headers["Location"] == "/evidence"
    assert again.get("/evidence").status_code == 200


def test_the_page_of_the_code_opens_for_nobody_without_a_first_proof(client: Client, db: None) -> None:
    assert client.get("/sign-in/code").headers["Location"] == "/"
    assert client.post("/sign-in/code", {"code": "123456"}).headers["Location"] == "/"


def test_a_code_opens_once(ana: Client) -> None:
    secret, _ = enrolled(ana)
    first, second = signed_in(Client()), signed_in(Client())
    code = code_of(secret)
    assert first.post("/sign-in/code", {"code": code}).status_code == 302
    assert second.post("/sign-in/code", {"code": code}).status_code == 403
    assert second.get("/").status_code == 302


def test_a_code_of_an_earlier_step_opens_nothing_after_a_later_one(ana: Client) -> None:
    secret, _ = enrolled(ana)
    assert signed_in(Client()).post("/sign-in/code", {"code": code_of(secret)}).status_code == 302
    assert signed_in(Client()).post("/sign-in/code", {"code": code_of(secret, -1)}).status_code == 403


def test_a_recovery_code_opens_once_with_or_without_its_spaces(ana: Client) -> None:
    _, recovery = enrolled(ana)
    assert len(set(recovery)) == 10
    for code, status in ((recovery[3], 302), (recovery[3].replace(" ", ""), 403), (recovery[4].replace(" ", "-"), 302)):
        assert signed_in(Client()).post("/sign-in/code", {"code": code}).status_code == status
    assert "8 recovery codes are unused" in ana.get("/settings/security").content.decode()


@pytest.mark.parametrize("code", ["", "000000", "x" * 41, "a\x00b", "١٢٣٤٥٦", "<script>", "-1", "1e5"])
def test_a_wrong_code_opens_nothing(ana: Client, code: str) -> None:
    enrolled(ana)
    guesser = signed_in(Client())
    assert guesser.post("/sign-in/code", {"code": code}).status_code in {400, 403}
    assert guesser.get("/").status_code == 302


def test_after_five_wrong_codes_even_the_right_one_waits_whatever_the_session(ana: Client) -> None:
    secret, _ = enrolled(ana)
    for _ in range(throttle.FREE):
        signed_in(Client()).post("/sign-in/code", {"code": "000000"}, REMOTE_ADDR=f"10.0.0.{_}")
    refused = signed_in(Client()).post("/sign-in/code", {"code": code_of(secret)})
    assert (refused.status_code, b"Too many tries" in refused.content) == (429, True)


def test_guesses_at_the_same_moment_are_counted_one_by_one(committed: None, actor: Any, now: datetime) -> None:
    member = create_member(actor=actor, email=EMAIL, role="viewer", password=PASSWORD, now=now)
    answers: list[str] = []

    def guess() -> None:
        try:
            codes.check_code(user=member.user, code="000000", now=now)
            answers.append("looked at")
        except throttle.TooManyTries:
            answers.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["looked at"] * throttle.FREE + ["refused"] * 7


def test_right_ones_at_the_same_moment_take_nothing_from_each_other(committed: None) -> None:
    answers: list[str] = []

    def come_and_go() -> None:
        try:
            for _ in range(40):
                throttle.admit("code", "ana", now=timezone.now())
                throttle.forget("code", "ana")
            answers.append("in")
        finally:
            connection.close()

    threads = [threading.Thread(target=come_and_go) for _ in range(throttle.FREE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["in"] * throttle.FREE


def test_nothing_that_opens_a_door_lies_readable_in_the_database(ana: Client) -> None:
    secret, recovery = enrolled(ana)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert recovery[0].replace(" ", "") not in kept
    assert "test:" in kept  # the id of the master key


def test_a_wrong_code_enrols_nothing_and_the_secret_stays(ana: Client) -> None:
    first = ana.get(PAGE).content
    refused = ana.post(PAGE, {"code": "000000"})
    assert refused.status_code == 400
    secrets = [re.findall(rb"[A-Z2-7]{32}", page)[0] for page in (first, refused.content)]
    assert secrets[0] == secrets[1]
    assert not Authenticator.objects.exists()


def test_what_changes_the_sign_in_asks_again_who_it_is_after_ten_minutes(ana: Client, now: datetime) -> None:
    session = ana.session
    session[PROOFS] = [{**proof, "at": (now - timedelta(minutes=11)).timestamp()} for proof in session[PROOFS]]
    session.save()
    there = ana.get(PAGE).headers["Location"]
    assert there.startswith("/settings/security/confirm?next=")
    assert ana.post(there, {"password": "wrong"}).status_code == 403
    assert ana.post(there, {"password": PASSWORD, "next": PAGE}).headers["Location"] == PAGE
    assert ana.get(PAGE).status_code == 200


def test_a_second_factor_is_removed_only_with_a_code_of_it(ana: Client) -> None:
    secret, _ = enrolled(ana)
    assert ana.post(f"{PAGE}/remove", {"code": "000000"}).status_code == 403
    assert ana.post(f"{PAGE}/remove", {"code": code_of(secret)}).status_code == 302
    assert not Authenticator.objects.exists()
    assert signed_in(Client()).get("/").status_code == 200


def test_new_recovery_codes_end_the_earlier_ones(ana: Client) -> None:
    _, before = enrolled(ana)
    after = re.findall(r'<li class="mono">([\d ]+)<', ana.post("/settings/security/recovery-codes").content.decode())
    assert len(after) == 10
    assert not set(before) & set(after)
    assert signed_in(Client()).post("/sign-in/code", {"code": before[0]}).status_code == 403
    assert signed_in(Client()).post("/sign-in/code", {"code": after[0]}).status_code == 302


def test_an_organisation_that_requires_one_opens_nothing_else_before(ana: Client, actor: Any, now: datetime) -> None:
    create_member(actor=actor, email="eva@example.org", role="viewer", password=PASSWORD, now=now)
    hers = Client()
    hers.post("/sign-in", {"email": "eva@example.org", "password": PASSWORD})
    assert ana.post("/settings/security/required", {"required": "yes"}).status_code == 409
    enrolled(ana)
    ana.post("/settings/security/required", {"required": "yes"})
    assert Organisation.objects.get().second_factor
    assert hers.get("/").headers["Location"].startswith("/settings/security")
    assert b"requires a second factor" in hers.get("/settings/security").content
    enrolled(hers)
    assert hers.get("/").status_code == 200
    assert ana.get("/").status_code == 200


def test_only_an_administrator_requires_it(member: Membership, actor: Any, now: datetime) -> None:
    create_member(actor=actor, email="eva@example.org", role="officer", password=PASSWORD, now=now)
    hers = Client()
    hers.post("/sign-in", {"email": "eva@example.org", "password": PASSWORD})
    assert hers.post("/settings/security/required", {"required": "yes"}).status_code == 403
    assert not Organisation.objects.get().second_factor


def test_an_administrator_helps_somebody_who_lost_everything(ana: Client, actor: Any, now: datetime) -> None:
    eva = create_member(actor=actor, email="eva@example.org", role="viewer", password=PASSWORD, now=now)
    hers = Client()
    hers.post("/sign-in", {"email": "eva@example.org", "password": PASSWORD})
    enrolled(hers)
    assert b"Remove second factor" in ana.get("/settings/members").content
    assert ana.post(f"/settings/members/{eva.pk}", {"do": "factor"}).status_code == 302
    assert not Authenticator.objects.exists()
    assert TrailEntry.objects.get(action="identity.remove_second_factor").actor_name == "Ana"


def test_the_trail_tells_of_enrolment_without_a_secret(ana: Client) -> None:
    secret, _ = enrolled(ana)
    told = TrailEntry.objects.get(action="identity.enrol")
    assert told.subject_id == str(User.objects.get(email=EMAIL).pk)
    assert secret not in str(told.detail)


def test_a_new_master_key_wraps_second_factors_too(ana: Client, settings: Any) -> None:
    secret, _ = enrolled(ana)
    old = settings.PROBANZA_MASTER_KEYS
    settings.PROBANZA_MASTER_KEYS = f"new:{'A' * 42}E=,{old}"
    assert codes.rewrap_secrets() == 2
    settings.PROBANZA_MASTER_KEYS = f"new:{'A' * 42}E="
    assert signed_in(Client()).post("/sign-in/code", {"code": code_of(secret)}).status_code == 302

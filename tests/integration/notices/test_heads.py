"""Heads that leave the house: when, to whom, and that what left is what a verifier takes."""

import io
import json
import stat
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from governance.evidence.services import export_bundle, seal, sequence
from governance.notices.endpoints import add_webhook
from governance.notices.heads import new_heads
from governance.notices.models import Delivery, Notice
from probanza import proofs, verify
from probanza.canonical import canonical_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def often(settings: Any) -> None:
    settings.PROBANZA_HEADS_EVERY, settings.PROBANZA_HEADS_HOURS = 3, 24


@pytest.fixture
def grow(actor: Any, now: datetime) -> Any:
    def add(entries: int) -> None:
        for _ in range(entries):
            seal(actor=actor, kind="bias", subject="x", statement={}, now=now)
        sequence(now)

    return add


def sizes() -> list[str]:
    return list(Notice.objects.filter(event="ledger.head").order_by("id").values_list("subject", flat=True))


def test_a_ledger_without_a_head_tells_nothing(organisation: Any, now: datetime) -> None:
    assert new_heads(now) == 0


def test_the_first_head_is_told_and_then_one_for_each_so_many_entries(grow: Any, now: datetime) -> None:
    grow(1)
    assert (new_heads(now), new_heads(now)) == (1, 0)
    grow(2)
    assert new_heads(now) == 0
    grow(1)
    assert new_heads(now) == 1
    assert sizes() == ["1", "4"]


def test_after_so_many_hours_a_head_is_told_where_it_has_grown(grow: Any, now: datetime, settings: Any) -> None:
    settings.PROBANZA_HEADS_EVERY = 0
    grow(1)
    new_heads(now)
    assert new_heads(now + timedelta(hours=25)) == 0
    grow(9)
    assert new_heads(now + timedelta(hours=23)) == 0
    assert new_heads(now + timedelta(hours=24)) == 1


def test_a_webhook_that_wants_heads_gets_them(grow: Any, actor: Any, now: datetime) -> None:
    endpoint, _ = add_webhook(actor=actor, url="http://127.0.0.1:9/", events=["ledger.head"], now=now)
    grow(1)
    new_heads(now)
    delivery = Delivery.objects.get(endpoint=endpoint)
    assert delivery.notice.data["root"] == delivery.notice.data["root"].lower()
    assert delivery.notice.data["fingerprint"].startswith("sha256:")


def test_a_file_gets_a_line_for_each_and_keeps_those_before(grow: Any, now: datetime, settings: Any, tmp_path: Path) -> None:
    settings.PROBANZA_HEADS_FILE = str(tmp_path / "heads.jsonl")
    for _ in range(2):
        grow(3)
        new_heads(now)
    lines = (tmp_path / "heads.jsonl").read_text().splitlines()
    assert [json.loads(line)["size"] for line in lines] == [3, 6]
    assert stat.S_IMODE((tmp_path / "heads.jsonl").stat().st_mode) == 0o644


def test_a_file_that_cannot_be_written_is_tried_again(grow: Any, now: datetime, settings: Any, tmp_path: Path) -> None:
    settings.PROBANZA_HEADS_FILE = str(tmp_path / "later" / "heads.jsonl")
    grow(1)
    with pytest.raises(FileNotFoundError):
        new_heads(now)
    (tmp_path / "later").mkdir()
    assert new_heads(now) == 1
    assert len((tmp_path / "later" / "heads.jsonl").read_text().splitlines()) == 1


def test_a_mail_address_gets_the_head_as_it_was_signed(grow: Any, now: datetime, settings: Any) -> None:
    settings.PROBANZA_HEADS_MAIL = "auditor@example.org"
    grow(1)
    new_heads(now)
    (message,) = mail.outbox
    told = json.loads(message.body)
    signed = proofs.SignedHead.from_plain({name: told[name] for name in told if name not in {"signature", "fingerprint"}})
    assert message.to == ["auditor@example.org"]
    assert (signed.size, len(told["signature"])) == (1, 128)


def test_a_bundle_made_since_a_kept_head_shows_that_nothing_before_it_changed(grow: Any, actor: Any, now: datetime) -> None:
    grow(3)
    new_heads(now)
    grow(3)
    kept = Notice.objects.get(event="ledger.head").data
    target = io.BytesIO()
    export_bundle(actor=actor, target=target, since=3, now=now)
    outcome = verify.verify_stream(target, kept=kept)
    assert (outcome.problems, outcome.kept) == ([], 3)
    assert "the one that you kept" in "\n".join(verify.told(outcome, ()))
    rewritten = verify.verify_stream(target, kept={**kept, "root": "00" * 32})
    assert rewritten.problems == ["the head over 3 entries is not the one that you kept: history was rewritten"]
    other = verify.verify_stream(target, kept={**kept, "size": 2})
    assert "ask for one made since it" in other.problems[0]


def test_a_head_as_it_was_sent_is_taken_by_the_command(
    grow: Any, actor: Any, now: datetime, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grow(2)
    new_heads(now)
    (tmp_path / "head.json").write_bytes(canonical_bytes(Notice.objects.get(event="ledger.head").data))
    with (tmp_path / "bundle.zip").open("wb") as target:
        export_bundle(actor=actor, target=target, since=2, now=now)
    assert verify.main([str(tmp_path / "bundle.zip"), "--head", str(tmp_path / "head.json")]) == 0
    assert "The head over 2 entries is the one that you kept" in capsys.readouterr().out
    (tmp_path / "head.json").write_text("no head")
    assert verify.main([str(tmp_path / "bundle.zip"), "--head", str(tmp_path / "head.json")]) == 2

"""What a verification finds once somebody with all rights over the database has been at work."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command

from governance.evidence.models import Head, Leaf, Waiting
from governance.evidence.proving import Unprovable
from governance.evidence.services import erase_payload, prove, sequence, verify_ledger
from governance.keys.services import encrypt, key_id_of_public
from probanza import proofs

TABLES = ("governance_entry", "governance_leaf", "governance_head", "governance_payload", "governance_signingkey")
Tamper = Callable[[str], None]


@pytest.fixture
def tamper(committed: None, engines: Any) -> Tamper:
    """Runs SQL as the superuser with the guarding triggers switched off."""

    def run(script: str) -> None:
        off = "".join(f"ALTER TABLE {table} DISABLE TRIGGER ALL; " for table in TABLES)
        on = "; ".join(f"ALTER TABLE {table} ENABLE TRIGGER ALL" for table in TABLES)
        always = "; ".join(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER probanza_append_only" for table in TABLES)
        engines.postgres.sql(f"{off} {script}; {on}; {always}", database="probanza_test")

    return run


@pytest.fixture
def ledger(committed: None, organisation: Any, desk: Any) -> list[Any]:
    """Seven entries under three heads; the third has a payload."""
    entries = []
    for number in range(7):
        entries.append(desk.seal(f"words {number}", payload=b"private" if number == 2 else None))
        if number in {2, 3, 6}:
            sequence(desk.now)
    return entries


def check(desk: Any, organisation: Any) -> Any:
    return verify_ledger(organisation.id, desk.now)


def rows(report: Any) -> set[str]:
    return {failure.row for failure in report.failures}


def test_an_untouched_ledger_holds(tamper: Tamper, ledger: list[Any], desk: Any, organisation: Any) -> None:
    report = check(desk, organisation)
    assert report.ok
    assert (report.leaves, report.heads, report.payloads, report.erased, report.waiting) == (7, 3, 1, 0, 0)
    assert report.root == Head.objects.get(size=7).root


def test_one_changed_byte_in_a_body_is_named_by_its_row(tamper: Tamper, ledger: list[Any], desk: Any, organisation: Any) -> None:
    tamper(f"UPDATE governance_entry SET body = set_byte(body, 100, get_byte(body, 100) # 1) WHERE id = '{ledger[4].id}'")
    report = check(desk, organisation)
    assert rows(report) == {f"entry {ledger[4].id}"}
    assert "body was changed" in report.failures[0].problem


def test_a_body_changed_together_with_its_hashes_is_told_by_the_signed_heads(
    tamper: Tamper, ledger: list[Any], desk: Any, organisation: Any
) -> None:
    tamper(
        "UPDATE governance_entry SET body = set_byte(body, 100, get_byte(body, 100) # 1), leaf_hash = "
        r"sha256('\x00'::bytea || set_byte(body, 100, get_byte(body, 100) # 1)) "
        f"WHERE id = '{ledger[4].id}'; "
        "UPDATE governance_leaf SET nodes = (SELECT leaf_hash FROM governance_entry e WHERE e.id = entry_id) "
        f"WHERE entry_id = '{ledger[4].id}'"
    )
    report = check(desk, organisation)
    assert "head 7" in rows(report)
    assert not {"head 3", "head 4"} & rows(report)


@pytest.mark.parametrize(
    ("script", "row", "problem"),
    [
        ("UPDATE governance_entry SET kind = 'pii' WHERE id = '{entry}'", "entry {entry}", "column kind differs"),
        ("UPDATE governance_entry SET subject = 'x' WHERE id = '{entry}'", "entry {entry}", "column subject differs"),
        (r"UPDATE governance_entry SET body = '\x5b5d' WHERE id = '{entry}'", "entry {entry}", "body is not JSON"),
        ("DELETE FROM governance_leaf WHERE seq = 3", "leaf 3", "sequence has a gap"),
        ("UPDATE governance_leaf SET nodes = nodes || nodes WHERE seq = 2", "leaf 2", "stored tree hashes differ"),
        ("UPDATE governance_head SET root = '{zeros}' WHERE size = 4", "head 4", "signature does not hold"),
        ("UPDATE governance_head SET root = '{zeros}' WHERE size = 4", "head 4", "root differs"),
        ("UPDATE governance_head SET at = at - interval '1 day' WHERE size = 4", "head 4", "older than the head before"),
        ("UPDATE governance_head SET key_id = 'mine' WHERE size = 4", "head 4", "signing key mine"),
        ("DELETE FROM governance_head WHERE size = 4", "head 7", "does not follow"),
        ("DELETE FROM governance_head WHERE size = 7", "leaf 6", "under no signed head"),
        ("DELETE FROM governance_head", "leaf 6", "under no signed head"),
        ("DELETE FROM governance_payload", "entry {third}", "disagree on whether there is one"),
        ("UPDATE governance_payload SET ciphertext = set_byte(ciphertext, 60, 7)", "payload of entry {third}", "not decrypt"),
    ],
)
def test_tampering_is_named(
    tamper: Tamper, ledger: list[Any], desk: Any, organisation: Any, script: str, row: str, problem: str
) -> None:
    names = {"entry": ledger[4].id, "third": ledger[2].id, "zeros": "0" * 64}
    tamper(script.format(**names))
    report = check(desk, organisation)
    assert any(failure.row == row.format(**names) and problem in failure.problem for failure in report.failures)


def test_a_payload_exchanged_for_another_sealed_one_is_named(
    tamper: Tamper, ledger: list[Any], desk: Any, organisation: Any
) -> None:
    box = encrypt(organisation=organisation.id, purpose="evidence", row=str(ledger[2].id), plain=b"s" * 32 + b"forged")
    tamper(rf"UPDATE governance_payload SET ciphertext = '\x{box.hex()}'")
    assert check(desk, organisation).failures == [(f"payload of entry {ledger[2].id}", "It differs from what was sealed.")]


def test_a_payload_beside_a_broken_body_is_named(tamper: Tamper, ledger: list[Any], desk: Any, organisation: Any) -> None:
    tamper(rf"UPDATE governance_entry SET body = '\x5b5d' WHERE id = '{ledger[2].id}'")
    assert f"payload of entry {ledger[2].id}" in rows(check(desk, organisation))


def test_no_proof_is_made_out_of_a_tree_with_a_hole(tamper: Tamper, ledger: list[Any]) -> None:
    tamper("DELETE FROM governance_leaf WHERE seq = 3")
    with pytest.raises(Unprovable, match="hole at leaf 3"):
        prove(ledger[6])


def test_nothing_is_sequenced_onto_changed_leaves(
    tamper: Tamper, ledger: list[Any], desk: Any, caplog: pytest.LogCaptureFixture
) -> None:
    tamper("UPDATE governance_leaf SET nodes = set_byte(nodes, 0, get_byte(nodes, 0) # 1) WHERE seq = 6")
    desk.seal("new")
    assert sequence(desk.now) == 0
    assert "do not lead to its root" in caplog.text


def test_nothing_is_sequenced_onto_a_tree_with_a_hole(
    tamper: Tamper, ledger: list[Any], desk: Any, caplog: pytest.LogCaptureFixture
) -> None:
    tamper("DELETE FROM governance_leaf WHERE seq = 3")
    desk.seal("new")
    assert sequence(desk.now) == 0
    assert "are missing" in caplog.text


def test_leaves_cut_off_below_a_kept_head_are_noticed(tamper: Tamper, ledger: list[Any], desk: Any, organisation: Any) -> None:
    tamper("DELETE FROM governance_leaf WHERE seq > 4")
    assert "head 7" in rows(check(desk, organisation))


def test_an_erased_payload_is_counted_and_all_proofs_still_hold(
    tamper: Tamper, ledger: list[Any], desk: Any, organisation: Any
) -> None:
    erase_payload(actor=desk.actor, entry=ledger[2], reason="asked for", now=desk.now)
    report = check(desk, organisation)
    assert report.ok
    assert (report.payloads, report.erased) == (0, 1)


def test_an_entry_that_waits_too_long_is_told_but_is_no_failure(
    committed: None, ledger: list[Any], desk: Any, organisation: Any
) -> None:
    desk.seal("new")
    desk.seal("old", now=desk.now - datetime.timedelta(minutes=2))
    report = check(desk, organisation)
    assert report.ok
    assert report.waiting == 1


def test_many_failures_are_counted_and_the_first_are_told(tamper: Tamper, organisation: Any, desk: Any) -> None:
    for number in range(25):
        desk.seal(str(number))
    sequence(desk.now)
    tamper("UPDATE governance_entry SET kind = 'pii'")
    report = check(desk, organisation)
    assert report.failed == 25
    assert len(report.failures) == 20


def test_an_empty_ledger_holds(committed: None, organisation: Any, desk: Any) -> None:
    report = check(desk, organisation)
    assert report.ok
    assert (report.leaves, report.heads) == (0, 0)


def test_the_command_says_that_all_holds(committed: None, ledger: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify", organisation="banco")
    shown = capsys.readouterr().out
    assert "7 entries, 3 heads" in shown
    assert Head.objects.get(size=7).root in shown


def test_the_command_ends_with_1_and_names_the_row(tamper: Tamper, ledger: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    tamper(f"UPDATE governance_entry SET kind = 'pii' WHERE id = '{ledger[0].id}'")
    with pytest.raises(SystemExit) as ended:
        call_command("verify")
    assert ended.value.code == 1
    assert f"entry {ledger[0].id}" in capsys.readouterr().out


def test_the_command_lists_the_organisations_it_knows(committed: None, organisation: Any) -> None:
    with pytest.raises(CommandError, match=r"There is no organisation 'nobody'\. Known: banco"):
        call_command("verify", organisation="nobody")


def test_the_command_says_that_there_is_nothing_to_verify(committed: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify")
    assert "nothing to verify" in capsys.readouterr().out


def test_a_long_verification_tells_how_far_it_is(tamper: Tamper, ledger: list[Any], desk: Any, organisation: Any) -> None:
    told: list[int] = []
    for number in range(400):
        desk.seal(str(number))
    sequence(desk.now)
    verify_ledger(organisation.id, desk.now, told.append)
    assert told == [200, 400]


def test_a_leaf_row_carries_the_hashes_of_the_subtrees_it_completes(committed: None, ledger: list[Any]) -> None:
    sizes = [len(leaf.nodes) // 32 for leaf in Leaf.objects.order_by("seq")]
    assert sizes == [1, 2, 1, 3, 1, 2, 1]


def test_heads_and_leaves_cut_off_together_leave_entries_without_a_place(
    tamper: Tamper, ledger: list[Any], desk: Any, organisation: Any
) -> None:
    tamper("DELETE FROM governance_head WHERE size = 7; DELETE FROM governance_leaf WHERE seq >= 4")
    assert rows(check(desk, organisation)) == {f"entry {entry.id}" for entry in ledger[4:]}


def test_an_entry_whose_place_in_the_queue_was_deleted_is_named(tamper: Tamper, desk: Any, organisation: Any) -> None:
    entry = desk.seal("never to be seen")
    Waiting.objects.all().delete()
    assert rows(check(desk, organisation)) == {f"entry {entry.id}"}


def test_an_entry_that_waits_in_the_queue_is_no_failure(committed: None, desk: Any, organisation: Any) -> None:
    desk.seal("sealed a moment ago")
    assert check(desk, organisation).ok


def test_a_ledger_signed_anew_with_a_foreign_key_does_not_hold(
    tamper: Tamper, ledger: list[Any], desk: Any, organisation: Any
) -> None:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    key_id, previous, script = key_id_of_public(public), "", ""
    for head in Head.objects.order_by("size"):
        signed = replace(head.signed(), key_id=key_id, previous=previous)
        signature, previous = proofs.sign(signed.signed_bytes(), private).hex(), signed.digest()
        script += (
            f"UPDATE governance_head SET key_id = '{key_id}', previous = '{signed.previous}', "
            f"signature = '\\x{signature}' WHERE size = {head.size}; "
        )
    tamper(f"{script} UPDATE governance_signingkey SET key_id = '{key_id}', public = '\\x{public.hex()}'")
    assert rows(check(desk, organisation)) == {f"signing key {key_id}"}


def test_a_foreign_key_with_a_private_half_of_its_own_does_not_hold(
    tamper: Tamper, ledger: list[Any], desk: Any, organisation: Any
) -> None:
    tamper("UPDATE governance_signingkey SET private = '\\x00'")
    assert {row.partition(" ed")[0] for row in rows(check(desk, organisation))} == {"signing key"}

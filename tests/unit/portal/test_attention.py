"""What needs attention, worst first."""

from typing import Any
from uuid import UUID

from governance.portal.attention import Summary, merged, notes, worst_first

ENTRY = UUID(int=1)


def audit(*states: str, kind: str = "bias") -> Summary:
    verdicts: tuple[dict[str, Any], ...] = tuple({"measure": f"rate_{state}", "state": state} for state in states)
    return Summary(ENTRY, kind, "version", verdicts, ("pin",))


def states(*audits: Summary, **more: Any) -> list[str]:
    given = {"kinds": ("bias",), "outdated": set(), "audited_before": False, **more}
    return [note.state for note in notes(audits, **given)]


def test_wrong_comes_before_unknown_and_unknown_before_due() -> None:
    shown = states(audit("met", "inconclusive", "not_met"), kinds=("bias", "pii"), outdated={"pin"})
    assert shown == ["not_met", "inconclusive", "not_assessed", "stale"]


def test_a_met_criterion_needs_no_attention() -> None:
    assert states(audit("met")) == []


def test_no_audit_is_unknown_and_never_met() -> None:
    assert states() == ["not_assessed"]
    assert states(audited_before=True) == ["not_assessed", "stale"]


def test_a_measurement_without_criterion_is_unknown() -> None:
    assert states(audit()) == ["no_criterion"]


def test_a_later_pass_hides_no_failure() -> None:
    failed = {"criterion": "c1", "measure": "rate", "state": "not_met"}
    other = {"criterion": "c2", "measure": "gap", "state": "inconclusive"}
    audits = [
        Summary(ENTRY, "bias", "version", verdicts, ("pin",)) for verdicts in ((), ({**failed, "state": "met"},), (failed, other))
    ]
    assert merged(audits).verdicts == ({**failed, "entry": ENTRY}, {**other, "entry": ENTRY})


def test_a_state_nobody_knows_stands_first() -> None:
    ordered = worst_first([{"state": "met"}, {"state": "new"}, {"state": "not_met"}])
    assert [one["state"] for one in ordered] == ["new", "not_met", "met"]

"""What scoring anew gave beside what was sealed. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audits.contract import ItemResult

KIND = "reproduction"
SHOWN = 20  # differing items and figures that are named


@dataclass(frozen=True, slots=True)
class Difference:
    """An item that came out otherwise, and in which of its values; empty for one that came not at all."""

    item: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reproduced:
    """outcome: `match`, `drift`, or `partial`: the figures follow from the recorded scores, but answers could not be scored anew.

    why: "" or the cause of `partial` (judge_endpoint, erased, kind_gone, input_gone, passages_not_recorded), or
    stored_items_changed: the database holds other items than were sealed. figures: measures that are not as sealed, each with
    `then` and `now`. scorers_then, scorers_now: digests of judges and encoders, names of word lists.
    """

    evidence: str
    digest: str
    run: str
    kind: str
    outcome: str
    why: str
    items: int
    rescored: int
    differing: tuple[Difference, ...]
    figures: tuple[dict[str, Any], ...]
    scorers_then: tuple[str, ...]
    scorers_now: tuple[str, ...]
    code_then: str
    code_now: str

    def to_plain(self) -> dict[str, Any]:
        """JSON-ready; at most 20 differing items and figures are named, all are counted."""
        return {
            "evidence": {"id": self.evidence, "digest": self.digest},
            "run": self.run,
            "kind": self.kind,
            "outcome": self.outcome,
            "why": self.why,
            "items": {
                "recorded": self.items,
                "scored_anew": self.rescored,
                "differing": len(self.differing),
                "named": [{"item": one.item, "values": list(one.values)} for one in self.differing[:SHOWN]],
            },
            "figures": {"differing": len(self.figures), "named": list(self.figures[:SHOWN])},
            "scorers": {"then": list(self.scorers_then), "now": list(self.scorers_now)},
            "code": {"then": self.code_then, "now": self.code_now},
        }


def public(result: ItemResult) -> dict[str, Any]:
    """An item as its seal covers it: everything but its words."""
    return {"item": result.item, "outcome": result.outcome, "values": result.values, "reason": result.reason}


def differences(recorded: Sequence[ItemResult], anew: Sequence[ItemResult]) -> list[Difference]:
    """The items of which anything but the words came out otherwise."""
    found = {one.item: one for one in anew}
    return [
        Difference(one.item, _values(one, found.get(one.item)))
        for one in recorded
        if one.item not in found or public(one) != public(found[one.item])
    ]


def _values(one: ItemResult, other: ItemResult | None) -> tuple[str, ...]:
    if other is None:
        return ()
    names = sorted({*one.values, *other.values})
    found = [name for name in names if one.values.get(name) != other.values.get(name)]
    told = [name for name in ("outcome", "reason") if getattr(one, name) != getattr(other, name)]
    return (*found, *told)


def figures_changed(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Measures, by name and group, whose figures are not the same; `details` or `limits` where only those are not."""
    before, after = _measures(then), _measures(now)
    moved = [
        {
            "measure": name,
            "group": [list(pair) for pair in group],
            "then": before.get((name, group)),
            "now": after.get((name, group)),
        }
        for name, group in sorted({*before, *after})
        if before.get((name, group)) != after.get((name, group))
    ]
    rest = [part for part in sorted({*then, *now}) if part != "measures" and then.get(part) != now.get(part)]
    return moved + [{"measure": part, "group": [], "then": None, "now": None} for part in rest]


def _measures(facts: Mapping[str, Any]) -> dict[tuple[str, tuple[tuple[str, str], ...]], dict[str, Any]]:
    return {
        (one["name"], tuple((pair[0], pair[1]) for pair in one.get("group", ()))): dict(one) for one in facts.get("measures", ())
    }

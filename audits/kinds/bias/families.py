"""Which groups are compared with which: each sensitive column alone, and all of them crossed."""

from collections.abc import Sequence
from dataclasses import dataclass

from audits.kinds.bias import BiasParameters
from audits.kinds.bias.coding import canonical_text
from audits.kinds.bias.counting import Counted
from audits.measures.groups import Share, Tally, share, total
from audits.measures.strata import Stratum

Pairs = tuple[tuple[str, str], ...]
Values = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """Groups that are compared among each other.

    features: the columns. tallies: values -> counts. unusable: values -> rows without a decision.
    strata: control values -> values -> counts. reference: the values all are compared with; None: each with the rest.
    """

    features: Values
    tallies: dict[Values, Tally]
    unusable: dict[Values, int]
    strata: dict[Values, dict[Values, Tally]]
    reference: Values | None
    min_group: int

    def name(self, values: Values) -> Pairs:
        return tuple(zip(self.features, values, strict=True))

    def others(self, values: Values, tallies: dict[Values, Tally], everyone: Tally) -> Tally:
        """What `values` is compared with, where `everyone` is the sum of `tallies`."""
        if self.reference is not None:
            return tallies.get(self.reference, Tally())
        return everyone - tallies.get(values, Tally())

    def everyone(self) -> Tally:
        return total(self.tallies.values())

    def compared(self) -> list[Values]:
        """The groups that have a comparison of their own: all but the reference."""
        return [values for values in self.tallies if values != self.reference]

    def pairs(self, rate: str) -> dict[Values, tuple[Share, Share] | None]:
        """Group and reference of each comparison; None where a base does not reach `min_group`."""
        everyone = self.everyone()
        return {values: self._pair(values, rate, everyone) for values in self.compared()}

    def _pair(self, values: Values, rate: str, everyone: Tally) -> tuple[Share, Share] | None:
        one, other = share(self.tallies[values], rate), share(self.others(values, self.tallies, everyone), rate)
        if one is None or other is None or min(one.rows, other.rows) < self.min_group:
            return None
        return one, other

    def shares(self, rate: str) -> list[Share]:
        """The groups' shares whose base reaches `min_group`."""
        found = [share(tally, rate) for tally in self.tallies.values()]
        return [one for one in found if one is not None and one.rows >= self.min_group]

    def left_out(self, rate: str) -> int:
        """Rows of the groups that `shares` leaves out."""
        kept = sum(one.rows for one in self.shares(rate))
        everyone = share(self.everyone(), rate)
        return 0 if everyone is None else everyone.rows - kept

    def strata_of(self, rate: str) -> dict[Values, list[Stratum]]:
        """For each comparison: group and reference within each combination of control values that has both."""
        found: dict[Values, list[Stratum]] = {values: [] for values in self.compared()}
        for _, here in sorted(self.strata.items()):
            everyone = total(here.values())
            for values, strata in found.items():
                one = share(here.get(values, Tally()), rate)
                other = share(self.others(values, here, everyone), rate)
                if one is not None and other is not None:
                    strata.append(Stratum(one, other))
        return found


def families(counted: Counted, parameters: BiasParameters) -> list[Family]:
    """One family a sensitive column and, where there are several, last the one of all crossed."""
    chosen: list[tuple[int, ...]] = [(index,) for index in range(len(parameters.sensitive))]
    if len(parameters.sensitive) > 1:
        chosen.append(tuple(range(len(parameters.sensitive))))
    return [_family(counted, parameters, indices) for indices in chosen]


def _family(counted: Counted, parameters: BiasParameters, indices: Sequence[int]) -> Family:
    tallies: dict[Values, Tally] = {}
    unusable: dict[Values, int] = {}
    strata: dict[Values, dict[Values, Tally]] = {}
    for (group, control), tally in sorted(counted.tallies.items()):
        values = tuple(group[index] for index in indices)
        tallies[values] = tallies.get(values, Tally()) + tally
        unusable[values] = unusable.get(values, 0) + counted.unusable.get((group, control), 0)
        here = strata.setdefault(control, {})
        here[values] = here.get(values, Tally()) + tally
    features = tuple(parameters.sensitive[index] for index in indices)
    return Family(features, tallies, unusable, strata, _reference(parameters, features), parameters.min_group)


def _reference(parameters: BiasParameters, features: Values) -> Values | None:
    given = parameters.references()
    if not all(feature in given for feature in features):
        return None
    return tuple(canonical_text(given[feature]) or "" for feature in features)

"""What the organisation is to the system (Art. 3, 25), and the duties that hang on it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from governance.classification.dimensions.high_risk import HighRisk
from governance.classification.outcome import Dimension, Step
from governance.classification.rules import certain, found, step
from governance.classification.said import Said
from governance.classification.truth import Truth, every, some

_EVENTS: Final = {
    "25(1)(a)": "rebranded",
    "25(1)(b)": "substantially_modified",
    "25(1)(c)": "repurposed_to_high_risk",
}
_TICKED: Final = {
    "deployer": "uses_under_authority",
    "importer": "imports_third_country_brand",
    "distributor": "distributes",
    "authorised_representative": "represents_provider",
    "product_manufacturer": "product_manufacturer_own_name",
}
_ASKED: Final = ("r_roles", "r_25")


@dataclass(frozen=True, slots=True)
class Roles:
    roles: Dimension
    basis: Dimension
    provider: Truth
    deployer: Truth


def roles(said: Said, risk: HighRisk) -> Roles:
    """The roles as ticked, and the provider that Art. 25 makes of somebody else."""
    events = {basis: every(said.says("r_25", one), risk.full) for basis, one in _EVENTS.items()}
    in_product = every(risk.annex_i, said.says("h1_role", "safety_component"))
    manufacturer = every(said.says("r_roles", "product_manufacturer_own_name"), in_product)
    bases: dict[str, Truth] = {**events, "25(3)": manufacturer}
    held: dict[str, Truth] = {"provider": some(said.says("r_roles", "develops_or_own_name"), *bases.values())}
    held |= {role: said.says("r_roles", one) for role, one in _TICKED.items()}
    trace = tuple(_trace(said, held, bases))
    why = tuple(step(f"roles.{one}", "r_25" if "(1)" in one else "r_roles") for one in certain(bases))
    return Roles(
        roles=found("roles", held, trace),
        basis=found("role_basis", bases, why or (_no_basis(said, bases),)),
        provider=held["provider"],
        deployer=held["deployer"],
    )


def _no_basis(said: Said, bases: Mapping[str, Truth]) -> Step:
    return step("roles.unknown", *said.unknown(*_ASKED)) if None in bases.values() else step("role_basis.none", "r_25")


def _trace(said: Said, held: Mapping[str, Truth], bases: Mapping[str, Truth]) -> Iterator[Step]:
    if said.says("r_roles", "develops_or_own_name"):
        yield step("roles.provider", "r_roles")
    for basis in certain(bases):
        yield step(f"roles.{basis}", "r_roles", "r_25")
    for role in certain({name: truth for name, truth in held.items() if name != "provider"}):
        yield step(f"roles.{role}", "r_roles")
    if said.says("r_25", *_EVENTS.values()) and not any(bases.values()) and None not in bases.values():
        yield step("roles.25.not_high_risk", "r_25")
    if None in held.values():
        yield step("roles.unknown", *said.unknown(*_ASKED))

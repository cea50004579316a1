"""What follows for conformity assessment, registration, impact assessment, information and explanation. Pure."""

from collections.abc import Mapping
from typing import Final

from governance.classification.dimensions.high_risk import HighRisk
from governance.classification.dimensions.roles import Roles
from governance.classification.outcome import Dimension, Step
from governance.classification.rules import certain, found, step
from governance.classification.said import Said
from governance.classification.truth import Truth, every, no, some

_BIOMETRICS: Final = ("1a", "1b", "1c")
_FINANCE: Final = ("5b", "5c")
_INFRASTRUCTURE: Final = "2"
_USE: Final = ("h3_points", "h3_exclusions", "h3_profiling", "h3_conditions", "h3_no_significant_risk")
_PRODUCT: Final = (
    "h1_annex", "h1_role", "h1_solely_non_safety", "h1_failure_endangers", "h1_third_party", "h1_only_other_risks",
)  # fmt: skip
_DEPLOYER: Final = ("r_roles", "r_public_body", "r_public_authority", "r_workplace", "r_decides_on_persons")
_ASKED: Final = (*_USE, *_PRODUCT, *_DEPLOYER, "r_25")


def duties(said: Said, risk: HighRisk, who: Roles) -> tuple[Dimension, ...]:
    """Five dimensions, in the order in which they are shown."""
    return (
        _conformity(said, risk),
        _registration(said, risk, who),
        _fria(said, risk, who),
        _explanation(said, risk, who),
        _information(said, risk, who),
    )


def _conformity(said: Said, risk: HighRisk) -> Dimension:
    by_use = every(risk.annex_iii, no(risk.annex_i))  # Art. 43(3), last subparagraph: product law of Section A goes first
    biometric = risk.any_point(*_BIOMETRICS)
    routes = {
        "sectoral": some(risk.annex_i, risk.section_b),
        "annex_vi": every(by_use, no(biometric)),
        "annex_vi_or_vii": every(by_use, biometric),
    }
    steps = {**{name: f"conformity.{name}" for name in routes}, "sectoral": _sectoral(risk)}
    return found("conformity", routes, _steps(said, "conformity", routes, steps))


def _sectoral(risk: HighRisk) -> str:
    return "conformity.sectoral" if risk.section_b is not True else "conformity.section_b"


def _registration(said: Said, risk: HighRisk, who: Roles) -> Dimension:
    elsewhere = risk.any_but(_INFRASTRUCTURE)
    held = {
        "49(1)": every(who.provider, risk.annex_iii, elsewhere),
        "49(2)": every(who.provider, risk.derogated),
        "49(3)": every(who.deployer, said.yes("r_public_authority"), risk.annex_iii, elsewhere),
        "49(5)": every(who.provider, risk.annex_iii, risk.any_point(_INFRASTRUCTURE)),
    }
    return found("registration", held, _steps(said, "registration", held))


def _fria(said: Said, risk: HighRisk, who: Roles) -> Dimension:
    public = some(said.yes("r_public_body"), said.yes("r_public_authority"))
    bound = some(every(public, risk.any_but(_INFRASTRUCTURE)), risk.any_point(*_FINANCE))
    held = {"yes": every(who.deployer, risk.annex_iii, bound)}
    return found("fria", held, _steps(said, "fria", held, {"yes": "fria"}))


def _explanation(said: Said, risk: HighRisk, who: Roles) -> Dimension:
    decides = said.yes("r_decides_on_persons")
    held = {"yes": every(who.deployer, risk.annex_iii, risk.any_but(_INFRASTRUCTURE), decides)}
    return found("explanation", held, _steps(said, "explanation", held, {"yes": "explanation"}))


def _information(said: Said, risk: HighRisk, who: Roles) -> Dimension:
    held = {
        "26(7)": every(who.deployer, risk.full, said.yes("r_workplace")),
        "26(11)": every(who.deployer, risk.annex_iii, said.yes("r_decides_on_persons")),
    }
    return found("information", held, _steps(said, "information", held))


def _steps(said: Said, name: str, held: Mapping[str, Truth], rules: Mapping[str, str] | None = None) -> tuple[Step, ...]:
    known = rules or {one: f"{name}.{one}" for one in held}
    told = [step(known[one], *_ASKED) for one in certain(held)]
    if None in held.values():
        told.append(step("duties.unknown", *said.unknown(*_ASKED)))
    return tuple(told) or (step(f"{name}.none", "h1_annex", "h3_points", "r_roles"),)

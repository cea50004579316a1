"""Whether the Regulation applies at all. Pure."""

from typing import Final

from governance.classification.outcome import Dimension, Step
from governance.classification.rules import found, step
from governance.classification.said import Said
from governance.classification.truth import Truth, no, some

_LINKS: Final = ("provider_placing_in_eu", "deployer_in_eu", "output_used_in_eu")
_EXCLUSIONS: Final = ("military_defence_national_security", "scientific_rd_only", "pre_market_rd", "personal_non_professional")
_ASKED: Final = ("is_ai_system", "eu_nexus", "exclusion")


def scope(said: Said) -> tuple[Dimension, Truth]:
    """The dimension, and whether the system is out of scope."""
    reasons: dict[str, tuple[str, Truth]] = {
        "scope.no_ai_system": ("is_ai_system", no(said.yes("is_ai_system"))),
        "scope.no_link": ("eu_nexus", no(said.says("eu_nexus", *_LINKS))),
        **{f"scope.{one}": ("exclusion", said.says("exclusion", one)) for one in _EXCLUSIONS},
    }
    out = some(*(truth for _question, truth in reasons.values()))
    trace = tuple(step(rule, question) for rule, (question, truth) in reasons.items() if truth is True)
    return found("scope", {"out_of_scope": out, "in_scope": no(out)}, trace or (_rest(said, out),)), out


def _rest(said: Said, out: Truth) -> Step:
    return step("scope.unknown", *said.unknown(*_ASKED)) if out is None else step("scope.in", *_ASKED)

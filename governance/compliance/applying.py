"""Which duties a confirmed classification takes away from a system, and why. Pure.

Nothing is taken away by what is not determined: then the answer is `undetermined`, and the duty counts as any other.
"""

from collections.abc import Callable

from governance.book import Text, gettext_noop
from governance.classification.outcome import Dimension, Outcome
from governance.classification.standing import Standing
from governance.compliance.frameworks import Duty
from governance.compliance.said import APPLIES_BY_DEFAULT, Answer, Applies

LAW = "eu_ai_act"
ANYBODY = ("all", "prohibited", "minimal", "penalty")  # asked of every system that the law is about
NONE = {"", "no", "none"}
_DEPLOYERS_ASSESSMENT = "Art.27"
_OPERATORS = frozenset({"provider", "deployer", "importer", "distributor", "authorised_representative"})
_BY_OTHER_LAW = "annex_i_section_b"  # of the chapter on high risk only Art. 6(1) is asked of such a product
_OF_MODELS = {"gpai", "gpai_systemic"}  # a model may be placed on the market where no system is in scope
_CLASSIFYING = ("Art.6(", "AnnexIII.")  # what led to the class is asked where the exception was taken, too
_PARAGRAPHS = ("50(1)", "50(2)", "50(3)", "50(4)")


def applies(duty: Duty, standing: Standing | None) -> Applies:
    """Whether a duty applies to a system whose classification stands like this; without one every duty counts as applying."""
    if standing is None or duty.framework != LAW:
        return APPLIES_BY_DEFAULT
    if not standing.confirmed:
        return Applies("undetermined", Text(_UNCONFIRMED)) if duty.scope not in ANYBODY else APPLIES_BY_DEFAULT
    answer, dimension = _answered(duty, standing.outcome)
    if answer == "applies":
        return APPLIES_BY_DEFAULT
    reason = Text(
        _REASONS[answer], (("dimension", Text(_DIMENSIONS[dimension.id])), ("values", ", ".join(dimension.values) or "-"))
    )
    reference = ", ".join(dict.fromkeys(step.article for step in dimension.trace))
    at = standing.confirmed_at.isoformat() if standing.confirmed_at else ""
    return Applies(answer, reason, reference, standing.confirmed_by, at, standing.evidence_id)


_UNCONFIRMED = gettext_noop("Nobody has confirmed the classification of this system as it is now, so the duty may apply.")
_REASONS: dict[Answer, str] = {
    "not_applicable": gettext_noop("By the confirmed classification (%(dimension)s: %(values)s) this duty does not bind here."),
    "undetermined": gettext_noop("The confirmed classification leaves open whether this duty applies (%(dimension)s)."),
}
_DIMENSIONS = {
    "scope": gettext_noop("scope of the law"),
    "high_risk": gettext_noop("high risk"),
    "transparency": gettext_noop("transparency"),
    "gpai": gettext_noop("general-purpose model"),
    "roles": gettext_noop("roles"),
    "fria": gettext_noop("fundamental rights impact assessment"),
}


def _answered(duty: Duty, outcome: Outcome) -> tuple[Answer, Dimension]:
    """The strictest answer of all dimensions that have a say, and the dimension that gave it."""
    answers = [(rule(duty, outcome.of(name)), outcome.of(name)) for name, rule in _rules(duty)]
    for wanted in ("not_applicable", "undetermined"):
        found = next((one for one in answers if one[0] == wanted), None)
        if found:
            return found
    return answers[0]


Rule = Callable[[Duty, Dimension], Answer]


def _rules(duty: Duty) -> list[tuple[str, Rule]]:
    rules: list[tuple[str, Rule]] = [] if duty.scope in _OF_MODELS else [("scope", _in_scope)]
    if duty.scope in _OF_SCOPE:
        rules.append(_OF_SCOPE[duty.scope])
    if duty.id.startswith(_DEPLOYERS_ASSESSMENT):
        rules.append(("fria", _any_value))
    if duty.binds and duty.scope not in ANYBODY and _OPERATORS.issuperset(duty.binds):
        rules.append(("roles", _binds))
    return rules


def _in_scope(_duty: Duty, dimension: Dimension) -> Answer:
    return _unless(dimension, "out_of_scope" in dimension.values)


def _high_risk(duty: Duty, dimension: Dimension) -> Answer:
    besides = set() if duty.id.startswith(_CLASSIFYING) else {"annex_iii_derogated"}
    besides |= set() if duty.id.startswith("Art.6(") else {_BY_OTHER_LAW}
    return _unless(dimension, not set(dimension.values) - NONE - besides)


def _derogated(_duty: Duty, dimension: Dimension) -> Answer:
    return _unless(dimension, "annex_iii_derogated" not in dimension.values)


def _transparency(duty: Duty, dimension: Dimension) -> Answer:
    name = duty.id.removeprefix("Art.")
    some = any(name.startswith(value) or value.startswith(name) for value in dimension.values)
    return _unless(dimension, not (some if name.startswith(_PARAGRAPHS) else dimension.values))


def _general_purpose(_duty: Duty, dimension: Dimension) -> Answer:
    return _unless(dimension, not set(dimension.values) - NONE)


def _systemic(_duty: Duty, dimension: Dimension) -> Answer:
    return _unless(dimension, not any("systemic" in value for value in dimension.values))


def _any_value(_duty: Duty, dimension: Dimension) -> Answer:
    return _unless(dimension, not set(dimension.values) - NONE)


def _binds(duty: Duty, dimension: Dimension) -> Answer:
    return _unless(dimension, not set(duty.binds) & set(dimension.values))


def _unless(dimension: Dimension, excluded: bool) -> Answer:
    """Not applicable where it is excluded for certain; what may still be added to the values leaves it undetermined."""
    if not excluded:
        return "applies"
    return "not_applicable" if dimension.determined else "undetermined"


_OF_SCOPE: dict[str, tuple[str, Rule]] = {
    "high_risk": ("high_risk", _high_risk),
    "derogated": ("high_risk", _derogated),
    "transparency": ("transparency", _transparency),
    "gpai": ("gpai", _general_purpose),
    "gpai_systemic": ("gpai", _systemic),
}

"""Whether a system is high-risk: by product law (Art. 6(1)), by its intended purpose (Art. 6(2) to (4)). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from governance.classification.outcome import Dimension, Step
from governance.classification.rules import certain, found, step
from governance.classification.said import Said
from governance.classification.truth import Truth, every, no, some

EXCLUSION_OF: Final = {
    "1a": "1a_verification_only",
    "5b": "5b_financial_fraud",
    "7d": "7d_travel_documents",
    "8b": "8b_no_direct_exposure",
}
_CONDITIONS: Final = ("a_narrow_procedural", "b_improves_completed_human_work", "c_detects_patterns", "d_preparatory")
_PRODUCT: Final = (
    "h1_annex", "h1_role", "h1_solely_non_safety", "h1_failure_endangers", "h1_third_party", "h1_only_other_risks",
)  # fmt: skip
_USE: Final = ("h3_points", "h3_exclusions", "h3_profiling", "h3_conditions", "h3_no_significant_risk")


@dataclass(frozen=True, slots=True)
class HighRisk:
    """dimension, points: as concluded. The four bases of Art. 6, each true, false or unknown.

    held: the listed points, true where no exception takes them out and unknown where one may; phantom: whether further points
    may hold that nobody has named.
    """

    dimension: Dimension
    points: Dimension
    annex_i: Truth
    section_b: Truth
    annex_iii: Truth
    derogated: Truth
    held: dict[str, Truth]
    phantom: Truth

    @property
    def full(self) -> Truth:
        """Whether the requirements for high-risk systems apply in full."""
        return some(self.annex_i, self.annex_iii)

    def any_point(self, *wanted: str) -> Truth:
        """Whether one of these points holds."""
        return some(*(truth for point, truth in self.held.items() if point in wanted), self.phantom)

    def any_but(self, *unwanted: str) -> Truth:
        """Whether a point other than these holds."""
        return some(*(truth for point, truth in self.held.items() if point not in unwanted), self.phantom)


def high_risk(said: Said) -> HighRisk:
    """Both ways into the class, and the derogation."""
    product = every(_place_in_product(said), said.yes("h1_third_party"), no(said.yes("h1_only_other_risks")))
    annex_i = every(said.says("h1_annex", "section_a"), product)
    section_b = every(said.says("h1_annex", "section_b"), product)
    held = _held(said)
    phantom: Truth = None if said.unknown("h3_points") else False
    lenient = every(no(said.yes("h3_profiling")), said.says("h3_conditions", *_CONDITIONS), said.yes("h3_no_significant_risk"))
    listed = some(*held.values(), phantom)
    annex_iii, derogated = every(listed, no(lenient)), every(listed, lenient)
    bases = {"annex_i": annex_i, "annex_i_section_b": section_b, "annex_iii": annex_iii, "annex_iii_derogated": derogated}
    bases["no"] = every(*(no(truth) for truth in bases.values()))
    points = Dimension("points", certain(held), phantom is False and None not in held.values(), tuple(_point_steps(said, held)))
    trace = (*_product_steps(said, some(annex_i, section_b), bases), *_use_steps(said, bases, held))
    if bases["no"]:
        trace += (step("high_risk.none", "h1_annex", "h3_points"),)
    return HighRisk(found("high_risk", bases, trace), points, annex_i, section_b, annex_iii, derogated, held, phantom)


def point_names(points: tuple[str, ...] | list[str]) -> str:
    """`4a` as the law writes it: 4(a)."""
    return ", ".join(f"{one[0]}({one[1:]})" if len(one) > 1 else one for one in points)


def _place_in_product(said: Said) -> Truth:
    harmless = every(said.yes("h1_solely_non_safety"), no(said.yes("h1_failure_endangers")))
    component = said.says("h1_role", "safety_component")
    return some(said.says("h1_role", "itself_product"), every(component, no(harmless)), None if _contradicts(said) else False)


def _contradicts(said: Said) -> bool:
    # What endangers health and safety by failing is a safety component (Art. 3(14)), whatever it is called.
    return bool(said.says("h1_role", "neither") and said.yes("h1_failure_endangers"))


def _held(said: Said) -> dict[str, Truth]:
    points = sorted(said.chosen["h3_points"] - {"none", "unknown"})
    return {one: no(said.says("h3_exclusions", EXCLUSION_OF[one])) if one in EXCLUSION_OF else True for one in points}


def _product_steps(said: Said, product: Truth, bases: dict[str, Truth]) -> Iterator[Step]:
    for name in ("annex_i", "annex_i_section_b"):
        if bases[name]:
            yield step(name, *_PRODUCT)
    if product and said.yes("h1_solely_non_safety") and said.says("h1_role", "safety_component"):
        yield step("annex_i.endangers", "h1_solely_non_safety", "h1_failure_endangers")
    if product is None:
        contradiction = _contradicts(said)
        yield step("annex_i.contradiction", "h1_role", "h1_failure_endangers") if contradiction else _unknown_product(said)
    if product is False and said.says("h1_annex", "section_a", "section_b"):
        yield from _why_not(said)


def _unknown_product(said: Said) -> Step:
    return step("annex_i.unknown", *said.unknown(*_PRODUCT))


def _why_not(said: Said) -> Iterator[Step]:
    if _place_in_product(said) is False and said.says("h1_role", "neither"):
        yield step("annex_i.neither", "h1_role")
    elif _place_in_product(said) is False:
        yield step("annex_i.not_safety", "h1_solely_non_safety", "h1_failure_endangers")
    if said.yes("h1_third_party") is False:
        yield step("annex_i.no_third_party", "h1_third_party")
    elif said.yes("h1_only_other_risks"):
        yield step("annex_i.other_risks", "h1_only_other_risks")


def _use_steps(said: Said, bases: dict[str, Truth], held: dict[str, Truth]) -> Iterator[Step]:
    if bases["annex_iii"]:
        yield step("annex_iii", "h3_points", points=point_names(certain(held)))
        profiling = said.yes("h3_profiling")
        yield step("annex_iii.profiling", "h3_profiling") if profiling else step("annex_iii.no_derogation", *_USE[3:])
    if bases["annex_iii_derogated"]:
        yield step("annex_iii_derogated", *_USE, points=point_names(certain(held)))
    if None in {bases["annex_iii"], bases["annex_iii_derogated"]}:
        yield step("annex_iii.unknown", *said.unknown(*_USE))


def _point_steps(said: Said, held: dict[str, Truth]) -> Iterator[Step]:
    if certain(held):
        yield step("annex_iii", "h3_points", points=point_names(certain(held)))
    if out := [point for point, truth in held.items() if truth is False]:
        yield step("annex_iii.excluded", "h3_points", "h3_exclusions", points=point_names(out))
    if unknown := said.unknown("h3_points", *(["h3_exclusions"] if None in held.values() else [])):
        yield step("annex_iii.unknown", *unknown)
    elif not held:
        yield step("high_risk.none", "h3_points")

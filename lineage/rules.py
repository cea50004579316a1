"""Which kinds of edge there are, what each may join, and which way it depends."""

from dataclasses import dataclass
from typing import TypeVar

from governance.registry.specs import WITH_COMPONENTS
from governance.shapes import ShapeError
from lineage.names import EXTERNAL_DATASET, JOB, RUN

End = TypeVar("End")

_MADE = frozenset({"model", "prompt", "dataset", "knowledge_base", "agent", "tool"})
_OUTSIDE = frozenset({EXTERNAL_DATASET})
_DATA = frozenset({"dataset", "knowledge_base"}) | _OUTSIDE
_ACTING = frozenset({"ai_system", "agent", "tool", "model"})
_WORK = frozenset({JOB, RUN})
_ANY = _MADE | _OUTSIDE | _WORK | {"ai_system"}


@dataclass(frozen=True, slots=True)
class EdgeRule:
    """What an edge kind may join, read as "source KIND target".

    depends: whether the source depends on the target (else the target on the source).
    """

    sources: frozenset[str]
    targets: frozenset[str]
    depends: bool = True


PART_OF = "part_of"

RULES: dict[str, EdgeRule] = {
    "trained_on": EdgeRule(frozenset({"model"}), _DATA),
    "fine_tuned_from": EdgeRule(frozenset({"model"}), frozenset({"model"})),
    "prompted_by": EdgeRule(frozenset({"ai_system", "agent", "model"}), frozenset({"prompt"})),
    "retrieves_from": EdgeRule(_ACTING, _DATA),
    "derived_from": EdgeRule(_MADE | _OUTSIDE, _MADE | _OUTSIDE),
    "evaluated_on": EdgeRule(_ACTING | {"prompt"}, _DATA),
    PART_OF: EdgeRule(_ANY, _ANY, depends=False),
    "reads": EdgeRule(_WORK, _MADE | _OUTSIDE),
    "writes": EdgeRule(_WORK, _MADE | _OUTSIDE, depends=False),
    "run_of": EdgeRule(frozenset({RUN}), frozenset({JOB})),
}
BACKWARDS = tuple(kind for kind, rule in RULES.items() if not rule.depends)  # the target stands on the source


def check_edge(kind: str, source_kind: str, target_kind: str) -> None:
    """Raise `ShapeError` when an edge of this kind may not join these kinds of asset.

    The parts of an AI system or an agent are the components that its version names in the registry,
    because audits pin those; stating `part_of` towards one would draw a part that no audit pins.
    """
    rule = RULES.get(kind)
    if rule is None:
        raise ShapeError("kind", "is not a known kind of edge.", tuple(RULES))
    if source_kind not in rule.sources:
        raise ShapeError("source", f"a {source_kind} cannot be the source of {kind}.", tuple(sorted(rule.sources)))
    if target_kind not in rule.targets:
        raise ShapeError("target", f"a {target_kind} cannot be the target of {kind}.", tuple(sorted(rule.targets)))
    if kind == PART_OF and target_kind in WITH_COMPONENTS:
        raise ShapeError("kind", f"the parts of an {target_kind} are its components: name them in a new version of it.")


def arrow(kind: str, source: End, target: End) -> tuple[End, End]:
    """`(dependent, dependency)` of an edge."""
    return (source, target) if RULES[kind].depends else (target, source)

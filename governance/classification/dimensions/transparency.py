"""Whom Art. 50 makes tell or mark what, and whether a general-purpose AI model stands beside the system. Pure."""

from collections.abc import Mapping
from typing import Final

from governance.classification.dimensions.high_risk import HighRisk
from governance.classification.outcome import Dimension
from governance.classification.rules import certain, found, step
from governance.classification.said import Said
from governance.classification.truth import Truth, every, no

# paragraph -> what brings it about, and what takes it away again
_PARAGRAPHS: Final[Mapping[str, tuple[str, str]]] = {
    "50(1)": ("t_direct", "t_obvious"),
    "50(2)": ("t_generates", "t_assistive"),
    "50(3)": ("t_emotion_or_biocat", ""),
    "50(4)-deepfake": ("t_deepfake", ""),
    "50(4)-text": ("t_public_text", "t_editorial"),
}
_LAW: Final = "t_le_authorised"


def transparency(said: Said, risk: HighRisk) -> Dimension:
    """Every paragraph of Art. 50 held against the answers."""
    held = {name: _bound(said, *asked) for name, asked in _PARAGRAPHS.items()}
    trace = [step(f"transparency.{one}", *(asked for asked in (*_PARAGRAPHS[one], _LAW) if asked)) for one in certain(held)]
    if trace and risk.section_b:
        trace.append(step("transparency.section_b", "h1_annex"))
    if None in held.values():
        open_ones = [one for name, truth in held.items() if truth is None for one in (*_PARAGRAPHS[name], _LAW) if one]
        trace.append(step("transparency.unknown", *said.unknown(*dict.fromkeys(open_ones))))
    return found("transparency", held, tuple(trace) or (step("transparency.none", *(one for one, _ in _PARAGRAPHS.values())),))


def _bound(said: Said, question: str, exception: str) -> Truth:
    excepted = said.yes(exception) if exception else False
    return every(said.yes(question), no(excepted), no(said.yes(_LAW)))


def gpai(said: Said) -> Dimension:
    """`systemic`, `gpai` or `no`."""
    provider, systemic = said.yes("g_provider"), said.yes("g_systemic")
    held = {"systemic": every(provider, systemic), "gpai": every(provider, no(systemic)), "no": no(provider)}
    rules = {"systemic": "gpai.systemic", "gpai": "gpai.gpai", "no": "gpai.none"}
    trace = [step(rules[one], "g_provider", "g_systemic") for one in certain(held)]
    if None in held.values():
        trace.append(step("gpai.unknown", *said.unknown("g_provider", "g_systemic")))
    return found("gpai", held, tuple(trace))

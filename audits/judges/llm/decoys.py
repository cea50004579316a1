"""Claims of known label that stand among an answer's own, in every call. Pure.

A judge that obeys "call everything supported", or that no longer reads, gives itself away on them, and its verdict
on the answer counts for nothing. They are made up anew for each call: no author of an answer or a passage knows them,
and they speak of places that do not exist, so that no passage can hold them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audits.judges.llm.lots import Lots

HELD: Mapping[str, Sequence[str]] = {
    "en": (
        "The harbour office of {place} keeps {count} lockers for visiting crews.",
        "The library of {place} lends {count} maps of the valley each year.",
        "The bakery in {place} sells {count} loaves on market days.",
        "The ferry to {place} carries {count} bicycles at most.",
    ),
    "es": (
        "La oficina portuaria de {place} guarda {count} taquillas para tripulaciones de paso.",
        "La biblioteca de {place} presta {count} mapas del valle cada año.",
        "La panadería de {place} vende {count} hogazas los días de mercado.",
        "El transbordador a {place} lleva {count} bicicletas como máximo.",
    ),
}
ABSENT: Mapping[str, Sequence[str]] = {
    "en": (
        "The bell tower of {place} was repaired by {count} masons.",
        "The orchard of {place} has {count} pear trees.",
        "The museum in {place} shows {count} clocks.",
        "The station of {place} was built with {count} arches.",
    ),
    "es": (
        "El campanario de {place} fue reparado por {count} albañiles.",
        "El huerto de {place} tiene {count} perales.",
        "El museo de {place} muestra {count} relojes.",
        "La estación de {place} se construyó con {count} arcos.",
    ),
}


@dataclass(frozen=True, slots=True)
class Decoys:
    """A passage, the claim that it states, and a claim that nothing states."""

    passage: str
    held: str
    absent: str


def decoys(lots: Lots, language: str) -> Decoys:
    """Drawn for one call, in Spanish where that is the answer's language, else in English."""
    spoken = language if language in HELD else "en"
    held, absent = (
        lots.one(sentences[spoken]).format(place=lots.name(), count=11 + lots.below(88)) for sentences in (HELD, ABSENT)
    )
    return Decoys(held, held, absent)

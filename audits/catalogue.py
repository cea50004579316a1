"""Which audit kinds there are: one folder a kind under `audits/kinds`, and other packages' entry points.

Only the cards are imported here. What a kind computes with is imported where work is done.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules

import audits.kinds
from audits.contract import QUEUES, AuditKind, Runner

GROUP = "probanza.kinds"


class UnknownKind(LookupError):  # noqa: N818 - reads as what happened
    """No kind has this name. `known` lists those there are."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        self.name = name
        self.known = known
        super().__init__(f"there is no audit kind {name!r}; known kinds: {', '.join(known)}.")


class BrokenKind(TypeError):  # noqa: N818 - reads as what happened
    """A folder or an entry point does not hold a kind."""


@cache
def kinds() -> Mapping[str, AuditKind]:
    """Every kind by its name, in alphabetical order.

    Raises:
        BrokenKind: where a folder has no card, a card's name is not its folder's, or a name is taken twice.
    """
    found: dict[str, AuditKind] = {}
    for name, card in [*_from_folders(), *_from_entry_points()]:
        if card.name != name:
            raise BrokenKind(f"the kind {name!r} calls itself {card.name!r}; both must be the same.")
        if name in found:
            raise BrokenKind(f"two packages offer the kind {name!r}; remove one of them.")
        found[name] = card
    return {name: found[name] for name in sorted(found)}


def kind(name: str) -> AuditKind:
    """The card called `name`. Raises `UnknownKind`, which lists the known ones."""
    known = kinds()
    if name not in known:
        raise UnknownKind(name, tuple(known))
    return known[name]


def measures() -> dict[str, dict[str, str]]:
    """The measures that each kind can conclude, by kind: the name of each with its title (a message id)."""
    return {name: {one.name: one.title for one in card.measures} for name, card in kinds().items()}


def runner_of(card: AuditKind) -> Runner:
    """The module that does the work of `card`; this imports its heavy libraries."""
    runner: Runner = import_module(card.runner)
    return runner


def _from_folders() -> list[tuple[str, AuditKind]]:
    folders = [module.name for module in iter_modules(audits.kinds.__path__) if module.ispkg]
    return [(name, _card(import_module(f"audits.kinds.{name}").__dict__.get("KIND"), name)) for name in folders]


def _from_entry_points() -> list[tuple[str, AuditKind]]:
    return [(entry.name, _card(entry.load(), entry.value)) for entry in entry_points(group=GROUP)]


def _card(found: object, where: str) -> AuditKind:
    if not isinstance(found, AuditKind):
        raise BrokenKind(f"{where}: KIND must be an AuditKind, not {type(found).__name__}.")
    if found.queue not in QUEUES:
        raise BrokenKind(f"{where}: there is no queue {found.queue!r}; a kind may have: {', '.join(QUEUES)}.")
    if found.chunk < 0:
        raise BrokenKind(f"{where}: chunk must be a number of items, or 0 for all of them.")
    return found

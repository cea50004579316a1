"""The law and other frameworks as data: duties, dates, and which evidence speaks to which duty.

The files of `catalogue/` are read into frozen dataclasses and checked; an error names the file, the line and the item.
Nothing here knows today's date: it is passed in.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, reduce
from pathlib import Path

from governance.compliance.library.crosswalk import read_kinds, read_serves
from governance.compliance.library.entries import (
    Binding,
    Catalogue,
    CatalogueError,
    Certainty,
    Duty,
    EvidenceKind,
    Framework,
    Group,
    KindLinks,
    LegalDate,
    Link,
    Part,
    Role,
    Scope,
    Serves,
)
from governance.compliance.library.files import FRAMEWORK, KINDS, SERVES, File, check_meta, open_file
from governance.compliance.library.joining import EMPTY, joined, linked
from governance.compliance.library.reading import read_framework
from governance.words import Words

__all__ = [
    "FILES", "Binding", "Catalogue", "CatalogueError", "Certainty", "Duty", "EvidenceKind", "Framework", "Group", "KindLinks",
    "LegalDate", "Link", "Part", "Role", "Scope", "Serves", "Words", "load", "own_part", "parse", "texts", "with_own",
]  # fmt: skip

FOLDER = Path(__file__).parent / "catalogue"
FILES = tuple(sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.yaml")))
LAW = "eu_ai_act"
NEEDED = (f"{LAW}.yaml", "timeline.yaml", "serves.yaml")
_ORDER = ("law", "standard", "voluntary")


@cache
def load(on: date | None = None) -> Catalogue:
    """The catalogue that ships with this version.

    on: the day whose wordings are taken where a duty has several; None for the newest.
    """
    return parse(texts(), on=on)


def texts() -> dict[str, str]:
    """The files that ship with this version: path within `catalogue/` -> text."""
    return {name: (FOLDER / name).read_text(encoding="utf-8") for name in FILES}


def parse(given: Mapping[str, str], *, on: date | None = None) -> Catalogue:
    """The catalogue in these files' texts. Raises `CatalogueError`.

    `eu_ai_act.yaml`, `eu_ai_act/*.yaml` and `timeline.yaml` are the law, `frameworks/*.yaml` one framework each,
    `crosswalk/*.yaml` the kinds of evidence, `serves.yaml` which items share evidence.
    """
    files = {name: open_file(name, given.get(name), _parts_of(name)) for name in sorted({*NEEDED, *given})}
    law = [files[NEEDED[0]], *_in(files, LAW), files[NEEDED[1]]]
    others = [read_framework([file], on=on) for file in _in(files, "frameworks")]
    others.sort(key=lambda part: _ORDER.index(part.framework.binding))
    whole = reduce(joined, [read_framework(law, on=on), *others], EMPTY)
    kinds, places = read_kinds(_in(files, "crosswalk"))
    check_meta(files[NEEDED[2]])
    serves, more = read_serves([files[NEEDED[2]]])
    return linked(whole, kinds, serves, {**places, **more})


def own_part(text: str, *, name: str = "file", version: int = 1, on: date | None = None) -> Part:
    """An organisation's own framework from its file. Raises `CatalogueError`; `with_own` checks it against the others."""
    return read_framework([open_file(name, text, own=True)], version=version, on=on)


def with_own(catalogue: Catalogue, frameworks: Sequence[Part]) -> Catalogue:
    """The catalogue with an organisation's own frameworks. Raises `CatalogueError`."""
    return reduce(joined, frameworks, catalogue)


def _parts_of(name: str) -> tuple[str, ...]:
    if name.startswith("crosswalk/"):
        return KINDS
    return SERVES if name == NEEDED[2] else FRAMEWORK


def _in(files: Mapping[str, File], folder: str) -> list[File]:
    return [file for name, file in files.items() if name.startswith(f"{folder}/")]

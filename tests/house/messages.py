"""Takes every text a user can see out of code and templates into locale/, and compiles the catalogues.

`python -m tests.house.messages` rewrites the .po files (new texts come in empty) and the .mo files.
Babel does it, so that no system gettext is needed; Django's own `templatize` reads the templates.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "locale/es/LC_MESSAGES/django.po"
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "Text": None,
}  # fmt: skip


def texts() -> Iterator[tuple[str | tuple[str, ...], str]]:
    """(message id, where) of every text in the product."""
    for package in ("governance", "audits", "lineage"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if not {"tests", "migrations"} & set(path.parts):
                for _, message, _, _ in extract_from_file("python", path, keywords=KEYWORDS):
                    yield message, str(path.relative_to(ROOT))
    for path in sorted([*(ROOT / "templates").rglob("*.html"), *(ROOT / "audits").rglob("templates/**/*.html")]):
        as_code = templatize(path.read_text(encoding="utf-8"), origin=str(path)).encode()
        for _, function, message, _ in extract_python(io.BytesIO(as_code), list(KEYWORDS), [], {"encoding": "utf-8"}):
            words = tuple(word for word in message if word) if isinstance(message, tuple) else message
            if function and words:
                yield words, str(path.relative_to(ROOT))


def fresh() -> Catalog:
    """The catalogue of what is there now, with the translations made so far."""
    made = read_po(io.BytesIO(CATALOGUE.read_bytes()), locale="es") if CATALOGUE.exists() else Catalog(locale="es")
    template = Catalog(charset="utf-8")
    for message, where in texts():
        template.add(message, locations=[(where, 0)])
    known = Catalog(locale="es", project="Probanza", charset="utf-8", fuzzy=False)
    for message in template:
        if message.id:
            old = made.get(message.id if isinstance(message.id, str) else message.id[0])
            known.add(
                message.id,
                old.string if old and old.string else None,
                locations=sorted(set(message.locations)),
                flags=message.flags,
            )
    return known


def missing() -> list[str]:
    """Texts without a Spanish translation."""
    return [str(message.id) for message in fresh() if message.id and not _translated(message.string)]


def _translated(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def compiled(catalogue: Catalog) -> bytes:
    """The .mo bytes of a catalogue."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def main() -> int:
    catalogue = fresh()
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=120, sort_output=True, include_lineno=False, omit_header=False)
    CATALOGUE.write_bytes(buffer.getvalue())
    CATALOGUE.with_suffix(".mo").write_bytes(compiled(read_po(io.BytesIO(CATALOGUE.read_bytes()), locale="es")))
    empty = missing()
    print(f"{len(list(catalogue)) - 1} texts, {len(empty)} without a Spanish translation")
    return 1 if empty else 0


if __name__ == "__main__":
    sys.exit(main())

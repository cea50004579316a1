"""Takes every text a user can see out of code and templates into locale/, and compiles the catalogues.

`python -m tests.house.messages` rewrites the .po files (new texts come in empty) and the .mo files.
Babel writes them, so that no system gettext is needed; Django's own `templatize` reads the templates. Code
is read as a syntax tree: Babel's reader of tokens passes over calls inside f-strings and inside other calls.
"""

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "locale/es/LC_MESSAGES/django.po"
ONE = ("_", "gettext", "gettext_lazy", "gettext_noop", "Text")
TWO = ("ngettext", "ngettext_lazy")


def texts() -> Iterator[tuple[str | tuple[str, ...], str]]:
    """(message id, where) of every text in the product."""
    for package in ("governance", "audits", "lineage"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if not {"tests", "migrations"} & set(path.parts):
                for message in of_code(path.read_text(encoding="utf-8")):
                    yield message, str(path.relative_to(ROOT))
    for path in sorted([*(ROOT / "templates").rglob("*.html"), *(ROOT / "audits").rglob("templates/**/*.html")]):
        as_code = templatize(path.read_text(encoding="utf-8"), origin=str(path)).encode()
        for _, function, found, _ in extract_python(io.BytesIO(as_code), dict.fromkeys([*ONE, *TWO]), [], {"encoding": "utf-8"}):
            message = _of_template(found)
            if function and message:
                yield message, str(path.relative_to(ROOT))


def _of_template(found: object) -> str | tuple[str, ...]:
    """Babel gives one text as such and a plural with what follows it as a sequence."""
    return tuple(str(word) for word in found if word) if isinstance(found, list | tuple) else str(found or "")


def of_code(code: str) -> Iterator[str | tuple[str, ...]]:
    """The message ids that are written out in calls of gettext and `Text`; a pair where there is a plural."""
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        if name in ONE:
            yield from _written(node.args[:1])
        elif name in TWO:
            yield tuple(_written(node.args[:2]))


def _written(arguments: list[ast.expr]) -> Iterator[str]:
    for argument in arguments:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value:
            yield argument.value
        elif isinstance(argument, ast.IfExp):
            yield from _written([argument.body, argument.orelse])


def fresh() -> Catalog:
    """The catalogue of what is there now, with the translations made so far."""
    made = read_po(io.BytesIO(CATALOGUE.read_bytes()), locale="es") if CATALOGUE.exists() else Catalog(locale="es")
    template = Catalog(charset="utf-8")
    for text, where in texts():
        template.add(text, locations=[(where, 0)])
    known = Catalog(
        locale="es",
        project="Probanza",
        charset="utf-8",
        fuzzy=False,
        header_comment="# Spanish texts of Probanza, kept by `python -m tests.house.messages`.",
        creation_date=made.creation_date,
        revision_date=made.creation_date,
        **dict.fromkeys(("version", "msgid_bugs_address", "last_translator", "language_team"), "-"),
    )
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

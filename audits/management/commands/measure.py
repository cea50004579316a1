"""`manage.py measure KIND --items FILE --out FACTS`: any kind on a file, without server and database."""

import json
import os
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audits.catalogue import UnknownKind, kind
from audits.contract import TargetError
from audits.runs.measuring import PATHS, Measured, measure_file, read_parameters
from governance.shapes import ShapeError

QUIET_S = 2.0


class Command(BaseCommand):
    help = "Measure a file with an audit kind. The kind's README names the format. Exit 2: the input does not fit."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", help="name of the audit kind, e.g. bias")
        parser.add_argument("--items", type=Path, required=True, help="the file to measure")
        parser.add_argument("--parameters", type=Path, help="YAML or JSON; files it names are looked for beside it")
        parser.add_argument("--out", type=Path, required=True, help="where the facts go, as canonical JSON")
        parser.add_argument("--item-results", type=Path, help="where one JSON line an item goes")
        parser.add_argument("--seed", type=int, default=0, help="seed of everything random (default 0)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            measured = self._measure(options)
        except (UnknownKind, ShapeError, TargetError) as error:
            raise CommandError(str(error), returncode=2) from None
        contents = {options["out"]: measured.facts.canonical()}
        if options["item_results"] is not None:
            contents[options["item_results"]] = _lines(measured)
        _write(contents)

    def _measure(self, options: dict[str, Any]) -> Measured:
        for name in ("items", "parameters"):
            if options[name] is not None and not options[name].is_file():
                raise ShapeError(f"--{name}", f"there is no file {options[name]}.")
        card = kind(options["kind"])
        paths = PATHS if card.needs == "model" else ()
        given = read_parameters(options["parameters"], paths) if options["parameters"] is not None else {}
        return measure_file(
            card=card,
            items=options["items"],
            parameters=given,
            seed=options["seed"],
            progress=_Progress(card.name),
        )


class _Progress:
    """Says how far it is on standard error, once the work takes longer than two seconds."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.said = time.monotonic()

    def __call__(self, done: int, planned: int) -> None:
        now = time.monotonic()
        if now - self.said >= QUIET_S:
            self.said = now
            sys.stderr.write(f"{self.name}: {done} of {planned} items\n")


def _lines(measured: Measured) -> bytes:
    return b"".join(json.dumps(line, sort_keys=True).encode() + b"\n" for line in measured.lines)


def _write(contents: dict[Path, bytes]) -> None:
    """All files or none: each is written under another name first."""
    halves = {path: path.with_name(f".{path.name}.{os.getpid()}") for path in contents}
    path = next(iter(contents))
    try:
        for path, content in contents.items():
            halves[path].write_bytes(content)
        for path, half in halves.items():
            half.replace(path)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.", returncode=2) from None
    finally:
        for half in halves.values():
            half.unlink(missing_ok=True)

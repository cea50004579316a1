"""Writes the offline verifier as one file: `python -m probanza.single > verify_bundle.py`.

The modules below stand in it one after another as they are, without their imports of each other: what a stranger reads and runs
is what this package runs.
"""

import ast
import re
import sys
from collections.abc import Iterable
from pathlib import Path

MODULES = ("canonical", "checking", "container", "manifests", "verify")  # each needs only those before it
HEAD = '''#!/usr/bin/env python3
"""Checks an evidence bundle of Probanza offline: `python verify_bundle.py BUNDLE [--key FINGERPRINT]`.

One file. It needs Python 3.11 or newer and `cryptography` (pip install cryptography); it calls no server and opens no network.
Ends with 0 when everything holds, 1 when something does not (it says what), 2 when the file cannot be read as a bundle.

Take it from elsewhere than from whom you check. It is made of the modules {modules}
of the package `probanza`, by `python -m probanza.single`, without any change but their imports.
"""
'''
_NOTE = re.compile(r"  # noqa: .*$", re.MULTILINE)


def single_file() -> str:
    """The verifier's source."""
    here = Path(__file__).parent
    sources = {name: (here / f"{name}.py").read_text(encoding="utf-8") for name in MODULES}
    imports = {line for source in sources.values() for line in _imports(source)}
    plain = sorted(line for line in imports if line.startswith("import "))
    named = _joined(line for line in imports if line.startswith("from "))
    head = HEAD.format(modules=", ".join(MODULES))
    parts = [f"# {'-' * 20} probanza/{name}.py\n\n{_body(source)}" for name, source in sources.items()]
    return _NOTE.sub("", "\n\n".join([head + "\n" + "\n".join([*plain, *named]), *parts])) + "\n"


def _imports(source: str) -> list[str]:
    """The imports of other packages, one name a line."""
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import):
            found += [f"import {alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not str(node.module).startswith("probanza"):
            found += [f"from {node.module} import {alias.name}" for alias in node.names]
    return found


def _joined(lines: Iterable[str]) -> list[str]:
    modules: dict[str, list[str]] = {}
    for line in sorted(lines):
        module, _, name = line.removeprefix("from ").partition(" import ")
        modules.setdefault(module, []).append(name)
    return [f"from {module} import {', '.join(names)}" for module, names in modules.items()]


def _body(source: str) -> str:
    """Everything but the imports; the module's docstring as a comment."""
    nodes, lines = ast.parse(source).body, source.splitlines()
    gone: set[int] = set()
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            gone.update(range(node.lineno, (node.end_lineno or 0) + 1))
    first = nodes[0]
    gone.update(range(first.lineno, (first.end_lineno or 0) + 1))
    told = str(ast.get_docstring(ast.parse(source))).splitlines()
    kept = "\n".join(line for number, line in enumerate(lines, start=1) if number not in gone).strip("\n")
    return "\n".join(f"# {line}".rstrip() for line in told) + "\n\n" + kept


def main() -> int:
    """The command."""
    sys.stdout.write(single_file())
    return 0


if __name__ == "__main__":
    sys.exit(main())

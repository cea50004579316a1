"""Which scope each operation of the REST interface asks for: writes docs/reference/scopes.md.

python -m tests.house.scopes
"""

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.house.rooms import ROOT

PAGE = ROOT / "docs/reference/scopes.md"
ANYBODY = "any token"
HEAD = """# Scopes

A token may do what its scopes say, as far as the role of its owner has them at that moment; a role that is taken away ends
what its tokens may do at once. What each operation asks for (written by `python -m tests.house.scopes`):

| operation | scope |
|---|---|
"""
ROLES = """
What each role has:

| role | scopes |
|---|---|
"""


@dataclass(frozen=True)
class Operation:
    """One method of one address; scope: what it asks for, empty for any token, None when it asks for nothing (a mistake)."""

    route: str
    method: str
    scope: str | None

    @property
    def path(self) -> str:
        """The address with ids of things that are nowhere."""
        anywhere = re.sub(r"<uuid:\w+>", "01970000-0000-7000-8000-000000000000", self.route)
        return "/" + re.sub(r"<\w+:\w+>", "json", anywhere)


def operations() -> list[Operation]:
    """Every operation of the REST interface."""
    from tests.house.other_tenant import methods, routes

    views = {route: pattern for route, pattern in routes().items() if route.startswith("api/v1/")}
    found = [Operation(route, name, _scope(view.callback, name)) for route, view in views.items() for name in methods(view)]
    return sorted(found, key=lambda one: (one.route, one.method))


def _scope(callback: Any, method: str) -> str | None:
    from rest_framework.permissions import IsAuthenticated

    from governance.access.api import Needed

    asked = callback.cls.permission_classes
    scopes = [one.scope_for(method) for one in asked if issubclass(one, Needed)]
    return scopes[0] if scopes else "" if IsAuthenticated in asked else None


def lines() -> Iterator[str]:
    """The page, a line at a time."""
    from governance.access.roles import SCOPES_OF

    yield HEAD
    for one in operations():
        told = re.sub(r"<\w+:(\w+)>", r"{\1}", one.route)
        yield f"| `{one.method.upper()} /{told}` | {f'`{one.scope}`' if one.scope else ANYBODY} |\n"
    yield ROLES
    for role, scopes in SCOPES_OF.items():
        yield f"| {role} | {', '.join(f'`{scope}`' for scope in sorted(scopes))} |\n"


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    PAGE.write_text("".join(lines()))
    return 0


if __name__ == "__main__":
    sys.exit(main())

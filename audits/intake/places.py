"""Where a target or a judge would be called: refused before any work when the organisation may not call there."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from governance.access.destinations import check_url

FIELDS = ("url", "base_url")  # of specifications and parameters, in all types and kinds


def check_places(organisation: UUID, shape: object, path: str) -> None:
    """Raises `ShapeError` naming the field below `path` that leads where the organisation may not call."""
    for field in FIELDS:
        if url := getattr(shape, field, ""):
            check_url(organisation=organisation, field=f"{path}.{field}", url=url)


def check_stored_places(organisation: UUID, spec: Mapping[str, Any]) -> None:
    """The same for a registered target, whose approval may have been withdrawn since. Raises `ShapeError` naming `target`."""
    for field in FIELDS:
        if url := spec.get(field):
            check_url(organisation=organisation, field="target", url=url)

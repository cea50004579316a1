"""What targets called before destinations were approved stays callable: their hosts are approved once, and the trail says so."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import migrations

from governance.access.destinations import installation_policy
from governance.outbound.places import read_place
from governance.trail.ids import uuid7

WHO = "upgrade"


def approve_known(apps: Any, schema_editor: Any) -> None:
    """One approved destination for each host that a registered target names and that may be called at all."""
    at = schema_editor.connection.alias
    destinations = apps.get_model("governance", "Destination").objects.using(at)
    trail = apps.get_model("governance", "TrailEntry").objects.using(at)
    targets = apps.get_model("audits", "Target").objects.using(at)
    policy, now, known = installation_policy(), datetime.now(UTC), set()
    for organisation, spec in targets.values_list("organisation_id", "spec"):
        place = _place(spec.get("url") or spec.get("base_url") or "", policy)
        if not place or (organisation, place) in known:
            continue
        known.add((organisation, place))
        row = destinations.create(
            id=uuid7(), organisation_id=organisation, place=place, state="approved", reason="Named by a registered target.",
            asked_by=WHO, asked_at=now, decided_by=WHO, decided_at=now,
        )
        trail.create(
            id=uuid7(), organisation_id=organisation, actor_id=f"system:{WHO}", actor_name=WHO, actor_kind="system",
            action="access.approve_destination", subject="destination", subject_id=str(row.id), detail={"place": place}, at=now,
        )


def _place(url: str, policy: Any) -> str:
    try:
        return read_place(urlsplit(url).hostname or "", policy)
    except ValueError:
        return ""  # loopback, or closed by the operator: it was not callable before either


class Migration(migrations.Migration):
    dependencies = [("audits", "0003_suites"), ("governance", "0002_notices")]
    operations = [migrations.RunPython(approve_known, migrations.RunPython.noop)]

"""Recomputes the state of every duty of every system of an organisation from its ledger, in the embedded PostgreSQL.

    python -m benchmarks.states [--systems 200] [--items 300]

The first round reads every sealed statement anew, as a process that just began; the next ones know the gists. A state counts
as recomputed when criteria, freshness, statements, waivers and owners were read and held against every duty. The last line is
one line of JSON with the figures by name.
"""

import argparse
import json
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from benchmarks.ledger import database

ROUNDS = 3
KINDS = ("bias", "explainability", "pii", "fidelity", "lineage")
FILLER = "x" * 10_000  # facts and blocks of a small audit
STATES = ("met", "inconclusive", "not_met")


def measure(systems: int = 200, items: int = 300) -> dict[str, Any]:
    """The figures of one run in a process and a database of its own."""
    command = [sys.executable, "-m", "benchmarks.states", f"--systems={systems}", f"--items={items}"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def measured(systems: int, items: int) -> dict[str, Any]:
    """Fill an organisation and time how long its states take. Django is set up on an empty database."""
    from governance.access.actors import Actor
    from governance.access.roles import SCOPES
    from governance.access.services import create_organisation
    from governance.compliance.assessment import assess_duties
    from governance.compliance.frameworks import load
    from governance.compliance.gathering import gathered
    from governance.evidence import gists
    from governance.registry.models import AssetVersion

    now = datetime.now(UTC)
    organisation: UUID = create_organisation(name="Bench", slug="bench", now=now).id
    actor = Actor("person-1", "Ana", "person", organisation, "admin", SCOPES)
    for number in range(systems):
        _fill(actor, number, now)
    catalogue = load()
    spare = [replace(catalogue.duties[0], id=f"made-up.{number}") for number in range(items - len(catalogue.duties))]
    catalogue = replace(catalogue, duties=(*catalogue.duties, *spare))
    seconds, states = [], 0
    gists._remembered.clear()
    for _ in range(1 + ROUNDS):
        began = time.perf_counter()
        versions = list(AssetVersion.objects.filter(asset__kind="ai_system").select_related("asset"))
        found = [assess_duties(catalogue, sealed, said) for sealed, said in gathered(organisation, versions, now)]
        seconds.append(time.perf_counter() - began)
        states = sum(len(one.results) for one in found)
    counts = {state: count for state, count in found[0].counts() if count}
    print(f"{systems} systems x {len(catalogue.duties)} items; one of them: {counts}")
    print(f"first round {seconds[0]:.2f} s, then {median(seconds[1:]):.2f} s (median of {ROUNDS})")
    return {
        "states_s": round(median(seconds[1:]), 3),
        "states_first_s": round(seconds[0], 3),
        "systems": len(found),
        "items": len(catalogue.duties),
        "states": states,
    }


def _fill(actor: Any, number: int, now: datetime) -> None:
    from governance.compliance.frameworks import load
    from governance.compliance.statements.services import Asked, assign, state_duty
    from governance.compliance.statements.waiving import ask_waiver
    from governance.evidence.services import seal
    from governance.registry.services import add_version, pins_of, register_asset

    asset = register_asset(actor=actor, kind="ai_system", name=f"System {number}", owner="Eva", now=now)
    version = add_version(actor=actor, asset_id=asset.pk, spec={"purpose": "Answers"}, now=now)
    pins = [{"role": pin["role"], "id": pin["version_id"], "digest": pin["digest"]} for pin in pins_of(version)]
    criteria = [{"id": state, "author": "Ana", "frozen_at": now.isoformat()} for state in STATES]
    for place, kind in enumerate(KINDS):
        verdicts = [{"criterion": state, "state": state} for state in STATES[: 1 + (number + place) % 3]]
        statement = {"verdicts": verdicts, "criteria": criteria, "pins": pins, "details": FILLER}
        seal(actor=actor, kind=kind, subject=str(version.pk), statement=statement, now=now)
    catalogue = load()
    duties = [one.id for one in catalogue.duties if one.assurance == "human"][:10]
    for duty in duties[:2]:
        asked = Asked(version.pk, duty, "attested", "Looked at.", document=("a.txt", b"a"))
        state_duty(actor=actor, asked=asked, catalogue=catalogue, now=now)
    for duty in duties:
        assign(actor=actor, system_id=asset.pk, duty=duty, owner="Eva", due=None, catalogue=catalogue, now=now)
    ends = (now + timedelta(days=30)).date()
    ask_waiver(actor=actor, version_id=version.pk, duty=duties[0], reason="x", expires_on=ends, catalogue=catalogue, now=now)


def main() -> None:
    """Run it and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--systems", type=int, default=200)
    parser.add_argument("--items", type=int, default=300)
    given = parser.parse_args()
    with database():
        figures = measured(given.systems, given.items)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

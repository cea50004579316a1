"""What is told of a run that ended."""

from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from audits.runs.models import Run
from audits.runs.telling import tell_end
from governance.notices import endpoints
from governance.notices.models import Delivery

pytestmark = pytest.mark.django_db


def test_an_end_is_told_with_names_states_and_counts_and_no_words(actor: Any, ask: Any, table: Any, now: datetime) -> None:
    endpoints.add_webhook(actor=actor, url="http://127.0.0.1:9/", events=["audit.failed"], now=now)
    run = ask(table("yes"))
    verdicts = [{"state": "met", "measure": "m"}, {"state": "not_met"}, {"state": "met"}]
    Run.objects.update(state="failed", cause="timeout", message="said: jane@example.org", verdicts=verdicts)
    with transaction.atomic():
        tell_end(organisation=run.organisation_id, run_id=run.id, now=now)
    notice = Delivery.objects.get().notice
    assert (notice.event, notice.subject) == ("audit.failed", str(run.id))
    assert notice.data == {
        "kind": "echo", "system": "Helpdesk", "system_version": str(run.system_version_id), "number": 1, "state": "failed",
        "cause": "timeout", "verdicts": {"met": 2, "not_met": 1}, "evidence": None,
    }  # fmt: skip

"""What a run lends a language model as judge: prompt, secret of the marks, and what the run's items say was spent."""

import hashlib
import hmac
from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import connection

from audits.intake.prompts import judge_prompt
from audits.judges.llm import JudgeMeans
from audits.judges.llm.spending import Spent
from audits.runs.models import Run
from governance.outbound import GuardedClient, Policy

_SPENT = """
    SELECT coalesce(sum((values->'judging'->>'calls')::bigint), 0), coalesce(sum((values->'judging'->>'charged')::numeric), 0)
    FROM audits_itemrecord WHERE run_id = %s AND values->'judging' IS NOT NULL
"""


def judge_means(run: Run, policy: Policy, secrets: Mapping[str, str]) -> JudgeMeans:
    """The means of a run's judge. Raises `ShapeError` where the prompt that the parameters name is gone or no judge's."""
    name = str(run.parameters.get("prompt", ""))
    return JudgeMeans(
        GuardedClient(policy),
        secrets,
        prompt=judge_prompt(run.organisation_id, name) if name else None,
        marks=marks_of(run.organisation_id),
        recorded=lambda: spent_on(run.id),
    )


def marks_of(organisation: UUID) -> bytes:
    """The secret under which marks, decoys and canaries of an organisation's runs are drawn; 32 bytes, never stored.

    With the seed it gives the same prompts again for as long as the installation's PROBANZA_SECRET_KEY stays.
    """
    return hmac.new(settings.SECRET_KEY.encode(), f"probanza.judge.marks:{organisation}".encode(), hashlib.sha256).digest()


def spent_on(run_id: UUID) -> Spent:
    """What the recorded items of a run took, whichever worker asked."""
    with connection.cursor() as cursor:
        cursor.execute(_SPENT, [run_id])
        calls, charged = cursor.fetchone()
    return Spent(int(calls), Decimal(charged))

"""Keeping answers about a system."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.classification.classify import Outcome, classify
from governance.classification.models import SystemAnswers
from governance.classification.proposals import legal_dates
from governance.classification.questions import check_answers, with_unknown
from governance.registry.models import Asset
from governance.trail.services import record

SYSTEM = "ai_system"


def outcome_of(answers: Mapping[str, Any], *, now: datetime) -> Outcome:
    """What follows from answers of which nothing is kept; what is left out counts as unknown. Raises `ShapeError`."""
    return classify(with_unknown({"as_of": now.date().isoformat(), **check_answers(answers)}), legal_dates())


@transaction.atomic
def answer(*, actor: Actor, system_id: UUID | str, answers: Mapping[str, Any], now: datetime) -> SystemAnswers:
    """Keep answers about a system, beside those that it has. An answer of None takes an earlier one back.

    Raises:
        Forbidden: without `registry:write`. NotFound: no such system here. ShapeError: naming the question.
    """
    check_can(actor, "registry:write")
    system = locked_system(actor.organisation, system_id)
    taken_back = {name for name, given in answers.items() if given in (None, [], "")}
    given = check_answers({name: one for name, one in answers.items() if name not in taken_back})
    check_answers({name: [] for name in taken_back})  # a question that does not exist is told, answered or not
    row = SystemAnswers.objects.of(actor.organisation).filter(system=system).first()
    before: dict[str, Any] = dict(row.answers) if row else {"as_of": now.date().isoformat()}
    after = {name: one for name, one in {**before, **given}.items() if name not in taken_back}
    changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    if row is not None and not changed:
        return row
    row = row or SystemAnswers(organisation_id=actor.organisation, system=system)
    row.answers, row.changed_at, row.changed_by = after, now, actor.name
    row.save(update_fields=None if row._state.adding else SystemAnswers.append_only_but)
    detail = {"questions": changed}
    record(actor=actor, action="classification.answer", subject="asset", subject_id=system.pk, detail=detail, now=now)
    return row


def locked_system(organisation: UUID, system_id: UUID | str) -> Asset:
    """The system, kept as it is until the transaction ends. Raises `NotFound`."""
    # A new version takes the same lock, so that none slips in between the look and the confirmation.
    system: Asset = Asset.objects.filter(kind=SYSTEM).select_for_update().one(organisation, system_id)
    return system

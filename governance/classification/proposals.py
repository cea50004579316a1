"""What a person is shown and confirms, and what becomes of it: rows turned into a standing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from governance.book import Text
from governance.classification.classify import CLOCKS, classify, from_plain, to_plain
from governance.classification.models import Classification, SystemAnswers
from governance.classification.outcome import Outcome
from governance.classification.questions import questionnaire, with_unknown
from governance.classification.standing import Standing
from governance.classification.watching import ANSWERS, changes, outdated, watched
from governance.registry.models import AssetVersion
from probanza.canonical import digest_of


def legal_dates() -> Mapping[str, str]:
    """Clock -> ISO day, from the callable that the setting PROBANZA_LEGAL_DATES names."""
    found: Mapping[str, str] = import_string(settings.PROBANZA_LEGAL_DATES)()
    return found


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody would confirm: answers with what is unknown, the outcome, the version it is of. plain: all of it as data."""

    row: SystemAnswers
    version: AssetVersion
    answers: Mapping[str, Any]
    outcome: Outcome
    plain: Mapping[str, Any]
    digest: str


def proposal_of(row: SystemAnswers, version: AssetVersion) -> Proposal:
    """The proposal that follows from these answers for this version."""
    answers, dates = with_unknown(row.answers), legal_dates()
    outcome = classify(answers, dates)
    plain = {
        "answers": answers,
        "outcome": to_plain(outcome),
        "watched": watched(version.spec),
        "version": version.digest,
        "law": {"text": questionnaire().law, "questions": questionnaire().digest, "dates": {one: dates[one] for one in CLOCKS}},
    }
    return Proposal(row, version, answers, outcome, plain, digest_of(plain))


def standing_from(
    row: SystemAnswers | None, confirmed: Classification | None, newest: AssetVersion | None, today: str
) -> Standing | None:
    """Where a system stands by its rows; None without any."""
    if confirmed is not None:
        return _confirmed(row, confirmed, newest, today)
    if row is None:
        return None
    answers = with_unknown(row.answers)
    return Standing(classify(answers, legal_dates()), answers, row.changed_at, row.changed_by)


def _confirmed(row: SystemAnswers | None, confirmed: Classification, newest: AssetVersion | None, today: str) -> Standing:
    outcome = from_plain(confirmed.outcome)
    return Standing(
        outcome=outcome,
        answers=confirmed.answers,
        classified_at=confirmed.classified_at,
        classified_by=confirmed.classified_by,
        confirmed_at=confirmed.confirmed_at,
        confirmed_by=confirmed.confirmed_by,
        confirmed_role=confirmed.confirmed_role,
        evidence_id=str(confirmed.evidence_id),
        digest=confirmed.digest,
        reopened=_reopened(row, confirmed, outcome, newest, today),
    )


def _reopened(
    row: SystemAnswers | None, confirmed: Classification, outcome: Outcome, newest: AssetVersion | None, today: str
) -> tuple[Text, ...]:
    found = list(changes(confirmed.watched, newest.spec, newest.number)) if newest else []
    if row is not None and with_unknown(row.answers) != confirmed.answers:
        found.append(Text(ANSWERS))
    return (*found, *outdated(outcome, confirmed.answers, legal_dates(), today))

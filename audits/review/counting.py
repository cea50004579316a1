"""What a review's labels come to, ready to be sealed: figures, verdicts, what would settle a criterion, the statement."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from audits.review.blindness import labels_not_blind
from audits.review.figures import Found, Row, facts_of, more_labels
from audits.review.labelling import Standing
from audits.review.models import SETTLED, Review
from audits.review.population import FLAGGED, Judged, population_of
from audits.runs.code_version import code_version
from audits.runs.storing import storable
from audits.runs.verdicts import verdicts
from governance.evidence.facts import Facts
from governance.registry.models import AssetVersion
from governance.registry.services import pins_of
from probanza.canonical import digest_of

JUDGED_BY = "unsupported_answers"  # the measure of the audit whose criteria the corrected share is held against too


def expiry(now: datetime) -> datetime:
    """When a calibration of this moment ends by age."""
    days: int = settings.PROBANZA_CALIBRATION_DAYS
    return now + timedelta(days=days)


def rows_of(answers: Sequence[Standing], judged: Mapping[UUID, Judged]) -> list[Row]:
    """The labelled answers with what the judge said of them; `judged` by record."""
    return [
        Row(
            score=float(judged[one.sampled.record_id].score),
            flagged=judged[one.sampled.record_id].flagged,
            said=tuple(label.label for label in one.labels if label.place != SETTLED),
            word=one.word(),
            inclusion=float(one.sampled.inclusion),
            stratum=one.sampled.stratum,
        )
        for one in answers
        if one.sampled.record_id in judged
    ]


def inputs_in(review: Review, answers: Sequence[Standing]) -> tuple[list[Row], list[float], list[bool]]:
    population = {one.record: one for one in population_of(review.run, review.language)}
    population |= _erased_since(answers, population)
    everything = list(population.values())
    return rows_of(answers, population), [float(one.score) for one in everything], [one.flagged for one in everything]


def _erased_since(answers: Sequence[Standing], known: Mapping[UUID, Judged]) -> dict[UUID, Judged]:
    """Answers that were labelled and whose words were erased afterwards: what was said of them still counts."""
    gone = [one.sampled.record for one in answers if one.sampled.record_id not in known]
    return {
        record.pk: Judged(record.pk, record.item, str(record.values["unsupported"]), record.values.get("verdict") in FLAGGED)
        for record in gone
    }


def facts_told(review: Review, answers: Sequence[Standing], found: Found, now: datetime) -> Facts:
    reviewers = {label.reviewer for one in answers for label in one.labels}
    parameters = {
        "review": str(review.pk),
        "run": str(review.run_id),
        "judge": _called(review.judge),
        "judge_digest": review.judge.spec["digest"],
        "judge_version": str(review.judge_id),
        "language": review.language,
        "guideline": _called(review.guideline),
        "guideline_digest": review.guideline.digest,
        "size": review.size,
        "strata": review.strata,
        "second_share": review.second_share,
        "expires_at": expiry(now).isoformat(),
    }
    looked = labels_not_blind(review, answers)
    details = {"reviewers": len(reviewers), "population": found.judged.n, "labels_not_blind": looked}
    facts = facts_of(found, parameters, details, seed=review.seed, looks=_looks(review))
    return Facts.from_plain(storable(facts.to_plain()))


def _looks(review: Review) -> int:
    """How often figures were looked at before more labels were drawn."""
    looks, one = 0, review
    while one.continues is not None:
        looks, one = looks + 1, one.continues
    return looks


def _criteria(review: Review) -> list[dict[str, Any]]:
    """The frozen criteria of the audit on the share of unsupported answers."""
    return [one for one in review.run.criteria if one["measure"] == JUDGED_BY and not one["group"]]


def settle_told(review: Review, found: Found) -> list[dict[str, Any]]:
    return [
        {
            "criterion": one["id"],
            "limit": one["limit"],
            "direction": one["direction"],
            "more": more_labels(found, float(one["limit"])),
        }
        for one in _criteria(review)
    ]


def verdicts_told(review: Review, facts: Facts) -> list[dict[str, Any]]:
    """The corrected share held against the criteria that the audit was judged by."""
    corrected = next(one for one in facts.measures if one.name == "unsupported_answers_corrected")
    named = replace(facts, measures=(replace(corrected, name=JUDGED_BY),))
    return [{**one, "measure": corrected.name} for one in verdicts(named, _criteria(review))]


def _called(version: AssetVersion) -> str:
    return f"{version.asset.name} {version.number}"


def statement_of(
    review: Review,
    facts: Facts,
    blocks: Any,
    judged: list[dict[str, Any]],
    settle: list[dict[str, Any]],
    answers: Sequence[Standing],
) -> dict[str, Any]:
    pins = [{"role": pin["role"], "id": pin["version_id"], "digest": pin["digest"]} for pin in pins_of(review.run.system_version)]
    for role, version in (("judge", review.judge), ("guideline", review.guideline)):
        pins.append({"role": role, "id": str(version.pk), "digest": version.digest})
    return {
        "facts": facts.to_plain(),
        "blocks": blocks,
        "criteria": _criteria(review),
        "verdicts": judged,
        "settle": settle,
        "pins": pins,
        "provenance": {
            "review": str(review.pk),
            "run": str(review.run_id),
            "kind": facts.kind,
            "kind_version": facts.kind_version,
            "code_version": code_version(),
            "requested_by": review.opened_by,
            "requested_at": review.opened_at.isoformat(),
            "judges": [review.judge.spec["digest"]],
            "items": {"count": len(answers), "digest": digest_of([_public(one) for one in answers])},
        },
    }


def _public(one: Standing) -> dict[str, Any]:
    """A label as the digest covers it: without words and without who gave it."""
    said = [{"place": label.place, "label": label.label, "spans": label.spans} for label in one.labels]
    sampled = one.sampled
    return {"item": str(sampled.record_id), "stratum": sampled.stratum, "inclusion": sampled.inclusion, "labels": said}

"""A finished fidelity audit whose judge errs in a known way, and people who label its answers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from audits.contract import ItemResult
from audits.intake.models import Target
from audits.review.labelling import label_answer, next_for, reviewer_of, standing_in
from audits.review.models import Review
from audits.review.services import Asked, open_review
from audits.runs.models import ItemRecord, Result, Run
from audits.runs.services import ITEM
from audits.runs.storing import to_bytes
from governance.access.actors import Actor
from governance.keys import services as keys
from governance.registry.models import AssetVersion
from governance.registry.services import add_version, register_asset
from probanza.canonical import digest_of

JUDGE = "sha256:" + "a" * 64
PASSAGE = "The fee of the account is 20 EUR and it is paid every month by the customer."


@dataclass(frozen=True)
class Truth:
    """One answer: what the judge scores it, and whether it is really unsupported."""

    score: str
    bad: bool


def truths(good: int = 70, bad: int = 30, missed: int = 6, alarms: int = 7) -> list[Truth]:
    """Of the bad ones so many are missed by the judge, of the good ones so many flagged; scores are all different."""
    found = [Truth(_score(0.6, 0.95, place, bad), bad=True) for place in range(bad - missed)]
    found += [Truth(_score(0.25, 0.45, place, bad), bad=True) for place in range(missed)]
    found += [Truth(_score(0.55, 0.7, place, good), bad=False) for place in range(alarms)]
    return found + [Truth(_score(0.02, 0.4, place, good), bad=False) for place in range(good - alarms)]


def _score(low: float, high: float, place: int, of: int) -> str:
    return f"{low + (high - low) * place / of:.4f}"


def answer_of(truth: Truth, place: int) -> str:
    fee = 99 if truth.bad else 20
    return f"The fee of the account is {fee} EUR, and it is paid every month. ({place})"


def concluded(
    actor: Actor, version: AssetVersion, now: datetime, found: list[Truth], *, judge: str = JUDGE, limit: str = "", **more: Any
) -> Run:
    """A run as its conclusion leaves it, with an item for each truth."""
    target = Target.objects.create(
        organisation_id=actor.organisation, name="answers", type="recorded", spec={}, secrets=b"", digest=digest_of({}),
        created_by=actor.name, created_at=now,
    )  # fmt: skip
    criterion = {
        "id": str(uuid4()), "measure": "unsupported_answers", "group": [], "limit": limit, "direction": "at_most", "min_n": 1,
    }  # fmt: skip
    run: Run = Run.objects.create(
        organisation_id=actor.organisation, kind="fidelity", system_version=version, target=target, queue="audit",
        parameters=more.pop("parameters", {"judge": "embedded", "model": "", "base_url": ""}), seed=7,
        criteria=[criterion] if limit else [], state="succeeded", planned=len(found), done=len(found),
        requested_by=actor.name, created_at=now, started_at=now, finished_at=more.pop("finished_at", now),
        facts_digest=digest_of({}),
    )  # fmt: skip
    for place, truth in enumerate(found):
        record(actor, run, place, truth, judge, now)
    facts = {"details": {"judges": [judge]}, "measures": more.pop("measures", [])}
    Result.objects.create(
        organisation_id=actor.organisation, run=run, facts=facts, blocks=[], verdicts=[],
        evidence_id=uuid4(), fence=1, recorded_at=now,
    )  # fmt: skip
    return run


def record(actor: Actor, run: Run, place: int, truth: Truth, judge: str, now: datetime) -> None:
    verdict = "unsupported" if float(truth.score) >= 0.5 else "supported"
    values = {"verdict": verdict, "unsupported": truth.score, "abstained": False, "answered": True, "judge": judge, "claims": []}
    words = {"question": f"What is the fee {place}?", "answer": answer_of(truth, place), "passages": [{"text": PASSAGE}]}
    result = ItemResult(f"q{place:03d}", "scored", values, words)
    box = keys.encrypt(organisation=actor.organisation, purpose=ITEM, row=f"{run.pk}:{result.item}", plain=to_bytes(words))
    ItemRecord.objects.create(
        organisation_id=actor.organisation, run=run, item=result.item, outcome="scored", values=values, private=box, fence=1,
        recorded_at=now,
    )  # fmt: skip


@pytest.fixture
def version(actor: Actor, now: datetime) -> AssetVersion:
    asset = register_asset(actor=actor, kind="ai_system", name="Helpdesk", owner="Ana", now=now)
    return add_version(actor=actor, asset_id=asset.id, spec={"purpose": "Answers customers"}, now=now)


@pytest.fixture
def audited(actor: Actor, version: AssetVersion, now: datetime) -> Callable[..., Run]:
    def make(found: list[Truth] | None = None, **more: Any) -> Run:
        return concluded(actor, version, now, truths() if found is None else found, **more)

    return make


@pytest.fixture
def ben(actor: Actor) -> Actor:
    """A second person."""
    return replace(actor, id="person-2", name="Ben Betrachter")


@pytest.fixture
def opened(actor: Actor, audited: Callable[..., Run], now: datetime) -> Callable[..., Review]:
    def make(run: Run | None = None, **more: Any) -> Review:
        chosen = run or audited()
        return open_review(actor=actor, asked=Asked(run=str(chosen.pk), **{"size": 40, "seed": 1, **more}), now=now)[0]

    return make


def label_all(
    review: Review, people: list[Actor], now: datetime, *, err: Callable[[Actor, int], bool] = lambda _, __: False
) -> int:
    """Everybody labels what is next for them, by the truth, until nothing is left; `err` turns a label round."""
    said = 0
    for person in people:
        while (one := next_for(standing_in(review), reviewer_of(person))) is not None:
            bad = "99 EUR" in str(words(one.sampled))
            wrong = err(person, one.sampled.place)
            label = "unsupported" if bad != wrong else "supported"
            label_answer(actor=person, review_id=review.pk, sampled_id=one.sampled.pk, label=label, now=now)
            said += 1
    return said


def words(sampled: Any) -> Any:
    from audits.review.labelling import words_of

    return words_of(sampled)

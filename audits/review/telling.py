"""Reviews and calibrations as pages and the REST door tell them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from audits.review.labelling import Standing
from audits.review.models import Calibration, Review

FIGURES = ("unsupported_answers_corrected", "classical_unsupported", "judged_unsupported", "kappa_people", "kappa_judge")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a review is. labels: how many are needed in all; differing: answers on which two people disagree."""

    answers: int
    done: int
    labels: int
    given: int
    differing: int

    def is_done(self) -> bool:
        """Whether the review can be finished."""
        return self.done == self.answers


def progress_of(answers: Sequence[Standing]) -> Progress:
    """How far people are with these answers."""
    return Progress(
        answers=len(answers),
        done=sum(one.word() != "" for one in answers),
        labels=sum(2 if one.sampled.second else 1 for one in answers),
        given=sum(one.at(1) is not None for one in answers) + sum(one.at(2) is not None for one in answers),
        differing=sum(one.differs() for one in answers),
    )


def progress_plain(answers: Sequence[Standing]) -> dict[str, Any]:
    """How far a review is, for REST."""
    return asdict(progress_of(answers))


def calibration_line(made: Calibration, state: str) -> dict[str, Any]:
    """A calibration with its state and the figures that lists show."""
    measures = {one["name"]: one for one in made.figures["measures"]}
    return {"made": made, "state": state, "curve": made.figures["details"]["curve"], **{name: measures[name] for name in FIGURES}}


def review_plain(review: Review, answers: Sequence[Standing]) -> dict[str, Any]:
    """A review for REST; of labels only how many there are."""
    version = review.run.system_version
    made = getattr(review, "calibration", None)
    return {
        "id": review.pk,
        "run": review.run_id,
        "system": {"id": version.asset_id, "name": version.asset.name, "version": version.pk, "number": version.number},
        "judge": judge_plain(review),
        "guideline": {"id": review.guideline_id, "name": review.guideline.asset.name, "number": review.guideline.number},
        "language": review.language,
        "size": review.size,
        "second_share": review.second_share,
        "seed": review.seed,
        "population": review.population,
        "continues": review.continues_id,
        "state": "labelling" if review.finished_at is None else "finished",
        "progress": progress_plain(answers),
        "calibration": made.pk if made else None,
        "evidence": made.evidence_id if made else None,
        "opened_by": review.opened_by,
        "opened_at": review.opened_at,
        "finished_at": review.finished_at,
    }


def judge_plain(of: Review | Calibration) -> dict[str, Any]:
    """The judge's registered version."""
    version = of.judge
    return {"id": version.pk, "name": version.asset.name, "number": version.number, "digest": version.spec["digest"]}


def calibration_plain(made: Calibration, state: str) -> dict[str, Any]:
    """A calibration for REST, with every figure as sealed."""
    figures: Mapping[str, Any] = made.figures
    return {
        "id": made.pk,
        "review": made.review_id,
        "run": made.review.run_id,
        "system": made.system_id,
        "judge": judge_plain(made),
        "guideline": made.guideline_id,
        "language": made.language,
        "state": state,
        "made_at": made.made_at,
        "expires_at": made.expires_at,
        "lapsed_at": made.lapsed_at,
        "evidence": made.evidence_id,
        "labels": figures["details"]["labels"],
        "measures": figures["measures"],
        "curve": figures["details"]["curve"],
        "verdicts": made.verdicts,
        "limits": figures["limits"],
    }

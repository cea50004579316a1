"""The shapes of reviews and calibrations at the REST door: what comes in and what is answered."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from audits.review.labelling import MOST_SPANS
from audits.review.models import LABELS
from audits.review.services import LEAST, MOST
from audits.runs.api import Verdict
from audits.runs.services import MAX_SEED
from governance.access.api import Body


class NewReview(Body):
    """A sample of a finished fidelity audit's answers, for people to label."""

    run = serializers.UUIDField(help_text="A finished fidelity audit.")
    language = serializers.CharField(
        max_length=8, required=False, default="", allow_blank=True, help_text="`en`, `es` or `und`; empty: the most frequent one."
    )
    guideline = serializers.UUIDField(required=False, allow_null=True, help_text="A guideline version; without it the newest.")
    size = serializers.IntegerField(required=False, default=100, min_value=LEAST, max_value=MOST)
    second_share = serializers.DecimalField(
        required=False,
        default=Decimal("0.2"),
        max_digits=6,
        decimal_places=4,
        min_value=0,
        max_value=1,
        help_text="Labelled by two people.",
    )
    seed = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=MAX_SEED, help_text="Else random.")


class NewLabel(Body):
    """What one answer is. Sent again by the same person it replaces what they said; both stay on record."""

    item = serializers.UUIDField(help_text="As `next` names it.")
    label = serializers.ChoiceField(choices=list(LABELS))  # type: ignore[assignment]  # a field of ours, not the property
    spans = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(min_value=0), min_length=2, max_length=2),
        required=False,
        default=list,
        max_length=MOST_SPANS,
        help_text="Stretches [start, end) of the answer that are not supported, in characters.",
    )


class NewDecision(Body):
    """What an answer is on which two people differ."""

    item = serializers.UUIDField()
    label = serializers.ChoiceField(choices=list(LABELS))  # type: ignore[assignment]  # a field of ours, not the property


class MoreLabels(Body):
    """How many answers to draw to those of a finished review."""

    more = serializers.IntegerField(min_value=1, max_value=MOST)


class SystemTold(serializers.Serializer[Any]):
    """The AI system and its version."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    version = serializers.UUIDField()
    number = serializers.IntegerField()


class JudgeTold(serializers.Serializer[Any]):
    """A judge's registered version; `digest` is what audits pin."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    number = serializers.IntegerField()
    digest = serializers.CharField()


class GuidelineTold(serializers.Serializer[Any]):
    """A guideline's registered version."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    number = serializers.IntegerField()


class ProgressTold(serializers.Serializer[Any]):
    """How far people are; `differing` answers have two labels that are not the same."""

    answers = serializers.IntegerField()
    done = serializers.IntegerField()
    labels = serializers.IntegerField()
    given = serializers.IntegerField()
    differing = serializers.IntegerField()


class ReviewOut(serializers.Serializer[Any]):
    """A review. Nothing of the judge's verdicts or of single labels is told before it is finished."""

    id = serializers.UUIDField()
    run = serializers.UUIDField()
    system = SystemTold()
    judge = JudgeTold()
    guideline = GuidelineTold()
    language = serializers.CharField()
    size = serializers.IntegerField()
    second_share = serializers.CharField()
    seed = serializers.IntegerField()
    population = serializers.IntegerField()
    continues = serializers.UUIDField(allow_null=True)
    state = serializers.ChoiceField(choices=["labelling", "finished"])
    progress = ProgressTold()
    calibration = serializers.UUIDField(allow_null=True)
    evidence = serializers.UUIDField(allow_null=True)
    opened_by = serializers.CharField()
    opened_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class AnswerOut(serializers.Serializer[Any]):
    """An answer to label, without a word of the judge. That its words were read is written to the trail."""

    item = serializers.UUIDField()
    question = serializers.CharField()
    answer = serializers.CharField()
    passages = serializers.ListField(child=serializers.CharField())


class NextOut(serializers.Serializer[Any]):
    """`answer` is null where nothing is left for this person."""

    answer = AnswerOut(allow_null=True)
    progress = ProgressTold()


class LabelOut(serializers.Serializer[Any]):
    """A label as it is kept."""

    id = serializers.UUIDField()
    item = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of ours, not the property
    spans = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    revision = serializers.IntegerField()
    labelled_at = serializers.DateTimeField()


class MeasureTold(serializers.Serializer[Any]):
    """A figure; texts are decimal text, null where it cannot be estimated (`reason` says why)."""

    name = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    low = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)
    n = serializers.IntegerField()
    method = serializers.CharField()
    unit = serializers.CharField()
    level = serializers.CharField()
    reason = serializers.CharField()


class CurveTold(serializers.Serializer[Any]):
    """From a score to a chance. platt: 1 / (1 + exp(-(a logit(score) + b))), `coefs` a and b; isotonic: lines between `knots`."""

    method = serializers.CharField()
    coefs = serializers.ListField(child=serializers.CharField())
    knots = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))


class CalibrationOut(serializers.Serializer[Any]):
    """What people's labels say of a judge; it is of use while `state` is `valid`."""

    id = serializers.UUIDField()
    review = serializers.UUIDField()
    run = serializers.UUIDField()
    system = serializers.UUIDField()
    judge = JudgeTold()
    guideline = serializers.UUIDField()
    language = serializers.CharField()
    state = serializers.ChoiceField(choices=["valid", "expired", "judge_changed", "guideline_changed", "drifted"])
    made_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    lapsed_at = serializers.DateTimeField(allow_null=True)
    evidence = serializers.UUIDField()
    labels = serializers.DictField(child=serializers.IntegerField())
    measures = MeasureTold(many=True)
    curve = CurveTold(allow_null=True)
    verdicts = Verdict(many=True)
    limits = serializers.ListField(child=serializers.CharField())


class JudgeNamed(serializers.Serializer[Any]):
    """A judge as an audit pins it."""

    name = serializers.CharField()
    digest = serializers.CharField()


class DifferenceTold(serializers.Serializer[Any]):
    """Second less first, with its interval at 95 %."""

    value = serializers.CharField()
    low = serializers.CharField()
    high = serializers.CharField()
    n = serializers.IntegerField()
    method = serializers.CharField()


class ComparisonOut(serializers.Serializer[Any]):
    """The reviewed judge (first) beside another (second): who is right more often about the same labelled answers.

    smallest_seen: the true difference that would have been seen with a chance of 80 %. missing: labelled answers that the
    other did not judge, or that read otherwise in its audit.
    """

    run = serializers.UUIDField()
    judge = JudgeNamed()
    verdict = serializers.ChoiceField(choices=["better", "worse", "no_difference_shown", "inconclusive"])
    margin = serializers.CharField()
    answers = serializers.IntegerField()
    missing = serializers.IntegerField()
    right_first = serializers.CharField()
    right_second = serializers.CharField()
    only_first = serializers.IntegerField()
    only_second = serializers.IntegerField()
    difference = DifferenceTold()
    p = serializers.CharField()
    smallest_seen = serializers.CharField(allow_null=True)


class ComparisonQuery(serializers.Serializer[Any]):
    """Whom to compare with."""

    run = serializers.UUIDField(help_text="A finished fidelity audit of the same answers by another judge.")


class ReviewQuery(serializers.Serializer[Any]):
    """Which reviews to list."""

    run = serializers.UUIDField(required=False)
    system = serializers.UUIDField(required=False, help_text="An AI system.")


class CalibrationQuery(serializers.Serializer[Any]):
    """Which calibrations to list."""

    system = serializers.UUIDField(required=False, help_text="An AI system.")
    judge = serializers.CharField(required=False, max_length=71, help_text="The digest that audits pin.")
    language = serializers.CharField(required=False, max_length=8)

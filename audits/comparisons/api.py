"""REST doors of comparisons: two runs over the same questions, and what came after a run."""

import math
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audits.comparisons import services
from audits.comparisons.figures import LOOKS, difference_of
from audits.comparisons.following import Later, follow
from audits.comparisons.models import Comparison
from audits.measures.comparison import VERDICTS
from audits.measures.estimates import Estimate
from governance.access.api import Body, Query, acting, needs
from governance.access.schema import with_problems
from governance.evidence.facts import decimal_text

TAG = ["comparisons"]
_READ_WRITE = (needs("audits:read", write="audits:write"),)


class NewComparison(Body):
    """Two finished audits of one kind, asked the same questions of two versions."""

    first = serializers.UUIDField(help_text="The audit to compare with, such as that of the version in use.")
    second = serializers.UUIDField(help_text="The audit that is judged, such as that of the new prompt.")
    measure = serializers.CharField(max_length=80, help_text="A share of the kind, such as `unsupported_answers`.")
    margin = serializers.DecimalField(
        max_digits=5,
        decimal_places=3,
        required=False,
        default=Decimal("0.05"),
        help_text="Smallest difference that matters.",
    )
    looks = serializers.ChoiceField(
        LOOKS,
        required=False,
        default="any",
        help_text="`any`: holds however often one looks. `once`: one look, fixed beforehand.",
    )


class EstimateOut(serializers.Serializer[Any]):
    """A figure with its interval, as decimal text; null where it can't be estimated."""

    value = serializers.CharField(allow_null=True)
    low = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)
    n = serializers.IntegerField()
    method = serializers.CharField()


class ComparisonOut(serializers.Serializer[Comparison]):
    """What one look at two audits found."""

    id = serializers.UUIDField()
    first = serializers.UUIDField()
    second = serializers.UUIDField()
    measure = serializers.CharField()
    margin = serializers.CharField()
    looks = serializers.ChoiceField(LOOKS)
    verdict = serializers.ChoiceField(VERDICTS, help_text="Of the second beside the first.")
    difference = EstimateOut(help_text="Second less first.")
    smallest_seen = serializers.CharField(allow_null=True, help_text="True difference it would have shown with 80 % chance.")
    p = serializers.CharField(allow_null=True)
    pairs = serializers.IntegerField(help_text="Questions with a value in both.")
    left_out = serializers.DictField(child=serializers.IntegerField(), help_text="Questions in no pair, by reason.")
    evidence = serializers.UUIDField()
    created_by = serializers.CharField()
    created_at = serializers.DateTimeField()

    def to_representation(self, one: Comparison) -> dict[str, Any]:
        return plain(one)


class LaterOut(serializers.Serializer[Any]):
    """A later audit of the same kind and system beside the one asked for."""

    audit = serializers.UUIDField()
    system_version = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    verdict = serializers.ChoiceField(VERDICTS)
    other_judge = serializers.BooleanField(help_text="Judged by another judge: nothing that was judged is compared.")
    difference = EstimateOut(help_text="Later less reference; the intervals of all of them hold together at 95 %.")
    changed_answers = EstimateOut(help_text="Questions asked in the same words whose answer is another, word for word.")
    score_psi = serializers.CharField(allow_null=True, help_text="Population stability index of the judge's scores.")
    score_ks_p = serializers.CharField(allow_null=True, help_text="p of the two-sample Kolmogorov-Smirnov test of the scores.")


class LaterRunsOut(serializers.Serializer[Any]):
    """The newest later audits, oldest first."""

    measure = serializers.CharField()
    level = serializers.CharField(help_text="Of each single interval.")
    results = LaterOut(many=True)


class LaterQuery(Query):
    """Which measure is followed."""

    measure = serializers.CharField(max_length=80, required=False, default="", help_text="The kind's first share without it.")


class ComparisonList(ListAPIView[Comparison]):
    """Comparisons of the organisation, newest first."""

    serializer_class = ComparisonOut
    filter_backends = ()
    permission_classes = _READ_WRITE
    queryset = Comparison.objects.none()

    def get_queryset(self) -> QuerySet[Comparison]:
        found: QuerySet[Comparison] = Comparison.objects.of(acting(self.request).organisation)
        return found

    @extend_schema(tags=TAG, operation_id="comparisons_list", responses=with_problems({200: ComparisonOut(many=True)}, 400))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List comparisons."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=TAG,
        operation_id="comparisons_create",
        request=NewComparison,
        responses=with_problems({201: ComparisonOut}, 400, 413, 415),
    )
    def post(self, request: Request) -> Response:
        """Compare two audits and seal what was found as evidence about the second one's system version."""
        read = NewComparison(data=request.data)
        read.is_valid(raise_exception=True)
        made = services.compare(actor=acting(request), asked=services.Asked(**read.validated_data), now=timezone.now())
        where = {"Location": reverse("audits:comparison", args=[made.pk])}
        return Response(plain(made), status.HTTP_201_CREATED, headers=where)


class ComparisonDetail(APIView):
    """One comparison."""

    permission_classes = (needs("audits:read"),)

    @extend_schema(tags=TAG, operation_id="comparisons_retrieve", responses=with_problems({200: ComparisonOut}, 404))
    def get(self, request: Request, comparison_id: UUID) -> Response:
        """One comparison."""
        return Response(plain(Comparison.objects.one(acting(request).organisation, comparison_id)))


class LaterRuns(APIView):
    """What came after an audit."""

    permission_classes = (needs("audits:read"),)

    @extend_schema(
        tags=TAG, operation_id="audits_later", parameters=[LaterQuery], responses=with_problems({200: LaterRunsOut}, 400, 404)
    )
    def get(self, request: Request, run_id: UUID) -> Response:
        """The same questions over time: each later audit of the kind and system beside this one."""
        query = LaterQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        series = follow(organisation=acting(request).organisation, run_id=run_id, measure=query.validated_data["measure"])
        results = [later_plain(one) for one in series.later]
        return Response({"measure": series.measure.name, "level": decimal_text(series.level), "results": results})


def plain(one: Comparison) -> dict[str, Any]:
    """A comparison as it is answered."""
    facts = one.facts
    difference = difference_of(facts)
    return {
        "id": one.pk,
        "first": one.first_id,
        "second": one.second_id,
        "measure": one.measure,
        "margin": one.margin,
        "looks": one.looks,
        "verdict": one.verdict,
        "difference": {name: difference[name] for name in ("value", "low", "high", "n", "method")},
        "smallest_seen": facts["details"]["smallest_seen"],
        "p": facts["details"]["p"],
        "pairs": facts["coverage"]["scored"],
        "left_out": facts["coverage"]["unscored"],
        "evidence": one.evidence_id,
        "created_by": one.created_by,
        "created_at": one.created_at,
    }


def later_plain(one: Later) -> dict[str, Any]:
    """A later audit as it is answered."""
    return {
        "audit": one.run.pk,
        "system_version": one.run.system_version_id,
        "created_at": one.run.created_at,
        "verdict": one.verdict,
        "other_judge": one.other_judge,
        "difference": _estimate(one.difference),
        "changed_answers": _estimate(one.changed),
        "score_psi": _number(one.scores.psi),
        "score_ks_p": _number(one.scores.p),
    }


def _estimate(one: Estimate) -> dict[str, Any]:
    return {"value": _number(one.value), "low": _number(one.low), "high": _number(one.high), "n": one.n, "method": one.method}


def _number(value: float) -> str | None:
    return None if math.isnan(value) else decimal_text(value)

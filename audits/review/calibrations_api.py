"""REST doors of calibrations."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audits.review.api import TAG, queried
from audits.review.bodies import CalibrationOut, CalibrationQuery, ComparisonOut, ComparisonQuery
from audits.review.comparing import compare, compared_plain
from audits.review.models import Calibration
from audits.review.services import review_of
from audits.review.standing import calibrations, states_of
from audits.review.telling import calibration_plain
from governance.access.api import acting, needs
from governance.access.schema import with_problems


class CalibrationList(ListAPIView[Calibration]):
    """Calibrations of the organisation, newest first."""

    serializer_class = CalibrationOut
    filter_backends = ()
    permission_classes = (needs("audits:read"),)
    queryset = Calibration.objects.none()

    @extend_schema(
        tags=TAG,
        operation_id="calibrations_list",
        parameters=[CalibrationQuery],
        responses=with_problems({200: CalibrationOut(many=True)}, 400),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List calibrations, each with whether it still holds."""
        query = queried(CalibrationQuery, request)
        found = calibrations(acting(request).organisation)
        names = {"system": "system_id", "judge": "judge_digest", "language": "language"}
        for name, column in names.items():
            found = found.filter(**{column: query[name]}) if name in query else found
        page = self.paginate_queryset(found) or []
        states = states_of(page, timezone.now())
        return self.get_paginated_response([calibration_plain(one, states[one.pk]) for one in page])


class CalibrationDetail(APIView):
    """One calibration."""

    permission_classes = (needs("audits:read"),)

    @extend_schema(tags=TAG, operation_id="calibrations_retrieve", responses=with_problems({200: CalibrationOut}, 404))
    def get(self, request: Request, calibration_id: UUID) -> Response:
        """A calibration with every figure as sealed."""
        made: Any = calibrations(acting(request).organisation)
        one: Calibration = made.one(acting(request).organisation, calibration_id)
        return Response(calibration_plain(one, states_of([one], timezone.now())[one.pk]))


class ReviewComparison(APIView):
    """Another judge on the same labels."""

    permission_classes = (needs("audits:read"),)

    @extend_schema(
        tags=TAG,
        operation_id="reviews_compare",
        parameters=[ComparisonQuery],
        responses=with_problems({200: ComparisonOut}, 400, 404, 409),
    )
    def get(self, request: Request, review_id: UUID) -> Response:
        """Before a judge or its prompt is replaced: which of the two is right more often, by a paired test."""
        review = review_of(acting(request).organisation, review_id)
        query = queried(ComparisonQuery, request)
        return Response(compared_plain(compare(review, query["run"])))

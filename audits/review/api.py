"""REST doors of reviews: open, label, settle, finish, go on."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from audits.review import continuing, finishing, labelling, services
from audits.review.bodies import (
    AnswerOut,
    CalibrationOut,
    LabelOut,
    MoreLabels,
    NewDecision,
    NewLabel,
    NewReview,
    NextOut,
    ReviewOut,
    ReviewQuery,
)
from audits.review.models import Label, Review
from audits.review.standing import VALID
from audits.review.telling import calibration_plain, progress_plain, review_plain
from audits.runs.api import once
from audits.runs.services import note_reading
from governance.access.api import Body, acting, needs
from governance.access.schema import with_problems
from probanza.canonical import sha256_digest

TAG = ["reviews"]
_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The same key and body give the same review. With another body, or long after, it is refused (422).",
)


def queried(query: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """What the address asks for. Raises `ValidationError`."""
    read = query(data=request.query_params.dict())
    read.is_valid(raise_exception=True)
    found: dict[str, Any] = read.validated_data
    return found


class ReviewList(ListAPIView[Review]):
    """Reviews of the organisation, newest first."""

    serializer_class = ReviewOut
    filter_backends = ()
    permission_classes = (needs("audits:read", write="audits:write"),)
    queryset = Review.objects.none()

    @extend_schema(
        tags=TAG, operation_id="reviews_list", parameters=[ReviewQuery], responses=with_problems({200: ReviewOut(many=True)}, 400)
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List reviews with how far each is."""
        page = self.paginate_queryset(self._asked_for(request)) or []
        return self.get_paginated_response(_plain(page))

    @extend_schema(
        tags=TAG,
        operation_id="reviews_create",
        request=NewReview,
        parameters=[_KEY],
        responses=with_problems({201: ReviewOut}, 400, 409, 413, 415, 422),
    )
    def post(self, request: Request) -> Response:
        """Draw a sample of an audit's answers, stratified by the judge's score, for people to label."""
        given = _read(NewReview, request)
        asked = services.Asked(
            run=str(given["run"]),
            language=given["language"],
            guideline=str(given.get("guideline") or ""),
            size=given["size"],
            second_share=given["second_share"],
            seed=given.get("seed"),
            key=request.headers.get("Idempotency-Key", ""),
            body_digest=sha256_digest(json.dumps(request.data, sort_keys=True).encode()),
        )
        made = once(lambda: services.open_review(actor=acting(request), asked=asked, now=timezone.now()))
        return _review(request, made.pk, status.HTTP_201_CREATED)

    def _asked_for(self, request: Request) -> "QuerySet[Review]":
        query = queried(ReviewQuery, request)
        found = services.reviews(acting(request).organisation)
        if "run" in query:
            found = found.filter(run_id=query["run"])
        return found.filter(run__system_version__asset_id=query["system"]) if "system" in query else found


class ReviewDetail(APIView):
    """One review."""

    permission_classes = (needs("audits:read"),)

    @extend_schema(tags=TAG, operation_id="reviews_retrieve", responses=with_problems({200: ReviewOut}, 404))
    def get(self, request: Request, review_id: UUID) -> Response:
        """A review and how far it is."""
        return _review(request, review_id, status.HTTP_200_OK)


class ReviewNext(APIView):
    """What to label next."""

    permission_classes = (needs("audits:write"),)

    @extend_schema(tags=TAG, operation_id="reviews_next", request=None, responses=with_problems({200: NextOut}, 404))
    def post(self, request: Request, review_id: UUID) -> Response:
        """The next answer for whoever holds the token, with its words and nothing of the judge. Asking twice gives the same."""
        actor = acting(request)
        review = services.review_of(actor.organisation, review_id)
        answers = labelling.standing_in(review)
        one = labelling.next_for(answers, labelling.reviewer_of(actor)) if review.finished_at is None else None
        told = None
        if one is not None:
            note_reading(actor=actor, run_id=review.run_id, items=1, judged=False, now=timezone.now())
            told = AnswerOut({"item": one.sampled.pk, **labelling.words_of(one.sampled)}).data
        return Response({"answer": told, "progress": progress_plain(answers)})


class ReviewLabels(APIView):
    """Labels."""

    permission_classes = (needs("audits:write"),)

    @extend_schema(
        tags=TAG,
        operation_id="reviews_label",
        request=NewLabel,
        responses=with_problems({201: LabelOut}, 400, 404, 409, 413, 415),
    )
    def post(self, request: Request, review_id: UUID) -> Response:
        """Say what one answer is."""
        given = _read(NewLabel, request)
        made = labelling.label_answer(
            actor=acting(request),
            review_id=review_id,
            sampled_id=given["item"],
            label=given["label"],
            spans=given["spans"],
            now=timezone.now(),
        )
        return _label(made)


class ReviewDecisions(APIView):
    """Decisions between two labels that differ."""

    permission_classes = (needs("audits:write"),)

    @extend_schema(
        tags=TAG,
        operation_id="reviews_settle",
        request=NewDecision,
        responses=with_problems({201: LabelOut}, 400, 404, 409, 413, 415),
    )
    def post(self, request: Request, review_id: UUID) -> Response:
        """Say what an answer is on which two people differ; their own labels stay and are what agreement is measured by."""
        given = _read(NewDecision, request)
        made = labelling.settle_answer(
            actor=acting(request), review_id=review_id, sampled_id=given["item"], label=given["label"], now=timezone.now()
        )
        return _label(made)


class ReviewFinish(APIView):
    """The end of a review."""

    permission_classes = (needs("audits:write"),)

    @extend_schema(
        tags=TAG, operation_id="reviews_finish", request=None, responses=with_problems({201: CalibrationOut}, 404, 409)
    )
    def post(self, request: Request, review_id: UUID) -> Response:
        """Compute and seal what the labels say of the judge. Every answer must have its labels."""
        made = finishing.finish_review(actor=acting(request), review_id=review_id, now=timezone.now())
        where = {"Location": reverse("audits:calibration", args=[made.pk])}
        return Response(calibration_plain(made, VALID), status.HTTP_201_CREATED, headers=where)


class ReviewContinue(APIView):
    """More labels."""

    permission_classes = (needs("audits:write"),)

    @extend_schema(
        tags=TAG,
        operation_id="reviews_continue",
        request=MoreLabels,
        responses=with_problems({201: ReviewOut}, 400, 404, 409, 413, 415),
    )
    def post(self, request: Request, review_id: UUID) -> Response:
        """A new review with the answers and labels of a finished one, and more answers to label."""
        given = _read(MoreLabels, request)
        made = continuing.continue_review(actor=acting(request), review_id=review_id, more=given["more"], now=timezone.now())
        return _review(request, made.pk, status.HTTP_201_CREATED)


def _review(request: Request, review_id: UUID, code: int) -> Response:
    review = services.review_of(acting(request).organisation, review_id)
    headers = {"Location": reverse("audits:review", args=[review.pk])} if code == status.HTTP_201_CREATED else {}
    return Response(_plain([review])[0], code, headers=headers)


def _plain(page: Sequence[Review]) -> list[dict[str, Any]]:
    answers = labelling.standings(review.pk for review in page)
    return [review_plain(review, answers.get(review.pk, [])) for review in page]


def _label(made: Label) -> Response:
    names = ("id", "label", "spans", "revision", "labelled_at")
    told = {"item": made.sampled_id, **{name: getattr(made, name) for name in names}}
    return Response(told, status.HTTP_201_CREATED)


def _read(body: type[Body], request: Request) -> dict[str, Any]:
    read = body(data=request.data)
    read.is_valid(raise_exception=True)
    found: dict[str, Any] = read.validated_data
    return found

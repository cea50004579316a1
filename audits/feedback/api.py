"""The REST door of feedback."""

import json
from typing import Any, ClassVar
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

from audits.feedback import services
from audits.feedback.figures import Figure
from audits.feedback.models import Feedback
from audits.feedback.services import Said
from audits.runs.api import once
from governance.access.api import Body, Query, acting, needs
from governance.access.schema import with_problems
from governance.evidence.facts import decimal_text
from governance.registry.models import AssetVersion
from governance.registry.services import system_version
from probanza.canonical import sha256_digest

_TAG = ["feedback"]
_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The same key and body are recorded once. With another body, or long after, it is refused (422).",
)


class NewFeedback(Body):
    """What a user said of an answer, or did with it. Name the answer by `run` and `item`, or by `system_version` and `answer`."""

    system_version = serializers.UUIDField(required=False, help_text="Needed where no `run` is named.")
    run = serializers.UUIDField(required=False, help_text="An audit that recorded the answer.")
    item = serializers.CharField(max_length=200, required=False, default="", help_text="The answer's item in that audit.")
    answer = serializers.CharField(
        max_length=71, required=False, default="", help_text="`sha256:` over the UTF-8 bytes of an answer given elsewhere."
    )
    thumb = serializers.ChoiceField(("up", "down"), required=False)
    clicked = serializers.BooleanField(
        required=False, help_text="Whether a source was opened; leave it out if it was not observed."
    )
    task_ms = serializers.IntegerField(
        required=False, min_value=0, max_value=services.LONGEST_TASK_MS, help_text="Question to done."
    )
    comment = serializers.CharField(required=False, max_length=services.LONGEST_COMMENT, help_text="Kept encrypted.")
    given_at = serializers.DateTimeField(required=False, help_text="When the user said it; now, where it is left out.")


class FeedbackOut(serializers.ModelSerializer[Feedback]):
    """Feedback without its words."""

    system_version = serializers.UUIDField(source="system_version_id")
    run = serializers.UUIDField(source="run_id", allow_null=True)
    answer = serializers.CharField(source="answer_digest")
    has_comment = serializers.SerializerMethodField()

    class Meta:
        model = Feedback
        fields: ClassVar[tuple[str, ...]] = (
            "id", "system_version", "run", "item", "answer", "thumb", "clicked", "task_ms", "has_comment", "given_at",
            "recorded_by", "recorded_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_has_comment(self, row: Feedback) -> bool:
        """Whether there are words to read."""
        return row.comment is not None


class FeedbackDetailOut(FeedbackOut):
    """Feedback with its words; null where there are none (any more)."""

    comment = serializers.CharField(read_only=True, allow_null=True, source="words", default=None)

    class Meta(FeedbackOut.Meta):
        fields: ClassVar[tuple[str, ...]] = (*FeedbackOut.Meta.fields, "comment")
        read_only_fields = fields


class FeedbackQuery(Query):
    """Which feedback."""

    system_version = serializers.UUIDField(required=False)
    run = serializers.UUIDField(required=False)
    item = serializers.CharField(required=False, max_length=200)
    answer = serializers.CharField(required=False, max_length=71)
    thumb = serializers.ChoiceField(("up", "down"), required=False)


_COLUMNS = {"system_version": "system_version_id", "run": "run_id", "item": "item", "answer": "answer_digest", "thumb": "thumb"}


class FeedbackList(ListAPIView[Feedback]):
    """Feedback of the organisation, newest first."""

    queryset = Feedback.objects.none()
    serializer_class = FeedbackOut
    filter_backends = ()
    permission_classes = (needs("audits:read", write="audits:write"),)

    def get_queryset(self) -> QuerySet[Feedback]:
        query = FeedbackQuery(data=self.request.query_params.dict())
        query.is_valid(raise_exception=True)
        wanted = {_COLUMNS[name]: value for name, value in query.validated_data.items() if name in _COLUMNS}
        found: QuerySet[Feedback] = Feedback.objects.of(acting(self.request).organisation).filter(**wanted)
        return found

    @extend_schema(
        tags=_TAG,
        operation_id="feedback_list",
        parameters=[FeedbackQuery],
        responses=with_problems({200: FeedbackOut(many=True)}, 400, 404),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List feedback without its words."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=_TAG,
        operation_id="feedback_create",
        request=NewFeedback,
        parameters=[_KEY],
        responses=with_problems({201: FeedbackOut}, 400, 413, 415, 422),
    )
    def post(self, request: Request) -> Response:
        """Record what a user said of an answer."""
        said = _said(request)
        row = once(lambda: services.give_feedback(actor=acting(request), said=said, now=timezone.now()))
        where = {"Location": reverse("audits:feedback_one", args=[row.pk])}
        return Response(FeedbackOut(row).data, status.HTTP_201_CREATED, headers=where)


class FeedbackDetail(APIView):
    """One piece of feedback."""

    permission_classes = (needs("audits:read"),)

    @extend_schema(tags=_TAG, operation_id="feedback_retrieve", responses=with_problems({200: FeedbackDetailOut}, 404))
    def get(self, request: Request, feedback_id: UUID) -> Response:
        """Feedback with its words; reading them is written to the trail."""
        actor = acting(request)
        row: Feedback = Feedback.objects.one(actor.organisation, feedback_id)
        comment = services.read_comment(actor=actor, feedback=row, now=timezone.now())
        return Response({**FeedbackOut(row).data, "comment": comment}, headers={"Cache-Control": "no-store"})


class FeedbackComment(APIView):
    """The words of one piece of feedback."""

    permission_classes = (needs("admin"),)

    @extend_schema(tags=_TAG, operation_id="feedback_erase_comment", request=None, responses=with_problems({204: None}, 404, 409))
    def delete(self, request: Request, feedback_id: UUID) -> Response:
        """Erase them; what else was said stays."""
        services.erase_comment(actor=acting(request), feedback_id=feedback_id, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class FigureOut(serializers.Serializer[Any]):
    """A figure as decimal text with its 95 % interval; null where nothing was observed, or too little for an interval."""

    value = serializers.CharField(allow_null=True)
    low = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)
    n = serializers.IntegerField()
    method = serializers.CharField()


class SummaryOut(serializers.Serializer[Any]):
    """What users said of one version of a system."""

    system_version = serializers.UUIDField()
    number = serializers.IntegerField()
    received = serializers.IntegerField()
    up = serializers.IntegerField()
    down = serializers.IntegerField()
    thumbs_up = FigureOut(help_text="Thumbs up / thumbs given.")
    clicked = FigureOut(help_text="Answers whose sources were opened / answers where that was observed.")
    task_ms = FigureOut(help_text="Median of the newest 10,000 times, in milliseconds.")
    comments = serializers.IntegerField()


class SummaryQuery(Query):
    """Of which system."""

    system_version = serializers.UUIDField(help_text="All versions of its system are told, the newest first.")


class FeedbackSummary(APIView):
    """What feedback adds up to."""

    permission_classes = (needs("audits:read"),)

    @extend_schema(
        tags=_TAG,
        operation_id="feedback_summary",
        parameters=[SummaryQuery],
        responses=with_problems({200: SummaryOut(many=True)}, 400, 404),
    )
    def get(self, request: Request) -> Response:
        """Shares with Wilson's intervals and the median time on task, a row a version of the system."""
        query = SummaryQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        organisation = acting(request).organisation
        version = system_version(organisation, query.validated_data["system_version"])
        versions = AssetVersion.objects.of(organisation).filter(asset_id=version.asset_id)
        return Response([_summary_plain(one) for one in services.summaries(organisation, versions)])


def _said(request: Request) -> Said:
    body = NewFeedback(data=request.data)
    body.is_valid(raise_exception=True)
    given: dict[str, Any] = {
        name: str(value) if isinstance(value, UUID) else value for name, value in body.validated_data.items()
    }
    digest = sha256_digest(json.dumps(request.data, sort_keys=True).encode())
    return Said(**given, key=request.headers.get("Idempotency-Key", ""), body_digest=digest)


def _summary_plain(one: services.Summary) -> dict[str, Any]:
    figures = {name: _plain(getattr(one, name)) for name in ("thumbs_up", "clicked", "task_ms")}
    counts = {name: getattr(one, name) for name in ("system_version", "number", "received", "up", "down", "comments")}
    return {**counts, **figures}


def _plain(figure: Figure) -> dict[str, Any]:
    numbers = {name: getattr(figure, name) for name in ("value", "low", "high")}
    texts = {name: None if number is None else decimal_text(number) for name, number in numbers.items()}
    return {**texts, "n": figure.n, "method": figure.method}

"""REST doors of audits: ask for one, follow it, look at its items. Those that end it or do it again are in `again_api`."""

import json
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from audits.runs import services
from audits.runs.again import same_result
from audits.runs.models import ItemRecord, Run
from audits.runs.services import Asked, KeyExpired, KeyReused
from audits.runs.verdicts import NO_CRITERION, WORST_FIRST, overall
from audits.runs.waiting import LONGEST_S, wait_until
from audits.states import OPEN, State
from governance.access.api import Body, Pages, acting, needs
from governance.access.problems import field_problem
from governance.access.schema import with_problems
from probanza.canonical import sha256_digest

_TAG = ["audits"]
Made = TypeVar("Made")
KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The same key with the same body gives the same audit. With another body, or longer after, it is refused (422).",
)


class Unprocessable(APIException):
    """The idempotency key belongs to another body."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    problem_type = "idempotency-key-reused"

    def __init__(self, error: KeyReused) -> None:
        super().__init__(str(error))
        self.errors = [field_problem(error.field, error.problem)]


class KeyTooOld(Unprocessable):
    """The idempotency key was used longer ago than keys are kept."""

    problem_type = "idempotency-key-expired"


def once(ask: Callable[[], tuple[Made, bool]]) -> Made:
    """The row that an idempotent request asks for. Raises what a key that does not fit is answered with."""
    try:
        made, _new = ask()
    except KeyExpired as error:
        raise KeyTooOld(error) from None
    except KeyReused as error:
        raise Unprocessable(error) from None
    return made


class NewAudit(Body):
    """What to measure, on what, and by which criteria, all frozen before."""

    system_version = serializers.UUIDField(help_text="A version of an AI system.")
    kind = serializers.CharField(max_length=80, help_text="GET /api/v1/audit-kinds lists them.")
    target = serializers.UUIDField(help_text="A registered target that the kind can be run on.")
    parameters = serializers.DictField(required=False, default=dict, help_text="The kind's README names them.")
    criteria = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=100)
    seed = serializers.IntegerField(required=False, default=0, min_value=0, max_value=services.MAX_SEED)


class Progress(serializers.Serializer[Any]):
    """`planned` is null until the audit has looked at its target."""

    planned = serializers.IntegerField(allow_null=True)
    done = serializers.IntegerField()


class Reason(serializers.Serializer[Any]):
    """Why an audit failed: a stable cause and words for people."""

    cause = serializers.CharField()
    message = serializers.CharField()


class Verdict(serializers.Serializer[Any]):
    """How one measure stands to one criterion. Numbers are decimal text."""

    criterion = serializers.UUIDField()
    measure = serializers.CharField()
    group = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    value = serializers.CharField(allow_null=True)
    low = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)
    n = serializers.IntegerField()
    unit = serializers.CharField()
    reason = serializers.CharField()
    limit = serializers.CharField()
    direction = serializers.CharField()
    state = serializers.CharField(help_text="met, not_met, inconclusive or insufficient.")


class AuditSerializer(serializers.ModelSerializer[Run]):
    """An audit as it stands."""

    system_version = serializers.UUIDField(source="system_version_id", read_only=True)
    target = serializers.UUIDField(source="target_id", read_only=True)
    progress = Progress(source="*", read_only=True)
    verdict = serializers.CharField(
        read_only=True,
        allow_null=True,
        help_text="The worst verdict, `no_criterion` where there was none to judge by, null without a result.",
    )
    verdicts = Verdict(many=True, read_only=True)
    evidence = serializers.UUIDField(source="evidence_id", read_only=True, allow_null=True)
    reason = Reason(read_only=True, allow_null=True)
    reproduces = serializers.UUIDField(
        source="reproduces_id", read_only=True, allow_null=True, help_text="The audit whose request this one repeats."
    )

    class Meta:
        model = Run
        fields: ClassVar[tuple[str, ...]] = (
            "id", "kind", "state", "system_version", "target", "parameters", "seed", "progress", "verdict", "verdicts",
            "evidence", "reason", "cancel_requested", "requested_by", "created_at", "started_at", "finished_at",
            "code_version", "reproduces",
        )  # fmt: skip
        read_only_fields = fields

    def to_representation(self, run: Run) -> dict[str, Any]:
        # By hand: the fields above document the answer, and building them for every request takes longer than the query.
        return _plain(run)


class AuditDetailSerializer(AuditSerializer):
    """An audit with its frozen criteria and everything it measured."""

    measures = serializers.ListField(child=serializers.DictField(), read_only=True)
    coverage = serializers.DictField(read_only=True, allow_null=True)
    same_result = serializers.BooleanField(
        read_only=True,
        allow_null=True,
        help_text="Whether all figures are those of the audit that this one reproduces; null while one of them has none.",
    )

    class Meta(AuditSerializer.Meta):
        fields = (*AuditSerializer.Meta.fields, "criteria", "measures", "coverage", "same_result")
        read_only_fields = fields

    def to_representation(self, run: Run) -> dict[str, Any]:
        result = services.result_of(run)
        found = {"measures": result.facts["measures"], "coverage": result.facts["coverage"]} if result else {}
        more = {"criteria": run.criteria, "measures": [], "coverage": None, **found, "same_result": same_result(run)}
        return {**_plain(run), **more}


class ItemSerializer(serializers.ModelSerializer[ItemRecord]):
    """One item. `private` are words of people and of the audited system: data, never markup."""

    private = serializers.DictField(read_only=True)

    class Meta:
        model = ItemRecord
        fields: ClassVar[tuple[str, ...]] = ("item", "outcome", "reason", "values", "private", "recorded_at")
        read_only_fields = fields

    def to_representation(self, record: ItemRecord) -> dict[str, Any]:
        return {
            "item": record.item,
            "outcome": record.outcome,
            "reason": record.reason,
            "values": record.values,
            "private": services.private_words(record),
            "recorded_at": record.recorded_at,
        }


class AuditQuery(serializers.Serializer[Any]):
    """Which audits to list."""

    kind = serializers.CharField(required=False)
    state = serializers.ChoiceField(choices=[state.value for state in State], required=False)
    system = serializers.UUIDField(required=False, help_text="Id of an AI system, any of its versions.")
    system_version = serializers.UUIDField(required=False)
    verdict = serializers.ChoiceField(choices=[*WORST_FIRST, NO_CRITERION], required=False)
    created_after = serializers.DateTimeField(required=False, help_text="At this moment or later.")
    created_before = serializers.DateTimeField(required=False, help_text="Before this moment.")


_COLUMNS = {
    "kind": "kind",
    "state": "state",
    "system": "system_version__asset_id",
    "system_version": "system_version_id",
    "created_after": "created_at__gte",
    "created_before": "created_at__lt",
}


class ItemPages(Pages):
    """Items in the order in which they were recorded."""

    ordering = ("id",)


class AuditList(ListAPIView[Run]):
    """Audits of the organisation, newest first; `POST` asks for one."""

    serializer_class = AuditSerializer
    filter_backends = ()
    permission_classes = (needs("audits:read", write="audits:write"),)

    def get_queryset(self) -> QuerySet[Run]:
        query = AuditQuery(data=self.request.query_params.dict())
        query.is_valid(raise_exception=True)
        given = query.validated_data
        wanted = {_COLUMNS[name]: value for name, value in given.items() if name != "verdict"}
        judged = [services.with_verdict(given["verdict"])] if "verdict" in given else []
        return Run.objects.of(acting(self.request).organisation).filter(*judged, **wanted)

    @extend_schema(
        tags=_TAG,
        operation_id="audits_list",
        parameters=[AuditQuery],
        responses=with_problems({200: AuditSerializer(many=True)}, 400, 404),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List audits."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=_TAG,
        operation_id="audits_create",
        request=NewAudit,
        parameters=[KEY],
        responses=with_problems({202: AuditSerializer}, 400, 413, 415, 422),
    )
    def post(self, request: Request) -> Response:
        """Ask for an audit. It is queued; follow `Location`."""
        asked = _asked(request)
        return accepted(once(lambda: services.request_run(actor=acting(request), asked=asked, now=timezone.now())))


class WaitQuery(serializers.Serializer[Any]):
    """How long to wait."""

    wait = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=LONGEST_S,
        help_text="Answer when it has ended, or after so many seconds as it then stands. When many wait already, at once.",
    )


def seconds_to_wait(request: Request) -> int:
    """What `?wait=` asks for; 0 without it. Raises `ValidationError`."""
    query = WaitQuery(data=request.query_params.dict())
    query.is_valid(raise_exception=True)
    seconds: int = query.validated_data.get("wait", 0)
    return seconds


def has_ended(run: Run) -> bool:
    """Whether nothing happens to a run any more, unless somebody retries it."""
    return run.state not in OPEN


class AuditDetail(APIView):
    """One audit."""

    permission_classes = (needs("audits:read"),)

    @extend_schema(
        tags=_TAG,
        operation_id="audits_retrieve",
        parameters=[WaitQuery],
        responses=with_problems({200: AuditDetailSerializer}, 400, 404),
    )
    def get(self, request: Request, run_id: UUID) -> Response:
        """An audit: where it stands, what it measured, and how that stands to its criteria."""
        organisation = acting(request).organisation
        seconds = seconds_to_wait(request)
        run: Run = wait_until(look=lambda: services.concluded_run(organisation, run_id), is_over=has_ended, seconds=seconds)
        headers = {} if has_ended(run) else {"Retry-After": "1"}
        return Response(AuditDetailSerializer(run).data, headers=headers)


class AuditItems(ListAPIView[ItemRecord]):
    """The items of one audit, as far as they are recorded."""

    serializer_class = ItemSerializer
    pagination_class = ItemPages
    filter_backends = ()
    permission_classes = (needs("audits:read"),)

    def get_queryset(self) -> QuerySet[ItemRecord]:
        if getattr(self, "swagger_fake_view", False):
            return ItemRecord.objects.none()
        return services.items_of(acting(self.request).organisation, self.kwargs["run_id"])

    @extend_schema(tags=_TAG, operation_id="audits_items", responses=with_problems({200: ItemSerializer(many=True)}, 400, 404))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List what each item gave. Reading private words is written to the trail, once a page."""
        answer = super().get(request, *args, **kwargs)
        with_words = sum(bool(item["private"]) for item in answer.data["results"])
        services.note_reading(
            actor=acting(request), run_id=self.kwargs["run_id"], items=with_words, judged=True, now=timezone.now()
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer


def accepted(run: Run) -> Response:
    """202, where to look, and when."""
    headers = {"Location": reverse("audits:audit", args=[run.id]), "Retry-After": "1"}
    return Response(AuditSerializer(run).data, status.HTTP_202_ACCEPTED, headers=headers)


def _plain(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "kind": run.kind,
        "state": run.state,
        "system_version": run.system_version_id,
        "target": run.target_id,
        "parameters": run.parameters,
        "seed": run.seed,
        "progress": {"planned": run.planned, "done": run.done},
        "verdict": overall(run.criteria, run.verdicts) if run.state == State.SUCCEEDED else None,
        "verdicts": run.verdicts,
        "evidence": run.evidence_id,
        "reason": {"cause": run.cause, "message": run.message} if run.cause else None,
        "cancel_requested": run.cancel_requested,
        "requested_by": run.requested_by,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "code_version": run.code_version,
        "reproduces": run.reproduces_id,
    }


def _asked(request: Request) -> Asked:
    body = NewAudit(data=request.data)
    body.is_valid(raise_exception=True)
    given = body.validated_data
    return Asked(
        system_version=str(given["system_version"]),
        kind=given["kind"],
        target=str(given["target"]),
        parameters=given["parameters"],
        criteria=tuple(map(str, given["criteria"])),
        seed=given["seed"],
        key=request.headers.get("Idempotency-Key", ""),
        body_digest=sha256_digest(json.dumps(request.data, sort_keys=True).encode()),
    )

"""REST doors of schedules and of what became of their due times."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from audits.suites import schedules
from audits.suites.api import READ_WRITE, TAG, queried
from audits.suites.cron import LONGEST_EXPRESSION, MISFIRES
from audits.suites.models import Firing, Schedule
from governance.access.api import Body, acting, needs
from governance.access.schema import with_problems


class ScheduleOut(serializers.ModelSerializer[Schedule]):
    """A schedule. `upcoming` are its next due times in UTC; none while it is paused."""

    suite = serializers.UUIDField(source="suite_id", read_only=True)
    upcoming = serializers.ListField(child=serializers.DateTimeField(), read_only=True)

    class Meta:
        model = Schedule
        fields: ClassVar[tuple[str, ...]] = (
            "id", "suite", "expression", "time_zone", "misfire", "enabled", "upcoming", "created_by", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    def to_representation(self, schedule: Schedule) -> dict[str, Any]:
        plain = {name: getattr(schedule, name) for name in ScheduleOut.Meta.fields if name not in {"suite", "upcoming"}}
        return {**plain, "suite": schedule.suite_id, "upcoming": schedules.upcoming(schedule, timezone.now())}


class NewSchedule(Body):
    """When a suite is run by itself."""

    suite = serializers.UUIDField()
    expression = serializers.CharField(
        max_length=LONGEST_EXPRESSION, help_text="Cron: minute hour day month weekday, such as `30 6 * * 1-5`."
    )
    time_zone = serializers.CharField(max_length=64, required=False, default="UTC", help_text="IANA, such as Europe/Madrid.")
    misfire = serializers.CharField(
        max_length=8, required=False, default="once", help_text=f"Of due times that were missed: {', '.join(MISFIRES)}."
    )
    enabled = serializers.BooleanField(required=False, default=True)


class ScheduleChanges(Body):
    """What is to change; the rest stays."""

    expression = serializers.CharField(max_length=LONGEST_EXPRESSION, required=False)
    time_zone = serializers.CharField(max_length=64, required=False)
    misfire = serializers.CharField(max_length=8, required=False)
    enabled = serializers.BooleanField(required=False)


class FiringOut(serializers.ModelSerializer[Firing]):
    """What became of one due time."""

    suite_run = serializers.UUIDField(source="suite_run_id", read_only=True, allow_null=True)
    outcome = serializers.ChoiceField(choices=["started", "missed", "refused"], read_only=True)

    class Meta:
        model = Firing
        fields: ClassVar[tuple[str, ...]] = ("due_at", "fired_at", "outcome", "reason", "let_go", "suite_run")
        read_only_fields = fields


class ScheduleQuery(serializers.Serializer[Any]):
    """Which schedules to list."""

    suite = serializers.UUIDField(required=False)
    enabled = serializers.BooleanField(required=False, allow_null=True, default=None)


class ScheduleList(ListAPIView[Schedule]):
    """Schedules of the organisation, newest first."""

    serializer_class = ScheduleOut
    filter_backends = ()
    permission_classes = READ_WRITE
    queryset = Schedule.objects.none()

    def get_queryset(self) -> QuerySet[Schedule]:
        query = queried(ScheduleQuery, self.request)
        found: QuerySet[Schedule] = Schedule.objects.of(acting(self.request).organisation)
        if "suite" in query:
            found = found.filter(suite_id=query["suite"])
        return found if query["enabled"] is None else found.filter(enabled=query["enabled"])

    @extend_schema(
        tags=TAG,
        operation_id="schedules_list",
        parameters=[ScheduleQuery],
        responses=with_problems({200: ScheduleOut(many=True)}, 400, 404),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List schedules with their next due times."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=TAG,
        operation_id="schedules_create",
        request=NewSchedule,
        responses=with_problems({201: ScheduleOut}, 400, 404, 413, 415),
    )
    def post(self, request: Request) -> Response:
        """Run a suite by itself: its newest version on the system's newest version, once per due time."""
        body = NewSchedule(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        made = schedules.make_schedule(actor=acting(request), suite_id=given.pop("suite"), now=timezone.now(), **given)
        where = {"Location": reverse("audits:schedule", args=[made.pk])}
        return Response(ScheduleOut(made).data, status.HTTP_201_CREATED, headers=where)


class ScheduleDetail(APIView):
    """One schedule."""

    permission_classes = READ_WRITE

    @extend_schema(tags=TAG, operation_id="schedules_retrieve", responses=with_problems({200: ScheduleOut}, 404))
    def get(self, request: Request, schedule_id: UUID) -> Response:
        """A schedule with its next due times."""
        return Response(ScheduleOut(Schedule.objects.one(acting(request).organisation, schedule_id)).data)

    @extend_schema(
        tags=TAG,
        operation_id="schedules_change",
        request=ScheduleChanges,
        responses=with_problems({200: ScheduleOut}, 400, 404, 413, 415),
    )
    def patch(self, request: Request, schedule_id: UUID) -> Response:
        """Change or pause a schedule; due times that pass while it is paused are not caught up."""
        body = ScheduleChanges(data=request.data)
        body.is_valid(raise_exception=True)
        changed = schedules.change_schedule(
            actor=acting(request), schedule_id=schedule_id, changes=body.validated_data, now=timezone.now()
        )
        return Response(ScheduleOut(changed).data)


class FiringList(ListAPIView[Firing]):
    """What became of the due times of one schedule."""

    serializer_class = FiringOut
    filter_backends = ()
    permission_classes = (needs("audits:read"),)
    queryset = Firing.objects.none()

    def get_queryset(self) -> QuerySet[Firing]:
        schedule: Schedule = Schedule.objects.one(acting(self.request).organisation, self.kwargs["schedule_id"])
        found: QuerySet[Firing] = Firing.objects.of(schedule.organisation_id).filter(schedule=schedule)
        return found

    @extend_schema(tags=TAG, operation_id="schedule_firings", responses=with_problems({200: FiringOut(many=True)}, 400, 404))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List due times, newest first: started, missed or refused with its reason."""
        return super().get(request, *args, **kwargs)

"""REST doors of uploaded files and registered targets."""

from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audits.intake import services
from audits.intake.content import UnsafeContent
from audits.intake.models import Target, UploadedFile
from audits.intake.uploads import Received, SealingHandler, TooLarge
from audits.targets.specs import TARGET_SPECS
from governance.access.api import Body, acting, needs
from governance.access.schema import with_problems
from governance.shapes import ShapeError

_TAG = ["audits"]
_FRAMING = 65_536  # what multipart adds around a file, generously


class FileSerializer(serializers.ModelSerializer[UploadedFile]):
    """An upload. Its bytes are not given out again."""

    class Meta:
        model = UploadedFile
        fields: ClassVar[tuple[str, ...]] = ("id", "name", "media_type", "size", "sha256", "created_by", "created_at")
        read_only_fields = fields


class UploadForm(serializers.Serializer[Any]):
    """One file as multipart/form-data."""

    file = serializers.FileField()


class TargetSerializer(serializers.ModelSerializer[Target]):
    """A registered target; of its secrets only the names."""

    secrets = serializers.ListField(child=serializers.CharField(), source="secret_names", read_only=True)

    class Meta:
        model = Target
        fields: ClassVar[tuple[str, ...]] = (
            "id", "name", "type", "spec", "secrets", "digest", "created_by", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class NewTarget(Body):
    """`spec` has the fields of its type; `secrets` the values it names. A target is never changed: register a new one."""

    name = serializers.CharField(max_length=200)
    type = serializers.CharField(max_length=40, help_text=f"One of {', '.join(TARGET_SPECS)}.")
    spec = serializers.DictField()
    secrets = serializers.DictField(
        child=serializers.CharField(max_length=services.MAX_SECRET, trim_whitespace=False), required=False, default=dict
    )


class FileList(ListAPIView[UploadedFile]):
    """Uploads of the organisation, newest first."""

    queryset = UploadedFile.objects.none()  # what the description of the API reads
    serializer_class = FileSerializer
    permission_classes = (needs("audits:read", write="audits:write"),)
    parser_classes = (MultiPartParser,)

    def get_queryset(self) -> QuerySet[UploadedFile]:
        files: QuerySet[UploadedFile] = UploadedFile.objects.of(acting(self.request).organisation)
        return files

    @extend_schema(tags=_TAG, operation_id="files_list", responses=with_problems({200: FileSerializer(many=True)}, 400, 404))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List uploads."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=_TAG,
        operation_id="files_create",
        request={"multipart/form-data": UploadForm},
        responses=with_problems({201: FileSerializer}, 400, 413, 415),
    )
    def post(self, request: Request) -> Response:
        """Send one file. Pickles and whatever else runs code when opened are refused; see the limit of the installation."""
        actor = acting(request)
        limit: int = settings.PROBANZA_MAX_UPLOAD
        if int(request.META.get("CONTENT_LENGTH") or 0) > limit + _FRAMING:
            raise RequestDataTooBig(str(TooLarge(limit)))
        handler = SealingHandler(actor.organisation)
        request._request.upload_handlers = [handler]
        kept: frozenset[UUID] = frozenset()
        try:
            row = services.keep_file(actor=actor, received=_received(request), now=timezone.now())
            kept = frozenset({row.id})
        finally:
            handler.discard(but=kept)
        return Response(FileSerializer(row).data, status.HTTP_201_CREATED)


class FileDetail(APIView):
    """One upload."""

    permission_classes = (needs("audits:read"),)

    @extend_schema(tags=_TAG, operation_id="files_retrieve", responses=with_problems({200: FileSerializer}, 404))
    def get(self, request: Request, file_id: UUID) -> Response:
        """What is known of an upload."""
        return Response(FileSerializer(services.file_of(acting(request).organisation, file_id)).data)


class TargetList(ListAPIView[Target]):
    """Targets of the organisation, newest first."""

    queryset = Target.objects.none()  # what the description of the API reads
    serializer_class = TargetSerializer
    permission_classes = (needs("audits:read", write="audits:write"),)

    def get_queryset(self) -> QuerySet[Target]:
        targets: QuerySet[Target] = Target.objects.of(acting(self.request).organisation)
        return targets

    @extend_schema(tags=_TAG, operation_id="targets_list", responses=with_problems({200: TargetSerializer(many=True)}, 400, 404))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List targets."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=_TAG,
        operation_id="targets_create",
        request=NewTarget,
        responses=with_problems({201: TargetSerializer}, 400, 413, 415),
    )
    def post(self, request: Request) -> Response:
        """Register a target. Its secrets are encrypted and never shown again."""
        body = NewTarget(data=request.data)
        body.is_valid(raise_exception=True)
        row = services.register_target(actor=acting(request), **body.validated_data, now=timezone.now())
        return Response(TargetSerializer(row).data, status.HTTP_201_CREATED)


class TargetDetail(APIView):
    """One target."""

    permission_classes = (needs("audits:read"),)

    @extend_schema(tags=_TAG, operation_id="targets_retrieve", responses=with_problems({200: TargetSerializer}, 404))
    def get(self, request: Request, target_id: UUID) -> Response:
        """A target and the names of its secrets."""
        return Response(TargetSerializer(services.target_of(acting(request).organisation, target_id)).data)


def _received(request: Request) -> Received:
    try:
        files: list[Any] = request.FILES.getlist("file")
    except TooLarge as error:
        raise RequestDataTooBig(str(error)) from None
    except UnsafeContent as error:
        raise ShapeError("file", str(error)) from None
    except RequestDataTooBig:
        raise
    except SuspiciousOperation as error:  # too many fields or files
        raise ShapeError("file", str(error)) from None
    if len(files) != 1 or not isinstance(files[0], Received):
        raise ShapeError("file", _("send exactly one file in this form field."))
    return files[0]

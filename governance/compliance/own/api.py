"""The REST door of frameworks and of what they ask: the shipped ones and those that an organisation brings."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.access.api import Body, Pages, acting, needs
from governance.access.schema import with_problems
from governance.compliance.catalogues import catalogue_of, unfit_of
from governance.compliance.frameworks import Catalogue, Duty, Framework
from governance.compliance.own import services
from governance.compliance.own_rows import OwnFramework
from governance.shapes import ShapeError, plain

TAG = ["frameworks"]


class NewFramework(Body):
    """An own framework's file."""

    content = serializers.CharField(
        max_length=services.LONGEST, trim_whitespace=False, help_text="The file's YAML text; see docs/reference/catalogue.md."
    )


class FrameworkOut(serializers.Serializer[Any]):
    """A framework that the organisation's systems are held against. Words are told as `{en, es}`."""

    id = serializers.CharField()
    title = serializers.DictField(child=serializers.CharField())
    edition = serializers.CharField()
    binding = serializers.CharField(help_text="law, voluntary or standard.")
    text_version = serializers.CharField()
    checked_on = serializers.DateField(help_text="The oldest day on which somebody held it against its sources.")
    check_again_by = serializers.DateField()
    unchecked = serializers.BooleanField(help_text="True after that day: a report says so.")
    duties = serializers.IntegerField()
    own = serializers.BooleanField()
    version = serializers.IntegerField(help_text="Of an own framework's file; 0 for a shipped one.")
    digest = serializers.CharField(help_text="Of what it says.")
    note = serializers.DictField(child=serializers.CharField(), allow_null=True)


class FrameworksOut(serializers.Serializer[Any]):
    """The frameworks; `left_out` are own ones in use that nothing is held against, with the reason."""

    results = FrameworkOut(many=True)
    left_out = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))


class OwnVersionOut(serializers.ModelSerializer[OwnFramework]):
    """One version of an own framework."""

    class Meta:
        model = OwnFramework
        fields = ("id", "framework", "number", "title", "edition", "digest", "in_use", "added_name", "added_at")


class WholeOwnVersionOut(OwnVersionOut):
    """The same with its file."""

    class Meta(OwnVersionOut.Meta):
        fields = (*OwnVersionOut.Meta.fields, "content")  # type: ignore[assignment]  # a longer tuple


class ObligationOut(serializers.Serializer[Any]):
    """One duty of the catalogue, with its date. States of a system's duties are told elsewhere."""

    id = serializers.CharField()
    framework = serializers.CharField()
    edition = serializers.CharField()
    group = serializers.CharField()
    title = serializers.DictField(child=serializers.CharField())
    duty = serializers.DictField(child=serializers.CharField())
    binds = serializers.ListField(child=serializers.CharField())
    scope = serializers.CharField()
    evidence = serializers.ListField(child=serializers.CharField(), help_text="Records that can show it.")
    assurance = serializers.CharField(help_text="auto, mixed or human: who can show it at all.")
    amended = serializers.BooleanField()
    certainty = serializers.CharField()
    sources = serializers.ListField(child=serializers.CharField(), help_text="Where it was read.")
    applies = serializers.DictField(allow_null=True, help_text="Its date, basis, certainty and second reading; null: no date.")
    audits = serializers.ListField(
        child=serializers.DictField(), help_text="Kinds of evidence that speak to it: kind, strength, shows, through, built."
    )


class ObligationsOut(serializers.Serializer[Any]):
    """What the frameworks ask, in their order."""

    count = serializers.IntegerField()
    results = ObligationOut(many=True)


class Frameworks(APIView):
    """The frameworks of the organisation."""

    permission_classes = (needs("evidence:read", write=services.SCOPE),)

    @extend_schema(tags=TAG, operation_id="list_frameworks", responses=with_problems({200: FrameworksOut}))
    def get(self, request: Request) -> Response:
        """The shipped ones, then the organisation's own that are in use."""
        organisation, today = acting(request).organisation, timezone.now().date()
        catalogue = catalogue_of(organisation)
        left_out = [plain(one) for one in unfit_of(organisation)]
        return Response({"results": [_framework(catalogue, one, today) for one in catalogue.frameworks], "left_out": left_out})

    @extend_schema(
        tags=TAG,
        operation_id="add_framework",
        request=NewFramework,
        responses=with_problems({201: WholeOwnVersionOut}, 400, 409, 413, 415),
    )
    def post(self, request: Request) -> Response:
        """Bring a framework, or a new version of one. A wrong file is refused by line and item."""
        body = NewFramework(data=request.data)
        body.is_valid(raise_exception=True)
        row = services.add_framework(actor=acting(request), content=body.validated_data["content"], now=timezone.now())
        return Response(WholeOwnVersionOut(row).data, status=201)


class Versions(generics.GenericAPIView[OwnFramework]):
    """The versions of the organisation's own frameworks."""

    permission_classes = (needs("evidence:read"),)
    serializer_class = OwnVersionOut
    queryset = OwnFramework.objects.none()

    @extend_schema(
        tags=TAG,
        operation_id="list_framework_versions",
        parameters=[OpenApiParameter("framework", str)],
        responses=with_problems({200: OwnVersionOut(many=True)}, 404),
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        found = OwnFramework.objects.of(acting(request).organisation)
        if framework := request.query_params.get("framework"):
            found = found.filter(framework=framework.replace("\x00", ""))
        pages = Pages()
        page = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(OwnVersionOut(page, many=True).data)


class OneVersion(APIView):
    """One version of an own framework."""

    permission_classes = (needs("evidence:read"),)

    @extend_schema(tags=TAG, operation_id="retrieve_framework_version", responses=with_problems({200: WholeOwnVersionOut}, 404))
    def get(self, request: Request, version_id: UUID) -> Response:
        """The version with its file, as it was handed in."""
        return Response(WholeOwnVersionOut(OwnFramework.objects.one(acting(request).organisation, version_id)).data)


class UseVersion(APIView):
    """Which version is in use."""

    permission_classes = (needs("evidence:read", write=services.SCOPE),)

    @extend_schema(
        tags=TAG, operation_id="use_framework_version", request=None, responses=with_problems({200: OwnVersionOut}, 400, 404)
    )
    def post(self, request: Request, version_id: UUID) -> Response:
        """Hold the organisation's systems against this version."""
        row = services.use_framework(actor=acting(request), version_id=version_id, now=timezone.now())
        return Response(OwnVersionOut(row).data)


class RetireVersion(APIView):
    """Taking a version out of use."""

    permission_classes = (needs("evidence:read", write=services.SCOPE),)

    @extend_schema(
        tags=TAG, operation_id="retire_framework_version", request=None, responses=with_problems({200: OwnVersionOut}, 404)
    )
    def post(self, request: Request, version_id: UUID) -> Response:
        """Hold nothing against it any more. It stays readable."""
        row = services.retire_framework(actor=acting(request), version_id=version_id, now=timezone.now())
        return Response(OwnVersionOut(row).data)


class Obligations(APIView):
    """What the frameworks ask."""

    permission_classes = (needs("evidence:read"),)

    @extend_schema(
        tags=TAG,
        operation_id="list_obligations",
        parameters=[OpenApiParameter("framework", str, description="Only of this framework, by its id.")],
        responses=with_problems({200: ObligationsOut}, 400),
    )
    def get(self, request: Request) -> Response:
        """The duties of the catalogue with their dates and the kinds of evidence that speak to them."""
        catalogue = catalogue_of(acting(request).organisation)
        framework = request.query_params.get("framework", "")
        known = tuple(one.id for one in catalogue.frameworks)
        if framework and framework not in known:
            raise ShapeError("framework", "is not known.", known)
        duties = catalogue.duties_of(framework) if framework else catalogue.duties
        return Response({"count": len(duties), "results": [_obligation(catalogue, duty) for duty in duties]})


def _framework(catalogue: Catalogue, one: Framework, today: date) -> Mapping[str, Any]:
    return {
        **{name: getattr(one, name) for name in ("id", "edition", "binding", "text_version", "own", "version", "digest")},
        "title": plain(one.title),
        "checked_on": one.checked_on.isoformat(),
        "check_again_by": one.check_again_by().isoformat(),
        "unchecked": one.unchecked(today),
        "duties": len(catalogue.duties_of(one.id)),
        "note": plain(one.note),
    }


def _obligation(catalogue: Catalogue, duty: Duty) -> Mapping[str, Any]:
    left_out = ("clock", "source", "valid_from", "valid_until")
    audits = [
        {"kind": kind.kind, "strength": link.strength, "shows": plain(link.shows), "through": link.through, "built": kind.built}
        for kind in catalogue.kinds
        if (link := kind.link_to(duty.id)) is not None
    ]
    sources = dict(catalogue.sources)
    told = {name: value for name, value in plain(duty).items() if name not in left_out}
    edition = catalogue.framework(duty.framework).edition
    told["sources"] = [f"{key}: {sources[key]}" for key in duty.source]
    return {**told, "edition": edition, "applies": plain(catalogue.date_of(duty.clock)), "audits": audits}

"""REST doors of access: who am I, the tokens, the trail; and the answer to an address that does not exist."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.access import services
from governance.access.api import Body, JSONBody, acting, needs
from governance.access.models import ApiToken
from governance.access.problem_types import TYPES
from governance.access.problems import MEDIA_TYPE, problem
from governance.access.roles import SCOPES
from governance.access.schema import with_problems
from governance.trail.models import TrailEntry

TAG = ["access"]


class Me(serializers.Serializer[Any]):
    """Who is calling."""

    id = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    organisation = serializers.UUIDField()
    role = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())


class Token(serializers.ModelSerializer[ApiToken]):
    """A token without its secret."""

    class Meta:
        model = ApiToken
        fields: ClassVar[tuple[str, ...]] = (
            "id", "name", "prefix", "role", "scopes", "created_at", "expires_at", "revoked_at", "last_used_at",
        )  # fmt: skip
        read_only_fields = fields


class IssuedToken(Token):
    """A token with its secret, shown this once."""

    secret = serializers.CharField(read_only=True)

    class Meta(Token.Meta):
        fields: ClassVar[tuple[str, ...]] = (*Token.Meta.fields, "secret")
        read_only_fields = fields


class NewToken(Body):
    """What a token is to be able to do; without `expires_at` it does not expire."""

    name = serializers.CharField(max_length=100)
    scopes = serializers.ListField(child=serializers.CharField(), allow_empty=False, help_text=f"Of {', '.join(sorted(SCOPES))}.")
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class Trail(serializers.ModelSerializer[TrailEntry]):
    """Who did what, when."""

    class Meta:
        model = TrailEntry
        fields: ClassVar[tuple[str, ...]] = (
            "id", "actor_id", "actor_name", "actor_kind", "action", "subject", "subject_id", "detail", "at",
        )  # fmt: skip
        read_only_fields = fields


class MeView(APIView):
    """Who is calling."""

    @extend_schema(tags=TAG, operation_id="me", responses=with_problems({200: Me}))
    def get(self, request: Request) -> Response:
        """The caller, their organisation and what they may do."""
        actor = acting(request)
        return Response(
            {
                "id": actor.id,
                "name": actor.name,
                "kind": actor.kind,
                "organisation": actor.organisation,
                "role": actor.role,
                "scopes": sorted(actor.scopes),
            }
        )


class TokenList(ListAPIView[ApiToken]):
    """The organisation's tokens."""

    serializer_class = Token
    permission_classes = (needs("admin"),)
    parser_classes = (JSONBody,)
    queryset = ApiToken.objects.none()

    def get_queryset(self) -> QuerySet[ApiToken]:
        tokens: QuerySet[ApiToken] = ApiToken.objects.of(acting(self.request).organisation)
        return tokens

    @extend_schema(tags=TAG, operation_id="tokens_list", responses=with_problems({200: Token(many=True)}, 400, 404))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List tokens, revoked ones too."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=TAG,
        operation_id="tokens_create",
        request=NewToken,
        responses=with_problems({201: IssuedToken}, 400, 413, 415),
    )
    def post(self, request: Request) -> Response:
        """Issue a token. Its secret is in this answer and nowhere else."""
        body = NewToken(data=request.data)
        body.is_valid(raise_exception=True)
        token, secret = services.issue_token(actor=acting(request), now=timezone.now(), **body.validated_data)
        answer = {**Token(token).data, "secret": secret}
        return Response(answer, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})


class TokenView(APIView):
    """One token."""

    permission_classes = (needs("admin"),)

    @extend_schema(tags=TAG, operation_id="tokens_revoke", request=None, responses=with_problems({200: Token}, 404))
    def delete(self, request: Request, token_id: UUID) -> Response:
        """Revoke a token; it stays listed."""
        token = services.revoke_token(actor=acting(request), token_id=token_id, now=timezone.now())
        return Response(Token(token).data)


class TrailList(ListAPIView[TrailEntry]):
    """The trail of the organisation."""

    serializer_class = Trail
    permission_classes = (needs("trail:read"),)
    queryset = TrailEntry.objects.none()
    filterset_fields = ("action", "subject", "subject_id", "actor_id")

    def get_queryset(self) -> QuerySet[TrailEntry]:
        return TrailEntry.objects.filter(organisation_id=acting(self.request).organisation)

    @extend_schema(
        tags=TAG,
        operation_id="trail_list",
        parameters=[OpenApiParameter(name, str) for name in filterset_fields],
        responses=with_problems({200: Trail(many=True)}, 400, 404),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List who did what, newest first."""
        return super().get(request, *args, **kwargs)


@require_safe
def problem_pages(request: HttpRequest, slug: str = "") -> HttpResponse:
    """What the `type` of a problem leads to: one kind, or the list of all. For makers of clients, and in English."""
    one = TYPES.get(slug)
    if slug and one is None:
        raise Http404
    return render(request, "access/problems.html", {"one": one, "kinds": TYPES.values()})


@csrf_exempt
def api_not_found(request: HttpRequest, path: str = "") -> HttpResponse:
    """The answer to an address below /api/ that leads nowhere."""
    body = problem(404, f"There is nothing at {request.path}.")
    return JsonResponse(body, status=404, content_type=MEDIA_TYPE)

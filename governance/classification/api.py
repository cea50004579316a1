"""The REST door of classification."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.access.api import Body, acting, needs
from governance.access.schema import with_problems
from governance.access.tenancy import NotFound
from governance.classification import services
from governance.classification.questions import Question, check_answers, questionnaire
from governance.classification.telling import told_outcome, told_standing
from governance.registry.models import Asset
from governance.shapes import ShapeError

TAG = ["classification"]


class Answers(Body):
    """Questions and answers: an option's id, a list of them, or an ISO day; null takes an answer back."""

    answers = serializers.DictField(child=serializers.JSONField(allow_null=True), help_text="Question id -> answer.")


class NewConfirmation(Body):
    """What a named person confirms."""

    digest = serializers.CharField(max_length=71, help_text="`proposal.digest` of the classification that you looked at.")
    statement = serializers.CharField(max_length=4000, help_text="Why this is the classification, in words.")


class OutcomeOut(serializers.Serializer[Any]):
    """What follows from answers. A dimension in which nothing is certain says `undetermined`."""

    tier = serializers.CharField()
    as_of = serializers.CharField()
    short = serializers.DictField(help_text="Every dimension by name.")
    dimensions = serializers.ListField(child=serializers.DictField(), help_text="Values, whether determined, and the rules.")
    unknown = serializers.ListField(child=serializers.CharField(), help_text="Questions that leave something undetermined.")


class StandingOut(serializers.Serializer[Any]):
    """Where a system's classification stands. `proposal` is null where nothing can be confirmed."""

    system = serializers.UUIDField()
    state = serializers.ChoiceField(choices=("not_answered", "proposed", "confirmed", "reopened"))
    answers = serializers.DictField(help_text="As they are now; what is missing is not answered.")
    outcome = OutcomeOut(allow_null=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    confirmed_by = serializers.CharField(allow_blank=True)
    confirmed_role = serializers.CharField(allow_blank=True)
    evidence = serializers.CharField(allow_blank=True)
    reopened = serializers.ListField(child=serializers.CharField())
    proposal = serializers.DictField(allow_null=True, help_text="`digest` and `outcome` of what would be confirmed now.")


class Questions(APIView):
    """The questionnaire."""

    permission_classes = (needs("registry:read"),)

    @extend_schema(
        tags=TAG,
        operation_id="list_classification_questions",
        parameters=[OpenApiParameter("language", str, enum=("en", "es"))],
        responses=with_problems({200: serializers.DictField()}, 400),
    )
    def get(self, request: Request) -> Response:
        """Every question with its options, in English or Spanish."""
        language = request.query_params.get("language", "en")
        if language not in {"en", "es"}:
            raise ShapeError("language", "is none that the questions are in.", ("en", "es"))
        asked = questionnaire()
        questions = [_question(one, language) for one in asked.questions]
        blocks = [{"id": one.id, "title": one.title.of(language)} for one in asked.blocks]
        return Response({"law": asked.law, "digest": asked.digest, "blocks": blocks, "questions": questions})


def _question(one: Question, language: str) -> dict[str, Any]:
    options = [{"id": option.id, "words": option.words.of(language)} for option in one.options]
    asked = {"id": one.id, "block": one.block, "type": one.type, "ref": one.ref, "text": one.text.of(language)}
    return {**asked, "help": one.help.of(language) if one.help else "", "options": options}


class Outcomes(APIView):
    """What answers lead to, of which nothing is kept."""

    permission_classes = (needs("registry:read"),)

    @extend_schema(tags=TAG, operation_id="classify", request=Answers, responses=with_problems({200: OutcomeOut}, 400, 413, 415))
    def post(self, request: Request) -> Response:
        """Classify without keeping anything. A question left out counts as unknown."""
        answers, now = {name: one for name, one in _answers(request).items() if one is not None}, timezone.now()
        return Response(told_outcome(services.outcome_of(answers, now=now), str(answers.get("as_of", now.date()))))


class OneClassification(APIView):
    """The classification of one AI system."""

    permission_classes = (needs("registry:read", write="registry:write"),)

    @extend_schema(tags=TAG, operation_id="retrieve_classification", responses=with_problems({200: StandingOut}, 404))
    def get(self, request: Request, asset_id: UUID) -> Response:
        """Answers, outcome, who confirmed it, and what reopened it."""
        return Response(told_standing(_system(request, asset_id), timezone.now()))

    @extend_schema(
        tags=TAG,
        operation_id="answer_classification",
        request=Answers,
        responses=with_problems({200: StandingOut}, 400, 404, 413, 415),
    )
    def patch(self, request: Request, asset_id: UUID) -> Response:
        """Keep answers beside those that are there."""
        system = _system(request, asset_id)
        services.answer(actor=acting(request), system_id=system.pk, answers=_answers(request), now=timezone.now())
        return Response(told_standing(system, timezone.now()))


class Confirmation(APIView):
    """The confirmation of a classification."""

    permission_classes = (needs("registry:read", write="approvals:decide"),)

    @extend_schema(
        tags=TAG,
        operation_id="confirm_classification",
        request=NewConfirmation,
        responses=with_problems({200: StandingOut}, 400, 404, 409, 413, 415),
    )
    def post(self, request: Request, asset_id: UUID) -> Response:
        """Confirm what follows from the answers, as a named person. It is sealed as evidence."""
        system = _system(request, asset_id)
        body = NewConfirmation(data=request.data)
        body.is_valid(raise_exception=True)
        confirmation = services.Confirmation(**body.validated_data)
        services.confirm(actor=acting(request), system_id=system.pk, confirmation=confirmation, now=timezone.now())
        return Response(told_standing(system, timezone.now()))


def _system(request: Request, asset_id: UUID) -> Asset:
    system: Asset = Asset.objects.one(acting(request).organisation, asset_id)
    if system.kind != "ai_system":
        raise NotFound("AI system", asset_id)
    return system


def _answers(request: Request) -> dict[str, Any]:
    body = Answers(data=request.data)
    body.is_valid(raise_exception=True)
    given: dict[str, Any] = body.validated_data["answers"]
    try:
        check_answers({name: [] if answer is None else answer for name, answer in given.items()})
    except ShapeError as error:
        raise ShapeError(f"answers.{error.field}", error.problem, error.allowed) from None
    return given

"""What goes in and out at the REST doors of notices."""

from typing import Any, ClassVar

from rest_framework import serializers

from governance.access.api import Body
from governance.notices.endpoints import MOST_NAME, WANTABLE
from governance.notices.models import MAIL, WEBHOOK, Delivery, Endpoint
from governance.outbound.places import MOST_URL

_EVENTS = f"Of {', '.join(WANTABLE)}."


class EndpointBody(serializers.ModelSerializer[Endpoint]):
    """An endpoint without its secret. `disabled_because` is empty while it is enabled."""

    member = serializers.UUIDField(source="member_id", allow_null=True)
    email = serializers.SerializerMethodField()
    events = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Endpoint
        fields: ClassVar[tuple[str, ...]] = (
            "id", "name", "channel", "url", "member", "email", "language", "events", "enabled", "disabled_because",
            "failing_since", "failures", "created_by", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_email(self, endpoint: Endpoint) -> str:
        """Of a mail endpoint, else empty."""
        return endpoint.member.user.email if endpoint.member else ""


class SecretEndpoint(EndpointBody):
    """An endpoint with its signing secret, shown this once; empty for mail."""

    secret = serializers.CharField(read_only=True)

    class Meta(EndpointBody.Meta):
        fields: ClassVar[tuple[str, ...]] = (*EndpointBody.Meta.fields, "secret")
        read_only_fields = fields


class NewEndpoint(Body):
    """A webhook needs `url`, mail needs `member`: the e-mail address of a member of the organisation."""

    channel = serializers.ChoiceField(choices=(WEBHOOK, MAIL), default=WEBHOOK)
    url = serializers.CharField(max_length=MOST_URL, required=False, default="", allow_blank=True)
    member = serializers.CharField(max_length=254, required=False, default="", allow_blank=True)
    language = serializers.CharField(max_length=10, required=False, default="en")
    name = serializers.CharField(max_length=MOST_NAME, required=False, default="", allow_blank=True)
    events = serializers.ListField(child=serializers.CharField(), help_text=_EVENTS)


class ChangedEndpoint(Body):
    """What is to change; what is left out stays."""

    url = serializers.CharField(max_length=MOST_URL, required=False)
    name = serializers.CharField(max_length=MOST_NAME, required=False, allow_blank=True)
    events = serializers.ListField(child=serializers.CharField(), required=False, help_text=_EVENTS)


class DeliveryBody(serializers.ModelSerializer[Delivery]):
    """One notice on its way to one endpoint. `message` is the `webhook-id`: the same however often it is sent."""

    endpoint = serializers.UUIDField(source="endpoint_id")
    event = serializers.CharField(source="notice.event")
    subject = serializers.CharField(source="notice.subject")
    message = serializers.SerializerMethodField()
    data = serializers.DictField(source="notice.data")  # type: ignore[assignment]  # a field of ours, not the property

    class Meta:
        model = Delivery
        fields: ClassVar[tuple[str, ...]] = (
            "id", "endpoint", "event", "subject", "message", "data", "state", "tries", "next_at", "status", "problem", "took_ms",
            "created_at", "finished_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_message(self, delivery: Delivery) -> str:
        """`msg_` and 32 hexadecimal digits."""
        return f"msg_{delivery.notice_id.hex}"


def checked(body: Body) -> dict[str, Any]:
    """What came in. Raises `ValidationError`, `ShapeError`."""
    body.is_valid(raise_exception=True)
    known: dict[str, Any] = body.validated_data
    return known

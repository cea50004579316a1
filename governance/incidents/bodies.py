"""What goes in and out at the REST doors of incidents and clocks."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, ClassVar

from rest_framework import serializers

from governance.access.api import Body
from governance.book import Text
from governance.incidents.life import EFFECTS, SCOPES, Act
from governance.incidents.models import IncidentAct
from governance.incidents.services import LONGEST_TITLE
from governance.incidents.told import Clocks, IncidentTold
from governance.incidents.wording import LONGEST, words_of

_HARM = f"Of {', '.join(EFFECTS)}."
_DECIDED = f"{', '.join(act for act in Act if SCOPES[act] == 'approvals:decide')} need the scope approvals:decide."


class Moment(serializers.DateTimeField):
    """A moment that says its time zone: a clock of two days does not start from a guess."""

    def enforce_timezone(self, value: datetime) -> datetime:
        """Refuses what says none."""
        if value.tzinfo is None:
            raise serializers.ValidationError("must say its time zone, as 2026-11-22T14:05:00+01:00.")
        return super().enforce_timezone(value)


class NewIncident(Body):
    """A serious incident (Art. 3(49)) from the moment of awareness on."""

    system = serializers.UUIDField(help_text="Id of the AI system.")
    system_version = serializers.UUIDField(required=False, help_text="Of which version; the newest where it is left out.")
    title = serializers.CharField(max_length=LONGEST_TITLE, help_text="Without names of persons: it is shown and not encrypted.")
    effects = serializers.ListField(child=serializers.CharField(max_length=40), help_text=_HARM)
    aware_at = Moment(help_text="When the provider or the deployer became aware; every clock runs from here.")
    occurred_at = Moment(required=False)
    words = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True, default="", help_text="Kept encrypted.")


class NewAct(Body):
    """What is done about an incident."""

    act = serializers.CharField(max_length=20, help_text=f"One of {', '.join(Act)}. {_DECIDED}")
    effects = serializers.ListField(child=serializers.CharField(max_length=40), required=False, help_text=f"To assess. {_HARM}")
    at = Moment(required=False, help_text="When the report was sent; now where it is left out.")
    authority = serializers.CharField(max_length=LONGEST_TITLE, required=False, allow_blank=True, default="")
    reference = serializers.CharField(max_length=LONGEST_TITLE, required=False, allow_blank=True, default="")
    words = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True, default="", help_text="Kept encrypted.")


class Erasure(Body):
    """Why what people wrote is destroyed."""

    reason = serializers.CharField(max_length=2000)


class ActOut(serializers.ModelSerializer[IncidentAct]):
    """One thing that was done. `words` are told to those who may write, and are null to others and once erased."""

    evidence = serializers.UUIDField(source="evidence_id", allow_null=True)
    by = serializers.CharField(source="by_name")
    effects = serializers.ListField(child=serializers.CharField())
    words = serializers.SerializerMethodField()

    class Meta:
        model = IncidentAct
        fields: ClassVar[tuple[str, ...]] = (
            "id", "act", "state", "effects", "at", "authority", "reference", "words", "evidence", "by", "recorded_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_words(self, row: IncidentAct) -> str | None:
        """The decrypted text."""
        return (words_of(row) or None) if self.context.get("words") else None


class IncidentOut(serializers.Serializer[Any]):
    """An incident and its clock. `standing`: running, due_soon, overdue, in_time, late or stopped."""

    id = serializers.UUIDField()
    system = serializers.UUIDField()
    title = serializers.CharField()
    state = serializers.CharField()
    standing = serializers.CharField()
    severity = serializers.CharField(help_text="The harm that sets the clock.")
    effects = serializers.ListField(child=serializers.CharField())
    clock = serializers.CharField()
    article = serializers.CharField()
    aware_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    reported_at = serializers.DateTimeField(allow_null=True)
    frozen = serializers.BooleanField(help_text="A hold stands: no payload about the system is erased.")
    altered = serializers.ListField(child=serializers.IntegerField(), help_text="Versions made before the first report.")
    evidence = serializers.ListField(child=serializers.UUIDField())


class IncidentDetail(IncidentOut):
    """The same with what happened and what was done."""

    system_version = serializers.UUIDField(allow_null=True)
    occurred_at = serializers.DateTimeField(allow_null=True)
    words = serializers.CharField(allow_null=True)
    recorded_by = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    acts = ActOut(many=True)
    can = serializers.ListField(child=serializers.CharField(), help_text="What can be done with it where it stands.")


class RetentionOut(serializers.Serializer[Any]):
    """What is kept until when. Null where the registry holds no day from which it runs."""

    what = serializers.CharField()
    article = serializers.CharField()
    starts = serializers.DateField(allow_null=True)
    ends = serializers.DateField(allow_null=True)
    hold = serializers.BooleanField()
    note = serializers.CharField()


class MonitoringLineOut(serializers.Serializer[Any]):
    """One line of a plan. `state`: never, current, stale or overdue."""

    kind = serializers.CharField()
    measure = serializers.CharField()
    every_days = serializers.IntegerField()
    last_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField()
    overdue = serializers.BooleanField()
    state = serializers.CharField()
    evidence = serializers.CharField()


class MonitoringOut(serializers.Serializer[Any]):
    """The plan in force and how it stands."""

    version = serializers.IntegerField()
    set_by = serializers.CharField()
    set_at = serializers.DateTimeField()
    note = serializers.CharField()
    digest = serializers.CharField()
    evidence = serializers.CharField()
    lines = MonitoringLineOut(many=True)


class ClocksOut(serializers.Serializer[Any]):
    """Everything of a system that runs. `monitoring` is null without a plan."""

    system = serializers.UUIDField()
    incidents = IncidentOut(many=True)
    retention = RetentionOut(many=True)
    monitoring = MonitoringOut(allow_null=True)


def incident_plain(told: IncidentTold, system: object) -> dict[str, Any]:
    """An incident as data."""
    return {**asdict(told), "system": str(system)}


def clocks_plain(system: object, clocks: Clocks) -> dict[str, Any]:
    """The clocks as data, texts in English."""
    retention = [{**asdict(one), "what": english(one.what), "note": english(one.note)} for one in clocks.retention]
    return {
        "system": str(system),
        "incidents": [incident_plain(one, system) for one in clocks.incidents],
        "retention": retention,
        "monitoring": asdict(clocks.monitoring) if clocks.monitoring else None,
    }


def english(text: Text) -> str:
    """A text as its message id says it, with its values in their places."""
    values: Mapping[str, str] = {name: english(one) if isinstance(one, Text) else one for name, one in text.values}
    return text.message % values if values else text.message

"""The shapes of suites and their runs at the REST door: what comes in and what is answered."""

from typing import Any

from rest_framework import serializers

from audits.runs.api import Progress, Reason, Verdict
from audits.runs.services import MAX_SEED
from audits.states import State
from audits.suites import services
from audits.suites.answers import suite_plain, version_plain
from audits.suites.models import Suite, SuiteRun, SuiteVersion
from governance.access.api import Body


class NewEntry(Body):
    """One audit of a suite; as in POST /api/v1/audits, but for a name and without a system version."""

    name = serializers.CharField(max_length=80, help_text="Lower-case letters, digits, dots, hyphens and underscores.")
    kind = serializers.CharField(max_length=80, help_text="GET /api/v1/audit-kinds lists them.")
    target = serializers.UUIDField()
    parameters = serializers.DictField(required=False, default=dict)
    criteria = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=100)
    seed = serializers.IntegerField(required=False, default=0, min_value=0, max_value=MAX_SEED)


class NewSuiteVersion(Body):
    """What the suite holds from now on."""

    entries = NewEntry(many=True)
    note = serializers.CharField(max_length=services.LONGEST_NOTE, required=False, allow_blank=True, default="")


class NewSuite(NewSuiteVersion):
    """A suite with its first version."""

    system = serializers.UUIDField(help_text="Id of an AI system that has a version.")
    name = serializers.CharField(max_length=80, help_text="Such as `release`; a gate names it.")


class FrozenCriterionOut(serializers.Serializer[Any]):
    """A criterion as it is pinned by the suite."""

    id = serializers.UUIDField()
    measure = serializers.CharField()
    group = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    limit = serializers.CharField()
    direction = serializers.CharField()
    min_n = serializers.IntegerField()
    digest = serializers.CharField()


class SuiteEntryOut(serializers.Serializer[Any]):
    """One audit of a suite, every default filled in. Without criteria it measures and judges nothing."""

    name = serializers.CharField()
    kind = serializers.CharField()
    target = serializers.UUIDField()
    target_digest = serializers.CharField()
    parameters = serializers.DictField()
    criteria = FrozenCriterionOut(many=True)
    seed = serializers.IntegerField()


class SuiteVersionOut(serializers.Serializer[SuiteVersion]):
    """A version of a suite, for good."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    digest = serializers.CharField(help_text="Over system, name and entries.")
    entries = SuiteEntryOut(many=True)
    note = serializers.CharField()
    created_by = serializers.CharField()
    created_at = serializers.DateTimeField()

    def to_representation(self, version: SuiteVersion) -> dict[str, Any]:
        return version_plain(version)


class SuiteOut(serializers.Serializer[Suite]):
    """A suite with its newest version."""

    id = serializers.UUIDField()
    system = serializers.UUIDField()
    name = serializers.CharField()
    created_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    newest_version = SuiteVersionOut()

    def to_representation(self, suite: Suite) -> dict[str, Any]:
        return suite_plain(suite)


class NewSuiteRun(Body):
    """Which suite is run on which version of its system."""

    suite = serializers.CharField(max_length=100, help_text="Its name, beside `system` or `system_version`; or its id.")
    system = serializers.CharField(max_length=100, required=False, help_text="Id or slug of the AI system.")
    system_version = serializers.UUIDField(required=False, help_text="The newest one where it is left out.")
    number = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1, help_text="The system version by number.")
    suite_version = serializers.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, help_text="Number of the suite's version; the newest where left out."
    )


class Named(serializers.Serializer[Any]):
    """What is meant, with its name."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class SystemNamed(Named):
    """The system and which version of it."""

    slug = serializers.CharField()
    version = serializers.UUIDField()
    number = serializers.IntegerField()


class SuiteNamed(Named):
    """The suite and which version of it."""

    number = serializers.IntegerField()
    digest = serializers.CharField()


class SuiteAudit(serializers.Serializer[Any]):
    """One audit of a suite's run; GET /api/v1/audits/{id} tells the rest."""

    name = serializers.CharField(help_text="The entry's name.")
    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(choices=[state.value for state in State])
    verdict = serializers.CharField(allow_null=True, help_text="The worst one; `no_criterion` where there was none to judge by.")
    verdicts = Verdict(many=True)
    criteria = serializers.IntegerField(help_text="How many judge it.")
    progress = Progress()
    evidence = serializers.UUIDField(allow_null=True)
    reason = Reason(allow_null=True)


class SuiteRunOut(serializers.Serializer[SuiteRun]):
    """A suite's run. `verdict` is the worst of all once all have ended; null where one was never judged."""

    id = serializers.UUIDField()
    suite = SuiteNamed()
    system = SystemNamed()
    state = serializers.ChoiceField(choices=[state.value for state in State])
    verdict = serializers.CharField(allow_null=True)
    progress = Progress()
    runs = SuiteAudit(many=True)
    schedule = serializers.UUIDField(allow_null=True, help_text="The schedule that asked for it.")
    requested_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class SuiteQuery(serializers.Serializer[Any]):
    """Which suites to list."""

    system = serializers.CharField(required=False, max_length=100, help_text="Id or slug of an AI system.")
    name = serializers.CharField(required=False, max_length=80)


class SuiteRunQuery(serializers.Serializer[Any]):
    """Which suite runs to list."""

    suite = serializers.UUIDField(required=False)
    system = serializers.CharField(required=False, max_length=100, help_text="Id or slug of an AI system.")
    system_version = serializers.UUIDField(required=False)

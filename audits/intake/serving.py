"""Which targets a kind can be run on."""

from uuid import UUID

from django.db.models import QuerySet

from audits.contract import Needs
from audits.intake.models import Target
from audits.targets.specs import types_serving


def targets_for(organisation: UUID, needs: Needs) -> QuerySet[Target]:
    """The targets of this organisation that serve what a kind needs, newest first."""
    targets: QuerySet[Target] = Target.objects.of(organisation).filter(type__in=types_serving(needs)).order_by("-id")
    return targets

"""The panel of lineage on a version's page."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from governance.portal.session import PortalRequest, signed_in
from lineage import services


@signed_in("lineage:read")
def of_version(request: PortalRequest, version_id: UUID) -> HttpResponse:
    """What the version stands on and what stands on it, as two tables."""
    answer = services.graph(organisation=request.actor.organisation, version_id=version_id, as_of=timezone.now())
    names = {node.version_id: node for node in answer.nodes}
    edges = [(names[edge.source], edge, names[edge.target]) for edge in answer.edges]
    return render(request, "lineage/of_version.html", {"answer": answer, "edges": edges})

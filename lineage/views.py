"""The panel of lineage on a version's page."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from governance.portal.panels import panel
from governance.portal.session import PortalRequest, signed_in
from lineage import services
from lineage.answer import Answer
from lineage.section import EDGE_WORDS, KIND_WORDS, SIDE_WORDS


@require_GET
@signed_in("lineage:read")
def of_version(request: PortalRequest, version_id: UUID) -> HttpResponse:
    """What the version stands on and what stands on it, as two tables."""
    answer = services.graph(organisation=request.actor.organisation, version_id=version_id, as_of=timezone.now())
    context = {
        "missing": answer.reach + 1 - len(answer.nodes),
        "missing_edges": answer.between - len(answer.edges),
        "nodes": _nodes(answer),
        "edges": _edges(answer),
        "title": _("Lineage"),
    }
    return panel(request, "lineage/of_version.html", context)


def _nodes(answer: Answer) -> list[dict[str, Any]]:
    return [
        {
            "name": node.title,
            "kind": _(KIND_WORDS.get(node.kind, node.kind)),
            "side": _(SIDE_WORDS[node.side]),
            "depth": node.depth,
            "digest": node.digest,
        }
        for node in answer.nodes
    ]


def _edges(answer: Answer) -> list[tuple[Any, Any, Any]]:
    names = {node.id: node.title for node in answer.nodes}
    return [
        (
            names[edge.source],
            {"words": _(EDGE_WORDS.get(edge.kind, edge.kind)), "since": edge.valid_from},
            names[edge.target],
        )
        for edge in answer.edges
    ]

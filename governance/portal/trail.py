"""Who did what, when."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from governance.access.tenancy import as_uuid
from governance.portal.session import PortalRequest, signed_in
from governance.trail.models import TrailEntry

PAGE = 100


@require_GET
@signed_in("trail:read")
def activity(request: PortalRequest) -> HttpResponse:
    """The trail of the organisation, newest first."""
    rows = TrailEntry.objects.filter(organisation_id=request.actor.organisation).order_by("-id")
    before = as_uuid(request.GET.get("before", ""))
    page = list((rows.filter(id__lt=before) if before else rows)[: PAGE + 1])
    more = page[PAGE - 1].pk if len(page) > PAGE else None
    # Told as pairs: a template would take a detail that is called `items` for all of them.
    entries = [(one, list(one.detail.items())) for one in page[:PAGE]]
    return render(request, "portal/activity.html", {"here": "activity", "entries": entries, "more": more})

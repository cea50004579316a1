"""A part of a page that htmx loads into it, and that is a page of its own for whoever follows the link instead."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from governance.portal.session import PortalRequest


def panel(request: PortalRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """The part that `template` draws; without htmx inside the frame of a page headed by `context["title"]`."""
    if getattr(request, "htmx", False):
        return render(request, template, {**context})
    return render(request, "portal/panel_page.html", {**context, "panel": template})

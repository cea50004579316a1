"""Who looks at a page, and for which organisation. Sessions serve the portal only; REST has tokens."""

from collections.abc import Callable
from functools import wraps
from time import monotonic
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from governance.access.actors import Actor
from governance.access.entering import Seat, acting_as, seats
from governance.access.policies import Forbidden, check_can
from governance.access.tenancy import Conflict, NotFound, as_uuid
from governance.identity import sessions
from governance.portal.pace import Pace
from governance.shapes import ShapeError

ORGANISATION = "organisation"
_pace = Pace()
Rest = ParamSpec("Rest")


class PortalRequest(HttpRequest):
    """A request of somebody who is signed in and has chosen an organisation."""

    actor: Actor
    organisation_name: str
    organisations: int
    organisation_requires: bool  # a second factor
    lacks_factor: bool


Page = Callable[Concatenate[PortalRequest, Rest], HttpResponse]
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def signed_in(scope: str, *, enrolling: bool = False) -> Callable[[Page[Rest]], View[Rest]]:
    """A page for people with `scope`; others are led to the sign-in, the choice of organisation or a refusal in words.

    enrolling: a page that also opens for somebody who has yet to set up the second factor that their organisation requires.
    """

    def wrap(page: Page[Rest]) -> View[Rest]:
        @wraps(page)
        def view(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
            seated: Any = request
            if first := _first(seated, enrolling=enrolling):
                return _elsewhere(seated, first)
            if wait := _pace.wait_s(str(seated.user.pk), settings.PROBANZA_RATE_PERSON, monotonic()):
                return _later(request, wait)
            try:
                check_can(seated.actor, scope)
                return page(seated, *args, **kwargs)
            except NotFound:
                return problem(request, 404, _("There is no such page in this organisation."))
            except Forbidden as refusal:
                return problem(request, 403, _("Your role lacks the right %(scope)s.") % {"scope": refusal.scope})
            except (ShapeError, Conflict) as error:
                return problem(request, 400, str(error))

        return view

    return wrap


def _later(request: HttpRequest, seconds: int) -> HttpResponse:
    words = _("You have asked for very many pages in a minute. The next one opens in %(seconds)s s.") % {"seconds": seconds}
    response = problem(request, 429, words)
    response.headers["Retry-After"] = str(seconds)
    return response


def _first(request: Any, *, enrolling: bool) -> str:
    """The page that has to come before this one, if any."""
    if not request.user.is_authenticated:
        return "portal:sign_in"
    if not _seat(request):
        return "portal:organisations"
    return "portal:security" if request.lacks_factor and not enrolling else ""


def problem(request: HttpRequest, status: int, words: str) -> HttpResponse:
    """A refusal in words; inside a page only the notice."""
    whole = "portal/problem.html" if not getattr(request, "htmx", False) else "parts/refused.html"
    return render(request, whole, {"status": status, "words": words}, status=status)


def open_to(request: HttpRequest) -> list[Seat]:
    """The organisations that a person may act for, by name; single sign-on opens the one it is set up for and no other."""
    user: Any = request.user
    came_by_provider = sessions.SINGLE_SIGN_ON in sessions.means(request.session)
    only: str = settings.PROBANZA_OIDC_ORGANISATION if came_by_provider else ""
    return seats(user, as_uuid(request.session.get(ORGANISATION, "")), only)


def choose(request: HttpRequest, organisation: UUID) -> None:
    """Act for this organisation from now on. Raises `NotFound` when the person is no member, or came in by another door."""
    if organisation not in {seat.member.organisation_id for seat in open_to(request)}:
        raise NotFound("organisation", organisation)
    request.session[ORGANISATION] = str(organisation)


def _seat(request: Any) -> bool:
    mine = open_to(request)
    member = next((seat.member for seat in mine if seat.taken), None)
    if member is None:
        return False
    request.actor = acting_as(request.user, member)
    request.organisation_name = member.organisation.name
    request.organisations = len(mine)
    request.organisation_requires = member.organisation.second_factor
    request.lacks_factor = member.organisation.second_factor and not sessions.proved_second_factor(request.session)
    return True


def _elsewhere(request: Any, name: str) -> HttpResponse:
    here = request.htmx.current_url_abs_path if request.htmx else request.get_full_path()
    back = here if here and (request.method == "GET" or request.htmx) else "/"
    there = f"{reverse(name)}?{urlencode({'next': back})}"
    if request.htmx:  # the whole page goes there, not the panel
        return HttpResponse(headers={"HX-Redirect": there})
    return HttpResponseRedirect(there)

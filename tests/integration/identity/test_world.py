"""The doors of people as they are served: several threads, and a wall that is closed until somebody has signed in."""

import re

import httpx
import pytest

from tests.conftest import World
from tests.integration.identity.app import code_of

pytestmark = pytest.mark.world
PASSWORD = "a long enough password"


class Browser:
    """Cookies, and forms with their token."""

    def __init__(self, world: World) -> None:
        self.http = httpx.Client(base_url=world.url, follow_redirects=True, timeout=30, trust_env=False)

    def post(self, page: str, to: str = "", **given: str) -> httpx.Response:
        token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', self.http.get(page).text)[0]
        return self.http.post(to or page, data={"csrfmiddlewaretoken": token, **given})


def test_an_administrator_invites_somebody_who_comes_in_with_a_second_factor(world: World) -> None:
    made = world.manage("create_organisation", "Portal", "--slug=portal", "--admin=ana@portal.example", "--admin-name=Ana")
    ana, eva = Browser(world), Browser(world)
    password = re.findall(r"password: (\S+)", made)[0]
    assert "Portal" in ana.post("/sign-in", email="ana@portal.example", password=password).text
    invited = ana.post("/settings/members", email="eva@portal.example", name="Eva", role="officer").text
    link = re.findall(r"/welcome/[\w:-]+", invited)[0]
    eva.post(link, password=PASSWORD)
    assert "Eva" in eva.post("/sign-in", email="eva@portal.example", password=PASSWORD).text
    secret = re.findall(r">([A-Z2-7]{32})<", eva.http.get("/settings/security/second-factor").text)[0]
    eva.post("/settings/security/second-factor", code=code_of(secret, -1))
    eva.post("/settings/security", "/sign-out")
    asked = eva.post("/sign-in", email="eva@portal.example", password=PASSWORD)
    assert asked.url.path == "/sign-in/code"
    assert eva.post("/sign-in/code", code=code_of(secret)).url.path == "/"
    assert eva.http.get("/approvals").status_code == 200
    assert "set up" in ana.http.get("/settings/members").text

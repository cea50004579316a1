"""Half a configuration of single sign-on is told by name."""

from typing import Any

import pytest

from governance.identity.checks import check_single_sign_on

WHOLE = {
    "PROBANZA_OIDC_ISSUER": "https://id.example",
    "PROBANZA_OIDC_CLIENT_ID": "probanza",
    "PROBANZA_OIDC_CLIENT_SECRET": "s",
    "PROBANZA_OIDC_ORGANISATION": "banco",
    "PROBANZA_OIDC_ROLE": "viewer",
    "PROBANZA_ALLOW_LOOPBACK": False,
}


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        ({}, []),
        ({"PROBANZA_OIDC_ROLE": ""}, []),
        ({"PROBANZA_OIDC_ISSUER": "", "PROBANZA_OIDC_CLIENT_ID": ""}, []),
        ({"PROBANZA_OIDC_CLIENT_SECRET": ""}, ["identity.E001"]),
        ({"PROBANZA_OIDC_CLIENT_ID": "", "PROBANZA_OIDC_ORGANISATION": ""}, ["identity.E001", "identity.E001"]),
        ({"PROBANZA_OIDC_ISSUER": "http://id.example"}, ["identity.E002"]),
        ({"PROBANZA_OIDC_ROLE": "king"}, ["identity.E003"]),
    ],
)
def test_what_is_missing_or_wrong_is_told(settings: Any, given: dict[str, str], ids: list[str]) -> None:
    for name, value in {**WHOLE, **given}.items():
        setattr(settings, name, value)
    assert [one.id for one in check_single_sign_on()] == ids

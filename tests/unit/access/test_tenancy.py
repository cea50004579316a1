from uuid import UUID

import pytest

from governance.access.tenancy import as_uuid


def test_an_id_or_its_text_is_an_id():
    assert as_uuid(UUID(int=7)) == as_uuid("00000000-0000-0000-0000-000000000007") == UUID(int=7)


@pytest.mark.parametrize("text", ["", "7", "../../etc", "{{7*7}}", "\x00" * 32])
def test_text_that_is_no_id_is_none(text):
    assert as_uuid(text) is None

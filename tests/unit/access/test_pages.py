from base64 import b64encode

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from governance.access.api import Pages
from governance.shapes import ShapeError


class OldestFirst(Pages):
    ordering = ("id",)


@pytest.mark.parametrize("pages", [Pages, OldestFirst])
@pytest.mark.parametrize("position", ["p=nonsense", "p=%00", "r=1&p=x"])
def test_a_position_that_is_no_id_is_refused_in_either_order(pages: type[Pages], position: str) -> None:
    cursor = b64encode(position.encode()).decode()
    request = Request(APIRequestFactory().get("/", {"cursor": cursor}))
    with pytest.raises(ShapeError, match="cursor"):
        pages().decode_cursor(request)

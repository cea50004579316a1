"""One value, one byte string."""

import pytest

from probanza.canonical import canonical_bytes, digest_of, refuse_floats


def test_order_and_white_space_do_not_matter() -> None:
    assert canonical_bytes({"b": [1, None, True], "a": "é"}) == '{"a":"é","b":[1,null,true]}'.encode()
    assert digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})


@pytest.mark.parametrize(
    ("value", "told"),
    [({"a": [1, 0.5]}, r"\$\.a\[1\]: float"), ({1: 2}, "the key 1 is not text"), ({"a": b"x"}, r"\$\.a: bytes")],
)
def test_what_has_no_canonical_form_is_refused_by_path(value: object, told: str) -> None:
    with pytest.raises(TypeError, match=told):
        refuse_floats(value)

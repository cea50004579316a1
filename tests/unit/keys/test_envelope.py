from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.keys.envelope import CannotOpen, key_id_of, new_key, place, seal, unseal, unwrap, wrap

ORGANISATION, KEY_ID, KEY = UUID(int=1), UUID(int=2), b"k" * 32
HERE = place(ORGANISATION, "target", "row-1")


@given(st.binary(max_size=500))
def test_what_was_sealed_opens_again(plain):
    assert unseal(KEY, seal(KEY_ID, KEY, plain, HERE), HERE) == plain


@pytest.mark.parametrize(
    "elsewhere",
    [place(UUID(int=9), "target", "row-1"), place(ORGANISATION, "payload", "row-1"), place(ORGANISATION, "target", "row-2")],
)
def test_a_box_does_not_open_for_another_organisation_purpose_or_row(elsewhere):
    with pytest.raises(CannotOpen, match="wrong row"):
        unseal(KEY, seal(KEY_ID, KEY, b"secret", HERE), elsewhere)


def test_places_whose_parts_only_look_alike_when_joined_are_different():
    assert place(ORGANISATION, "a", "b|c") != place(ORGANISATION, "a|b", "c")


def test_a_box_does_not_open_with_another_key():
    with pytest.raises(CannotOpen):
        unseal(new_key(), seal(KEY_ID, KEY, b"secret", HERE), HERE)


@pytest.mark.parametrize("index", [0, 17, 29, -1])
def test_a_box_with_one_changed_byte_does_not_open(index):
    box = bytearray(seal(KEY_ID, KEY, b"secret", HERE))
    box[index] ^= 1
    with pytest.raises(CannotOpen):
        unseal(KEY, bytes(box), HERE)


@pytest.mark.parametrize("box", [b"", b"\x01", b"\x02" + b"a" * 60, b"\x01" + b"a" * 20])
def test_what_is_no_box_is_said_to_be_none(box):
    with pytest.raises(CannotOpen):
        unseal(KEY, box, HERE)


def test_a_box_names_the_key_that_sealed_it():
    assert key_id_of(seal(KEY_ID, KEY, b"", HERE)) == KEY_ID


def test_the_same_content_never_makes_the_same_box():
    assert wrap(KEY, b"secret", HERE) != wrap(KEY, b"secret", HERE)


def test_wrapped_content_that_is_cut_short_says_so():
    with pytest.raises(CannotOpen, match="cut short"):
        unwrap(KEY, b"short", HERE)

import io

import pytest
from django.core.exceptions import RequestDataTooBig
from rest_framework import serializers
from rest_framework.exceptions import ParseError

from governance.access.bodies import DEEPEST, Body, JSONBody, parse_json
from governance.shapes import ShapeError


class Name(Body):
    name = serializers.CharField()


def test_plain_json_comes_through():
    assert JSONBody().parse(io.BytesIO(b'{"a": [1, 2.5, "\xc3\xb1", null, true]}')) == {"a": [1, 2.5, "ñ", None, True]}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "not JSON"),
        (b"", "not JSON"),
        (b"\xff", "not UTF-8"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": -Infinity}', "not a number"),
        (b'{"a": 1e999}', "1e999 is too large"),
        (b'{"a": 1, "a": 2}', "'a' stands twice"),
        (b"9" * 5000, "not JSON"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "nested deeper"),
        (b"[" * 100_000, "nested deeper"),
    ],
)
def test_what_is_no_sane_json_is_refused_with_the_reason(content, words):
    with pytest.raises(ParseError, match=words):
        parse_json(content)


def test_a_name_that_stands_twice_among_very_many_is_found_in_one_pass():
    names = ",".join(f'"{number}":0' for number in range(300_000))
    with pytest.raises(ParseError, match="'299999' stands twice"):
        parse_json(f'{{{names},"299999":0}}'.encode())


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b'{"a": [1, {"b": "x\\u0000"}]}', "a[1].b"),
        (b'{"a": {"b": "\\ud800"}}', "a.b"),
        (b'{"a": {"\\udfff": 1}}', "a"),
    ],
)
def test_text_that_the_database_cannot_hold_is_refused_by_its_path(content, field):
    with pytest.raises(ShapeError) as caught:
        parse_json(content)
    assert caught.value.field == field


def test_a_whole_surrogate_pair_is_one_letter():
    assert parse_json(b'"\\ud83d\\ude00"') == "\N{GRINNING FACE}"


def test_a_body_over_the_limit_is_refused_before_it_is_read_whole(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    with pytest.raises(RequestDataTooBig, match="10 bytes"):
        JSONBody().parse(io.BytesIO(b'"' + b"a" * 100 + b'"'))


def test_an_unknown_field_of_a_body_is_refused_by_name():
    with pytest.raises(ShapeError) as caught:
        Name(data={"name": "a", "nmae": "b"}).is_valid()
    assert (caught.value.field, caught.value.allowed) == ("nmae", ("name",))


def test_a_body_that_is_no_object_does_not_fit():
    body = Name(data=["name"])
    assert not body.is_valid()
    assert "non_field_errors" in body.errors


def test_bodies_share_their_fields_and_nothing_that_was_sent():
    class Order(Body):
        parts = serializers.ListField(child=serializers.CharField(), required=False, default=list)

    first, second = Order(data={}), Order(data={})
    assert all(one.is_valid() for one in (first, second))
    first.validated_data["parts"].append("a")
    assert second.validated_data["parts"] == []
    assert first.fields["parts"] is second.fields["parts"]


class Person(Body):
    name = serializers.CharField()
    age = serializers.IntegerField(required=False, allow_null=True)
    active = serializers.BooleanField(required=False)
    badge = serializers.UUIDField(required=False)


class Team(Body):
    people = Person(many=True)
    tags = serializers.ListField(child=serializers.CharField(), required=False)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": 5}, "name"),
        ({"name": "Ana", "age": "5"}, "age"),
        ({"name": "Ana", "age": True}, "age"),
        ({"name": "Ana", "active": "off"}, "active"),
        ({"name": "Ana", "active": 1}, "active"),
        ({"name": "Ana", "badge": 1}, "badge"),
        ({"name": "Ana", "role": "x"}, "role"),
    ],
)
def test_what_is_of_another_type_or_unknown_is_named_by_its_whole_path(given: dict[str, object], field: str) -> None:
    for body, path in ((Person(data=given), field), (Team(data={"people": [{"name": "Bo"}, given]}), f"people[1].{field}")):
        with pytest.raises(ShapeError) as caught:
            body.is_valid()
        assert caught.value.field == path


def test_a_list_of_texts_holds_texts() -> None:
    with pytest.raises(ShapeError) as caught:
        Team(data={"people": [], "tags": ["a", 1]}).is_valid()
    assert caught.value.field == "tags[1]"


def test_null_goes_by_the_field() -> None:
    assert Person(data={"name": "Ana", "age": None}).is_valid()
    assert not Person(data={"name": None}).is_valid()

"""The product speaks English and Spanish, everywhere."""

import io
import re

from babel.messages.pofile import read_po

from tests.house import messages


def test_every_text_has_a_spanish_translation() -> None:
    assert messages.missing() == []


def test_the_compiled_catalogue_is_the_written_one() -> None:
    written = read_po(io.BytesIO(messages.CATALOGUE.read_bytes()), locale="es")
    assert messages.CATALOGUE.with_suffix(".mo").read_bytes() == messages.compiled(written)


def test_a_translation_keeps_every_place_of_its_text() -> None:
    places = re.compile(r"%\((\w+)\)[sd]")
    wrong = []
    for message in messages.fresh():
        for string in message.string if isinstance(message.string, tuple | list) else [message.string]:
            ids = message.id if isinstance(message.id, tuple | list) else [message.id]
            if string and not set(places.findall(string)) <= {place for one in ids for place in places.findall(one)}:
                wrong.append(message.id)
    assert wrong == []

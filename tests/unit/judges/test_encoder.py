"""The embedded encoder on the shipped weights."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from audits.judges.encoder import MODEL, SUMS, TOKENIZER, WEIGHTS, Encoder, WeightsError, default_encoder, embed


def test_a_paraphrase_is_nearer_than_another_subject() -> None:
    one, two, other = embed(["The shop opens at nine.", "Opening time of the store is 9 o'clock.", "Whales are mammals."])
    assert one @ two > 0.6 > one @ other


def test_vectors_have_length_one_and_384_numbers() -> None:
    rows = embed(["one", "two words", "¿Qué hora es?"])
    assert rows.shape == (3, 384)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)


def test_neighbours_in_a_batch_change_nothing() -> None:
    texts = ["short", "a much longer sentence about warehouses, drivers and invoices " * 8, "middle of the road"]
    np.testing.assert_array_equal(embed(texts), np.concatenate([embed([text]) for text in texts]))


def test_a_text_without_words_gives_zeros() -> None:
    np.testing.assert_array_equal(embed(["", "   \n"]), np.zeros((2, 384)))


def test_no_texts_give_no_rows() -> None:
    assert embed([]).shape == (0, 384)


def test_the_end_of_a_long_text_still_counts() -> None:
    long = "The parcel was sent on time. " * 80
    one, two = embed([long, long + "The dragon guards a mountain of gold. " * 40])
    assert one @ two < 0.99


def test_hostile_characters_are_read_and_not_refused() -> None:
    rows = embed(["\ud800 broken", "nul \x00 inside", "{{7*7}} <script>", "\u202eright to left"])
    assert np.isfinite(rows).all()


def test_tokens_point_back_into_the_text() -> None:
    text = "Route planning cut fuel use."
    tokens = default_encoder().tokens(text)
    words = [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]
    assert words == ["Route", "planning", "cut", "fuel", "use", "."]
    assert tokens.states["layer3"].shape == (6, 384)


def test_tokens_of_a_long_text_keep_its_offsets() -> None:
    text = "word " * 600
    tokens = default_encoder().tokens(text, ("layer6",))
    assert len(tokens.starts) == 600
    assert text[tokens.starts[-1] : tokens.ends[-1]] == "word"


def test_tokens_of_nothing_are_none() -> None:
    tokens = default_encoder().tokens("")
    assert tokens.starts.shape == (0,)
    assert tokens.states["layer0"].shape == (0, 384)


def test_a_changed_weights_file_is_refused_by_name(tmp_path: Path) -> None:
    for name in (SUMS, TOKENIZER):
        shutil.copy(WEIGHTS / name, tmp_path)
    (tmp_path / MODEL).write_bytes(b"something else")
    with pytest.raises(WeightsError, match=MODEL):
        Encoder(tmp_path).embed(["hello"])


def test_missing_weights_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="cannot be read"):
        Encoder(tmp_path).embed(["hello"])


def test_the_digest_follows_the_list_of_checksums(tmp_path: Path) -> None:
    (tmp_path / SUMS).write_text("00  model.int8.onnx\n")
    assert Encoder(tmp_path).digest() != default_encoder().digest()

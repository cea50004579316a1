"""Settings of targets: what fits, and how what does not fit is named."""

from typing import Any, get_args

import pytest

from audits.contract import Needs
from audits.targets.specs import SERVES, TARGET_SPECS, file_ids, read_spec, secret_names, types_serving
from governance.shapes import ShapeError, plain

FILE = "0192f0c1-2b3c-7d4e-8f50-123456789abc"
OTHER = "0192f0c1-2b3c-7d4e-8f50-123456789abd"
GOOD: dict[str, dict[str, Any]] = {
    "http_rag": {"url": "https://rag.example.org/ask", "questions": FILE},
    "openai_chat": {"base_url": "http://localhost:8000/v1", "model": "small", "questions": FILE},
    "recorded": {"file": FILE},
    "texts": {"files": [FILE, OTHER], "language": "es"},
    "table": {"file": FILE},
    "model_file": {"file": FILE, "format": "onnx", "rows": FILE, "background": OTHER},
}


@pytest.mark.parametrize("kind", sorted(TARGET_SPECS))
def test_good_settings_are_read_and_written_back_unchanged(kind: str) -> None:
    spec = read_spec(kind, GOOD[kind])
    assert read_spec(kind, plain(spec)) == spec


@pytest.mark.parametrize("kind", sorted(TARGET_SPECS))
def test_an_unknown_field_is_refused_by_name(kind: str) -> None:
    with pytest.raises(ShapeError, match="pickle: unknown field"):
        read_spec(kind, {**GOOD[kind], "pickle": "yes"})


@pytest.mark.parametrize("kind", sorted(TARGET_SPECS))
def test_a_missing_field_is_named(kind: str) -> None:
    for name in GOOD[kind]:
        if name != "language":
            rest = {key: value for key, value in GOOD[kind].items() if key != name}
            with pytest.raises(ShapeError, match=f"{name}: is required"):
                read_spec(kind, rest)


def test_an_unknown_type_lists_the_known_ones() -> None:
    with pytest.raises(ShapeError, match="http_rag, openai_chat, recorded, texts, table, model_file") as caught:
        read_spec("ftp", {})
    assert caught.value.field == "type"


@pytest.mark.parametrize(
    "url",
    [
        *("", "rag.example.org", "//x/y", "ftp://x/", "file:///etc/passwd", "javascript:alert(1)", "http://"),
        *("http:///x", "http://a:b@x/", "http://x/#f", "http://x y/", "http://x\n/", "http://x:99999/", "http://x:0/"),
        *("http://[::1/", "http://x\\@y/", "https://x/" + "a" * 2000),
    ],
)
def test_an_address_that_is_no_plain_web_address_is_refused(url: str) -> None:
    for kind, name in (("http_rag", "url"), ("openai_chat", "base_url")):
        with pytest.raises(ShapeError) as caught:
            read_spec(kind, {**GOOD[kind], name: url})
        assert caught.value.field == name


@pytest.mark.parametrize("file", ["", "1", "../../etc/passwd", FILE.upper(), FILE.replace("-", ""), f"{{{FILE}}}", f"{FILE}\n"])
def test_a_file_is_named_by_its_id_and_nothing_else(file: str) -> None:
    for kind, name in (("recorded", "file"), ("http_rag", "questions"), ("model_file", "rows")):
        with pytest.raises(ShapeError, match="id of an uploaded file"):
            read_spec(kind, {**GOOD[kind], name: file})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"answer_path": ""}, "answer_path"),
        ({"answer_path": "a..b"}, "answer_path"),
        ({"passage_score_path": "a\\"}, "passage_score_path"),
        ({"cost_path": "a" * 501, "currency": "EUR"}, "cost_path"),
        ({"question_field": ""}, "question_field"),
        ({"timeout_s": 0}, "timeout_s"),
        ({"timeout_s": 601}, "timeout_s"),
        ({"timeout_s": True}, "timeout_s"),
        ({"headers": {"Host": "x"}}, "headers"),
        ({"headers": {"a b": "x"}}, "headers"),
        ({"headers": {"X-A": "x\r\nEvil: 1"}}, "headers.X-A"),
        ({"headers": {"Authorization": "Bearer x"}}, "headers.Authorization"),
        ({"headers": {f"X-{number}": "" for number in range(51)}}, "headers"),
        ({"auth_header": "Authorization"}, "auth_secret"),
        ({"auth_secret": "token"}, "auth_header"),
        ({"auth_header": "Authorization", "auth_secret": "Bearer abc"}, "auth_secret"),
        ({"auth_header": "Host", "auth_secret": "token"}, "auth_header"),
        ({"cost_path": "cost"}, "currency"),
        ({"currency": "EUR"}, "cost_path"),
        ({"cost_path": "cost", "currency": "euro"}, "currency"),
    ],
)
def test_what_does_not_fit_a_rag_endpoint_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(ShapeError) as caught:
        read_spec("http_rag", {**GOOD["http_rag"], **change})
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("kind", "change", "field"),
    [
        ("openai_chat", {"base_url": "http://x/v1?key=1"}, "base_url"),
        ("openai_chat", {"model": ""}, "model"),
        ("openai_chat", {"system_prompt": "x" * 100_001}, "system_prompt"),
        ("openai_chat", {"auth_secret": "sk abc"}, "auth_secret"),
        ("texts", {"files": []}, "files"),
        ("texts", {"files": [FILE, FILE]}, "files"),
        ("texts", {"files": [FILE, "x"]}, "files.1"),
        ("texts", {"language": "Spanish"}, "language"),
        ("model_file", {"format": "pickle"}, "format"),
        ("model_file", {"trusted_types": ["numpy.dtype"]}, "trusted_types"),
        ("model_file", {"format": "skops", "trusted_types": ["os system"]}, "trusted_types.0"),
    ],
)
def test_what_does_not_fit_another_target_is_named(kind: str, change: dict[str, Any], field: str) -> None:
    with pytest.raises(ShapeError) as caught:
        read_spec(kind, {**GOOD[kind], **change})
    assert caught.value.field == field


def test_every_need_has_a_type_that_serves_it() -> None:
    assert set(SERVES) == set(TARGET_SPECS)
    assert {need: types_serving(need) for need in get_args(Needs)} == {
        "rag": ("http_rag", "openai_chat", "recorded"),
        "texts": ("recorded", "texts"),
        "table": ("table",),
        "model": ("model_file",),
    }


def test_a_target_tells_the_files_and_secrets_it_uses() -> None:
    chat = read_spec("openai_chat", {**GOOD["openai_chat"], "auth_secret": "key"})
    assert (file_ids(chat), secret_names(chat)) == ((FILE,), ("key",))
    assert file_ids(read_spec("texts", GOOD["texts"])) == (FILE, OTHER)
    assert file_ids(read_spec("model_file", GOOD["model_file"])) == (FILE, FILE, OTHER)
    assert secret_names(read_spec("table", GOOD["table"])) == ()

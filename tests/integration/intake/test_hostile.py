"""Uploads and targets that mean harm, or were made by accident."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from rest_framework.test import APIClient
from sklearn.linear_model import LogisticRegression

from audits.intake.models import UploadedFile
from tests.integration.intake.test_api import CSV, RAG, files, on_disk, send

pytestmark = pytest.mark.django_db
__all__ = ["files"]  # the fixture: uploads lie in the test's folder
B = b"--b\r\n"
END = b"\r\n--b--\r\n"
PART = B + b'Content-Disposition: form-data; name="file"; filename="rows.csv"\r\n'
QUESTION = b'{"id": "1", "question": "Why?"}\n'


def raw(api: APIClient, body: bytes, media_type: str = "multipart/form-data; boundary=b") -> Any:
    return api.generic("POST", "/api/v1/files", body, content_type=media_type)


@pytest.mark.parametrize(
    "media_type",
    [
        b"text/c\x00sv",
        b"text/csv\x07",
        b"text",
        b"/",
        b"a/" + b"b" * 500,
        b"text/csv extra",
        "texto/señal".encode(),
        b"<b>/x",
    ],
)
def test_a_part_whose_content_type_is_none_is_refused_by_name(api: APIClient, files: Path, media_type: bytes) -> None:
    answer = raw(api, PART + b"Content-Type: " + media_type + b"\r\n\r\n" + CSV + END)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "file")
    assert "Content-Type" in answer.json()["detail"]
    assert on_disk(files) == []


@pytest.mark.parametrize(
    "name", [b"a\x00b.csv", b"a\x1b[31m.csv", b"x" * 900, b"../../etc/passwd", b"&#0;.csv", b"\xff\xfe.csv", b"a&#10;b"]
)
def test_a_hostile_name_is_cleaned_or_refused_and_never_an_accident(api: APIClient, name: bytes) -> None:
    part = B + b'Content-Disposition: form-data; name="file"; filename="' + name + b'"\r\n\r\n'
    answer = raw(api, part + CSV + END)
    assert answer.status_code in {201, 400}
    for row in UploadedFile.objects.all():
        assert row.name.isprintable()
        assert len(row.name) <= 255
        assert "/" not in row.name


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00" * 100,
        B,
        END,
        PART,
        PART + b"\r\n",
        PART + b"\r\n" + CSV,  # no end
        PART + b"Content-Transfer-Encoding: base64\r\n\r\n!!!!" + END,
        PART + b"Content-Transfer-Encoding: base64\r\n\r\nYQ" + END,
        B + b"\r\n\r\nno disposition" + END,
        B + b"Content-Disposition: form-data; name=file; filename*=UTF-8''%ff%00\r\n\r\nx" + END,
        B + b"Content-Disposition: form-data; name=file; filename*=nonsense''a\r\n\r\nx" + END,
        B + b'Content-Disposition: form-data; name="fi\x00le"; filename="a"\r\n\r\nx' + END,
        B + b'Content-Disposition: form-data; name="file"\r\n\r\nno file' + END,
        (PART + b"\r\nx\r\n") * 3 + END,
        (B + b'Content-Disposition: form-data; name="a"\r\n\r\n1\r\n') * 1500 + END,
        (PART + b"\r\nx\r\n") * 150 + END,
        PART + b"X: " + b"y" * 5000 + b"\r\n\r\nx" + END,
    ],
)  # fmt: skip
def test_malformed_multipart_gets_a_problem_and_leaves_nothing(api: APIClient, files: Path, body: bytes) -> None:
    answer = raw(api, body)
    if answer.status_code != 201:  # some bodies only look broken
        assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json"), answer.content
        assert on_disk(files) == []


@pytest.mark.parametrize(
    "media_type", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\xff"]
)
def test_a_form_without_a_usable_boundary_is_refused(api: APIClient, media_type: str) -> None:
    assert raw(api, PART + b"\r\nx" + END, media_type).status_code == 400


@pytest.mark.parametrize("media_type", ["application/json", "text/csv", "nonsense"])
def test_an_upload_that_is_no_form_is_of_the_wrong_media_type(api: APIClient, media_type: str) -> None:
    assert raw(api, b"{}", media_type).status_code == 415


@pytest.mark.parametrize("address", ["/api/v1/targets", "/api/v1/audits", "/api/v1/criteria", "/api/v1/reports"])
def test_what_takes_json_takes_nothing_else(api: APIClient, address: str) -> None:
    answer = api.generic("POST", address, b"a=1", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.headers["Content-Type"]) == (415, "application/problem+json")


def skops_file() -> bytes:
    return skops.io.dumps(LogisticRegression().fit([[0.0], [1.0]], [0, 1]))


def with_pickle() -> bytes:
    stream = io.BytesIO(skops_file())
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("notes.txt", b"\x80\x04\x95\x00")
    return stream.getvalue()


def test_an_archive_with_a_renamed_pickle_is_refused_and_leaves_nothing(api: APIClient, files: Path) -> None:
    answer = send(api, with_pickle(), "model.skops")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "file")
    assert "Save the model as skops" in answer.json()["detail"]
    assert on_disk(files) == []


def arrays() -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.zeros(3))
    return stream.getvalue()


def test_a_numpy_array_called_a_table_is_refused(api: APIClient) -> None:
    assert send(api, arrays(), "rows.csv").status_code == 400


MODEL, PARQUET = "a skops archive", b"PAR1\x15\x04\x15"
TREE = b"tree\nversion=v4\nnum_class=1\n"
BOOSTED = b'{"learner":{"attributes":{}}}'


@pytest.mark.parametrize(
    ("type_", "field", "content", "words"),
    [
        ("texts", "spec.files.0", MODEL, "ZIP"),
        ("texts", "spec.files.0", PARQUET, "Parquet"),
        ("texts", "spec.files.0", TREE, "lightgbm"),
        ("texts", "spec.files.0", b"good\nb\x00d\n", "Line 2"),
        ("texts", "spec.files.0", b'{"id": "1", "text": "a"}\n{"id": "2"}\n', "line 2, field 'text'"),
        ("table", "spec.file", MODEL, "ZIP"),
        ("table", "spec.file", TREE, "lightgbm"),
        ("table", "spec.file", BOOSTED, "xgboost"),
        ("table", "spec.file", QUESTION, "JSON"),
        ("table", "spec.file", b"a,b\n1,\x00\n", "Line 2"),
        ("recorded", "spec.file", CSV, "line 1"),
        ("recorded", "spec.file", PARQUET, "Parquet"),
        ("recorded", "spec.file", b'{"id": "1", "question": "a", "answer": 5}\n', "line 1, field 'answer'"),
        ("http_rag", "spec.questions", CSV, "line 1"),
        ("http_rag", "spec.questions", QUESTION + b'{"id": "2", "question": " "}\n', "line 2, field 'question'"),
        ("openai_chat", "spec.questions", MODEL, "ZIP"),
        ("openai_chat", "spec.questions", QUESTION[:-2] + b', "colour": 1}\n', "line 1, field 'colour'"),
        ("model_file", "spec.file", CSV, "none of the known formats"),
        ("model_file", "spec.file", PARQUET, "Parquet"),
        ("model_file", "spec.format", TREE, "another format"),
        ("model_file", "spec.rows", None, "ZIP"),
    ],
)
def test_a_file_that_does_not_fit_its_target_is_refused_by_field(
    api: APIClient, type_: str, field: str, content: Any, words: str
) -> None:
    file = send(api, skops_file() if content in {MODEL, None} else content, "given.txt").json()["id"]
    rows = file if content is None else send(api).json()["id"]
    specs: dict[str, dict[str, Any]] = {
        "texts": {"files": [file]},
        "table": {"file": file},
        "recorded": {"file": file},
        "http_rag": RAG | {"questions": file},
        "openai_chat": {"base_url": "https://api.example.org/v1", "model": "m", "questions": file},
        "model_file": {"file": file, "format": "skops", "rows": rows, "background": rows},
    }
    secrets = {"rag-key": "x"} if type_ == "http_rag" else {}
    answer = api.post("/api/v1/targets", {"name": "t", "type": type_, "spec": specs[type_], "secrets": secrets})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)
    assert "given.txt" in answer.json()["detail"]
    assert words in answer.json()["detail"]


@pytest.mark.parametrize(
    ("content", "format_"),
    [(None, "skops"), (TREE, "lightgbm"), (BOOSTED, "xgboost"), (b"{L\0\0\0\0\0\0\0\x07learner{", "xgboost")],
)
def test_an_honest_model_is_registered(api: APIClient, content: bytes | None, format_: str) -> None:
    file = send(api, content or skops_file(), "model.bin").json()["id"]
    rows = send(api).json()["id"]
    spec = {"file": file, "format": format_, "rows": rows, "background": rows}
    assert api.post("/api/v1/targets", {"name": "m", "type": "model_file", "spec": spec}).status_code == 201


def test_an_honest_file_of_every_other_type_is_registered(api: APIClient) -> None:
    recorded = json.dumps({"id": 1, "question": "Why?", "answer": "So."}).encode()
    sent = {name: send(api, content).json()["id"] for name, content in {"r": recorded, "q": QUESTION, "p": PARQUET}.items()}
    specs: list[tuple[str, dict[str, Any]]] = [
        ("texts", {"files": [send(api, b"SQLite es una base de datos.\n", "kb.md").json()["id"]]}),
        ("recorded", {"file": sent["r"]}),
        ("table", {"file": sent["p"]}),
        ("openai_chat", {"base_url": "http://127.0.0.1:9/v1", "model": "m", "questions": sent["q"]}),
    ]
    for type_, spec in specs:
        answer = api.post("/api/v1/targets", {"name": "t", "type": type_, "spec": spec})
        assert answer.status_code == 201, answer.json()


def test_a_target_whose_stored_file_is_gone_is_refused_with_what_to_do(api: APIClient, files: Path) -> None:
    file = send(api).json()["id"]
    for path in on_disk(files):
        path.unlink()
    answer = api.post("/api/v1/targets", {"name": "t", "type": "table", "spec": {"file": file}})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "spec.file")
    assert "send it again" in answer.json()["detail"]

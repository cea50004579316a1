import pickle
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from audits.intake.models import Target, UploadedFile
from audits.intake.services import keep_file, register_target, secrets_of, unpack
from audits.intake.uploads import Intake
from governance.access.actors import Actor, system_actor
from governance.access.services import create_organisation

pytestmark = pytest.mark.django_db
CSV = b"age,said\n30,yes\n"
RAG = {"url": "http://127.0.0.1:9/ask", "auth_header": "X-Api-Key", "auth_secret": "rag-key"}


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.PROBANZA_FILES_DIR = tmp_path / "files"
    return tmp_path / "files"


def send(api: APIClient, content: bytes = CSV, name: str = "rows.csv") -> Any:
    return api.post("/api/v1/files", {"file": SimpleUploadedFile(name, content, "text/csv")}, format="multipart")


def on_disk(files: Path) -> list[Path]:
    return [path for path in files.rglob("*") if path.is_file()]


def test_an_upload_is_kept_encrypted_and_comes_back_as_it_was(api: APIClient, files: Path, tmp_path: Path) -> None:
    answer = send(api, CSV * 5000)
    assert (answer.status_code, answer.json()["size"]) == (201, len(CSV) * 5000)
    [stored] = on_disk(files)
    assert b"said" not in stored.read_bytes()
    row = UploadedFile.objects.get(id=answer.json()["id"])
    assert unpack(row, tmp_path).read_bytes() == CSV * 5000


def test_a_file_keeps_its_name_where_it_is_unpacked_but_leaves_its_folder_never(api: APIClient, tmp_path: Path) -> None:
    row = UploadedFile.objects.get(id=send(api, name="..my répört.csv").json()["id"])
    path = unpack(row, tmp_path)
    assert (path.parent, path.name) == (tmp_path / str(row.id), "my_répört.csv")


def test_an_upload_over_the_limit_is_refused_with_the_limit_and_leaves_nothing(
    api: APIClient, files: Path, settings: Any
) -> None:
    settings.PROBANZA_MAX_UPLOAD = 1000
    answer = send(api, b"x" * 50_000)
    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "application/problem+json")
    assert "1000 bytes" in answer.json()["detail"]
    assert on_disk(files) == []


def test_a_length_that_promises_too_much_is_refused_before_anything_is_read(api: APIClient, settings: Any) -> None:
    settings.PROBANZA_MAX_UPLOAD = 1000
    assert send(api, b"x" * 200_000).status_code == 413


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [(pickle.dumps({"a": 1}), "model.onnx", "pickle"), (b"", "empty.csv", "empty"), (b"x", "m.joblib", "not taken")],
)
def test_what_must_not_be_opened_is_refused_with_the_reason(
    api: APIClient, files: Path, content: bytes, name: str, words: str
) -> None:
    answer = send(api, content, name)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "file")
    assert words in answer.json()["detail"]
    assert on_disk(files) == []


def test_a_form_without_a_file_is_refused(api: APIClient) -> None:
    answer = api.post("/api/v1/files", {"other": "x"}, format="multipart")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "file")


def test_a_target_shows_the_names_of_its_secrets_and_never_their_values(api: APIClient) -> None:
    file = send(api, b'{"id": "1", "question": "Why?"}\n', "q.jsonl").json()["id"]
    new = {"name": "RAG", "type": "http_rag", "spec": RAG | {"questions": file}, "secrets": {"rag-key": "s3cret-value"}}
    answer = api.post("/api/v1/targets", new)
    assert answer.status_code == 201, answer.json()
    seen = api.get(f"/api/v1/targets/{answer.json()['id']}")
    assert seen.json()["secrets"] == ["rag-key"]
    row = Target.objects.get(id=answer.json()["id"])
    assert "s3cret-value" not in answer.content.decode() + seen.content.decode()
    assert b"s3cret-value" not in bytes(row.secrets)
    assert secrets_of(row) == {"rag-key": "s3cret-value"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "telepathy"}, "type"),
        ({"spec": {"file": "x"}}, "spec.file"),
        ({"spec": {}}, "spec.file"),
        ({"spec": {"file": str(uuid4())}}, "spec"),
        ({"secrets": {"not a name": "x"}}, "secrets"),
        ({"secrets": {"empty": ""}}, "secrets.empty"),
        ({"secrets": {"cut": "a\nb"}}, "secrets.cut"),
        ({"name": " "}, "name"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_target_that_does_not_fit_is_refused_by_field(api: APIClient, change: dict[str, Any], field: str) -> None:
    new = {"name": "rows", "type": "table", "spec": {"file": send(api).json()["id"]}} | change
    answer = api.post("/api/v1/targets", new)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_a_secret_that_the_specification_names_must_be_given(api: APIClient) -> None:
    new = {"name": "RAG", "type": "http_rag", "spec": RAG | {"questions": send(api).json()["id"]}}
    answer = api.post("/api/v1/targets", new)
    assert answer.json()["errors"][0]["field"] == "secrets.rag-key"


def test_a_knowledge_base_with_broken_utf8_is_refused_by_name(api: APIClient) -> None:
    file = send(api, b"good\n\xff\xfe bad", "handbook.md").json()["id"]
    answer = api.post("/api/v1/targets", {"name": "kb", "type": "texts", "spec": {"files": [file]}})
    assert answer.status_code == 400
    assert "handbook.md" in answer.json()["detail"]
    assert "byte 5" in answer.json()["detail"]


@pytest.mark.parametrize(("content", "words"), [(b"age,said\n", "no rows"), (b"age,\xff\n1,2\n", "not UTF-8")])
def test_a_table_that_cannot_be_audited_is_refused_by_name(api: APIClient, content: bytes, words: str) -> None:
    file = send(api, content, "people.csv").json()["id"]
    answer = api.post("/api/v1/targets", {"name": "t", "type": "table", "spec": {"file": file}})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "spec.file")
    assert "people.csv" in answer.json()["detail"]
    assert words in answer.json()["detail"]


def test_another_organisations_files_and_targets_are_not_there(api: APIClient, now: datetime) -> None:
    other = create_organisation(name="Other", slug="other", now=now)
    theirs = uploaded(system_actor(other.id), now)
    target = register_target(
        actor=system_actor(other.id), name="t", type="table", spec={"file": str(theirs.id)}, secrets={}, now=now
    )
    assert api.get(f"/api/v1/files/{theirs.id}").status_code == 404
    assert api.get(f"/api/v1/targets/{target.id}").status_code == 404
    mine = api.post("/api/v1/targets", {"name": "t", "type": "table", "spec": {"file": str(theirs.id)}})
    assert (mine.status_code, mine.json()["errors"][0]["field"]) == (400, "spec")


def uploaded(actor: Actor, now: datetime) -> UploadedFile:
    intake = Intake(organisation=actor.organisation, name="rows.csv", media_type="text/csv", limit=1000)
    intake.take(CSV)
    return keep_file(actor=actor, received=intake.finish(), now=now)


def test_files_and_targets_are_listed(api: APIClient) -> None:
    file = send(api).json()["id"]
    target = api.post("/api/v1/targets", {"name": "rows", "type": "table", "spec": {"file": file}}).json()["id"]
    assert [one["id"] for one in api.get("/api/v1/files").json()["results"]] == [file]
    assert [one["id"] for one in api.get("/api/v1/targets").json()["results"]] == [target]


def test_a_target_is_never_changed(api: APIClient) -> None:
    target = api.post("/api/v1/targets", {"name": "r", "type": "table", "spec": {"file": send(api).json()["id"]}}).json()["id"]
    assert api.put(f"/api/v1/targets/{target}", {"name": "x"}).status_code == 405

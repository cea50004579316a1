"""Whether uploads fit the target that names them: told from their content when it is registered, before any work."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from django.utils.translation import gettext as _

from audits.contract import TargetError
from audits.intake.models import UploadedFile
from audits.intake.prechecks import check_answers, check_questions, check_texts, csv_columns
from audits.intake.reading import head_of, opened
from audits.intake.vault import CHUNK
from audits.targets.model_file import format_of
from audits.targets.specs import HttpRag, ModelFile, OpenAIChat, Recorded, Table, TargetSpec, Texts
from governance.shapes import ShapeError

MAX_LOOK = 16 * CHUNK  # bytes of a text that are looked at
Check = Callable[[UploadedFile], object]


def check_fit(spec: TargetSpec, files: Mapping[str, UploadedFile]) -> None:
    """Raise `ShapeError` naming the field of the specification, the file and, where there is one, the line.

    files: by id, all that the specification names.
    """
    for field, file_id, check in _roles(spec):
        _checked(f"spec.{field}", files[file_id], check)


def columns_of(file: UploadedFile) -> tuple[str, ...] | None:
    """The names of a table's columns, None where they are not told from its head. Raises `TargetError`."""
    return csv_columns(head_of(file, CHUNK), whole=file.size <= CHUNK)


def _roles(spec: TargetSpec) -> Iterator[tuple[str, str, Check]]:
    """(field, file, what the file must be) of every file that a target reads."""
    if isinstance(spec, HttpRag | OpenAIChat):
        yield "questions", spec.questions, _questions
    elif isinstance(spec, Recorded):
        yield "file", spec.file, _answers
    elif isinstance(spec, Table):
        yield "file", spec.file, columns_of
    elif isinstance(spec, Texts):
        for index, file in enumerate(spec.files):
            yield f"files.{index}", file, _texts
    else:
        yield "file", spec.file, partial(_model, spec)
        yield "rows", spec.rows, columns_of
        yield "background", spec.background, columns_of


def _checked(field: str, file: UploadedFile, check: Check) -> None:
    try:
        check(file)
    except TargetError as error:
        words = str(error)
        raise ShapeError(field, words if words.startswith(file.name) else f"{file.name}: {words}") from None
    except OSError:
        problem = _("the stored file %(name)s is gone or damaged; send it again.") % {"name": file.name}
        raise ShapeError(field, problem) from None


def _questions(file: UploadedFile) -> None:
    check_questions(file.name, head_of(file, CHUNK), whole=file.size <= CHUNK)


def _answers(file: UploadedFile) -> None:
    check_answers(file.name, head_of(file, CHUNK), whole=file.size <= CHUNK)


def _texts(file: UploadedFile) -> None:
    check_texts(file.name, head_of(file, MAX_LOOK), whole=file.size <= MAX_LOOK)


def _model(spec: ModelFile, file: UploadedFile) -> None:
    with opened(file) as stream:
        found = format_of(stream)
    if found != spec.format:
        raise ShapeError("spec.format", _("the content of %(name)s is of another format.") % {"name": file.name}, (found,))

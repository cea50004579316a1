"""Files and targets: taken in, checked, kept, and opened for a run."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audits.intake.content import UnsafeContent, check_archive
from audits.intake.fitting import check_fit, columns_of
from audits.intake.models import Target, UploadedFile
from audits.intake.places import check_places, check_stored_places
from audits.intake.prechecks import missing
from audits.intake.prompts import check_prompt
from audits.intake.reading import opened, reader_of
from audits.intake.uploads import Received
from audits.intake.vault import Damaged, copy_out
from audits.targets.specs import Table, TargetSpec, file_ids, read_spec, secret_names
from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.access.tenancy import NotFound, as_uuid
from governance.keys import services as keys
from governance.shapes import ShapeError, plain
from governance.trail import services as trail
from governance.trail.ids import uuid7
from probanza.canonical import canonical_bytes, digest_of

SECRETS = "target-secrets"
COLUMN_FIELDS = ("prediction", "label", "sensitive", "control", "weight")  # parameters that name columns, in all kinds
MAX_SECRET = 8192
MAX_SECRETS = 10
_SECRET_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_UNSAFE = re.compile(r"[^\w.-]")


@transaction.atomic
def keep_file(*, actor: Actor, received: Received, now: datetime) -> UploadedFile:
    """Give an upload its row.

    Raises:
        ShapeError: naming `file`, when an archive holds what must not be opened.
        Forbidden: without `audits:write`.
    """
    check_can(actor, "audits:write")
    row = UploadedFile(
        id=received.id,
        organisation_id=actor.organisation,
        name=received.name,
        media_type=received.media_type,
        size=received.size,
        sha256=received.sha256,
        path=received.path,
        created_by=actor.id,
        created_at=now,
    )
    if received.archive:
        _check_archive(row)
    row.save(force_insert=True)
    detail = {"sha256": row.sha256, "size": row.size}  # no name: it may name a person, and the trail is never erased
    trail.record(actor=actor, action="audits.keep_file", subject="file", subject_id=row.id, detail=detail, now=now)
    return row


@transaction.atomic
def register_target(
    *,
    actor: Actor,
    name: str,
    type: str,  # noqa: A002 - the word the API uses
    spec: Mapping[str, Any],
    secrets: Mapping[str, str],
    now: datetime,
) -> Target:
    """Register a door to what is audited; its secrets are encrypted and never shown again.

    Raises:
        ShapeError: naming the field of the name, the type, the specification or the secrets that does not fit.
        Forbidden: without `audits:write`.
    """
    check_can(actor, "audits:write")
    if not name.strip() or len(name) > 200 or "\x00" in name:
        raise ShapeError("name", _("must have 1 to 200 characters and no NUL."))
    shaped = _read_spec(type, spec)
    _check_secrets(shaped, secrets)
    files = _files(actor.organisation, shaped)
    check_places(actor.organisation, shaped, "spec")
    settled = plain(shaped)
    row = Target(
        id=uuid7(),
        organisation_id=actor.organisation,
        name=name.strip(),
        type=type,
        spec=settled,
        secret_names=sorted(secrets),
        columns=columns_of(files[0]) if isinstance(shaped, Table) else None,
        digest=digest_of({"type": type, "spec": settled}),
        created_by=actor.id,
        created_at=now,
    )
    row.secrets = keys.encrypt(
        organisation=actor.organisation, purpose=SECRETS, row=str(row.id), plain=canonical_bytes(dict(secrets))
    )
    row.save(force_insert=True)
    detail = {"type": type, "digest": row.digest, "secrets": row.secret_names}
    trail.record(actor=actor, action="audits.register_target", subject="target", subject_id=row.id, detail=detail, now=now)
    return row


def file_of(organisation: UUID, file_id: UUID | str) -> UploadedFile:
    """One upload of this organisation. Raises `NotFound`."""
    row: UploadedFile = UploadedFile.objects.one(organisation, file_id)
    return row


def target_of(organisation: UUID, target_id: UUID | str) -> Target:
    """One target of this organisation. Raises `NotFound`."""
    row: Target = Target.objects.one(organisation, target_id)
    return row


def known_target(organisation: UUID, target_id: UUID | str) -> Target:
    """One target, asked of the database once a process; shared, so only to be read. Raises `NotFound`, each time anew."""
    identifier = as_uuid(target_id)
    if identifier is None:
        raise NotFound("target", target_id)
    return _known_target(organisation, identifier)


@lru_cache(maxsize=1024)  # the database refuses to change or to delete a target
def _known_target(organisation: UUID, target_id: UUID) -> Target:
    return target_of(organisation, target_id)


def files_named(target: Target) -> list[UploadedFile]:
    """The uploads that a target's specification names, in the order of its fields."""
    return [file_of(target.organisation_id, one) for one in file_ids(read_spec(target.type, target.spec))]


def unpack(file: UploadedFile, folder: Path) -> Path:
    """Write the plain bytes into `folder`, which must be private, under a folder of their own and a name like their own.

    Raises:
        Damaged: when what comes out is not what was uploaded.
    """
    to = folder / str(file.id) / (_UNSAFE.sub("_", file.name)[-100:].lstrip(".") or "file")
    if to.exists():
        return to
    to.parent.mkdir(mode=0o700, exist_ok=True)
    content = hashlib.sha256()
    with reader_of(file) as reader:
        copy_out(reader, to, spent=content.update)
    if content.hexdigest() != file.sha256:
        to.unlink()
        raise Damaged(f"the stored file {file.id} is not what was uploaded")
    return to


def check_names(target: Target, parameters: object) -> None:
    """Look for the columns, the secret, the prompt and the places that parameters and target name.

    Raises:
        ShapeError: naming the parameter that finds nothing, or what leads where the organisation may not call.
    """
    secret = getattr(parameters, "secret", "")
    if secret and secret not in target.secret_names:
        raise ShapeError("parameters.secret", _("the target stores no secret of this name."), tuple(target.secret_names))
    check_stored_places(target.organisation_id, target.spec)
    check_places(target.organisation_id, parameters, "parameters")
    check_prompt(target.organisation_id, parameters)
    if target.columns is None:
        return
    columns = tuple(target.columns)
    for field in COLUMN_FIELDS:
        named = getattr(parameters, field, None) or ()
        for column in missing((named,) if isinstance(named, str) else named, columns):
            problem = _("the table %(target)s has no column %(column)s.") % {"target": target.name, "column": repr(column)}
            raise ShapeError(f"parameters.{field}", problem, columns)


def secrets_of(target: Target) -> dict[str, str]:
    """A target's secrets, for the process that calls it."""
    box = keys.decrypt(organisation=target.organisation_id, purpose=SECRETS, row=str(target.id), sealed=bytes(target.secrets))
    opened: dict[str, str] = json.loads(box)
    return opened


def _check_archive(row: UploadedFile) -> None:
    try:
        with opened(row) as stream:
            check_archive(stream)
    except UnsafeContent as error:
        raise ShapeError("file", str(error)) from None


def _read_spec(target_type: str, spec: Mapping[str, Any]) -> TargetSpec:
    try:
        return read_spec(target_type, spec)
    except ShapeError as error:
        field = error.field if error.field == "type" else f"spec.{error.field}".rstrip(".")
        raise ShapeError(field, error.problem, error.allowed) from None


def _check_secrets(spec: TargetSpec, secrets: Mapping[str, str]) -> None:
    """Each must be nameable and sendable. One that the specification does not name may be a judge's."""
    if len(secrets) > MAX_SECRETS:
        raise ShapeError("secrets", _("must be at most 10."))
    for name, value in secrets.items():
        if not _SECRET_NAME.fullmatch(name):
            raise ShapeError("secrets", _("a name has 1 to 64 letters, digits, - and _, a letter first."))
        if not 1 <= len(value) <= MAX_SECRET or not value.isprintable():
            raise ShapeError(f"secrets.{name}", _("must be printable text of 1 to 8192 characters."))
    for name in secret_names(spec):
        if name not in secrets:
            raise ShapeError(f"secrets.{name}", _("is named by the specification and must be given."))


def _files(organisation: UUID, spec: TargetSpec) -> list[UploadedFile]:
    wanted = file_ids(spec)
    known = {str(file.id): file for file in UploadedFile.objects.of(organisation).filter(id__in=wanted)}
    for one in wanted:
        if one not in known:
            problem = _("there is no uploaded file %(id)s; send it to /api/v1/files first.") % {"id": one}
            raise ShapeError("spec", problem)
    check_fit(spec, known)
    return [known[one] for one in wanted]

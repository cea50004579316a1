"""Opens any target from its settings. Heavy: it knows every door, so only workers import it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import singledispatch
from pathlib import Path

from audits.contract import RagTarget, TableTarget, TargetError, TextsTarget
from audits.targets.http_rag import HttpRagTarget
from audits.targets.model_file import ModelFile as OpenedModel
from audits.targets.model_file import open_model
from audits.targets.openai_chat import OpenAIChatTarget
from audits.targets.questions import read_questions
from audits.targets.recorded import RecordedAnswers
from audits.targets.specs import HttpRag, ModelFile, OpenAIChat, Recorded, Table, TargetSpec, Texts
from audits.targets.table import open_table
from audits.targets.texts import TextFiles
from governance.outbound import GuardedClient, Policy

Target = RagTarget | TextsTarget | TableTarget | OpenedModel


@dataclass(frozen=True, slots=True)
class Means:
    """What a door may use: uploaded files by id, stored secrets by name, and the policy of outbound calls."""

    files: Callable[[str], Path]
    secrets: Mapping[str, str]
    policy: Policy

    def client(self) -> GuardedClient:
        return GuardedClient(self.policy)

    def secret(self, name: str) -> str:
        """A stored secret, "" for no name. Raises `TargetError` when it is not stored."""
        if name and name not in self.secrets:
            raise TargetError("unreadable", f"auth_secret: no secret {name!r} is stored with this target; store it again.")
        return self.secrets[name] if name else ""


def open_target(spec: TargetSpec, *, files: Callable[[str], Path], secrets: Mapping[str, str], policy: Policy) -> Target:
    """The target that `spec` describes, ready to be asked or read.

    files: the plain bytes of an uploaded file, by its id.

    Raises:
        TargetError: for a file or secret that does not fit; nothing is called yet.
    """
    return _open(spec, Means(files, secrets, policy))


@singledispatch
def _open(spec: object, means: Means) -> Target:
    raise TypeError(f"{type(spec).__name__} describes no target")


@_open.register
def _(spec: HttpRag, means: Means) -> Target:
    questions = read_questions(means.files(spec.questions))
    return HttpRagTarget(spec, means.client(), questions, means.secret(spec.auth_secret))


@_open.register
def _(spec: OpenAIChat, means: Means) -> Target:
    questions = read_questions(means.files(spec.questions))
    return OpenAIChatTarget(spec, means.client(), questions, means.secret(spec.auth_secret))


@_open.register
def _(spec: Recorded, means: Means) -> Target:
    return RecordedAnswers(means.files(spec.file))


@_open.register
def _(spec: Texts, means: Means) -> Target:
    return TextFiles([means.files(file) for file in spec.files], spec.language)


@_open.register
def _(spec: Table, means: Means) -> Target:
    return open_table(means.files(spec.file))


@_open.register
def _(spec: ModelFile, means: Means) -> Target:
    rows, background = open_table(means.files(spec.rows)), open_table(means.files(spec.background))
    return open_model(means.files(spec.file), rows, background, spec.trusted_types, declared=spec.format)

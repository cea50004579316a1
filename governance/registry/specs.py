"""What may be written about each kind of asset: one shape a kind, read by `governance.shapes.read`. Pure.

The words are those of the EU AI Act (Regulation (EU) 2024/1689), Articles 3, 10, 11, 13, 14 and Annex IV. Every text has at
most 20 000 characters (a template 200 000), every list at most 200 entries.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Literal

from governance.shapes import ShapeError, plain, read

LONGEST_TEXT = 20_000
LONGEST_TEMPLATE = 200_000
LONGEST_LIST = 200
LARGEST_COUNT = 2**53 - 1  # what every JSON reader holds exactly
SHA256 = re.compile(r"[0-9a-f]{64}")

OperatorRole = Literal["provider", "deployer", "importer", "distributor", "authorised_representative", "product_manufacturer"]
RiskClass = Literal["not_classified", "prohibited", "high_risk", "transparency", "minimal_risk"]


class Bounded:
    """A specification whose texts and lists have a largest size, and whose `sha256` is one."""

    longest: ClassVar[Mapping[str, int]] = {}

    def __post_init__(self) -> None:
        for one in fields(self):  # type: ignore[arg-type]
            value = getattr(self, one.name)
            if isinstance(value, str):
                _check_text(one.name, value, self.longest.get(one.name, LONGEST_TEXT))
            elif isinstance(value, tuple):
                _check_list(one.name, value)
            elif isinstance(value, dict):
                _check_mapping(one.name, value)
            elif isinstance(value, int) and not 0 <= value <= LARGEST_COUNT:
                raise ShapeError(one.name, f"must be between 0 and {LARGEST_COUNT}.")


def _check_text(name: str, value: str, longest: int) -> None:
    if len(value) > longest:
        raise ShapeError(name, f"has {len(value)} characters; at most {longest} are allowed.")
    if name == "sha256" and value and not SHA256.fullmatch(value):
        raise ShapeError(name, "must be 64 lower-case hexadecimal digits.")


def _check_list(name: str, values: tuple[str, ...]) -> None:
    if len(values) > LONGEST_LIST:
        raise ShapeError(name, f"has {len(values)} entries; at most {LONGEST_LIST} are allowed.")
    for index, value in enumerate(values):
        _check_text(f"{name}[{index}]", value, LONGEST_TEXT)


def _check_mapping(name: str, values: dict[str, str]) -> None:
    if len(values) > LONGEST_LIST:
        raise ShapeError(name, f"has {len(values)} entries; at most {LONGEST_LIST} are allowed.")
    for key, value in values.items():
        _check_text(name, key, 200)
        _check_text(f"{name}.{key}", value, LONGEST_TEXT)


@dataclass(frozen=True, slots=True)
class AiSystem(Bounded):
    """An AI system (Art. 3(1)).

    purpose: what it is for, in one sentence. intended_use: the intended purpose in full (Art. 3(12)): context and conditions.
    owner: who answers for this version. roles: what the organisation is to the system (Art. 3(3) to (8)).
    provider, deployers: who they are. users_affected: groups of persons it is used on. foreseeable_misuse: Art. 3(13).
    area: the point of Annex III it falls under, e.g. "5(b)". oversight: who can stop it, and how (Art. 14).
    """

    purpose: str
    intended_use: str = ""
    owner: str = ""
    roles: tuple[OperatorRole, ...] = ()
    provider: str = ""
    deployers: tuple[str, ...] = ()
    users_affected: tuple[str, ...] = ()
    foreseeable_misuse: str = ""
    risk_class: RiskClass = "not_classified"
    area: str = ""
    oversight: str = ""
    accuracy: str = ""
    robustness: str = ""
    data_governance: str = ""
    record_keeping: str = ""
    instructions_for_use: str = ""
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    placed_on_market: str = ""


@dataclass(frozen=True, slots=True)
class Model(Bounded):
    """A model. format: e.g. `skops`, `onnx`, `api`. sha256: of its file. parameters: e.g. temperature, seed."""

    provider: str
    family: str
    format: str = ""
    name: str = ""
    sha256: str = ""
    licence: str = ""
    general_purpose: bool = False
    parameters: dict[str, str] = field(default_factory=dict)
    training_summary: str = ""
    limitations: str = ""


@dataclass(frozen=True, slots=True)
class Prompt(Bounded):
    """A prompt. variables: the names that `template` fills in. role: e.g. `system`, `user`, `judge`."""

    longest: ClassVar[Mapping[str, int]] = {"template": LONGEST_TEMPLATE}

    template: str
    variables: tuple[str, ...] = ()
    role: str = "system"
    language: str = ""


@dataclass(frozen=True, slots=True)
class Dataset(Bounded):
    """A data set (Art. 10). use: training, validation, testing or other. collected: when and how."""

    sha256: str = ""
    rows: int | None = None
    columns: tuple[str, ...] = ()
    use: Literal["training", "validation", "testing", "other"] = "other"
    licence: str = ""
    collected: str = ""
    origin: str = ""
    preparation: str = ""
    assumptions: str = ""
    known_gaps: str = ""
    personal_data: bool | None = None
    sensitive_columns: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class KnowledgeBase(Bounded):
    """What a system retrieves from. splitter, encoder: how texts became passages and vectors. top_k: passages an answer."""

    documents: int | None = None
    sha256: str = ""
    splitter: str = ""
    encoder: str = ""
    store: str = ""
    top_k: int | None = None
    languages: tuple[str, ...] = ()
    licence: str = ""
    origin: str = ""
    personal_data: bool | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Agent(Bounded):
    """Something that acts by itself with tools. limits: what it may not do. oversight: who can stop it."""

    purpose: str
    tools: tuple[str, ...] = ()
    limits: str = ""
    oversight: str = ""
    steps: int | None = None


@dataclass(frozen=True, slots=True)
class Tool(Bounded):
    """Something an agent may call. effects: what it changes in the world; empty when it only reads."""

    purpose: str
    interface: str = ""
    effects: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Judge(Bounded):
    """Something that decides whether answers stand on their passages. digest: over code, weights, model name and prompt.

    sort: whether it works here or asks a language model. endpoint: the host that is asked. prompt: its version, or empty
    for the one that ships. languages: those it was made for.
    """

    sort: Literal["embedded", "llm"]
    digest: str
    model: str = ""
    prompt: str = ""
    endpoint: str = ""
    languages: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Guideline(Bounded):
    """What people are told before they label answers. labels: the words they may choose."""

    text: str
    language: str = ""
    labels: tuple[str, ...] = ()


SPECS: dict[str, type[Any]] = {
    "ai_system": AiSystem,
    "model": Model,
    "prompt": Prompt,
    "dataset": Dataset,
    "knowledge_base": KnowledgeBase,
    "agent": Agent,
    "tool": Tool,
    "judge": Judge,
    "guideline": Guideline,
}
WITH_COMPONENTS = frozenset({"ai_system", "agent"})


def check_kind(kind: str) -> None:
    """Raises `ShapeError` naming the kinds there are."""
    if kind not in SPECS:
        raise ShapeError("kind", "is not a kind of asset.", tuple(SPECS))


def read_spec(kind: str, given: object) -> dict[str, Any]:
    """A specification as it is stored and hashed: every field of its shape, plain data without floats.

    Raises:
        ShapeError: with a path below `spec`; unknown fields are named with the allowed ones.
    """
    check_kind(kind)
    spec: dict[str, Any] = plain(read(SPECS[kind], given, "spec"))
    return spec

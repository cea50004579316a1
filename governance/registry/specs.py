"""What may be written about each kind of asset: one shape a kind, read by `governance.shapes.read`. Pure.

The words are those of the EU AI Act (Regulation (EU) 2024/1689), Articles 3, 10, 11, 13, 14 and Annex IV. Every text has at
most 20 000 characters (a template 200 000), every list at most 200 entries.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, ClassVar, Literal

from governance.shapes import ShapeError, plain, read

LONGEST_TEXT = 20_000
LONGEST_TEMPLATE = 200_000
LONGEST_LIST = 200
LARGEST_COUNT = 2**53 - 1  # what every JSON reader holds exactly
_LATER: Mapping[str, bool] = {"later": True}
SHA256 = re.compile(r"[0-9a-f]{64}")
URL = re.compile(r"https?://[^\s<>\"\x00-\x1f]{1,1990}")
DAYS = frozenset({"put_into_service", "certificate_expires"})
ADDRESSES = frozenset({"declaration_url", "instructions_url", "information_url", "provider_entry_url"})
# Of the Union, and of the European Economic Area.
MEMBER_STATES = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO".split()  # noqa: SIM905
)

MarketStatus = Literal["", "not_placed", "on_market", "in_service", "no_longer", "withdrawn", "recalled"]
ProviderSize = Literal["", "micro", "small", "medium", "small_mid_cap", "large"]
OperatorRole = Literal["provider", "deployer", "importer", "distributor", "authorised_representative", "product_manufacturer"]
RiskClass = Literal["not_classified", "prohibited", "high_risk", "transparency", "minimal_risk"]


def later() -> Any:
    """A text that an earlier version of this shape did not have: left out where it is empty, so that old digests hold."""
    return field(default="", metadata=_LATER)


def laters() -> Any:
    """The same for a list of texts."""
    return field(default=(), metadata=_LATER)


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
    if name in DAYS and value:
        _check_day(name, value)
    if name in ADDRESSES and value and not URL.fullmatch(value):
        raise ShapeError(name, "must be an address such as https://example.org/instructions, without spaces.")


def _check_day(name: str, value: str) -> None:
    try:
        found = date.fromisoformat(value) if len(value) == len("2027-12-02") else None
    except ValueError:
        found = None
    if found is None:
        raise ShapeError(name, "must be a day such as 2027-12-02.")


def _check_list(name: str, values: tuple[str, ...]) -> None:
    if len(values) > LONGEST_LIST:
        raise ShapeError(name, f"has {len(values)} entries; at most {LONGEST_LIST} are allowed.")
    for index, value in enumerate(values):
        _check_text(f"{name}[{index}]", value, LONGEST_TEXT)
        if name == "member_states" and value not in MEMBER_STATES:
            raise ShapeError(f"{name}[{index}]", "is no Member State's code.", tuple(sorted(MEMBER_STATES)))


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
    placed_on_market: the day, as 2027-12-02; the ten years of Art. 18 run from it.

    The rest is asked for by Annex V, Annex VIII and Art. 27, and is left out where it is empty.
    trade_name, reference, system_type: what identifies it (V.1; VIII A.4). provider_address, provider_contact (V.2; VIII A.1).
    registration_contact: who submits for the provider (VIII A.2, B.2, C.2). authorised_representative: name, address, contact.
    functions, inputs, operating_logic: VIII A.5 and A.6. market_status: VIII A.7. certificate_*, notified_body: VIII A.8; V.7.
    member_states: ISO 3166-1 codes of where it is on the market or in service (VIII A.10). *_url: V, VIII A.11 to A.13, C.3.
    put_into_service: a day; the other start of Art. 18. provider_size: Art. 11(1), 17(2), 99(6) and (6a).
    harmonised_standards, other_union_law, personal_data: V.4 to V.6. signatory*, signing_place: V.8.
    deployer_contact, fria_summary, dpia_summary: VIII C. deployment_process, use_period, use_frequency, specific_risks,
    risk_response: the elements of Art. 27(1)(a) to (f) that nothing above says.
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
    trade_name: str = later()
    reference: str = later()
    system_type: str = later()
    provider_address: str = later()
    provider_contact: str = later()
    provider_size: ProviderSize = field(default="", metadata=_LATER)
    registration_contact: str = later()
    authorised_representative: str = later()
    functions: str = later()
    inputs: str = later()
    operating_logic: str = later()
    market_status: MarketStatus = field(default="", metadata=_LATER)
    put_into_service: str = later()
    member_states: tuple[str, ...] = laters()
    certificate: str = later()
    certificate_number: str = later()
    certificate_expires: str = later()
    notified_body: str = later()
    registration_number: str = later()
    declaration_url: str = later()
    instructions_url: str = later()
    information_url: str = later()
    provider_entry_url: str = later()
    harmonised_standards: tuple[str, ...] = laters()
    other_union_law: tuple[str, ...] = laters()
    personal_data: bool | None = field(default=None, metadata=_LATER)
    signatory: str = later()
    signatory_function: str = later()
    signing_place: str = later()
    deployer_contact: str = later()
    deployment_process: str = later()
    use_period: str = later()
    use_frequency: str = later()
    specific_risks: str = later()
    risk_response: str = later()
    fria_summary: str = later()
    dpia_summary: str = later()


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

    Fields that a shape got later are left out where they are empty: the same content has the same digest before and after.

    Raises:
        ShapeError: with a path below `spec`; unknown fields are named with the allowed ones.
    """
    check_kind(kind)
    content = read(SPECS[kind], given, "spec")
    left_out = {one.name for one in fields(SPECS[kind]) if "later" in one.metadata and getattr(content, one.name) == one.default}
    return {name: value for name, value in plain(content).items() if name not in left_out}

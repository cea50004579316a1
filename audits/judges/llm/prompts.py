"""The words a language model is asked with: versions with a digest, shipped here or kept in the registry. Pure.

A prompt's manner says how its reply is read. `claims`: strict, a verdict and a quotation a claim; the template is the
system message and names the place `{mark}`; the data follow apart, so no template can take their marks away.
`yes_no`: the whole answer at once, read loosely; the template names `{context}`, `{question}` and `{answer}`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from governance.shapes import ShapeError
from probanza.canonical import digest_of

Manner = Literal["claims", "yes_no"]
DEFAULT = "claims-1"
SHIPPED: Mapping[str, Manner] = {"claims-1": "claims", "yes-no-1": "yes_no"}
ROLES: Mapping[str, Manner] = {"judge": "claims", "judge_yes_no": "yes_no"}  # of a prompt in the registry
PLACES: Mapping[Manner, tuple[str, ...]] = {"claims": ("mark",), "yes_no": ("context", "question", "answer")}
LONGEST = 20_000
_PLACE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class JudgePrompt:
    """One version. name: a shipped one's, or the id of the version in the registry. registered: that version's digest."""

    name: str
    manner: Manner
    template: str
    registered: str = ""

    def __post_init__(self) -> None:
        if len(self.template) > LONGEST:
            raise ShapeError("template", f"has {len(self.template)} characters; a judge's prompt has at most {LONGEST}.")
        for place in PLACES[self.manner]:
            if f"{{{place}}}" not in self.template:
                raise ShapeError("template", f"must hold the place {{{place}}}, or the judge would not see what it stands for.")

    @cached_property
    def digest(self) -> str:
        """Over manner and words; a version of the registry with the same words has the same."""
        return digest_of({"manner": self.manner, "template": self.template})

    def filled(self, values: Mapping[str, str]) -> str:
        """The template with its places filled in one pass: what a value holds is never a place. Other braces stay."""
        return _PLACE.sub(lambda match: values.get(match.group(1), match.group(0)), self.template)


def shipped(name: str) -> JudgePrompt:
    """A prompt of this package. Raises `ShapeError` naming those there are."""
    if name not in SHIPPED:
        raise ShapeError("prompt", "is neither a shipped prompt nor the id of a prompt version.", tuple(SHIPPED))
    words = (Path(__file__).parent / "shipped" / f"{name}.txt").read_text(encoding="utf-8")
    return JudgePrompt(name, SHIPPED[name], words.strip())


def registered(version: str, spec: Mapping[str, object], digest: str) -> JudgePrompt:
    """A prompt of the registry. Raises `ShapeError` where its role is no judge's or its template lacks a place."""
    role = str(spec.get("role", ""))
    if role not in ROLES:
        raise ShapeError("role", f"{role[:40]!r} is no judge's role; register the prompt with one of them.", tuple(ROLES))
    return JudgePrompt(version, ROLES[role], str(spec.get("template", "")), digest)

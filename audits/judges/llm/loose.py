"""The loose manner: one YES or NO on a whole answer, read as many judges are read, so that its weakness can be measured. Pure.

Question, context and answer stand in the prompt without marks, nothing has to be quoted, and a reply that holds YES
anywhere counts as YES: "NO, not yes" too. It ships as one version to be compared with, and every result says so.
"""

from collections.abc import Sequence

from audits.contract import Claim, ClaimVerdict
from audits.judges.llm.prompts import JudgePrompt
from audits.judges.llm.reasons import UNPARSABLE, Unusable

READ_LOOSELY = "one YES or NO an answer, read loosely"


def ask(prompt: JudgePrompt, question: str, answer: str, passages: Sequence[str]) -> list[dict[str, str]]:
    """The chat for one answer."""
    words = prompt.filled({"context": "\n\n".join(passages), "question": question, "answer": answer})
    return [{"role": "user", "content": words}]


def read(reply: str, claims: Sequence[Claim]) -> tuple[ClaimVerdict, ...]:
    """The one verdict, given to every claim. Raises `Unusable` where the reply holds neither word."""
    said = reply.upper()
    if "YES" in said:
        return tuple(ClaimVerdict(claim, "supported", "0") for claim in claims)
    if "NO" in said:
        return tuple(ClaimVerdict(claim, "unsupported", "1") for claim in claims)
    raise Unusable(UNPARSABLE)

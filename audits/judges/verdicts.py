"""Rules that every judge shares: from claims to an answer's verdict, and answers without a judged claim. Pure.

An abstention ("the documents do not say") states nothing, so nothing of it is unsupported: `supported`
with reason `abstention`, to be counted apart. An empty answer, a bare "Yes." or mere talk is `unscored`.
Claims without any passage are `unsupported`.
"""

from audits.contract import Claim, ClaimVerdict, Judgement, Support
from audits.judges.claims import Split

ABSTENTION = "abstention"
WORST_FIRST: tuple[Support, ...] = ("contradicted", "unsupported", "unscored", "supported")


def combine(claims: tuple[ClaimVerdict, ...], confidence: str) -> Judgement:
    """The answer's verdict is its worst claim's: contradicted, unsupported, unscored, supported in this order."""
    verdict = min((claim.verdict for claim in claims), key=WORST_FIRST.index)
    if verdict == "unscored":
        causes = [claim.checks[0][0] for claim in claims if claim.verdict == "unscored" and claim.checks]
        return Judgement("unscored", None, claims, confidence, causes[0] if causes else "claims_not_judged")
    highest = max((claim.unsupported for claim in claims if claim.unsupported is not None), key=float)
    return Judgement(verdict, highest, claims, confidence)


def without_claims(parts: Split) -> Judgement:
    """The verdict on an answer in which nothing is claimed."""
    if parts.abstentions:
        return Judgement("supported", "0", reason=ABSTENTION)
    if parts.bare:
        return Judgement("unscored", None, reason="bare_answer")
    return Judgement("unscored", None, reason="no_claims" if parts.talk else "empty_answer")


def without_passages(claims: tuple[Claim, ...], confidence: str) -> Judgement:
    """The verdict on claims for which the system retrieved nothing."""
    judged = tuple(ClaimVerdict(claim, "unsupported", "1", checks=(("no_passages", ""),)) for claim in claims)
    return Judgement("unsupported", "1", judged, confidence)

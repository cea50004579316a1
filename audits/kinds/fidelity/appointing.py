"""Appoints the judge of a batch: what parameters ask for, with what the run lends."""

from collections.abc import Sequence

from audits.contract import Item, Judge
from audits.judges.embedded import EmbeddedJudge
from audits.judges.llm import DEFAULT, Endpoint, JudgeMeans, JudgePrompt, LlmJudge
from audits.judges.llm.calling import Caller
from audits.judges.llm.prompts import shipped
from audits.judges.llm.spending import Budget, Purse
from audits.kinds.fidelity.parameters import FidelityParameters
from governance.shapes import ShapeError


def appoint(target: object, parameters: FidelityParameters, items: Sequence[Item], seed: int) -> Judge:
    """The judge for these items. Raises `ShapeError` naming what it lacks."""
    if parameters.judge == "embedded":
        return EmbeddedJudge()
    means = getattr(target, "judge_means", None)
    if not isinstance(means, JudgeMeans):
        raise ShapeError("judge", "cannot be `llm` here: this target was opened without a client for the judge.", ("embedded",))
    if parameters.secret and parameters.secret not in means.secrets:
        raise ShapeError("secret", f"no secret named {parameters.secret[:80]!r} is stored for this run.")
    batch = items[0].id if items else ""
    return LlmJudge(_caller(means, parameters), _prompt(means, parameters), marks=means.marks, seed=seed, batch=batch)


def _prompt(means: JudgeMeans, parameters: FidelityParameters) -> JudgePrompt:
    return means.prompt or shipped(parameters.prompt or DEFAULT)


def _caller(means: JudgeMeans, parameters: FidelityParameters) -> Caller:
    return Caller(
        door=means.client,
        endpoint=Endpoint(
            base_url=parameters.base_url,
            model=parameters.model,
            api=parameters.api,
            api_version=parameters.api_version,
            reply_format=parameters.reply_format,
            sampling=parameters.sampling,
            most_tokens=parameters.most_tokens,
        ),
        purse=Purse(Budget(parameters.max_calls, parameters.max_cost), means.recorded),
        secret=means.secrets.get(parameters.secret, ""),
        timeout_s=parameters.timeout_s,
        prices=parameters.prices,
        per_minute=parameters.requests_per_minute,
        pace=means.pace,
        kept=means.kept,
        clock=means.clock,
    )

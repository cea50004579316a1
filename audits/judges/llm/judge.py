"""The judge: strict or loose by its prompt, checked by canaries a batch and decoys a call, never read by guessing."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from audits.contract import ClaimVerdict, Judgement
from audits.judges.claims import Split, split
from audits.judges.llm import loose, strict
from audits.judges.llm.calling import Caller
from audits.judges.llm.canaries import TRIES, canary
from audits.judges.llm.lots import Lots
from audits.judges.llm.orders import has_order
from audits.judges.llm.prompts import JudgePrompt
from audits.judges.llm.reasons import BUDGET_SPENT, CANARY_MISSED, ORDER_IN_TEXT, TOO_MANY_CLAIMS, Unusable
from audits.judges.llm.spending import Tally
from audits.judges.verdicts import combine, without_claims, without_passages
from audits.judges.words import language_of
from probanza.canonical import digest_of

CODE = ("claims.py", "verdicts.py", "words.py", "checks.py", "figures.py")  # beside this folder's own
MAX_CLAIMS = 100
BATCH = 20  # answers that stand or fall with one pair of canaries


class LlmJudge:
    """One endpoint, one model, one prompt.

    marks: the secret, and seed: the run's number, that marks, decoys and canaries are drawn by.
    batch: what tells these answers from others of the run; their canaries are drawn by it, anew for each 20 of them.
    """

    def __init__(self, caller: Caller, prompt: JudgePrompt, *, marks: bytes = b"", seed: int = 0, batch: str = "") -> None:
        self.caller = caller
        self.prompt = prompt
        self.name = f"llm:{caller.endpoint.model}"
        self._marks = marks
        self._seed = seed
        self._batch = batch
        self._asked = 0
        self._hindrance = ""

    def digest(self) -> str:
        """Over this code, the prompt, the endpoint and the model's name; what runs behind the name is not in our hands."""
        return digest_of({"code": code_digest(), "prompt": self.prompt.digest, "endpoint": self.caller.endpoint.to_plain()})

    def judge(self, question: str, answer: str, passages: Sequence[str]) -> Judgement:
        """One verdict a claim. Every failure is a `Judgement` with its cause, never an exception."""
        parts = split(answer)
        if not parts.claims:
            return without_claims(parts)
        if not any(passage.strip() for passage in passages):
            return without_passages(parts.claims, self._confidence())
        if len(parts.claims) > MAX_CLAIMS:
            return self._unscored(TOO_MANY_CLAIMS)
        if self._asked % BATCH == 0:
            self._hindrance = self._look_at_canaries(language_of(answer))
        self._asked += 1
        if self._hindrance:
            return self._unscored(self._hindrance)
        return self._decided(question, answer, parts, passages)

    def take(self) -> dict[str, Any]:
        """What was spent since the last time, to be stored with the answer that is told next."""
        caller = self.caller
        tally, caller.tally = caller.tally, Tally()
        caller.purse.stored(tally.spent())
        prompt = {"prompt": self.prompt.name, "prompt_digest": self.prompt.digest, "registered": self.prompt.registered}
        return {**tally.to_plain(caller.prices), **prompt, "manner": self.prompt.manner}

    def _decided(self, question: str, answer: str, parts: Split, passages: Sequence[str]) -> Judgement:
        try:
            found = combine(self._claims(question, answer, parts, passages), self._confidence())
        except Unusable as error:
            return self._unscored(error.reason)
        if found.verdict == "supported" and self.prompt.manner == "claims" and has_order([answer, *passages]):
            return replace(found, verdict="unscored", unsupported=None, reason=ORDER_IN_TEXT)
        return found

    def _claims(self, question: str, answer: str, parts: Split, passages: Sequence[str]) -> tuple[ClaimVerdict, ...]:
        if self.prompt.manner == "yes_no":
            reply = self.caller.ask(loose.ask(self.prompt, question, answer, passages), strict=False)
            return loose.read(reply, parts.claims)
        lots = self._lots([question, [claim.text for claim in parts.claims], list(passages)])
        asked = strict.ask(self.prompt, lots, question, parts.claims, passages)
        return strict.read(self.caller.ask(asked.chat, strict=True), asked, parts.claims, passages)

    def _look_at_canaries(self, language: str) -> str:
        """Why nothing of this batch can be believed; empty where both canaries were judged rightly."""
        lots = self._lots(["canaries", self._batch, self._asked])
        return next((why for supported in (True, False) if (why := self._canary(lots, language, supported))), "")

    def _canary(self, lots: Lots, language: str, supported: bool) -> str:
        """One canary; where it gets no verdict, another one. What keeps all of them from one is the batch's hindrance."""
        judged = self._unscored("")
        for _ in range(TRIES):
            one = canary(lots, language, supported=supported)
            self.caller.tally.canaries += 1
            judged = self._decided(one.question, one.answer, split(one.answer), one.passages)
            if one.is_missed(judged):
                return CANARY_MISSED
            if judged.verdict != "unscored":
                return ""
            if judged.reason == BUDGET_SPENT:
                break
        return judged.reason

    def _lots(self, content: list[Any]) -> Lots:
        return Lots(self._marks, self._seed, [self.prompt.digest, content])

    def _confidence(self) -> str:
        return f"{self.name}, {loose.READ_LOOSELY}" if self.prompt.manner == "yes_no" else self.name

    def _unscored(self, reason: str) -> Judgement:
        return Judgement("unscored", None, confidence=self._confidence(), reason=reason)


@cache
def code_digest() -> str:
    """Over everything of ours that a verdict depends on."""
    here = Path(__file__).parent
    files = [*sorted(here.glob("*.py")), *(here.parent / name for name in CODE)]
    return digest_of({path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files})

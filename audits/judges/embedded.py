"""The offline judge: checks, words and a trained model on the CPU, without a network.

The answer is split into claims. Beside each go the sentences of the passages that speak of it; one pass of the model says how
likely each claim and each word of it is unsupported; figures, dates, units and names are checked one by one. A logistic formula
fitted on labelled answers of its own makes one score of both. What the passages or the answer say can change a score only as
evidence: nothing in them is ever followed.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audits.contract import Claim, ClaimVerdict, Judgement, Span, Support
from audits.judges.claims import Split, split
from audits.judges.features import Base, Observed, observe, read_base
from audits.judges.packing import Packer
from audits.judges.plain import Plain, plain
from audits.judges.scoring import LIMIT, NOVELTY_FEATURES, Piece, Seen, foreign_score, head_of, learned_score, word_score
from audits.judges.spans import blamed
from audits.judges.support import Support as Weights
from audits.judges.support import default_support
from audits.judges.verdicts import combine, without_claims, without_passages
from audits.judges.words import Language, language_of, script_of
from governance.evidence.facts import decimal_text
from probanza.canonical import digest_of

CODE = (
    "claims.py", "verdicts.py", "words.py", "figures.py", "checks.py", "features.py", "evidence.py", "packing.py", "plain.py",
    "scoring.py", "spans.py", "support.py", "embedded.py",
)  # fmt: skip
SAME = 0.6  # share of content words from which a sentence is said to be about the same thing
APART = 0.25  # and below which the passages are said not to speak of it


@dataclass(frozen=True, slots=True)
class Setting:
    """What all claims of one answer share.

    given, answer: as it came, and plain with the way back. spoken: the language of the whole answer.
    """

    given: str
    answer: Plain
    passages: tuple[Plain, ...]
    base: Base
    spoken: Language
    scripts: frozenset[str]

    def language(self, claim: Claim) -> Language:
        """The claim's own, else the answer's. One sentence in another language must not change how the others are judged."""
        return language_of(claim.text) or self.spoken

    def foreign(self, claim: Claim) -> bool:
        """Whether no line of the passages is in the claim's language or writing."""
        own, script = self.language(claim), script_of(claim.text)
        other = bool(own and self.base.languages and own not in self.base.languages)
        return other or bool(script and self.scripts and script not in self.scripts)

    def learned(self, claim: Claim) -> bool:
        """Whether the model is asked: it knows English only, elsewhere it would be noise with a number on it."""
        return not self.foreign(claim) and (self.language(claim) or self.base.language) != "es"


class EmbeddedJudge:
    """Judges by checks, words and a trained model; the same input always gives the same verdict on one processor."""

    name = "embedded-2"

    def __init__(self, weights: Weights | None = None) -> None:
        self._weights = weights or default_support()

    def digest(self) -> str:
        """Over the code of the judge, its constants, its weights and its tokenizer."""
        folder = Path(__file__).parent
        files = [folder / name for name in CODE] + [*self._weights.files()]
        return digest_of({path.name if path.suffix == ".py" else str(path.relative_to(folder)): _sha256(path) for path in files})

    def judge(self, question: str, answer: str, passages: Sequence[str]) -> Judgement:
        """One verdict a claim; the answer's score is the highest of its claims'. Offsets are those of the texts as given."""
        said = plain(answer)
        parts = split(said.text)
        if not parts.claims:
            return without_claims(parts)
        spoken = language_of(said.text)
        read = tuple(plain(passage) for passage in passages)
        if not any(passage.text.strip() for passage in read):
            return without_passages(tuple(_as_given(claim, said, answer) for claim in parts.claims), confidence_in(spoken, ""))
        setting = self._setting(question, answer, read)
        seen = self._seen(question, parts, setting)
        claims = tuple(_verdict(claim, one, setting) for claim, one in zip(parts.claims, seen, strict=True))
        return combine(claims, confidence_in(spoken or setting.base.language, setting.base.language))

    def seen(self, question: str, answer: str, passages: Sequence[str]) -> tuple[Seen, ...]:
        """What is seen of each claim before it is scored; empty where the model may not look at all of them."""
        parts = split(plain(answer).text)
        setting = self._setting(question, answer, tuple(plain(passage) for passage in passages))
        if not all(setting.learned(claim) for claim in parts.claims):
            return ()
        return tuple(self._seen(question, parts, setting))

    def _setting(self, question: str, answer: str, read: tuple[Plain, ...]) -> Setting:
        said = plain(answer)
        texts = [passage.text for passage in read]
        scripts = frozenset(script_of(text) for text in texts) - {""}
        return Setting(answer, said, read, read_base(texts, plain(question).text), language_of(said.text), scripts)

    def _seen(self, question: str, parts: Split, setting: Setting) -> list[Seen]:
        """What checks and words see of each claim, and the model where any of them is for it."""
        observed = [observe(claim.text, setting.base) for claim in parts.claims]
        if not any(setting.learned(claim) for claim in parts.claims):
            return [Seen(one) for one in observed]
        packer = Packer(self._weights.tokenizer)
        found: list[Seen] = []
        for group in packer.groups(setting.answer.text, parts.claims):
            packed = packer.pack(plain(question).text, setting.base.ranking, setting.answer.text, group)
            read = self._weights.read(packed)
            for number, own in enumerate(observed[len(found) : len(found) + len(group)]):
                inside = packed.claims[number] > 0
                pieces = tuple(
                    Piece(int(start), int(end), float(logit))
                    for start, end, logit in zip(packed.starts[inside], packed.ends[inside], read.tokens[inside], strict=True)
                )
                lines = packed.line_of[: len(read.tokens)]
                weight = [float(read.evidence[number][lines == index].sum()) for index in range(len(packed.lines))]
                best = packed.lines[max(range(len(weight)), key=weight.__getitem__)] if weight else None
                found.append(Seen(own, float(read.claims[number]), pieces, best, novelty(read.nearest[inside])))
        return found


def novelty(nearest: NDArray[np.float32]) -> dict[str, float]:
    """`NOVELTY_FEATURES` of one claim from [pieces, layers] highest cosines; all 1 where it has no piece."""
    new = 1 - nearest.astype(np.float64) if len(nearest) else np.ones((1, nearest.shape[1]))
    figures = np.stack([new.mean(axis=0), np.quantile(new, 0.9, axis=0)], axis=1)
    return dict(zip(NOVELTY_FEATURES, map(float, figures.ravel()), strict=True))


def _verdict(claim: Claim, seen: Seen, setting: Setting) -> ClaimVerdict:
    """The claim's score against the line, with its evidence and what is to blame; offsets go back to the texts as given."""
    given = _as_given(claim, setting.answer, setting.given)
    checks = tuple((fired.check, fired.detail) for fired in seen.observed.checked.fired)
    foreign = setting.foreign(claim)
    checks += (("negation", ""),) if seen.observed.flipped and not foreign else ()
    score = foreign_score(seen.observed) if foreign else learned_score(seen) if setting.learned(claim) else word_score(seen)
    if score is None:
        return ClaimVerdict(given, "unscored", None, checks=(("other_language", ""),))
    verdict = _support(score, seen.observed)
    passage, start, end = (-1, -1, -1) if foreign else _place(seen, setting)
    spans = () if verdict == "supported" else _spans(claim, seen, setting, verdict)
    return ClaimVerdict(given, verdict, decimal_text(round(score, 4)), passage, start, end, checks, spans)


def _support(score: float, seen: Observed) -> Support:
    if score < LIMIT:
        return "supported"
    figure = any(fired.check != "name" for fired in seen.checked.fired)
    return "contradicted" if seen.flipped or (figure and seen.nearby >= SAME) else "unsupported"


def _spans(claim: Claim, seen: Seen, setting: Setting, verdict: Support) -> tuple[Span, ...]:
    pieces = [(piece.start, piece.end, piece.logit) for piece in seen.pieces] if setting.learned(claim) else []
    denied = verdict == "contradicted" and seen.observed.flipped
    far = seen.observed.nearby < APART and not setting.foreign(claim)
    found = blamed(claim, seen.observed.checked.fired, pieces, line=head_of().piece_line, denied=denied, far=far)
    return tuple(Span(*setting.answer.original(span.start, span.end), span.reason) for span in found)


def _place(seen: Seen, setting: Setting) -> tuple[int, int, int]:
    """(passage, start, end) of the best evidence sentence; -1 where there is none."""
    line = seen.best or (setting.base.lines[seen.observed.best] if seen.observed.best >= 0 else None)
    if line is None:
        return -1, -1, -1
    return line.passage, *setting.passages[line.passage].original(line.start, line.end)


def confidence_in(spoken: Language, base: Language) -> str:
    """What may be believed of a verdict, in words."""
    if spoken and base and spoken != base:
        return f"low confidence: uncalibrated for {spoken} over {base}"
    return f"low confidence: uncalibrated for {spoken}" if spoken and spoken != "en" else "uncalibrated"


def _as_given(claim: Claim, said: Plain, answer: str) -> Claim:
    start, end = said.original(claim.start, claim.end)
    return Claim(start, end, answer[start:end])


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

"""Presidio's analyser without any download: blank tokenisers, pattern recognisers, whole-word context.

Declared deviations from stock Presidio: context words count only as whole words (stock matches "lic" in
"public"); Spanish identity numbers and telephone numbers are looked for in every language; own telephone
recogniser; domains are checked offline; of two findings one inside the other the surer or else the longer one is kept.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer import predefined_recognizers as stock
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine, SpacyNlpEngine

from audits.judges.words import language_of
from audits.kinds.pii.recognisers import Emails, PhoneNumbers

LANGUAGES = ("en", "es")
WINDOW = 8_000  # characters looked at in one go
OVERLAP = 400  # more than any pattern spans, with its context words
_EVERYWHERE = (
    "CreditCardRecognizer", "CryptoRecognizer", "DateRecognizer", "EsNieRecognizer", "EsNifRecognizer",
    "IbanRecognizer", "IpRecognizer", "MacAddressRecognizer", "MedicalLicenseRecognizer", "UrlRecognizer",
)  # fmt: skip
_ENGLISH = (
    "NhsRecognizer", "UsBankRecognizer", "UsItinRecognizer", "UsLicenseRecognizer", "UsPassportRecognizer", "UsSsnRecognizer",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One place of a text: characters [start, end), never their content. score: 0 to 1."""

    type: str
    start: int
    end: int
    score: float
    recogniser: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in one text. `timeouts`: patterns that were given up, so that silence about them is no absence."""

    language: str
    findings: tuple[Finding, ...]
    timeouts: int


class AnalysisFailed(RuntimeError):  # noqa: N818 - reads as what happened
    """Presidio gave up on a text. Carries the type of the error and never its words."""


class _Quiet(logging.Handler):
    """Stands in for every handler of Presidio's log, which would carry words of the texts; it only counts warnings."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.timeouts = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.timeouts += "timed out" in str(record.msg)


class BlankEngine(SpacyNlpEngine):
    """Tokens without a model. Lemmas are the words themselves: blank ones would switch context off."""

    def __init__(self) -> None:
        super().__init__(models=[{"lang_code": language, "model_name": "blank"} for language in LANGUAGES])
        self.nlp = {language: spacy.blank(language) for language in LANGUAGES}  # type: ignore[assignment]

    def _doc_to_nlp_artifact(self, doc: Any, language: str) -> NlpArtifacts:
        indices = [token.idx for token in doc]
        words = [token.lower_ for token in doc]
        return NlpArtifacts([], doc, indices, words, self, language, scores=[])


class Analyser:
    """Looks through texts, one at a time; the same text always gives the same findings."""

    def __init__(self, phone_regions: Iterable[str]) -> None:
        self._quiet = _silenced()
        engine: NlpEngine = BlankEngine()
        registry = RecognizerRegistry(recognizers=_recognisers(tuple(phone_regions)), supported_languages=list(LANGUAGES))
        enhancer = LemmaContextAwareEnhancer(context_matching_mode="whole_word")
        self._analyser = AnalyzerEngine(registry, engine, supported_languages=list(LANGUAGES), context_aware_enhancer=enhancer)

    def look(self, text: str, language: str, entities: tuple[str, ...], threshold: float) -> Looked:
        """Findings in order of place. Raises `AnalysisFailed`.

        language: `en` or `es`; empty or another is told from the words, else taken for `en`.
        """
        named = language[:2].lower()
        spoken = named if named in LANGUAGES else language_of(text) or "en"
        before = self._quiet.timeouts
        surest: dict[tuple[str, int, int], Finding] = {}
        for start, end in windows(text):
            for one in self._found(text[start:end], start, spoken, entities, threshold):
                place = (one.type, one.start, one.end)
                surest[place] = max(one, surest.get(place, one), key=lambda finding: finding.score)
        kept = tuple(sorted(outermost(surest.values()), key=lambda one: (one.start, one.end, one.type)))
        return Looked(spoken, kept, self._quiet.timeouts - before)

    def _found(self, text: str, at: int, language: str, entities: tuple[str, ...], threshold: float) -> list[Finding]:
        try:
            found = self._analyser.analyze(text, language, entities=list(entities), score_threshold=threshold)
        except ValueError as error:  # its words quote the text
            raise AnalysisFailed(type(error).__name__) from None
        return [
            Finding(one.entity_type, at + one.start, at + one.end, one.score, one.recognition_metadata["recognizer_name"])
            for one in found
        ]


@lru_cache(maxsize=4)
def analyser(phone_regions: tuple[str, ...]) -> Analyser:
    """One analyser a process and set of regions: it takes a second to build."""
    return Analyser(phone_regions)


def windows(text: str) -> Iterator[tuple[int, int]]:
    """Parts [start, end) of a text, overlapping, cut between words where there are any: Presidio's context step takes time
    by the square of the findings. A place that two parts show counts once.
    """
    start = 0
    while len(text) - start > WINDOW:
        end = _between_words(text, start + WINDOW - OVERLAP, start + WINDOW)
        yield start, end
        start = _between_words(text, end - OVERLAP, end - OVERLAP // 2)
    yield start, len(text)


def _between_words(text: str, earliest: int, latest: int) -> int:
    """The place after the last white space of [earliest, latest), or `latest`."""
    return next((place + 1 for place in range(latest - 1, earliest - 1, -1) if text[place].isspace()), latest)


def outermost(findings: Iterable[Finding]) -> list[Finding]:
    """Without those inside another that is surer, or as sure and longer: the host of an e-mail is no second finding."""
    ordered = sorted(findings, key=lambda one: (-one.score, one.start - one.end, one.start, one.type))
    kept: list[Finding] = []
    reach: dict[int, int] = {}  # place -> how far the longest kept finding over it goes
    for one in ordered:
        if reach.get(one.start, -1) < one.end:
            kept.append(one)
            for place in range(one.start, one.end):
                reach[place] = max(one.end, reach.get(place, -1))
    return kept


def _recognisers(phone_regions: tuple[str, ...]) -> list[Any]:
    found: list[Any] = []
    for language in LANGUAGES:
        names = _EVERYWHERE + (_ENGLISH if language == "en" else ())
        found += [getattr(stock, name)(supported_language=language) for name in names]
        found += [Emails(language), PhoneNumbers(language, phone_regions)]
    return found


def _silenced() -> _Quiet:
    """Cut Presidio's and spaCy's logs off from the process's: nothing of a text may reach them."""
    quiet = _Quiet()
    for name in ("presidio-analyzer", "decision_process", "spacy", "tldextract"):
        log = logging.getLogger(name)
        log.handlers, log.propagate = [quiet], False
        log.setLevel(logging.WARNING)
    return quiet

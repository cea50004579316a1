"""Telephone numbers with the regions and the scores that a European audit needs; e-mail without a network.

The stock telephone recogniser of Presidio knows no Spanish numbers, takes four digits for a German one and scores
an international number no higher than any other.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import phonenumbers
import tldextract
from presidio_analyzer import AnalysisExplanation, LocalRecognizer, RecognizerResult
from presidio_analyzer.predefined_recognizers import EmailRecognizer

NAME = "PhoneNumbers"
NATIONAL = 0.4
GROUPED = 0.5
INTERNATIONAL = 0.7
LEAST_DIGITS = 9
CONTEXT = [
    "phone",
    "telephone",
    "tel",
    "mobile",
    "cell",
    "cellphone",
    "number",
    "fax",
    "whatsapp",
    "contact",
    "teléfono",
    "telefono",
    "teléfonos",
    "tfno",
    "tlf",
    "móvil",
    "movil",
    "celular",
    "número",
    "llame",
    "llamar",
    "llámenos",
    "llama",
    "llámanos",
    "contacto",
]
# The snapshot that is installed with the library: without this it would fetch a list from the network.
_SUFFIXES = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=())


class Emails(EmailRecognizer):
    """E-mail addresses under a known top-level domain, looked up offline."""

    def __init__(self, language: str) -> None:
        super().__init__(supported_language=language, name="EmailRecognizer")

    def validate_result(self, pattern_text: str) -> bool:
        """Whether the address ends in a registered domain."""
        return bool(_SUFFIXES(pattern_text).top_domain_under_public_suffix)


class PhoneNumbers(LocalRecognizer):
    """Valid telephone numbers: international 0.7; national 0.4; Spanish and written in groups in a Spanish text 0.5."""

    def __init__(self, language: str, regions: Sequence[str]) -> None:
        self.regions = tuple(regions)
        super().__init__(supported_entities=["PHONE_NUMBER"], supported_language=language, context=CONTEXT, name=NAME)

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Every number that is valid in a region; a number of several regions once, with its highest score."""
        if "PHONE_NUMBER" not in entities:
            return []
        best: dict[tuple[int, int], float] = {}
        for start, end, score in self._found(text):
            best[start, end] = max(score, best.get((start, end), 0.0))
        return [self._result(start, end, score) for (start, end), score in sorted(best.items())]

    def _found(self, text: str) -> Iterator[tuple[int, int, float]]:
        for region in self.regions or ("ZZ",):
            for match in phonenumbers.PhoneNumberMatcher(text, region):
                digits = sum(letter.isdigit() for letter in match.raw_string)
                if match.raw_string.startswith("+") and digits >= 7:
                    yield match.start, match.end, INTERNATIONAL
                elif digits >= LEAST_DIGITS:
                    yield match.start, match.end, self._national(match.raw_string, region)

    def _national(self, raw: str, region: str) -> float:
        grouped = not raw.isdigit()
        return GROUPED if grouped and region == "ES" and self.supported_language == "es" else NATIONAL

    def _result(self, start: int, end: int, score: float) -> RecognizerResult:
        explanation = AnalysisExplanation(recognizer=NAME, original_score=score)
        names = {
            RecognizerResult.RECOGNIZER_NAME_KEY: NAME,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
        }
        return RecognizerResult("PHONE_NUMBER", start, end, score, explanation, names)

"""The same words in each language that a page or a report can have. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Words that stand in a file of ours, in English and in Spanish."""

    en: str
    es: str

    def of(self, language: str) -> str:
        """The words in `language`; English for a language that is not here."""
        return self.es if language == "es" else self.en

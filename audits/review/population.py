"""The answers of a fidelity audit that people may look at: judged ones that claim something, by their language."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from audits.judges.words import language_of
from audits.runs.models import ItemRecord, Run
from audits.runs.services import private_words

UNKNOWN = "und"  # ISO 639-2: undetermined
MOST = 50_000  # answers looked through in one request
FLAGGED = frozenset({"unsupported", "contradicted"})


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer with what the judge said: `score` 0 (supported) to 1 as decimal text, and whether it flagged the answer."""

    record: UUID
    item: str
    score: str
    flagged: bool


def judged_of(record: ItemRecord) -> Judged | None:
    """What the judge said of an answer; None where it gave no verdict or the answer only declined."""
    values = record.values
    if record.outcome != "scored" or values.get("abstained") or values.get("unsupported") is None:
        return None
    return Judged(record.pk, record.item, str(values["unsupported"]), values.get("verdict") in FLAGGED)


def population_of(run: Run, language: str) -> list[Judged]:
    """The judged answers of this language whose words are still there, in the order in which they were recorded."""
    return [judged for spoken, judged in _spoken(run) if spoken == language]


def languages_of(run: Run) -> list[tuple[str, int]]:
    """How many answers there are of each language, the most frequent first."""
    return Counter(spoken for spoken, _ in _spoken(run)).most_common()


def _spoken(run: Run) -> Iterator[tuple[str, Judged]]:
    records = ItemRecord.objects.of(run.organisation_id).filter(run=run, private__isnull=False).order_by("id")
    for record in records[:MOST].iterator(chunk_size=500):
        judged = judged_of(record)
        if judged is not None:
            yield spoken_in(record), judged


def spoken_in(record: ItemRecord) -> str:
    """The language of an answer: by its own words, else by those of its passages, else by the question's."""
    words = private_words(record)
    passages = "\n".join(str(passage.get("text", "")) for passage in words.get("passages", ()))
    texts = (str(words.get("answer", "")), passages, str(words.get("question", "")))
    return next((spoken for text in texts if (spoken := language_of(text))), UNKNOWN)

"""Stable names that readers meet, as words. Pure.

What stands in `NAMES` is in the catalogue of translations. A name that does not stand there may be one that a person gave:
it is shown as it is, in words, and not translated.
"""

from collections.abc import Sequence

from governance.book import Text
from governance.book import gettext_noop as _

NAMES = (
    # kinds of evidence and of assets
    _("Bias"), _("Explainability"), _("Fidelity"), _("Pii"), _("Lineage"), _("Report"),
    _("Ai system"), _("Model"), _("Prompt"), _("Dataset"), _("Knowledge base"), _("Agent"), _("Tool"), _("System"),
    _("Judge"), _("Guideline"), _("Calibration"),
    # stages
    _("Design"), _("Development"), _("Validation"), _("Production"), _("Retired"),
    # roles of operators, classes of risk
    _("Provider"), _("Deployer"), _("Importer"), _("Distributor"), _("Authorised representative"), _("Product manufacturer"),
    _("Not classified"), _("Prohibited"), _("High risk"), _("Transparency"), _("Minimal risk"),
    # roles of people
    _("Viewer"), _("Engineer"), _("Auditor"), _("Officer"), _("Admin"), _("Person"), _("Token"),
    # fields of what is registered
    _("Purpose"), _("Intended use"), _("Roles"), _("Deployers"), _("Users affected"), _("Foreseeable misuse"), _("Risk class"),
    _("Area"), _("Oversight"), _("Accuracy"), _("Robustness"), _("Data governance"), _("Record keeping"),
    _("Instructions for use"), _("Languages"), _("Countries"), _("Placed on market"),
    # outcomes of items and what they hold
    _("Supported"), _("Unsupported"), _("Contradicted"), _("Abstained"), _("Scored"), _("Unscored"), _("Question"), _("Answer"),
    _("Answered"), _("Passages"), _("Claims"), _("Checks"), _("Rows"), _("Groups"), _("Texts"), _("Latency ms"), _("Cost"),
    # labels of people and what they make of a judge
    _("Cannot tell"), _("Unsupported answers corrected"), _("Review"), _("Label"), _("Sampled"), _("Platt"), _("Isotonic"),
    # how an interval is made
    _("Exact"), _("Order statistics"), _("Split half"), _("None"),
    # what the trail speaks of
    _("Asset"), _("Criterion"), _("Edge"), _("Evidence"), _("File"), _("Membership"), _("Organisation"), _("Run"), _("Target"),
    _("Version"), _("Suite"), _("Suite version"), _("Suite run"), _("Schedule"), _("Due at"), _("Let go"), _("Expression"),
    _("Time zone"), _("Misfire"), _("Enabled"),
    _("Feedback"), _("Comment"), _("Approval"), _("Before"), _("After"), _("User"), _("Role"), _("Digest"), _("Subject id"),
    _("Incident"), _("Monitoring plan"), _("Hold"), _("Plan"), _("Effects"), _("Cause"), _("Retention ends"),
    _("Comparison"), _("First"), _("Second"), _("Verdict"),
    # why an item has no score, or a run failed
    _("Timeout"), _("Unreadable"), _("Wrong shape"), _("Too large"), _("Unsafe format"), _("Unreachable"), _("Sandbox"),
    _("Missing value"), _("Not finite"), _("Bare answer"), _("No claims"), _("Empty answer"), _("Question gone"),
    _("Too many claims"), _("Pattern timeout"), _("Bad parameters"), _("Bad result"), _("Crashed"), _("Worker lost"),
    # why a question is in no pair of a comparison
    _("Only in first"), _("Only in second"), _("Worded otherwise"), _("Without value"),
    _("Refused address"), _("Http status"), _("Not json"), _("Analysis failed"), _("Claims not judged"), _("Wrong ids"),
    _("Unparsable"), _("Judge wrong shape"), _("Judge truncated"), _("Not measured"),
    _("Judge timeout"), _("Judge unreachable"), _("Judge http status"), _("Judge not json"), _("Judge too large"),
    _("Judge too long"), _("Judge refused address"), _("Budget spent"), _("Canary missed"), _("Decoy missed"), _("Order in text"),
    _("No gold"), _("No passage ids"), _("No words"), _("Not english"), _("Not asked for"), _("One sentence"),
    # what is measured of retrieval, answers and operations
    _("Retrieval"), _("Answer quality"), _("Operations"), _("Gold"), _("Grades"), _("Used"), _("Reasons"), _("Behaviour"),
    _("Declined"), _("Partly"), _("Nothing"), _("Scope"), _("Language"), _("Words"), _("Unknown words"), _("Faults"), _("Marks"),
    _("Dictionary"), _("Stages"), _("Warm up"), _("Encoder"), _("Context relevance words"), _("Context relevance vectors"),
    _("Answer relevance"), _("Coherence words"), _("Coherence vectors"), _("Projection"), _("Wilson bounded"),
    _("Bootstrap clusters"),
    # what a judge checks, and judges
    _("Number"), _("Unit"), _("Date"), _("Time"), _("Weekday"), _("Name"), _("Negation"), _("No passages"),
    _("Other language"), _("Quote not found"), _("Quote too short"), _("Quote too long"), _("Quote unrelated"),
    _("Figure not found"), _("Embedded"),
    # details of items and of the trail
    _("Explained"), _("Features"), _("Background"), _("Residual"), _("Model rows"), _("Confinement"), _("Confidence"),
    _("Prompt tokens"), _("Completion tokens"), _("Currency"), _("Error"), _("Run id"), _("Subject"), _("Secrets"), _("Size"),
    _("Source"), _("System version"), _("Scopes"), _("Items"), _("Reason"), _("Stage"),
)  # fmt: skip


def words_of(name: str) -> str:
    """`false_positive_rate` as `False positive rate`: the message id of a stable name."""
    spaced = name.replace("_", " ").replace(".", " / ")
    return spaced[:1].upper() + spaced[1:]


def named(name: str) -> Text:
    """A stable name as a text; one that is not known as data, in words."""
    words = words_of(name)
    return Text(words) if words in _KNOWN else Text("%(name)s", (("name", words),))


def listed(texts: Sequence[Text]) -> Text:
    """Several texts as one, by comma."""
    places = [f"text{index}" for index in range(len(texts))]
    return Text(", ".join(f"%({place})s" for place in places), tuple(zip(places, texts, strict=True)))


def counted(counts: Sequence[tuple[str, int]]) -> Text:
    """Stable names with how often each occurs: `Timeout: 4, Unreadable: 2`."""
    return listed([Text("%(name)s: %(count)s", (("name", named(name)), ("count", str(count)))) for name, count in counts])


_KNOWN = frozenset(NAMES)

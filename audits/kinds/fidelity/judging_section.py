"""A language model as judge, in a report: how it was asked, what it took, what it left without a verdict."""

from typing import Any

from governance.book import Block, Cell, Column, Digest, Notice, Number, Paragraph, Raw, Table, Text
from governance.book import gettext_noop as _
from governance.evidence.facts import Facts
from governance.names import counted

COUNTS = {
    "calls": _("Calls to the judge"),
    "canaries": _("Of them answers of known label, to see that it reads"),
    "retries": _("Of them tried again"),
    "cached": _("Replies that were at hand already"),
    "prompt_tokens": _("Tokens sent"),
    "completion_tokens": _("Tokens received"),
}
LATENCIES = {
    "judge_latency_p50": _("Time of a call in ms, median"),
    "judge_latency_p95": _("Time of a call in ms, 95th percentile"),
}


def asked_how(facts: Facts) -> Block:
    """Which model judged, and in which manner."""
    model = (("model", str(facts.parameters["model"])),)
    prompts = facts.details.get("judging", {}).get("prompts", ())
    if any(prompt["manner"] == "yes_no" for prompt in prompts):
        words = _("Judged by the language model %(model)s, asked for one YES or NO an answer and read loosely: such a judge can "
                  "be talked round by what it reads.")  # fmt: skip
        return Notice(Text(words, model), state="info")
    words = _("Judged by the language model %(model)s; each verdict had to come with a quotation that stands in a passage.")
    return Paragraph(Text(words, model))


def judging_blocks(facts: Facts) -> list[Block]:
    """What judging took; nothing where no language model judged."""
    found = facts.details.get("judging")
    if not found:
        return []
    columns = (Column(Text(_("What judging took"))), Column(Text(_("Value")), figures=True))
    rows: list[tuple[Cell, ...]] = [(Text(title), Raw(str(found[name]))) for name, title in COUNTS.items()]
    rows += _cost(found)
    rows += [(Text(LATENCIES[one["name"]]), _number(one)) for one in found["latency"]]
    if found["untold"]:
        rows.append((Text(_("Calls whose tokens the endpoint did not tell")), Raw(str(found["untold"]))))
    for prompt in found["prompts"]:
        rows += [
            (Text(_("Prompt of the judge")), Raw(prompt["name"])),
            (Text(_("Digest of the prompt")), Digest(prompt["digest"])),
        ]
    blocks: list[Block] = [Table(Text(_("What judging took, canaries and tries included")), columns, tuple(rows))]
    left = tuple(found["left"].items())
    if left and left != facts.coverage.unscored:  # the section names all reasons; here are those that are the judge's
        reasons = (("reasons", counted(left)),)
        blocks.append(Notice(Text(_("Of these the judge left answers without a verdict: %(reasons)s."), reasons)))
    return blocks


def _cost(found: dict[str, Any]) -> list[tuple[Cell, ...]]:
    """The cost is not known without a price list, or where the endpoint does not tell its tokens."""
    if found["cost"] is None:
        return [(Text(_("Cost of judging")), Text(_("not known")))]
    return [
        (Text(_("Cost of judging")), Raw(f"{found['cost']} {found['currency']}")),
        (Text(_("Price list")), Raw(found["prices"])),
    ]


def _number(one: dict[str, Any]) -> Number:
    return Number(one["value"], one["low"], one["high"], one["n"], one["unit"], one["level"])

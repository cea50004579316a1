from governance.book import Block, Paragraph, Text
from governance.evidence.facts import Facts


def blocks(facts: Facts) -> tuple[Block, ...]:
    return (Paragraph(Text("%(count)s units of work.", (("count", facts.measures[0].value or "0"),))),)

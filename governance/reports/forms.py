"""The forms a report can have: what each is called, what it is served as, and the function of sealed bytes that makes it."""

from collections.abc import Callable
from dataclasses import dataclass

from governance.reports import cyclonedx, docx, html, machine, model_card, oscal, pdf, tables
from governance.reports.sealed import SealedReport


def _nothing_loads() -> str:
    return "sandbox; default-src 'none'; frame-ancestors 'self'"


def _own_style_only() -> str:
    return f"sandbox; {html.policy()}; frame-ancestors 'self'"


@dataclass(frozen=True, slots=True)
class Form:
    """ending: of its file's name. evidence: whether it is made of the evidence's statements too, not only of the report's.

    worded: whether it can be printed with the words of answers. policy: the Content-Security-Policy it is served with.
    """

    content_type: str
    ending: str
    render: Callable[[SealedReport], bytes]
    evidence: bool = False
    worded: bool = False
    policy: Callable[[], str] = _nothing_loads


def _html(report: SealedReport) -> bytes:
    return html.render(report).encode()


BY_NAME: dict[str, Form] = {
    "html": Form(html.CONTENT_TYPE, ".html", _html, worded=True, policy=_own_style_only),
    "pdf": Form(pdf.CONTENT_TYPE, ".pdf", pdf.render, evidence=True, worded=True),
    "docx": Form(docx.CONTENT_TYPE, ".docx", docx.render, worded=True),
    "json": Form(machine.CONTENT_TYPE, ".json", machine.render),
    "csv": Form(tables.CONTENT_TYPE, ".csv.zip", tables.render, evidence=True),
    "cyclonedx": Form(cyclonedx.CONTENT_TYPE, ".cdx.json", cyclonedx.render, evidence=True),
    "oscal": Form(oscal.CONTENT_TYPE, ".oscal.json", oscal.render, evidence=True),
    "model-card": Form(model_card.CONTENT_TYPE, ".model-card.md", model_card.render, evidence=True),
}
FORMS = tuple(BY_NAME)
WORDED = tuple(name for name, form in BY_NAME.items() if form.worded)

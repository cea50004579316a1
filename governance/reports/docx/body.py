"""The blocks of a spoken book as WordprocessingML. Pure: drawings go out by number, their pictures come in by name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from governance.reports.docx.words import (
    WIDTH,
    bookmark,
    borders,
    colour,
    link,
    paragraph,
    picture,
    run,
    table,
)
from governance.reports.spoken import Plain

FACTS = (3_000, WIDTH - 3_000)
_BULLET = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
PAGE_BREAK = '<w:r><w:br w:type="page"/></w:r>'
_SHORT, _MOST = 24, 60  # characters: up to which a column is narrow, and with which a wide one is counted
_CHARACTER, _PADDING = 105, 190  # of a cell, in twentieths of a point


@dataclass(frozen=True, slots=True)
class Labels:
    """Words of the form itself, in the report's language."""

    contents: str
    provenance: str
    sealed: str
    issued: str
    draft: str
    page: str
    of: str
    copy: str


def body(book: Plain, labels: Labels, issued: str, sizes: Sequence[tuple[int, int]]) -> str:
    """Cover, contents and sections. sizes: of the drawings, in dots, in the order in which `drawings` names them."""
    pictures = iter(enumerate(sizes, 1))

    def drawn(block: Plain) -> str:
        number, (across, down) = next(pictures)
        scale = WIDTH / across
        return paragraph(picture(number, f"drawing{number}", (WIDTH, round(down * scale)), f"Chart {number}", block["alt"]))

    sections = "".join(_section(number, one, labels, drawn) for number, one in enumerate(book["sections"], 1))
    return _cover(book, labels, issued) + sections


def drawings(book: Plain) -> list[str]:
    """The drawings of a book in its order."""
    return [block["svg"] for section in book["sections"] for block in section["blocks"] if block["form"] == "chart"]


def _cover(book: Plain, labels: Labels, issued: str) -> str:
    rows = [[_line(run(name, "Quiet")), _line(_cell(cell, whole=True))] for name, cell in book["status"]]
    lines = [paragraph(link(_anchor(number), one["title"]), "ContentsLine") for number, one in enumerate(book["sections"], 1)]
    return "".join(
        (
            paragraph(run("Probanza"), "Brand"),
            paragraph(run(book["title"]), "Title"),
            paragraph(run(book["subtitle"]), "Subtitle"),
            table(rows, FACTS, caption=book["title"], head=0) if rows else "",
            paragraph("", "AfterTable"),
            *(_notice(one) for one in book["notices"]),
            _boxed(run(f"{labels.issued} {issued}. {labels.copy}"), "info"),
            paragraph(run(labels.contents), "Contents"),
            *lines,
            paragraph(PAGE_BREAK),
        )
    )


def _anchor(number: int) -> str:
    return f"section{number}"


def _section(number: int, section: Plain, labels: Labels, drawn: Callable[[Plain], str]) -> str:
    title = paragraph(bookmark(number, _anchor(number), run(section["title"])), "Heading1")
    return title + "".join(_block(block, labels, drawn) for block in section["blocks"])


def _block(block: Plain, labels: Labels, drawn: Callable[[Plain], str]) -> str:
    if block["form"] == "chart":
        return drawn(block)
    if block["form"] == "provenance":
        return _provenance(block, labels)
    return _FORMS[block["form"]](block)


def _heading(block: Plain) -> str:
    return paragraph(run(block["text"]), f"Heading{min(max(block['level'], 3), 5) - 1}")


def _paragraph(block: Plain) -> str:
    return paragraph(run(block["text"]))


def _notice(block: Plain) -> str:
    state = run(f"{block['shape']} {block['word']}. ", "State", bold="1", color=colour(block["tone"]))
    return _boxed(state + run(block["text"]), block["tone"])


def _boxed(content: str, tone: str) -> str:
    return paragraph(content, "Notice", properties=borders(tone, dashed=tone == "not_assessed"))


def _listing(block: Plain) -> str:
    return "".join(paragraph(run(item), "Item", properties=_BULLET) for item in block["items"])


def _table(block: Plain) -> str:
    head = [paragraph(run(one["title"]), "FigureHead" if one["figures"] else "CellHead") for one in block["columns"]]
    rows = [[_line(_cell(cell), figures=cell["figures"]) for cell in row] for row in block["rows"]]
    caption = paragraph(run(block["caption"]), "Caption")
    return caption + table([head, *rows], widths(block), caption=block["caption"]) + paragraph("", "AfterTable")


def widths(block: Plain) -> list[int]:
    """A column of short words is as wide as they need, so that no state breaks; the others share the rest by what they hold."""
    columns = block["columns"]
    longest = [max(len(one["title"]), *(len(_told(row[at])) for row in block["rows"]), 1) for at, one in enumerate(columns)]
    needed = [_CHARACTER * length + _PADDING if length <= _SHORT else 0 for length in longest]
    free = WIDTH - sum(needed)
    if free < (0 if all(needed) else WIDTH // 3):  # too many short ones: all share alike
        needed, free = [0] * len(columns), WIDTH
    shared = [0 if need else min(length, _MOST) for need, length in zip(needed, longest, strict=True)]
    found = [need or free * share // sum(shared) for need, share in zip(needed, shared, strict=True)]
    found[-1] += WIDTH - sum(found)
    return found


def _told(cell: Plain) -> str:
    return f"{cell['shape']} {cell['word']}" if cell["form"] == "chip" else str(cell["text"])


def _line(content: str, *, figures: bool = False) -> str:
    return paragraph(content, "Figure" if figures else "Cell")


def _cell(cell: Plain, *, whole: bool = False) -> str:
    if cell["form"] == "chip":
        return run(_told(cell), "State", bold="1", color=colour(cell["tone"]))
    if cell["form"] == "digest":
        return run(cell["whole"] if whole else cell["text"], "Digest")
    return run(cell["text"])


def _passage(block: Plain) -> str:
    caption = paragraph(run(block["caption"]), "PassageCaption") if block["caption"] else ""
    return caption + paragraph("".join(_part(part) for part in block["parts"]), "Passage")


def _part(part: Plain) -> str:
    if not part["reason"]:
        return run(part["text"])
    paint = colour("not_met")
    return run(part["text"], underline="single", color=paint) + run(f" ({part['reason']})", color=paint)


def _excerpt(block: Plain) -> str:
    return paragraph(run(f"{block['caption']}: {block['reasons']}")) if block["reasons"] else ""


def _provenance(block: Plain, labels: Labels) -> str:
    rows = [[_line(run(name, "Quiet")), _line(_cell(cell, whole=True))] for name, cell in block["rows"]]
    made = table(rows, FACTS, caption=labels.provenance, style="Provenance", head=0) if rows else ""
    return paragraph(run(labels.provenance), "Caption") + made + paragraph("", "AfterTable")


_FORMS: dict[str, Callable[[Plain], str]] = {
    "heading": _heading,
    "paragraph": _paragraph,
    "notice": _notice,
    "listing": _listing,
    "table": _table,
    "passage": _passage,
    "excerpt": _excerpt,
}

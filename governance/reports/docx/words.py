"""The few WordprocessingML elements that a report needs, as text. Everything that comes from outside is escaped here. Pure."""

from collections.abc import Mapping, Sequence

from governance.charts.svg import escape

PAGE = (11_906, 16_838)  # A4 in twentieths of a point
MARGIN = 1_134  # 20 mm
WIDTH = PAGE[0] - 2 * MARGIN
EMU = 635  # English metric units in a twentieth of a point

COLOURS = {
    "met": "1E6B3A",
    "not_met": "A3241C",
    "inconclusive": "8A5A00",
    "stale": "5B4B8A",
    "info": "1F4E8C",
    "not_assessed": "1C1B19",
}
INK = "1C1B19"


def colour(tone: str) -> str:
    """The paint of a state; ink for a tone that nobody knows."""
    return COLOURS.get(tone, INK)


def run(words: str, style: str = "", **properties: str) -> str:
    """A run of text. style: the id of a character style. properties: elements of `w:rPr` with the value of their `w:val`.

    `bold="1"` and `underline="single"` may be given with `color`.
    """
    if not words:
        return ""
    return f'<w:r>{_run_properties(style, properties)}<w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


def _run_properties(style: str, given: Mapping[str, str]) -> str:
    # the schema asks for this order
    parts = [f'<w:rStyle w:val="{style}"/>'] if style else []
    parts += ["<w:b/>"] if given.get("bold") else []
    parts += [f'<w:color w:val="{given["color"]}"/>'] if given.get("color") else []
    parts += [f'<w:u w:val="{given["underline"]}"/>'] if given.get("underline") else []
    return f"<w:rPr>{''.join(parts)}</w:rPr>" if parts else ""


def paragraph(content: str, style: str = "", *, properties: str = "") -> str:
    """A paragraph. content: runs. properties: further elements of `w:pPr`, in the order of the schema."""
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    inner = f"<w:pPr>{styled}{properties}</w:pPr>" if styled or properties else ""
    return f"<w:p>{inner}{content}</w:p>"


def borders(tone: str, *, dashed: bool) -> str:
    """A box around a paragraph, thick on the left; dashed all around for what was not assessed."""
    sides = ("top", "left", "bottom", "right")
    kind = "dashed" if dashed else "single"
    width = {"left": 36}
    lines = [
        f'<w:{side} w:val="{kind}" w:sz="{width.get(side, 12 if dashed else 4)}" w:space="4" w:color="{colour(tone)}"/>'
        for side in sides
    ]
    return f"<w:pBdr>{''.join(lines)}</w:pBdr>"


def field(instruction: str) -> str:
    """A field that the reader's programme computes, such as the number of the page."""
    return f'<w:fldSimple w:instr=" {escape(instruction)} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def link(anchor: str, words: str) -> str:
    """A link to a bookmark of the same document."""
    return f'<w:hyperlink w:anchor="{escape(anchor)}" w:history="1">{run(words, "Hyperlink")}</w:hyperlink>'


def bookmark(number: int, anchor: str, content: str) -> str:
    """`content` with a place that links lead to."""
    return f'<w:bookmarkStart w:id="{number}" w:name="{escape(anchor)}"/>{content}<w:bookmarkEnd w:id="{number}"/>'


def table(
    rows: Sequence[Sequence[str]], widths: Sequence[int], *, caption: str = "", style: str = "Report", head: int = 1
) -> str:
    """A table of cells that are paragraphs already.

    widths: of the columns, in twentieths of a point. head: how many rows are told again on each page. caption: what a screen
    reader says of it.
    """
    told = f'<w:tblCaption w:val="{escape(caption)}"/>' if caption else ""
    first = "1" if head else "0"
    properties = (
        f'<w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="06{2 * int(first)}0" w:firstRow="{first}" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" '
        f'w:noHBand="1" w:noVBand="1"/>{told}</w:tblPr>'
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    body = "".join(_row(row, widths, repeated=index < head) for index, row in enumerate(rows))
    return f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"


def _row(cells: Sequence[str], widths: Sequence[int], *, repeated: bool) -> str:
    head = "<w:tblHeader/>" if repeated else ""
    inner = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{cell}</w:tc>'
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{inner}</w:tr>"


def picture(number: int, relation: str, size: tuple[int, int], name: str, told: str) -> str:
    """A drawing in the line of text. size: twentieths of a point. told: its alternative text."""
    across, down = (side * EMU for side in size)
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{across}" cy="{down}"/>'
        f'<wp:docPr id="{number}" name="{escape(name)}" descr="{escape(told)}"/><wp:cNvGraphicFramePr>'
        '<a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="{escape(name)}" descr="{escape(told)}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext cx="{across}" cy="{down}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )

"""What holds the parts of a Word document together: their types, their relations, who made it, and in which language."""

from functools import cache
from pathlib import Path

from django.conf import settings

from governance.charts.svg import escape

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
LANGUAGES = {"en": "en-GB", "es": "es-ES"}
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PARTS = ("document.main", "styles", "numbering", "settings", "header", "footer")
_OF_DOCUMENT = ("styles", "numbering", "settings", "header", "footer")


def code(language: str) -> str:
    """The language as word processors name it."""
    return LANGUAGES.get(language, language)


@cache
def numbering() -> str:
    """`word/numbering.xml`: the bullet of lists."""
    return _file("numbering.xml")


@cache
def styles(language: str) -> str:
    """`word/styles.xml`: built-in names for headings, so that outlines work."""
    return _file("styles.xml").replace("LANGUAGE", escape(code(language)))


def _file(name: str) -> str:
    path: Path = settings.BASE_DIR / "templates" / "reports" / "docx" / name
    return path.read_text(encoding="utf-8")


def document_settings(language: str) -> str:
    """`word/settings.xml`: as the newest word processors lay out."""
    return (
        f'{HEAD}<w:settings {NAMESPACES}><w:defaultTabStop w:val="720"/><w:compat><w:compatSetting w:name="compatibilityMode" '
        f'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        f'<w:themeFontLang w:val="{escape(code(language))}"/></w:settings>'
    )


def core(title: str, digest: str, language: str, issued: str) -> str:
    """`docProps/core.xml`. issued: `YYYY-MM-DDTHH:MM:SSZ`."""
    moments = "".join(f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{issued}</dcterms:{name}>' for name in ("created", "modified"))
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>Probanza</dc:creator><dc:description>{escape(digest)}</dc:description>"
        f"<dc:language>{escape(code(language))}</dc:language>{moments}</cp:coreProperties>"
    )


def types() -> str:
    """`[Content_Types].xml`."""
    parts = "".join(
        f'<Override PartName="/word/{name.removesuffix(".main")}.xml" ContentType="{_WORD}.{name}+xml"/>' for name in _PARTS
    )
    return (
        f'{HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="png" ContentType="image/png"/>'
        f'{parts}<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )


def relations() -> str:
    """`_rels/.rels`: which part is the document, which says who made it."""
    document = _relation("document", f"{_OFFICE}/officeDocument", "word/document.xml")
    return _related(document + _relation("core", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"))


def document_relations(drawn: int) -> str:
    """`word/_rels/document.xml.rels`. drawn: how many pictures there are."""
    own = "".join(_relation(name, f"{_OFFICE}/{name}", f"{name}.xml") for name in _OF_DOCUMENT)
    pictures = (f"drawing{number}" for number in range(1, drawn + 1))
    return _related(own + "".join(_relation(name, f"{_OFFICE}/image", f"media/{name}.png") for name in pictures))


def _relation(name: str, sort: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{sort}" Target="{target}"/>'


def _related(inner: str) -> str:
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'

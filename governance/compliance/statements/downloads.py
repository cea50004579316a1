"""How a document leaves: as a download, never shown inside a page of ours."""

from urllib.parse import quote

from django.http import HttpResponse

from governance.compliance.statements.models import Statement


def handed_out(row: Statement, content: bytes) -> HttpResponse:
    """The bytes of a statement's document under the name it came with."""
    disposition = f"attachment; filename*=UTF-8''{quote(row.document_name, safe='')}"
    headers = {"Cache-Control": "no-store", "Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)

"""The chapters from transparency on, in their order."""

from governance.reports.parts.changes import changes
from governance.reports.parts.declaration import declaration
from governance.reports.parts.instructions import model_card as model_card
from governance.reports.parts.instructions import transparency
from governance.reports.parts.monitoring import monitoring
from governance.reports.parts.people import cybersecurity, quality
from governance.reports.parts.records import records
from governance.reports.parts.rights import rights

CHAPTERS = (
    ("transparency", transparency),
    ("cybersecurity", cybersecurity),
    ("records", records),
    ("monitoring", monitoring),
    ("changes", changes),
    ("quality", quality),
    ("rights", rights),
    ("declaration", declaration),
)
LAST = CHAPTERS[-1][0]

"""Personal data in texts: a knowledge base, or recorded answers."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from audits.contract import AuditKind, MeasureCard
from governance.book import gettext_noop as _
from governance.shapes import ShapeError

ENTITIES = (
    "CREDIT_CARD", "CRYPTO", "DATE_TIME", "EMAIL_ADDRESS", "ES_NIE", "ES_NIF", "IBAN_CODE", "IP_ADDRESS", "MAC_ADDRESS",
    "MEDICAL_LICENSE", "PHONE_NUMBER", "UK_NHS", "URL", "US_BANK_NUMBER", "US_DRIVER_LICENSE", "US_ITIN", "US_PASSPORT", "US_SSN",
)  # fmt: skip
# Found and listed, but a date or an address of a page names nobody by itself.
NOT_IDENTIFYING = ("DATE_TIME", "URL")
# What this cut has no detector for: silence about them is not absence.
NOT_ASSESSED = ("PERSON", "LOCATION", "ORGANIZATION", "NRP", "STREET_ADDRESS", "AGE")
_REGION = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class PiiParameters:
    """What to look for.

    language: of all texts; empty: each text's own, else told from its words. threshold: least score of a
    finding, 0 to 1. entities: types to look for, empty for all. phone_regions: countries whose national
    telephone numbers are known (ISO 3166); international ones (`+34 ...`) are known everywhere.
    """

    language: Literal["", "en", "es"] = ""
    threshold: Decimal = Decimal("0.5")
    entities: tuple[str, ...] = ()
    phone_regions: tuple[str, ...] = ("ES", "GB", "DE", "FR", "IT", "PT", "US")

    def __post_init__(self) -> None:
        if not 0 <= self.threshold <= 1:
            raise ShapeError("threshold", "must be from 0 to 1.")
        for index, entity in enumerate(self.entities):
            if entity not in ENTITIES:
                raise ShapeError(f"entities[{index}]", "is not one of the known types.", ENTITIES)
        for index, region in enumerate(self.phone_regions):
            if not _REGION.fullmatch(region):
                raise ShapeError(f"phone_regions[{index}]", "must be a country code of two capitals like `ES`.")

    def looked_for(self) -> tuple[str, ...]:
        """The types of this run, in alphabetical order."""
        return tuple(sorted(set(self.entities or ENTITIES)))


KIND = AuditKind(
    name="pii",
    title=_("Personal data"),
    version="1",
    needs="texts",
    parameters=PiiParameters,
    runner="audits.kinds.pii.runner",
    chunk=60,
    section="audits.kinds.pii.section",
    measures=(
        MeasureCard(
            "texts_with_finding",
            _("Texts with personal data found"),
            "share",
            "lower",
            "texts with at least one finding that can identify someone / texts looked through",
        ),
        MeasureCard("findings", _("Findings of personal data"), "count", "lower", "number of findings that can identify someone"),
    ),
)

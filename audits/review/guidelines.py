"""What reviewers are told to do: registered versions, so that labels say by which words they were made."""

from datetime import datetime
from uuid import UUID

from audits.review.keeping import asset_of, keeper, kept_asset
from governance.access.tenancy import NotFound
from governance.registry.models import AssetVersion
from governance.registry.services import add_version, newest_version
from governance.shapes import ShapeError

SLUG = "labelling-guideline"
SHIPPED = """Read the question, then the answer, then every passage. Judge only whether the passages support the answer.

Supported: everything the answer states as a fact is stated by the passages, or follows from them without outside knowledge.
Rounding, paraphrase and leaving things out are fine.

Unsupported: at least one statement is not in the passages, or the passages say otherwise. One wrong number, date, unit, name or
negation is enough, however small, and also when you know from elsewhere that it is true. Mark the stretch if you can.

Cannot tell: the passages can be read in two ways, the answer is not understandable, or you lack the language or the subject.
Do not use it for answers that are merely hard: read the passages once more first.

Greetings, questions back to the person and sentences that only say what the documents lack state nothing: pass over them.
Decide alone. Do not look at the audit's page while you label, and do not talk about single answers until both labels are in."""


def guideline_of(organisation: UUID, version_id: UUID | str | None, now: datetime) -> AssetVersion:
    """The guideline version that is asked for; without one the newest of ours, registered at first use.

    Raises:
        ShapeError: naming `guideline` where it is no guideline version of this organisation.
    """
    if not version_id:
        return newest_guideline(organisation) or _shipped(organisation, now)
    try:
        versions = AssetVersion.objects.filter(asset__kind="guideline").select_related("asset")
        found: AssetVersion = versions.one(organisation, version_id)
    except NotFound:
        raise ShapeError("guideline", "is no version of a guideline; register one as an asset of kind guideline.") from None
    return found


def newest_guideline(organisation: UUID) -> AssetVersion | None:
    """The newest version of the guideline that the service keeps for an organisation, if it was ever used."""
    asset = asset_of(organisation, "guideline", SLUG)
    return newest_version(asset) if asset else None


def guidelines(organisation: UUID) -> list[AssetVersion]:
    """The newest version of every guideline of the organisation."""
    versions = AssetVersion.objects.of(organisation).filter(asset__kind="guideline")
    return list(versions.order_by("asset_id", "-number").distinct("asset_id").select_related("asset"))


def _shipped(organisation: UUID, now: datetime) -> AssetVersion:
    asset = kept_asset(organisation, "guideline", SLUG, "Labelling guideline", now)
    spec = {"text": SHIPPED, "language": "en", "labels": ["supported", "unsupported", "cannot_tell"]}
    return add_version(actor=keeper(organisation), asset_id=asset.pk, spec=spec, now=now)

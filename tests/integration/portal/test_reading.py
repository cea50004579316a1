"""Pages as they are served: without the transaction that a test usually stands in."""

from django.test import Client

from governance.trail.models import TrailEntry
from tests.integration.portal.seed import Seeded


def test_an_audit_with_private_words_is_shown_and_its_reading_noted(committed: None, ana: Client, seeded: Seeded) -> None:
    assert ana.get(f"/audits/{seeded.done.pk}").status_code == 200
    assert ana.get(f"/audits/{seeded.done.pk}/items").status_code == 200
    assert TrailEntry.objects.filter(action="audits.read_items", subject_id=str(seeded.done.pk)).count() == 2

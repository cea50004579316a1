import pytest

from governance.trail.append_only import AppendOnlyError
from governance.trail.models import TrailEntry
from governance.trail.services import NoTransactionError, record


@pytest.mark.django_db
def test_a_trail_row_tells_who_did_what_to_what(actor, now):
    entry = record(actor=actor, action="a.verb", subject="asset", subject_id=actor.organisation, detail={"n": 1}, now=now)
    read = TrailEntry.objects.get(pk=entry.pk)
    assert (read.organisation_id, read.actor_name, read.subject_id) == (actor.organisation, actor.name, str(actor.organisation))
    assert (read.detail, read.at) == ({"n": 1}, now)
    assert "Ana Auditora: a.verb asset" in str(read)


@pytest.mark.usefixtures("committed")
def test_a_trail_row_apart_from_its_change_is_refused(now):
    with pytest.raises(NoTransactionError, match=r"a\.verb"):
        record(actor=None, action="a.verb", subject="asset", subject_id="1", detail={}, now=now)


@pytest.mark.django_db
def test_a_trail_row_is_neither_saved_again_nor_deleted_in_python(actor, now):
    entry = record(actor=actor, action="a.verb", subject="asset", subject_id="1", detail={}, now=now)
    with pytest.raises(AppendOnlyError, match="is never changed; add a new one instead"):
        entry.save()
    with pytest.raises(AppendOnlyError, match="is never deleted"):
        entry.delete()

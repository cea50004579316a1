"""What a page shows of a run's items: their words, decrypted, and where an answer is not supported."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from audits.runs import services
from audits.runs.models import ItemRecord, Run
from governance.access.compiled import compiled
from governance.access.tenancy import as_uuid
from governance.portal.look import name_words
from governance.portal.session import PortalRequest

ITEMS = 20
FROM_THE_START = UUID(int=0)
MOST_WORDS = 20_000  # characters of one item's words that a page shows
SPANS = ("spans", "claims")
VERDICTS = {
    "supported": gettext_noop("supported"),
    "unsupported": gettext_noop("unsupported"),
    "contradicted": gettext_noop("contradicted"),
    "unscored": gettext_noop("unscored"),
}
UNSUPPORTED = frozenset({"unsupported", "contradicted"})


def items_shown(request: PortalRequest, run: Run) -> dict[str, Any]:
    """A page of items with their words; reading those is written to the trail."""
    after = as_uuid(request.GET.get("after", ""))
    found = _records(run.organisation_id, run.pk, after or FROM_THE_START)
    shown = found[:ITEMS]
    with_words = sum(record.private is not None for record in shown)
    services.note_reading(actor=request.actor, run_id=run.pk, items=with_words, judged=True, now=timezone.now())
    return {
        "items": [_item(record) for record in shown],
        "after": shown[-1].pk if len(found) > ITEMS else None,
        "is_first": after is None,
    }


@compiled(UUID, UUID, UUID)
def _records(organisation: UUID, run_id: UUID, after: UUID) -> QuerySet[ItemRecord, ItemRecord]:
    records: QuerySet[ItemRecord, ItemRecord] = ItemRecord.objects.of(organisation).filter(run_id=run_id, id__gt=after)
    return records.order_by("id")[: ITEMS + 1]


def _item(record: ItemRecord) -> dict[str, Any]:
    private = services.private_words(record)
    answer = str(private.get("answer", ""))[:MOST_WORDS]
    return {
        "record": record,
        "verdict": _verdict_word(str(record.values.get("verdict", ""))),
        "answer": answer,
        "spans": _spans(record.values, private) if answer else [],
        "question": str(private.get("question", ""))[:MOST_WORDS],
        "words": [(name, _told(words)) for name, words in private.items() if name not in {"answer", "question"} and words],
        "values": [(name, value) for name, value in record.values.items() if _is_told(name, value)],
        "erased": record.private is None,
    }


def _verdict_word(verdict: str) -> str:
    return _(VERDICTS[verdict]) if verdict in VERDICTS else name_words(verdict)


def _told(words: Any) -> list[Any]:
    many = words if isinstance(words, list) else [words]
    return [one["text"] if isinstance(one, dict) and "text" in one else one for one in many]


def _is_told(name: str, value: Any) -> bool:
    return name not in {"verdict", *SPANS} and value not in (None, "", {}, [])


def _spans(values: Mapping[str, Any], private: Mapping[str, Any]) -> list[tuple[int, int, str]]:
    """The unsupported stretches of an answer with the reason, from its marked spans or else from its judged claims."""
    for name in SPANS:
        found = values.get(name) or private.get(name)
        if isinstance(found, list):
            return [(one["start"], one["end"], _why(one)) for one in found if _is_unsupported(one)]
    return []


def _is_unsupported(span: Any) -> bool:
    if not isinstance(span, dict) or span.get("verdict", "unsupported") not in UNSUPPORTED:
        return False
    return isinstance(span.get("start"), int) and isinstance(span.get("end"), int)


def _why(span: Mapping[str, Any]) -> str:
    contradicted = span.get("verdict") == "contradicted"
    told = _("contradicted by the passages") if contradicted else _("not supported by the passages")
    checks = ", ".join(dict.fromkeys(name_words(str(check)).lower() for check in span.get("checks", ())))
    return f"{told}: {checks}" if checks else told

"""A page of a run's answers, worst first: which are asked for, in which order, and how each is read."""

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Count, DecimalField, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from audits.reasons import REASONS, SORTS
from audits.runs import services
from audits.runs.answers import reading_of
from audits.runs.models import ItemRecord, Run
from governance.portal.session import PortalRequest

ANSWERS = 20  # a page
_DECLINED = Q(outcome="scored", values__abstained=True)
# Worst first; what has no verdict comes before what is well.
GROUPS: dict[str, tuple[str, Q]] = {
    "contradicted": (gettext_noop("contradicted"), Q(outcome="scored", values__verdict="contradicted")),
    "unsupported": (gettext_noop("unsupported"), Q(outcome="scored", values__verdict="unsupported")),
    "unscored": (gettext_noop("no verdict"), Q(outcome="unscored")),
    "supported": (gettext_noop("supported"), Q(outcome="scored", values__verdict="supported") & ~_DECLINED),
    "declined": (gettext_noop("declined to answer"), _DECLINED),
}
TONES = {"contradicted": "not_met", "unsupported": "not_met", "unscored": "inconclusive", "supported": "met", "declined": "info"}
SHAPES = {"contradicted": "!", "unsupported": "■", "unscored": "?", "supported": "✓", "declined": "–"}


def answers_shown(request: PortalRequest, run: Run) -> dict[str, Any]:
    """A page of answers with their words; reading those is written to the trail."""
    only, because = _known(request.GET.get("only", ""), GROUPS), _known(request.GET.get("because", ""), REASONS)
    records = _ranked(services.records_of(run))
    counts = _counts(records)
    chosen = _because(records.filter(group=only) if only else records, because)
    page = Paginator(chosen.order_by("rank", F("score").desc(nulls_last=True), "id"), ANSWERS).get_page(
        request.GET.get("page", 1)
    )
    shown = list(page.object_list)
    with_words = sum(record.private is not None for record in shown)
    services.note_reading(actor=request.actor, run_id=run.pk, items=with_words, judged=True, now=timezone.now())
    answers = [_answer(record) for record in shown]
    return {
        "answers": answers,
        "page": page,
        "only": only,
        "because": because,
        "groups": [{"name": name, "count": counts[name], **_look(name)} for name in GROUPS if name in counts],
        "all": sum(counts.values()),
        "reasons": _reasons(run),
        "legend": _legend(answers),
    }


def _known(asked: str, known: Mapping[str, Any]) -> str:
    return asked if asked in known else ""


def _ranked(records: "QuerySet[ItemRecord]") -> "QuerySet[Any, Any]":
    ranks = [When(condition, then=Value(rank)) for rank, (_word, condition) in enumerate(GROUPS.values())]
    names = [When(condition, then=Value(name)) for name, (_word, condition) in GROUPS.items()]
    told = KeyTextTransform("unsupported", "values")
    number = Cast(told, DecimalField(max_digits=20, decimal_places=16))
    score = Case(When(told__regex=r"^[01](\.[0-9]+)?$", then=number))  # another package's kind may have stored anything
    return records.annotate(told=told).annotate(
        rank=Case(*ranks, default=Value(len(GROUPS)), output_field=IntegerField()),
        group=Case(*names, default=Value("unscored")),
        score=score,
    )


def _counts(records: "QuerySet[Any, Any]") -> dict[str, int]:
    return dict(records.order_by().values("group").annotate(many=Count("id")).values_list("group", "many"))


def _because(records: "QuerySet[Any, Any]", reason: str) -> "QuerySet[Any, Any]":
    if not reason:
        return records
    fired = Q(values__claims__contains=[{"checks": [reason]}])
    return records.filter(fired | Q(values__claims__contains=[{"spans": [{"reason": reason}]}]))


def _reasons(run: Run) -> list[dict[str, Any]]:
    """The reasons that the run found, each with how many claims it flagged; of a run that goes on, none yet."""
    result = services.result_of(run)
    found = result.facts["details"].get("checks", {}) if result else {}
    return [{"name": name, "words": _(REASONS[name][1]), "count": count} for name, count in found.items() if name in REASONS]


def _legend(answers: list[dict[str, Any]]) -> list[dict[str, str]]:
    there = {sort for one in answers for sort in one["reading"].sorts}
    return [{"sort": sort, "words": _(words)} for sort, words in SORTS.items() if sort in there]


def _look(group: str) -> dict[str, str]:
    return {"word": _(GROUPS[group][0]), "tone": TONES[group], "shape": SHAPES[group]}


def _answer(record: Any) -> dict[str, Any]:
    private = services.private_words(record)
    return {
        "record": record,
        "look": _look(record.group),
        "score": record.values.get("unsupported"),
        "confidence": record.values.get("confidence", ""),
        "reading": reading_of(record.values, private),
        "error": str(private.get("error", "")),
        "erased": record.private is None,
    }

"""What lists and answers tell of suites' runs, each in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from audits.runs.models import Run
from audits.runs.verdicts import overall
from audits.states import FINAL, State
from audits.suites.models import SuiteRun, SuiteRunItem
from audits.suites.standing import Standing, planned_of, state_of, verdict_of


@dataclass(frozen=True, slots=True)
class Whole:
    """A suite's run with its audits, by name of entry, and what they add up to."""

    suite_run: SuiteRun
    audits: tuple[tuple[str, Run], ...]
    state: State
    verdict: str | None
    planned: int | None
    done: int

    def is_over(self) -> bool:
        """Whether every audit has ended."""
        return self.state in FINAL

    def state_words(self) -> tuple[str, ...]:
        """State, and verdict where there is one: what a list shows as chips."""
        return (self.state.value, self.verdict) if self.verdict else (self.state.value,)


def verdict_of_run(run: Run) -> str | None:
    """The worst verdict of one audit; None without a result."""
    return overall(run.criteria, run.verdicts) if run.state == State.SUCCEEDED else None


def suite_runs(organisation: UUID) -> "QuerySet[SuiteRun]":
    """The suite runs of this organisation with what they are runs of."""
    found: QuerySet[SuiteRun] = SuiteRun.objects.of(organisation).select_related(
        "suite_version__suite__system", "system_version__asset", "firing"
    )
    return found


def wholes(found: Sequence[SuiteRun]) -> list[Whole]:
    """Each suite run with its audits: one query more, however many there are."""
    ids = [one.pk for one in found]
    rows = SuiteRunItem.objects.filter(suite_run_id__in=ids).select_related("run").order_by("id")
    audits: dict[UUID, list[tuple[str, Run]]] = defaultdict(list)
    for row in rows:
        audits[row.suite_run_id].append((row.name, row.run))
    return [_whole(one, audits[one.pk]) for one in found]


def whole(suite_run: SuiteRun) -> Whole:
    """One suite run with its audits."""
    return wholes([suite_run])[0]


def _whole(suite_run: SuiteRun, audits: Iterable[tuple[str, Run]]) -> Whole:
    listed = tuple(audits)
    stands = [Standing(State(run.state), verdict_of_run(run), run.planned, run.done) for _, run in listed]
    return Whole(
        suite_run=suite_run,
        audits=listed,
        state=state_of(one.state for one in stands),
        verdict=verdict_of(stands),
        planned=planned_of(stands),
        done=sum(one.done for one in stands),
    )

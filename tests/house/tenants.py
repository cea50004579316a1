"""What every address of the service does with things of another organisation. ONE LINE for each new address.

- `IDS`: its path has ids; every id of another organisation is 404, by every method. A writing method that needs a body to
  get as far as the id is given one: `ids(body=...)`.
- `LISTS`: it tells what there is; nothing of another organisation is told.
- `PUBLIC`: it knows no organisation.

`body` is a body that is accepted with ids of one's own (take them from `own`, see `Own`); each of these ids is then replaced
by ids of another organisation, and has to be refused. The portal's addresses get it as a form. `fill` fills what else the
path has. A new table needs nothing: a row is made up for it; where that cannot be (a check constraint), add a line to `ROWS`.
Where an address needs a thing as the product makes it, add a line to `THINGS`: its id is then in `own`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from audits.comparisons.services import Asked as Compared
from audits.comparisons.services import compare
from audits.review.finishing import finish_review
from audits.review.guidelines import guideline_of
from audits.review.labelling import label_answer
from audits.review.models import Sampled
from audits.review.services import Asked as ReviewAsked
from audits.review.services import open_review
from audits.runs.models import ItemRecord, Run
from audits.suites.services import Entry as SuiteEntry
from audits.suites.services import define_suite
from governance.access.actors import Actor, system_actor
from governance.access.destinations import ask
from governance.compliance.frameworks import load
from governance.compliance.statements.services import Asked as Stating
from governance.compliance.statements.services import state_duty
from governance.compliance.statements.waiving import ask_waiver
from governance.evidence.services import seal
from governance.incidents.services import record_incident
from governance.notices.endpoints import add_webhook
from governance.registry.services import system_version
from governance.retention.services import place_hold
from tests.integration.review.conftest import concluded, truths

Own = Mapping[str, str]  # ids of one's own: organisation, system, system_version, model_version, file, target, run, ...
Make = Callable[[Own], dict[str, Any]]


@dataclass(frozen=True)
class Entry:
    """What an address does; see above."""

    kind: Literal["ids", "lists", "public"]
    body: Make | None = None
    fill: Mapping[str, str] = field(default_factory=dict)


def ids(body: Make | None = None, **fill: str) -> Entry:
    return Entry("ids", body, fill)


def lists(body: Make | None = None) -> Entry:
    return Entry("lists", body)


def public(**fill: str) -> Entry:
    return Entry("public", fill=fill)


IDS, LISTS, PUBLIC = ids(), lists(), public()

_BIAS = {"prediction": "decision", "favourable": "1", "sensitive": ["sex"]}
_LIMIT = {"kind": "bias", "measure": "demographic_parity_difference", "limit": "0.1", "direction": "at_most"}


def _audit(own: Own) -> dict[str, Any]:
    named = {"system_version": own["system_version"], "target": own["target"], "criteria": [own["criterion"]]}
    return {"kind": "bias", "parameters": _BIAS, **named}


def _audit_form(own: Own) -> dict[str, Any]:
    parameters = '{"prediction": "decision", "favourable": "1", "sensitive": ["sex"]}'
    return {"kind": "bias", "target": own["target"], "criteria": [own["criterion"]], "parameters": parameters}


def _version(own: Own) -> dict[str, Any]:
    return {"spec": {"purpose": "x"}, "components": [{"role": "generator", "version": own["model_version"]}]}


def _edge(own: Own) -> dict[str, Any]:
    return {"source": own["model_version"], "target": own["data_version"], "kind": "trained_on"}


def _edges(own: Own) -> dict[str, Any]:
    return {"edges": [_edge(own)]}


def _table(own: Own) -> dict[str, Any]:
    return {"name": "rows", "type": "table", "spec": {"file": own["file"]}}


def _approval(own: Own) -> dict[str, Any]:
    return {"subject": "version", "subject_id": own["system_version"]}


def _approval_form(own: Own) -> dict[str, Any]:
    return {"subject": "version", "subject_id": own["data_version"]}


def _entries(own: Own) -> dict[str, Any]:
    one = {"name": "approval", "kind": "bias", "target": own["target"], "parameters": _BIAS, "criteria": [own["criterion"]]}
    return {"entries": [one]}


def _suite_run(own: Own) -> dict[str, Any]:
    return {"suite": own["suite"], "system": own["system"], "system_version": own["system_version"]}


def _feedback(own: Own) -> dict[str, Any]:
    return {"system_version": own["system_version"], "run": own["run"], "item": "q1", "thumb": "up"}


def _answer(actor: Actor, own: Own, now: datetime) -> object:
    of = {"organisation_id": actor.organisation, "run_id": own["run"]}
    return ItemRecord.objects.create(**of, item="q1", outcome="scored", fence=1, recorded_at=now).pk


def _endpoint(actor: Actor, own: Own, now: datetime) -> object:
    return add_webhook(actor=actor, url="http://127.0.0.1:9/", events=["audit.failed"], now=now)[0].pk


def _destination(actor: Actor, own: Own, now: datetime) -> object:
    return ask(actor=actor, place="rag.example.org", now=now).pk


def _incident_body(own: Own) -> dict[str, Any]:
    about = {"system": own["system"], "system_version": own["system_version"]}
    return {**about, "title": "hurt", "effects": ["death"], "aware_at": "2026-01-01T12:00:00Z"}


def _incident_form(own: Own) -> dict[str, Any]:
    return {"system": own["system"], "title": "hurt", "effects": ["death"], "aware_at": "2026-01-01T12:00"}


def _plan(own: Own) -> dict[str, Any]:
    return {"system": own["system"], "lines": [{"kind": "bias", "every_days": 30}]}


def _incident(actor: Actor, own: Own, now: datetime) -> object:
    of: Any = {"system_id": own["system"], "title": "hurt", "effects": ["death"]}
    return record_incident(actor=actor, aware_at=now, now=now, **of).pk


def _hold(actor: Actor, own: Own, now: datetime) -> object:
    return place_hold(actor=actor, system_id=own["system"], reason="a claim", now=now).pk


def _suite(actor: Actor, own: Own, now: datetime) -> object:
    entry = SuiteEntry("approval", "bias", own["target"], _BIAS, (own["criterion"],))
    return define_suite(actor=actor, system_id=UUID(own["system"]), name="release", entries=[entry], now=now).suite_id


def _judged_run(actor: Actor, own: Own, now: datetime) -> object:
    version = system_version(actor.organisation, own["system_version"])
    return concluded(actor, version, now, truths(good=8, bad=4, missed=1, alarms=1)).pk


def _guideline(actor: Actor, own: Own, now: datetime) -> object:
    return guideline_of(actor.organisation, None, now).pk


def _review(actor: Actor, own: Own, now: datetime) -> object:
    asked = ReviewAsked(run=own["judged_run"], size=6, seed=1)
    return open_review(actor=actor, asked=asked, now=now)[0].pk


def _sampled(actor: Actor, own: Own, now: datetime) -> object:
    return Sampled.objects.filter(review_id=own["review"]).order_by("place")[0].pk


def _disputed_review(actor: Actor, own: Own, now: datetime) -> object:
    asked = ReviewAsked(run=own["judged_run"], size=6, seed=2, second_share=Decimal(1))
    return open_review(actor=actor, asked=asked, now=now)[0].pk


def _disputed(actor: Actor, own: Own, now: datetime) -> object:
    one = Sampled.objects.filter(review_id=own["disputed_review"]).order_by("place")[0]
    for name, label in (("first", "supported"), ("second", "unsupported")):
        person = system_actor(actor.organisation, name)
        label_answer(actor=person, review_id=own["disputed_review"], sampled_id=one.pk, label=label, now=now)
    return one.pk


def _calibration(actor: Actor, own: Own, now: datetime) -> object:
    asked = ReviewAsked(run=own["judged_run"], size=6, seed=3, second_share=Decimal(0))
    review = open_review(actor=actor, asked=asked, now=now)[0]
    for one in review.sample.all():
        label_answer(actor=actor, review_id=review.pk, sampled_id=one.pk, label="supported", now=now)
    return finish_review(actor=actor, review_id=review.pk, now=now).pk


def _fidelity(actor: Actor, own: Own, now: datetime) -> object:
    """A finished audit with one judged answer, which can be compared."""
    run = Run.objects.create(
        organisation_id=actor.organisation,
        kind="fidelity",
        system_version_id=own["system_version"],
        target_id=own["target"],
        queue="audit",
        state="succeeded",
        requested_by="Ana",
        created_at=now,
    )
    values = {"question": "q1", "answered": True, "verdict": "supported", "abstained": False}
    ItemRecord.objects.create(
        organisation_id=actor.organisation, run=run, item="q1", outcome="scored", values=values, fence=1, recorded_at=now
    )
    return run.pk


DUTY = "Art.9(5)"


def _statement_body(own: Own) -> dict[str, Any]:
    document = {"name": "a.txt", "content": "YQ=="}
    said = {"duty": DUTY, "state": "attested", "statement": "Looked at.", "document": document}
    return {**said, "system_version": own["system_version"], "cites": [own["cited"]]}


def _cited(actor: Actor, own: Own, now: datetime) -> object:
    return seal(actor=actor, kind="bias", subject=own["system_version"], statement={"verdicts": []}, now=now).pk


def _statement(actor: Actor, own: Own, now: datetime) -> object:
    asked = Stating(own["system_version"], DUTY, "attested", "Looked at.", document=("a.txt", b"a"), cites=(own["cited"],))
    person = replace(actor, id="person-7", kind="person")
    return state_duty(actor=person, asked=asked, catalogue=load(), now=now).pk


def _waiver_body(own: Own) -> dict[str, Any]:
    ends = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    return {"system_version": own["system_version"], "duty": DUTY, "reason": "In work.", "expires_on": ends}


def _waiver(actor: Actor, own: Own, now: datetime) -> object:
    person = replace(actor, id="person-7", kind="person")
    given = {"version_id": own["system_version"], "duty": DUTY, "reason": "In work.", "catalogue": load()}
    return ask_waiver(actor=person, expires_on=(now + timedelta(days=9)).date(), now=now, **given).pk


def _compared(own: Own) -> dict[str, Any]:
    return {"first": own["fidelity_run"], "second": own["second_fidelity_run"], "measure": "unsupported_answers"}


def _comparison(actor: Actor, own: Own, now: datetime) -> object:
    return compare(actor=actor, asked=Compared(**_compared(own)), now=now).pk


ROUTES: dict[str, Entry] = {
    "": LISTS,
    "^api/v1/[\\s\\S]*$": PUBLIC,
    "activity": LISTS,
    "api/docs/": PUBLIC,
    "api/openapi.json": PUBLIC,
    "api/v1/approvals": lists(_approval),
    "api/v1/approvals/<uuid:approval_id>": IDS,
    "api/v1/approvals/<uuid:approval_id>/decision": IDS,
    "api/v1/assets": LISTS,
    "api/v1/assets/<uuid:asset_id>": ids(lambda own: {"stage": "retired"}),
    "api/v1/assets/<uuid:asset_id>/classification": ids(lambda own: {"answers": {"p_ncii": "no"}}),
    "api/v1/assets/<uuid:asset_id>/classification/confirmation": IDS,
    "api/v1/assets/<uuid:asset_id>/versions": ids(_version),
    "api/v1/assignments": lists(lambda own: {"system": own["system"], "duty": DUTY, "owner": "Olga"}),
    "api/v1/audit-kinds": PUBLIC,
    "api/v1/audits": lists(_audit),
    "api/v1/audits/<uuid:run_id>": IDS,
    "api/v1/audits/<uuid:run_id>/cancel": IDS,
    "api/v1/audits/<uuid:run_id>/incomplete": IDS,
    "api/v1/audits/<uuid:run_id>/items": IDS,
    "api/v1/audits/<uuid:run_id>/later": IDS,
    "api/v1/audits/<uuid:run_id>/reproduce": IDS,
    "api/v1/audits/<uuid:run_id>/reproductions": IDS,
    "api/v1/audits/<uuid:run_id>/retry": IDS,
    "api/v1/classification/outcome": PUBLIC,
    "api/v1/classification/questions": PUBLIC,
    "api/v1/comparisons": lists(_compared),
    "api/v1/comparisons/<uuid:comparison_id>": IDS,
    "api/v1/criteria": lists(lambda own: {**_LIMIT, "system": own["system"]}),
    "api/v1/criteria/<uuid:criterion_id>": IDS,
    "api/v1/calibrations": LISTS,
    "api/v1/calibrations/<uuid:calibration_id>": IDS,
    "api/v1/destinations": LISTS,
    "api/v1/destinations/<uuid:destination_id>": IDS,
    "api/v1/destinations/<uuid:destination_id>/approve": IDS,
    "api/v1/destinations/<uuid:destination_id>/refuse": IDS,
    "api/v1/destinations/<uuid:destination_id>/withdraw": IDS,
    "api/v1/duties": LISTS,
    "api/v1/evidence": LISTS,
    "api/v1/evidence/<uuid:entry_id>": IDS,
    "api/v1/evidence/<uuid:entry_id>/erasure": ids(lambda own: {"reason": "asked"}),
    "api/v1/evidence/<uuid:entry_id>/payload": IDS,
    "api/v1/evidence/<uuid:entry_id>/proof": IDS,
    "api/v1/evidence/heads": LISTS,
    "api/v1/feedback": lists(_feedback),
    "api/v1/feedback/<uuid:feedback_id>": IDS,
    "api/v1/feedback/<uuid:feedback_id>/comment": IDS,
    "api/v1/feedback/summary": LISTS,
    "api/v1/files": LISTS,
    "api/v1/files/<uuid:file_id>": IDS,
    "api/v1/frameworks": LISTS,
    "api/v1/frameworks/versions": LISTS,
    "api/v1/frameworks/versions/<uuid:version_id>": IDS,
    "api/v1/frameworks/versions/<uuid:version_id>/retire": IDS,
    "api/v1/frameworks/versions/<uuid:version_id>/use": IDS,
    "api/v1/holds": lists(lambda own: {"system": own["system"], "reason": "a claim"}),
    "api/v1/holds/<uuid:hold_id>": IDS,
    "api/v1/holds/<uuid:hold_id>/release": ids(lambda own: {"reason": "settled"}),
    "api/v1/incidents": lists(_incident_body),
    "api/v1/incidents/<uuid:incident_id>": IDS,
    "api/v1/incidents/<uuid:incident_id>/acts": ids(lambda own: {"act": "note", "words": "x"}),
    "api/v1/incidents/<uuid:incident_id>/words/erasure": ids(lambda own: {"reason": "asked"}),
    "api/v1/lineage/<uuid:version_id>": IDS,
    "api/v1/lineage/<uuid:version_id>/seal": IDS,
    "api/v1/lineage/edges": lists(_edge),
    "api/v1/lineage/edges/bulk": lists(_edges),
    "api/v1/lineage/nodes": LISTS,
    "api/v1/lineage/edges/<uuid:edge_id>/end": IDS,
    "api/v1/me": LISTS,
    "api/v1/monitoring-plans": lists(_plan),
    "api/v1/monitoring-plans/<uuid:plan_id>": IDS,
    "api/v1/notices/deliveries": LISTS,
    "api/v1/notices/deliveries/<uuid:delivery_id>": IDS,
    "api/v1/notices/deliveries/<uuid:delivery_id>/redeliver": IDS,
    "api/v1/notices/endpoints": LISTS,
    "api/v1/notices/endpoints/<uuid:endpoint_id>": ids(lambda own: {"name": "x"}),
    "api/v1/notices/endpoints/<uuid:endpoint_id>/disable": IDS,
    "api/v1/notices/endpoints/<uuid:endpoint_id>/enable": IDS,
    "api/v1/notices/endpoints/<uuid:endpoint_id>/rotate": IDS,
    "api/v1/notices/endpoints/<uuid:endpoint_id>/test": IDS,
    "api/v1/obligations": LISTS,
    "api/v1/reports": lists(lambda own: {"system_version": own["system_version"]}),
    "api/v1/reports/<uuid:report_id>": IDS,
    "api/v1/reports/<uuid:report_id>/<str:form>": ids(form="json"),
    "api/v1/reports/<uuid:report_id>/bundle": IDS,
    "api/v1/reports/<uuid:report_id>/since/<uuid:earlier_id>": IDS,
    "api/v1/reviews": lists(lambda own: {"run": own["judged_run"], "size": 6, "guideline": own["guideline"]}),
    "api/v1/reviews/<uuid:review_id>": IDS,
    "api/v1/reviews/<uuid:review_id>/comparison": IDS,
    "api/v1/reviews/<uuid:review_id>/continue": ids(lambda own: {"more": 5}),
    "api/v1/reviews/<uuid:review_id>/decisions": ids(lambda own: {"item": own["disputed"], "label": "supported"}),
    "api/v1/reviews/<uuid:review_id>/finish": IDS,
    "api/v1/reviews/<uuid:review_id>/labels": ids(lambda own: {"item": own["sampled"], "label": "supported"}),
    "api/v1/reviews/<uuid:review_id>/next": IDS,
    "api/v1/schedules": lists(lambda own: {"suite": own["suite"], "expression": "0 6 * * *"}),
    "api/v1/schedules/<uuid:schedule_id>": IDS,
    "api/v1/schedules/<uuid:schedule_id>/firings": IDS,
    "api/v1/statements": lists(_statement_body),
    "api/v1/statements/<uuid:statement_id>": IDS,
    "api/v1/statements/<uuid:statement_id>/document": IDS,
    "api/v1/statements/<uuid:statement_id>/withdrawal": ids(lambda own: {"reason": "x"}),
    "api/v1/suite-runs": lists(_suite_run),
    "api/v1/suite-runs/<uuid:suite_run_id>": IDS,
    "api/v1/suite-runs/<uuid:suite_run_id>/cancel": IDS,
    "api/v1/suites": lists(lambda own: {"system": own["system"], "name": "nightly", **_entries(own)}),
    "api/v1/suites/<uuid:suite_id>": IDS,
    "api/v1/suites/<uuid:suite_id>/versions": ids(_entries),
    "api/v1/systems": LISTS,
    "api/v1/systems/<uuid:asset_id>": IDS,
    "api/v1/systems/<uuid:system_id>/clocks": IDS,
    "api/v1/targets": lists(_table),
    "api/v1/targets/<uuid:target_id>": IDS,
    "api/v1/tokens": LISTS,
    "api/v1/tokens/<uuid:token_id>": IDS,
    "api/v1/trail": LISTS,
    "api/v1/versions": LISTS,
    "api/v1/versions/<uuid:version_id>": IDS,
    "api/v1/waivers": lists(_waiver_body),
    "api/v1/waivers/<uuid:waiver_id>": IDS,
    "api/v1/waivers/<uuid:waiver_id>/end": ids(lambda own: {"reason": "x"}),
    "approvals": LISTS,
    "approvals/<uuid:approval_id>/decision": IDS,
    "approvals/ask": lists(_approval_form),
    "audits": LISTS,
    "audits/<uuid:run_id>": IDS,
    "audits/<uuid:run_id>/cancel": IDS,
    "audits/<uuid:run_id>/compare": IDS,
    "audits/<uuid:run_id>/items": IDS,
    "audits/<uuid:run_id>/progress": IDS,
    "audits/<uuid:run_id>/reproduce": IDS,
    "audits/<uuid:run_id>/retry": IDS,
    "audits/<uuid:run_id>/calibrations": IDS,
    "audits/<uuid:run_id>/review": ids(
        lambda own: {"size": "6", "second_share": "0", "language": "en", "guideline": own["guideline"]}
    ),
    "audits/of/<uuid:version_id>": IDS,
    "audits/of/<uuid:version_id>/new": ids(_audit_form),
    "evidence": LISTS,
    "evidence/<uuid:entry_id>": IDS,
    "feedback/of/<uuid:version_id>": IDS,
    "healthz": PUBLIC,
    "healthz/progress": PUBLIC,
    "holds/<uuid:hold_id>/release": ids(lambda own: {"reason": "settled"}),
    "i18n/setlang/": PUBLIC,
    "incidents": LISTS,
    "incidents/<uuid:incident_id>": IDS,
    "incidents/<uuid:incident_id>/acts": ids(lambda own: {"act": "note", "words": "x"}),
    "incidents/new": lists(_incident_form),
    "lineage/of/<uuid:version_id>": IDS,
    "metrics": PUBLIC,
    "obligations": LISTS,
    "organisations": lists(lambda own: {"organisation": own["organisation"]}),
    "problems/": PUBLIC,
    "problems/<slug:slug>": public(slug="not-found"),
    "readyz": PUBLIC,
    "reports": LISTS,
    "reports/<uuid:report_id>": IDS,
    "reports/<uuid:report_id>/<str:form>": ids(form="json"),
    "reports/<uuid:report_id>/bundle": IDS,
    "reports/<uuid:report_id>/since": IDS,
    "reports/<uuid:report_id>/since/<uuid:earlier_id>": IDS,
    "reviews": LISTS,
    "reviews/<uuid:review_id>": IDS,
    "reviews/<uuid:review_id>/compare": IDS,
    "reviews/<uuid:review_id>/continue": ids(lambda own: {"more": "5"}),
    "reviews/<uuid:review_id>/finish": IDS,
    "reviews/<uuid:review_id>/label": ids(lambda own: {"item": own["sampled"], "label": "supported"}),
    "reviews/<uuid:review_id>/settle": ids(lambda own: {"item": own["disputed"], "label": "supported"}),
    "settings": LISTS,
    "settings/destinations": LISTS,
    "settings/destinations/<uuid:destination_id>": ids(lambda own: {"state": "approved"}),
    "settings/members": LISTS,
    "settings/members/<uuid:member_id>": ids(lambda own: {"role": "viewer"}),
    "settings/notices": LISTS,
    "settings/notices/<uuid:endpoint_id>": ids(lambda own: {"do": "test"}),
    "settings/security": LISTS,
    "settings/security/confirm": LISTS,
    "settings/security/password": LISTS,
    "settings/security/recovery-codes": LISTS,
    "settings/security/required": LISTS,
    "settings/security/second-factor": LISTS,
    "settings/security/second-factor/remove": LISTS,
    "settings/tokens": LISTS,
    "settings/tokens/<uuid:token_id>/revoke": IDS,
    "sign-in": PUBLIC,
    "sign-in/code": PUBLIC,
    "sign-in/oidc": PUBLIC,
    "sign-in/oidc/callback": PUBLIC,
    "sign-out": PUBLIC,
    "comparisons": LISTS,
    "comparisons/<uuid:comparison_id>": IDS,
    "suites": LISTS,
    "suites/<uuid:suite_id>": IDS,
    "suites/<uuid:suite_id>/run": IDS,
    "systems/<uuid:asset_id>": IDS,
    "systems/<uuid:asset_id>/holds": ids(lambda own: {"reason": "a claim"}),
    "systems/<uuid:asset_id>/monitoring": ids(lambda own: {"what": "bias/", "days": "30"}),
    "statements/<uuid:statement_id>/document": IDS,
    "statements/<uuid:statement_id>/withdraw": ids(lambda own: {"reason": "x"}),
    "systems/<uuid:asset_id>/classification": IDS,
    "systems/<uuid:asset_id>/classification/confirm": IDS,
    "systems/<uuid:asset_id>/classification/headline": IDS,
    "systems/<uuid:asset_id>/classification/questions/<slug:block>": ids(block="scope"),
    "versions/<uuid:version_id>/approvals": IDS,
    "versions/<uuid:version_id>/clocks": IDS,
    "versions/<uuid:version_id>/details": IDS,
    "versions/<uuid:version_id>/duty": IDS,
    "versions/<uuid:version_id>/duty-counts": IDS,
    "versions/<uuid:version_id>/duty/say": ids(lambda own: {"do": "assign", "duty": DUTY, "owner": "Olga"}),
    "versions/<uuid:version_id>/obligations": IDS,
    "versions/<uuid:version_id>/report": IDS,
    "waivers/<uuid:waiver_id>/end": ids(lambda own: {"reason": "x"}),
    "welcome/<str:ticket>": public(ticket="none"),
}
# Tables whose row cannot be made up from the types of its columns: model label -> the columns that need a certain value.
ROWS: dict[str, dict[str, Any]] = {
    "governance.approval": {"decision": "", "decided_by": "", "decided_at": None},
    "audits.feedback": {"thumb": "up"},
    "audits.firing": {"outcome": "missed"},
    "audits.schedule": {"expression": "0 6 * * *", "time_zone": "UTC", "misfire": "once"},
    "audits.step": {"kind": "plan"},
    "governance.statement": {"state": "not_applicable"},
    "governance.delivery": {"state": "waiting"},
    "governance.destination": {"state": "asked", "decided_at": None},
    "governance.hold": {"released_at": None, "released_by": "", "released_because": ""},
    "governance.incident": {"state": "open", "effects": ["death"]},
    "governance.incidentact": {"act": "note", "state": "open", "words": None},
    "governance.plan": {"lines": [{"kind": "bias", "measure": "", "every_days": 30}]},
    "governance.endpoint": {"channel": "webhook", "secrets": b"x", "events": []},
}
# Things that the product makes, in this order: a name -> how an actor who has `own` makes it at a moment; its id is told.
THINGS: dict[str, Callable[[Actor, Own, datetime], object]] = {
    "answer": _answer,
    "fidelity_run": _fidelity,
    "second_fidelity_run": _fidelity,
    "comparison": _comparison,
    "destination": _destination,
    "endpoint": _endpoint,
    "incident": _incident,
    "hold": _hold,
    "suite": _suite,
    "judged_run": _judged_run,
    "guideline": _guideline,
    "review": _review,
    "sampled": _sampled,
    "disputed_review": _disputed_review,
    "disputed": _disputed,
    "calibration": _calibration,
    "cited": _cited,
    "statement": _statement,
    "waiver": _waiver,
}

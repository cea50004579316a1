"""The PII audit on made-up texts with known findings."""

import itertools
import json
import logging
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from audits.contract import SourceText, TargetError
from audits.kinds.pii import ENTITIES, KIND, PiiParameters, runner, section
from audits.kinds.pii.engine import WINDOW, AnalysisFailed, Finding, analyser, outermost, windows
from governance.book import from_plain, to_plain
from governance.evidence.facts import Facts
from governance.names import counted
from governance.shapes import ShapeError, read

# Invented; the numbers satisfy their checksums.
CANARIES = ["maria.canary@example.com", "ES9121000418450200051332", "4111111111111111", "12345678Z", "+34 612 345 678"]


class Texts:
    def __init__(self, *texts: str, language: str = "") -> None:
        self.given = [SourceText(f"t{index}", text, language) for index, text in enumerate(texts)]

    def texts(self) -> Iterator[SourceText]:
        return iter(self.given)


def found(text: str, language: str = "", **parameters: Any) -> list[tuple[str, str]]:
    shape = read(PiiParameters, parameters)
    looked = analyser(shape.phone_regions).look(text, language, shape.looked_for(), float(shape.threshold))
    return [(one.type, text[one.start : one.end]) for one in looked.findings]


def audited(target: Any, **parameters: Any) -> Facts:
    shape = read(PiiParameters, parameters)
    return runner.conclude(list(runner.measure(target, runner.plan(target, shape), shape, 1)), shape, 1)


def figure(facts: Facts, name: str, entity: str = "") -> tuple[str | None, int]:
    group = (("entity", entity),) if entity else ()
    measure = next(one for one in facts.measures if one.key() == (name, group))
    return measure.value, measure.n


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to ana@example.org today.", [("EMAIL_ADDRESS", "ana@example.org")]),
        ("IBAN ES91 2100 0418 4502 0005 1332", [("IBAN_CODE", "ES91 2100 0418 4502 0005 1332")]),
        ("El DNI es 12345678Z.", [("ES_NIF", "12345678Z")]),
        ("Llámenos al 612 345 678 hoy.", [("PHONE_NUMBER", "612 345 678")]),
        ("Teléfono: 912345678", [("PHONE_NUMBER", "912345678")]),
        ("Reach us: +34 912 345 678", [("PHONE_NUMBER", "+34 912 345 678")]),
        ("Card 4111 1111 1111 1111", [("CREDIT_CARD", "4111 1111 1111 1111")]),
    ],
)
def test_personal_data_is_found_at_its_place(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The public duplicate ID m2 is fine",
        "In 1984 and 2018 there were 1600 people.",
        "El DNI es 12345678A.",
        "IBAN ES91 2100 0418 4502 0005 1333",
        "We deliver parcels.",
    ],
)
def test_what_only_looks_alike_is_not_found(text: str) -> None:
    assert found(text, entities=[name for name in ENTITIES if name not in {"DATE_TIME", "URL"}]) == []


def test_the_host_of_an_e_mail_is_no_second_finding() -> None:
    one, inner = Finding("EMAIL_ADDRESS", 0, 12, 1.0, "r"), Finding("URL", 4, 12, 0.5, "r")
    assert outermost([inner, one]) == [one]


def test_only_the_chosen_types_above_the_threshold_count() -> None:
    text = "ana@example.org or 10.0.0.1"
    assert found(text, entities=["IP_ADDRESS"]) == [("IP_ADDRESS", "10.0.0.1")]
    assert found(text, threshold="0.9") == [("EMAIL_ADDRESS", "ana@example.org")]


def test_shares_and_counts_have_their_base() -> None:
    facts = audited(Texts("ana@example.org, eva@example.org", "nothing here", "on 2024-05-03", "+34 912 345 678"))
    assert figure(facts, "texts_with_finding") == ("0.5", 4)
    assert figure(facts, "findings") == ("3", 4)
    assert figure(facts, "findings", "EMAIL_ADDRESS") == ("2", 4)
    assert figure(facts, "texts_with_finding", "DATE_TIME") == ("0.25", 4)
    assert figure(facts, "texts_with_finding", "IBAN_CODE") == ("0", 4)


def test_findings_do_not_depend_on_the_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    target = Texts(*[f"person{number}@example.org pays {number} euros" for number in range(7)])
    together = audited(target)
    monkeypatch.setattr(runner, "BATCH", 80)
    assert len(runner.plan(target, PiiParameters())) == 4
    assert audited(target) == together


def test_a_run_that_goes_on_later_gives_the_same_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "BATCH", 30)
    target = Texts(*[f"person{number}@example.org" for number in range(5)])
    shape = PiiParameters()
    items = runner.plan(target, shape)
    halves = [*runner.measure(target, items[:2], shape, 1), *runner.measure(target, items[2:], shape, 1)]
    assert runner.conclude(halves, shape, 1) == audited(target)


def test_no_raw_value_is_in_results_logs_or_facts(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    target = Texts(*[f"Contacto: {value}, gracias." for value in CANARIES], language="es")
    shape = PiiParameters()
    results = list(runner.measure(target, runner.plan(target, shape), shape, 1))
    facts = runner.conclude(results, shape, 1)
    shown = capfd.readouterr()
    everything = [repr(results), repr(facts), str(section.blocks(facts)), caplog.text, shown.out, shown.err]
    assert sum(len(text["findings"]) for result in results for text in result.values["texts"]) == len(CANARIES)
    assert [value for value in CANARIES for place in everything if value in place] == []


def test_an_error_of_the_analyser_never_carries_words(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = analyser(("ES",))

    def fail(*given: Any, **named: Any) -> None:
        raise ValueError(f"Did not find word {CANARIES[0]}")

    monkeypatch.setattr(engine._analyser, "analyze", fail)
    with pytest.raises(AnalysisFailed) as raised:
        engine.look(CANARIES[0], "en", ENTITIES, 0.5)
    assert CANARIES[0] not in str(raised.value)
    assert raised.value.__suppress_context__


def test_a_text_that_cannot_be_looked_through_is_unscored_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    shape = PiiParameters(phone_regions=("FR",))

    def fail(*given: Any, **named: Any) -> None:
        raise AnalysisFailed("ValueError")

    monkeypatch.setattr(analyser(shape.phone_regions), "look", fail)
    facts = audited(Texts("a", "b"), phone_regions=["FR"])
    assert (facts.coverage.planned, facts.coverage.scored, facts.coverage.unscored) == (2, 0, (("analysis_failed", 2),))
    assert figure(facts, "texts_with_finding") == (None, 0)


def test_a_preview_keeps_the_first_character_and_the_signs() -> None:
    assert runner.masked("ana@example.org") == "a••@•••••••.•••"


def test_a_file_gives_one_line_a_text(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text('{"id": "a", "text": "x@example.org", "lang": "en"}\n{"id": "b", "text": "nothing", "lang": "en"}\n')
    shape = PiiParameters()
    target = runner.open_file(path, shape)
    lines = [runner.item_line(one) for one in runner.measure(target, runner.plan(target, shape), shape, 1)]
    assert json.loads(json.dumps(lines)) == [
        {"id": "a", "findings": [{"type": "EMAIL_ADDRESS", "start": 0, "end": 13, "score": 1.0}]},
        {"id": "b", "findings": []},
    ]


def test_no_texts_are_refused_before_work() -> None:
    for target in (Texts(), Texts("", " \n")):
        with pytest.raises(TargetError, match="no texts"):
            runner.plan(target, PiiParameters())


def test_a_language_may_be_written_in_capitals() -> None:
    assert found("Call 912 345 678", "ES") == found("Call 912 345 678", "es") != []


def test_what_is_kept_of_overlapping_findings_does_not_depend_on_their_order() -> None:
    whole, part, beside = (Finding("URL", start, end, 0.5, "r") for start, end in [(0, 9), (3, 9), (5, 12)])
    assert outermost([part, beside, whole]) == outermost([whole, part, beside]) == [whole, beside]


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"threshold": "1.5"}, "threshold"),
        ({"entities": ["PERSON"]}, "entities[0]"),
        ({"phone_regions": ["Spain"]}, "phone_regions[0]"),
        ({"language": "fr"}, "language"),
        ({"limit": 1}, "limit"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(parameters: dict[str, object], field: str) -> None:
    with pytest.raises(ShapeError) as raised:
        read(PiiParameters, parameters)
    assert raised.value.field == field


def test_the_section_says_that_names_are_not_assessed() -> None:
    blocks = section.blocks(audited(Texts("ana@example.org")))
    assert "Name of a person" in str(blocks)
    assert from_plain(to_plain(blocks)) == blocks


def test_facts_read_back_are_the_same() -> None:
    facts = audited(Texts("ana@example.org", "nothing"), threshold=Decimal("0.6"))
    assert Facts.from_plain(json.loads(facts.canonical())) == facts


def test_every_concluded_measure_is_on_the_card() -> None:
    assert {one.name for one in audited(Texts("a")).measures} == set(KIND.measure_names())


def test_hostile_text_is_looked_through() -> None:
    facts = audited(Texts("<script>alert('x@example.org')</script> {{7*7}}", "\u202e" * 50, "9" * 5000, ""))
    assert facts.coverage.scored == 4


def test_a_section_without_findings_says_so_without_calling_the_texts_clean() -> None:
    blocks = str(section.blocks(audited(Texts("nothing here"))))
    assert "No text holds a finding of the types that were looked for." in blocks
    assert "That none was found says nothing." in blocks


def test_the_section_names_why_texts_are_in_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: Any, **named: Any) -> None:
        raise AnalysisFailed("ValueError")

    monkeypatch.setattr(analyser(("IT",)), "look", fail)
    assert str(counted([("analysis_failed", 1)])) in str(section.blocks(audited(Texts("a"), phone_regions=["IT"])))


@pytest.mark.parametrize("shift", [0, 7, 200, 390, 405])
def test_what_lies_where_a_long_text_is_cut_is_found_once_and_whole(shift: int) -> None:
    filler = "plain words without any data " * 400
    at = WINDOW - shift
    text = f"{filler[:at]} Llámenos al +34 612 345 678, cuenta ES91 2100 0418 4502 0005 1332. {filler}"
    assert found(text, "es") == [("PHONE_NUMBER", "+34 612 345 678"), ("IBAN_CODE", "ES91 2100 0418 4502 0005 1332")]


def test_the_parts_of_a_text_leave_no_character_out() -> None:
    for text in ("", "short", "word " * 5_000, "x" * 30_000):
        parts = list(windows(text))
        assert parts[0][0] == 0
        assert parts[-1][1] == len(text)
        assert all(after[0] < before[1] for before, after in itertools.pairwise(parts))


def test_thousands_of_addresses_in_one_text_are_all_found() -> None:
    text = " ".join(f"person{number}@example.org" for number in range(2_000))
    assert len(found(text, "en")) == 2_000

"""The retrieval audit on a made-up system that finds what it is told to find."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from audits.contract import Answer, ItemResult, Passage, Question, TargetError
from audits.kinds.retrieval import KIND, RetrievalParameters, runner, section
from audits.kinds.retrieval.estimates import estimate
from governance.book import from_plain, to_plain
from governance.evidence.facts import Facts, Measure
from governance.shapes import ShapeError, read

DEPOT = "The depot opened in 2018 and employs 140 people."
RETURNS = "Returns are accepted within 30 days of delivery."
POOL = "The pool is closed in winter."
TEXTS = {"depot": DEPOT, "returns": RETURNS, "pool": POOL}
ASKED = Question("q", "When did the depot open?", "en", (("depot", 1),))


class System:
    """Retrieves the passages of each question by name, in order."""

    def __init__(self, *rows: tuple[Question, Sequence[str] | TargetError], answer: str = "It opened in 2018.") -> None:
        self.rows = {question.id: (question, found) for question, found in rows}
        self.answer = answer

    def questions(self) -> Sequence[Question]:
        return [question for question, _found in self.rows.values()]

    def ask(self, question: Question, *, key: str) -> Answer:
        found = self.rows[question.id][1]
        if isinstance(found, TargetError):
            raise found
        return Answer(question.text, self.answer, tuple(Passage(TEXTS[name], name) for name in found))


def results_of(target: Any, **parameters: Any) -> list[ItemResult]:
    shape = read(RetrievalParameters, {"vectors": False} | parameters)
    return list(runner.measure(target, runner.plan(target, shape), shape, 1))


def audited(target: Any, **parameters: Any) -> Facts:
    return runner.conclude(results_of(target, **parameters), read(RetrievalParameters, {"vectors": False} | parameters), 1)


def measure_of(facts: Facts, name: str, k: int | None = None) -> Measure:
    group = () if k is None else (("k", str(k)),)
    return next(one for one in facts.measures if one.key() == (name, group))


def question(name: str, *gold: str, **more: Any) -> Question:
    return Question(name, f"Question {name}?", "en", tuple((one, 1) for one in gold), **more)


def test_the_place_of_the_gold_passage_makes_the_figures() -> None:
    facts = audited(System((question("a", "depot"), ["pool", "depot"]), (question("b", "returns"), ["returns"])), k=[1, 5])
    assert measure_of(facts, "mrr_at_k", 5).value == "0.75"
    assert measure_of(facts, "hit_rate_at_k", 1).value == "0.5"
    assert measure_of(facts, "recall_at_k", 5).value == "1"
    assert measure_of(facts, "precision_at_k", 5).value == "0.2"


def test_a_share_has_wilsons_interval_and_a_few_means_the_careful_one() -> None:
    facts = audited(System((question("a", "depot"), ["pool", "depot"]), (question("b", "depot"), ["depot"])), k=[5])
    assert measure_of(facts, "hit_rate_at_k", 5).method == "wilson"
    assert measure_of(facts, "mrr_at_k", 5).method == "wilson_bounded"


def test_a_question_without_gold_is_in_no_figure_by_gold() -> None:
    facts = audited(System((question("a", "depot"), ["depot"]), (question("b"), ["pool"])))
    found = measure_of(facts, "recall_at_k", 5)
    assert (found.value, found.n, found.unscored) == ("1", 1, 1)
    assert facts.details["not_made"]["gold: no_gold"] == 1


def test_gold_ids_cannot_be_matched_with_passages_that_have_none(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text(json.dumps({"id": "1", "question": "When?", "answer": "In 2018.", "context": [DEPOT], "gold": ["depot"]}))
    target = runner.open_file(path, RetrievalParameters())
    facts = audited(target)
    assert measure_of(facts, "recall_at_k", 5).value is None
    assert facts.details["not_made"]["gold: no_passage_ids"] == 1


def test_excerpts_match_passages_without_names(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    line = {"id": "1", "question": "When?", "answer": "In 2018.", "context": [POOL, DEPOT], "gold_texts": ["opened in 2018"]}
    path.write_text(json.dumps(line))
    facts = audited(runner.open_file(path, RetrievalParameters()))
    assert (measure_of(facts, "mrr_at_k", 5).value, facts.details["matched"]) == ("0.5", {"excerpts": 1})


def test_nothing_retrieved_is_a_miss_and_no_gap() -> None:
    found = measure_of(audited(System((question("a", "depot"), []))), "recall_at_k", 5)
    assert (found.value, found.n) == ("0", 1)


def test_an_answer_that_never_came_is_unscored_with_its_cause() -> None:
    facts = audited(System((question("a", "depot"), ["depot"]), (question("b", "pool"), TargetError("timeout", "slow"))))
    assert facts.coverage.unscored == (("timeout", 1),)
    assert (measure_of(facts, "recall_at_k", 5).n, measure_of(facts, "answered").value) == (1, "0.5")


def test_words_tell_how_near_a_passage_is() -> None:
    near, far = (estimate(ASKED, "", [Passage(text)], None).by_words for text in (DEPOT, POOL))
    assert near == 1
    assert far == 0


def test_vectors_tell_it_in_english_only() -> None:
    from audits.judges.encoder import default_encoder

    near, far = (estimate(ASKED, "", [Passage(text)], default_encoder()).by_vectors for text in (DEPOT, POOL))
    assert near is not None
    assert far is not None
    assert near > 0.5 > far
    spanish = Question("q", "¿Cuándo abrió el almacén?", "es")
    assert estimate(spanish, "", [Passage("El almacén abrió en 2018.")], default_encoder()).vectors_reason == "not_english"


def test_a_question_in_another_language_is_not_held_against_its_passages() -> None:
    found = estimate(Question("q", "¿Cuándo abrió el almacén de la empresa?"), "", [Passage(DEPOT)], None)
    assert (found.by_words, found.reason) == (None, "other_language")


def test_a_passage_is_used_where_a_claim_leans_on_it() -> None:
    passages = [Passage(POOL), Passage(DEPOT)]
    assert estimate(ASKED, "The depot opened in 2018.", passages, None).used == (False, True)
    assert estimate(ASKED, "I don't know.", passages, None).use_reason == "no_claims"


def test_use_low_in_the_list_is_less_utilisation() -> None:
    low = audited(System((question("a"), ["pool", "depot"]), answer="The depot opened in 2018."))
    top = audited(System((question("a"), ["depot", "pool"]), answer="The depot opened in 2018."))
    assert (measure_of(low, "context_utilisation").value, measure_of(top, "context_utilisation").value) == ("0.5", "1")
    assert measure_of(low, "used_passages").value == measure_of(top, "used_passages").value == "0.5"


def test_values_hold_no_words_and_private_all_that_people_need() -> None:
    (result,) = results_of(System((ASKED, ["depot"])))
    assert [word for word in ("depot", "2018", "When") if word in json.dumps(result.values)] == []
    assert result.private["gold"] == ["depot (1)"]
    assert result.private["passages"][0]["id"] == "depot"


def test_a_line_has_numbers_or_the_reason() -> None:
    line = runner.item_line(results_of(System((ASKED, ["pool", "depot"])), k=[1, 2])[0])
    assert (line["mrr_at_k"], line["context_relevance_words"]) == ({"1": 0.0, "2": 0.5}, 0.5)
    assert line["reasons"]["context_relevance_vectors"] == "not_asked_for"
    gone = runner.item_line(results_of(System((ASKED, TargetError("timeout", "slow"))))[0])
    assert gone["reasons"] == {"all": "timeout"}


def test_every_concluded_measure_is_on_the_card() -> None:
    facts = audited(System((ASKED, ["depot"])))
    assert {one.name for one in facts.measures} == set(KIND.measure_names())
    units = {card.name: card.unit for card in KIND.measures}
    assert all(one.unit == units[one.name] for one in facts.measures)


def test_facts_and_blocks_survive_being_sealed() -> None:
    target = System((ASKED, ["depot", "pool"]), (question("b"), ["pool"]), (question("c", "x"), TargetError("timeout", "x")))
    facts = audited(target)
    assert Facts.from_plain(json.loads(facts.canonical())) == facts
    blocks = section.blocks(facts)
    assert from_plain(json.loads(json.dumps(to_plain(blocks)))) == blocks
    assert "For %(hits)s of %(all)s questions" in str(blocks)


def test_the_section_says_plainly_where_there_is_no_gold() -> None:
    blocks = str(section.blocks(audited(System((question("a"), ["depot"])))))
    assert "No gold passages were given" in blocks
    assert "not calibrated" in blocks


def test_grades_bring_the_second_form_of_ndcg_into_the_report() -> None:
    graded = Question("a", "Question?", "en", (("depot", 3), ("pool", 1)))
    assert "high grades weighted more" in str(section.blocks(audited(System((graded, ["pool", "depot"])))))
    assert "high grades weighted more" not in str(section.blocks(audited(System((ASKED, ["depot"])))))


def test_hostile_words_are_data() -> None:
    hostile = Question("<script>", "{{7*7}} \u202e \u200b", "", (("<script>alert(1)</script>", 1),))
    facts = audited(System((hostile, ["depot"]), answer="<script>alert(1)</script>"))
    assert facts.coverage.planned == 1
    assert "alert" not in str(section.blocks(facts))


@pytest.mark.parametrize(
    ("parameters", "field"),
    [({"k": []}, "k"), ({"k": [0]}, "k"), ({"k": [1, 1]}, "k"), ({"k": [201]}, "k"), ({"k": list(range(1, 12))}, "k"),
     ({"repeats": 0}, "repeats"), ({"repeats": 21}, "repeats"), ({"max_questions": -1}, "max_questions"),
     ({"vectors": "yes"}, "vectors")],
)  # fmt: skip
def test_a_parameter_that_does_not_fit_is_named(parameters: dict[str, object], field: str) -> None:
    with pytest.raises(ShapeError) as raised:
        read(RetrievalParameters, parameters)
    assert raised.value.field == field

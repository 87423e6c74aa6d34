import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.types import Citation, Paper, Record
from evals.page import MARKER, page
from evals.page.anchors import paper_anchor, question_anchor, source_anchor
from evals.page.examples import examples
from evals.page.failing import faults, severity
from evals.page.plots import _quantile, plots
from evals.page.sources import sources
from evals.page.summary import figures, rows
from evals.types import CitationCheck, EvalLog, Result, Sample, Score, StatementCheck, Summary
from tests.fakes.evaluated import PAPERS, TIDES, answered, evaluated, judged, sentence
from tests.fakes.evaluation import abstention, eval_log

pytestmark = pytest.mark.slow

VOID = {"meta", "link", "input", "br"}


class Outline(HTMLParser):
    """Reads a page as a browser would and remembers its elements; fails when tags do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: dict[str, str] = {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.text[self.open[-1]] = self.text.get(self.open[-1], "") + data

    def having(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.elements if name in attributes]


HOSTILE = "</script><script>alert(1)</script>{{ 7*7 }}{% raw %}\"'`&amp;\u202eevil\x00\x1b🧊\ud800<!--"


def hostile_result(text: str = HOSTILE) -> Result:
    return Result(
        sample=Sample(id=f'id "{text}" #1', question=text, kind=text, gold_keys=(text,), facts=((text,),)),
        answer=answered(
            sentence(text, Citation(key=text, quote=text, start=0, end=len(text))), reason=text, nearest=(text,)
        ),
        checks={},
        scores={text: Score(value=0.5, explanation=text)},
        error=text,
    )


def test_a_page_is_well_formed_and_says_what_was_run() -> None:
    made = page(evaluated(), title="Mills & ice")
    outline = Outline(made)
    assert outline.text["h1"] == "Mills & ice"
    assert "<title>Mills &amp; ice</title>" in made
    for told in ("sea.jsonl", "dddddddddddd", "paper-judge", "a-model", "2 January 2026, 03:04 UTC", "f" * 64):
        assert told in made
    assert "The judge is the system’s own." in made
    assert MARKER in made[:400]


def test_a_title_names_the_data_set_by_default() -> None:
    assert "<title>Evaluation on sea.jsonl</title>" in page(evaluated())


def test_the_page_loads_nothing_and_allows_only_its_own_script_and_style() -> None:
    made = page(evaluated())
    outline = Outline(made)
    assert not outline.having("src")
    assert not outline.having("style")
    assert not [name for _, attributes in outline.elements for name in attributes if name.startswith("on")]
    assert {link.split(":")[0][0] for link in outline.having("href")} == {"#", "d"}
    assert not re.search(r"@import|url\(|fetch\(|XMLHttp|https?:", made)
    policy = next(one for one in outline.having("content") if "default-src" in one)
    assert policy.startswith("default-src 'none';")
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", made, re.DOTALL)
        digest = b64encode(sha256(inside.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy


def test_every_link_on_the_page_leads_somewhere_and_no_name_is_given_twice() -> None:
    outline = Outline(page(evaluated()))
    names = outline.having("id")
    assert len(names) == len(set(names))
    assert {link.removeprefix("#") for link in outline.having("href") if link.startswith("#")} <= set(names)


def test_quotes_are_marked_in_the_abstract_and_gold_spans_underlined() -> None:
    made = page(evaluated())
    assert (
        'We count 212 of them between <u class="gold">Brittany and Kent.</u></mark><u class="gold"> Nine in ten</u>'
        in made
    )
    assert '<mark data-by="1">Mills</mark> of the Tide' in made
    assert "Sea ice 🧊 thinner than a hand’s breadth <mark" in made


def test_a_quote_that_does_not_stand_there_is_told_and_not_marked() -> None:
    found = sources(evaluated().results[1], PAPERS, anchor="q-x", context=None)
    assert [one.key for one in found] == ["ice2011", "nobody1900", "salt2003"]
    ice, nobody, salt = found
    assert ice.problems == ("Sentence 4 quotes “falls by half”, which does not stand at 0–13 of the abstract.",)
    assert "falls by half</mark>" not in ice.abstract
    assert nobody.problems == ("There is no paper of this key in the library.",)
    assert (salt.is_gold, salt.cited_by) == (True, ())


def test_a_quote_of_the_title_marks_nothing_in_the_abstract() -> None:
    paper = Paper(key="k", record=Record(title="Tides turn mills", abstract="Tides turn mills, slowly."))
    cited = Citation(key="k", quote="Tides", start=0, end=5, where="title")
    result = evaluated().results[0]
    result = replace(result, answer=answered(sentence("Tides turn.", cited)), sample=Sample(id="q", question="?"))
    (source,) = sources(result, {"k": paper}, anchor="q-x", context=None)
    assert (source.title, source.abstract) == ('<mark data-by="1">Tides</mark> turn mills', "Tides turn mills, slowly.")


def test_questions_are_counted_by_how_they_fared() -> None:
    log = eval_log({"m": [1.0] * 6})
    fared = [abstention(), abstention(), None, *(one.answer for one in log.results[3:])]
    results = tuple(replace(one, answer=each) for one, each in zip(log.results, fared, strict=True))
    counts = dict(figures(replace(log, results=results)))
    assert (counts["questions"], counts["answered"], counts["abstained"], counts["failed"]) == (6, 3, 2, 1)


def test_facts_left_out_are_worse_than_imprecise_citations() -> None:
    (result,) = eval_log({"citation_recall": [1.0]}).results
    precise, complete = (
        replace(result, scores={"facts_stated": Score(value=facts), "citation_precision": Score(value=1 - facts)})
        for facts in (0.0, 1.0)
    )
    assert severity(precise) < severity(complete)


@given(st.lists(st.floats(0.01, 1e4), min_size=1, max_size=30), st.sampled_from([0.0, 0.5, 0.95, 1.0]))
def test_quantiles_are_those_of_another_library(values: list[float], share: float) -> None:
    assert _quantile(sorted(values), share) == pytest.approx(float(np.quantile(values, share)))


def test_a_gold_span_that_is_not_in_the_abstract_is_told() -> None:
    result = evaluated().results[0]
    span = replace(result.sample.gold_spans[0], text="Mills of gold")
    result = replace(result, sample=replace(result.sample, gold_spans=(span,)))
    (source,) = sources(result, PAPERS, anchor="q-x", context=None)
    assert source.problems == ("Expected here and not found: “Mills of gold”.",)


def test_each_sentence_has_the_verdicts_of_judge_and_system() -> None:
    shown = examples(evaluated().results, PAPERS, context=None)
    wrong = shown[1]
    assert [one.label for one in wrong.statements] == [
        "contradicted",
        "cites nothing",
        "cites no known paper",
        "partly",
    ]
    first = wrong.statements[0]
    assert first.judge is not None
    assert (first.judge.label, first.judge.score, first.judge.judge) == ("contradicted", "0.04", "paper-judge")
    assert first.judge.reason == "The abstract says that it carries none."
    assert (first.system.label, first.system.judge) == ("partly", "system-judge")
    assert wrong.statements[2].citations[0].note == "not in the library"
    assert shown[-1].statements[0].label == "not judged"


def test_two_sentences_of_one_wording_each_have_their_own_verdict() -> None:
    result = evaluated().results[0]
    check = result.checks["citewell"][0] if result.checks else None
    assert check
    assert result.answer
    answer = replace(result.answer, statements=result.answer.statements * 2)
    checks = {"citewell": (check, replace(check, joint=judged("unsupported", 0.1)))}
    (shown,) = examples([replace(result, answer=answer, checks=checks)], PAPERS, context=None)
    assert [one.label for one in shown.statements] == ["supported", "unsupported"]


def test_each_of_several_citations_has_the_judge_s_word_on_it_alone() -> None:
    cited = sentence(
        "Mills and ice.", *(Citation(key=key, quote="", start=0, end=0) for key in ("tides1998", "ice2011", "salt2003"))
    )
    check = StatementCheck(
        text=cited.text,
        joint=judged("supported", 0.9),
        citations=(
            CitationCheck(key="tides1998", known=True, alone=judged("supported", 0.9)),
            CitationCheck(key="ice2011", known=True, alone=judged("unsupported", 0.1), rest=judged("supported", 0.9)),
            CitationCheck(key="salt2003", known=True),
        ),
    )
    result = replace(evaluated().results[0], answer=answered(cited), checks={"alce": (check,)})
    (shown,) = examples([result], PAPERS, context=None)
    assert [one.note for one in shown.statements[0].citations] == [
        "alone: supported",
        "not needed: the others support the sentence without it",
        "",
    ]
    assert [one.problems for one in shown.sources][1:] == [(), ()]


def test_a_start_that_is_no_date_is_shown_as_it_is() -> None:
    assert '<dd dir="auto">yesterday</dd>' in page(evaluated(started="yesterday"))


def test_what_counts_as_failing() -> None:
    assert [faults(result) for result in evaluated().results] == [
        (),
        ("citation recall 0.00",),
        (),
        ("abstained wrongly",),
        ("no answer",),
        ("not fully scored",),
    ]
    unanswerable = Sample(id="x", question="?", answerable=False)
    assert faults(Result(sample=unanswerable, answer=answered(), checks={}, scores={})) == ("should have abstained",)


def test_the_worst_come_first() -> None:
    ordered = sorted(evaluated().results, key=severity)
    assert [result.sample.id for result in ordered][:4] == ["down", "kent", "ice thickness #2", "unjudged"]


def test_citation_recall_of_another_convention_counts_where_ours_is_missing() -> None:
    result = eval_log({"alce_citation_recall": [0.5]}).results[0]
    assert faults(result) == ("citation recall 0.50",)


def test_metrics_are_grouped_with_intervals_and_counts() -> None:
    made = page(evaluated())
    rows = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", made, re.DOTALL)
    by_name = {re.sub(r"<p>.*?</p>|<[^>]*>", "", row).split()[0]: row for row in rows}
    recall = by_name["citation_recall"]
    assert ">0.500<" in recall
    assert "0.125 to 0.875" in recall
    assert '<svg class="whisker"' in recall
    assert '<td class="number warn" data-label="unscored ">2</td>' in recall
    assert "<svg" not in by_name["seconds"]
    assert "lower is better" in by_name["seconds"]
    assert "<svg" not in by_name["of_another_version"]
    assert "never_scored" not in by_name
    assert [made.index(f">{group}</th>") for group in ("Citations", "Answers", "Cost", "Other")] == sorted(
        made.index(f">{group}</th>") for group in ("Citations", "Answers", "Cost", "Other")
    )


def test_a_metric_explains_itself() -> None:
    from evals.metrics import METRICS

    known = next(one for one in METRICS if one.name == "facts_stated")
    first = (known.score.__doc__ or "").split("\n\n")[0]
    assert " ".join(first.split())[:40] in page(evaluated())


def test_metrics_that_measured_nothing_are_shown_when_there_are_no_others() -> None:
    nothing = Summary(value=None, low=None, high=None, n=0, not_applicable=6)
    assert '<td class="number value">–</td>' in page(evaluated(metrics={"recall": nothing}))
    failed = replace(nothing, unscored=2)
    shown = [row.about.name for _, members in rows({"map": nothing, "mrr": failed}) for row in members]
    assert shown == ["mrr"]


def test_a_metric_is_described_and_not_ordered_and_its_direction_stands_once() -> None:
    score = Summary(value=0.25, low=0.1, high=0.4, n=6)
    made = page(evaluated(metrics={"aurc": score, "unsupported_rate": score, "faithfulness": score}))
    assert "<p>The area under the risk-coverage curve: the mean risk over all coverages.</p>" in made
    assert "Compute the" not in made
    assert (made.lower().count("lower is better"), made.count("Higher is better")) == (2, 1)


def test_plots_are_drawn_of_what_was_measured() -> None:
    captions = [one.caption for one in plots(evaluated())]
    assert captions[:2] == [
        "citation_recall: questions by score (n = 2)",
        "facts_stated: questions by score (n = 1)",
    ]
    assert captions[-1] == "Seconds per answer (n = 5)"


def test_risk_is_drawn_against_coverage_when_the_answers_say_how_sure_they_are() -> None:
    right, *_ = evaluated().results
    assert right.answer
    unsure = replace(
        right,
        answer=replace(right.answer, confidence=0.2),
        scores={"all_facts": Score(value=0.0)},
        sample=replace(right.sample, id="other"),
    )
    right = replace(right, scores={"all_facts": Score(value=1.0)})
    log = evaluated(results=(right, unsure), metrics={"aurc": Summary(value=0.25, low=None, high=None, n=2)})
    assert any("area 0.250" in one.caption for one in plots(log))


def test_times_far_apart_are_drawn_by_their_logarithm() -> None:
    right = evaluated().results[0]
    assert right.answer
    times = [replace(right.answer, seconds=replace(right.answer.seconds, total=one)) for one in (0.01, 0.1, 9.0)]
    log = evaluated(results=tuple(replace(right, answer=one) for one in times))
    assert plots(log)[-1].caption == "Seconds per answer, logarithmic scale (n = 3)"


@pytest.mark.parametrize(
    "log", [evaluated(results=(), papers={}), evaluated(results=(), metrics={}, by_kind={}, notes=())]
)
def test_a_run_without_questions_has_a_page(log: EvalLog) -> None:
    made = page(log)
    Outline(made)
    assert "No question was run." in made


def test_hostile_text_is_text() -> None:
    key = HOSTILE
    papers = {key: Paper(key=key, record=Record(title=HOSTILE, abstract=HOSTILE))}
    log = evaluated(
        results=(hostile_result(),),
        papers=papers,
        dataset=HOSTILE,
        model=HOSTILE,
        judge=HOSTILE,
        notes=(HOSTILE,),
        metrics={HOSTILE: Summary(value=0.5, low=0.1, high=0.9, n=1)},
        by_kind={HOSTILE: {HOSTILE: Summary(value=0.5, low=0.1, high=0.9, n=1)}},
        prompts={HOSTILE: HOSTILE},
        versions={HOSTILE: HOSTILE},
    )
    made = page(log, title=HOSTILE)
    outline = Outline(made)
    assert [tag for tag, _ in outline.elements].count("script") == 1
    assert "alert(1)</script>" not in made
    assert "{{ 7*7 }}" in made
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", made)
    assert made.encode("utf-8")
    assert '<mark data-by="1">&lt;/script&gt;' in made


def test_anchors_are_what_a_browser_makes_of_the_id() -> None:
    assert question_anchor("asqa/12:b") == "q-asqa/12:b"
    assert question_anchor('a "b" #1 ü') == "q-a%20%22b%22%20%231%20%C3%BC"
    assert paper_anchor("x|y") == "p-x%7Cy"
    assert source_anchor(question_anchor("a"), "b|c") == "sq-a|b%7Cc"


def test_an_id_that_comes_twice_gets_two_anchors() -> None:
    right = evaluated().results[0]
    names = Outline(page(evaluated(results=(right, right)))).having("id")
    assert len(names) == len(set(names))


def test_a_thousand_questions_over_long_abstracts_stay_small() -> None:
    abstract = " ".join(f"Sentence {number} of a long abstract says something of its own." for number in range(400))
    papers = {f"p{number}": Paper(key=f"p{number}", record=Record(title="T", abstract=abstract)) for number in range(5)}
    quote = abstract[12_000:12_060]
    statements = tuple(
        sentence("It says something.", Citation(key=key, quote=quote, start=12_000, end=12_060)) for key in papers
    )
    result = Result(
        sample=Sample(id="q", question="What?"),
        answer=answered(*statements),
        checks={},
        scores={"citation_recall": Score(value=1.0)},
    )
    results = tuple(replace(result, sample=replace(result.sample, id=f"q{number}")) for number in range(1_000))
    made = page(evaluated(results=results, papers=papers))
    assert len(made.encode()) < 20_000_000
    assert made.count(quote + "</mark>") == 5_000
    assert made.count(abstract) == 5
    assert "Abstracts are shortened here" in made


def test_short_runs_show_abstracts_whole() -> None:
    made = page(evaluated())
    assert "Abstracts are shortened" not in made
    assert TIDES in made

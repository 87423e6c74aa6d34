"""Citation recall and precision against cases worked by hand and against a second implementation."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ServiceError
from assistant.types import Answer, Label, Paper, Record, Verdict
from assistant.verify import Judge
from evals.metrics.citations import citation_f1, citation_precision, citation_recall
from evals.support import check, passage
from evals.types import Case, CitationCheck, Sample
from tests.fakes.evaluation import SHELF, abstention, answer, cite, keys_in, say
from tests.fakes.judge import FakeJudge, always

pytestmark = pytest.mark.slow

Supporting = dict[str, set[frozenset[str]]]
"""By statement: the sets of papers that support it, each exactly as given."""


def judge_of(supporting: Supporting) -> FakeJudge:
    def rule(statement: str, evidence: Sequence[str]) -> Label:
        return "supported" if keys_in(evidence) in supporting.get(statement, set()) else "unsupported"

    return FakeJudge(rule)


def sets(*keys: str) -> set[frozenset[str]]:
    """`sets("a", "ab")` of one-letter names of papers."""
    names = {key[0]: key for key in SHELF}
    return {frozenset(names[letter] for letter in one) for one in keys}


def case_of(said: Answer, judge: Judge) -> Case:
    checks = check(said, judge, SHELF.get)
    return Case(sample=Sample(id="1", question="q"), answer=said, papers=SHELF.get, checks=checks)


def scores(said: Answer, judge: Judge) -> tuple[float | None, float | None, float | None]:
    case = case_of(said, judge)
    return citation_recall(case).value, citation_precision(case).value, citation_f1(case).value


GOLDEN = {
    "one statement, one supporting paper": (answer(say("s", "ant")), {"s": sets("a")}, (1, 1, 1)),
    "one statement, one paper that does not support it": (answer(say("s", "ant")), {}, (0, 0, 0)),
    "no citation anywhere": (answer(say("s"), say("t")), {"s": sets("a")}, (0, 0, 0)),
    "an uncited statement counts in recall and not in precision": (
        answer(say("s", "ant"), say("t")),
        {"s": sets("a")},
        (1 / 2, 1, 2 / 3),
    ),
    "a very short statement counts like any other": (
        answer(say("s", "ant"), say("No.")),
        {"s": sets("a")},
        (1 / 2, 1, 2 / 3),
    ),
    "two papers that each support": (answer(say("s", "ant", "bee")), {"s": sets("a", "b", "ab")}, (1, 1, 1)),
    "two papers that only together support": (answer(say("s", "ant", "bee")), {"s": sets("ab")}, (1, 1, 1)),
    "the second paper is irrelevant": (answer(say("s", "ant", "bee")), {"s": sets("a", "ab")}, (1, 1 / 2, 2 / 3)),
    "the first paper is irrelevant": (answer(say("s", "bee", "ant")), {"s": sets("a", "ab")}, (1, 1 / 2, 2 / 3)),
    "each supports but the two together do not": (answer(say("s", "ant", "bee")), {"s": sets("a", "b")}, (0, 0, 0)),
    "three papers of which two are needed": (
        answer(say("s", "ant", "bee", "cat")),
        {"s": sets("ab", "abc")},
        (1, 2 / 3, 4 / 5),
    ),
    "three papers of which any two will do: each is irrelevant": (
        answer(say("s", "ant", "bee", "cat")),
        {"s": sets("ab", "ac", "bc", "abc")},
        (1, 0, 0),
    ),
    "a paper that supports alone is of use though the rest does too": (
        answer(say("s", "ant", "bee", "cat")),
        {"s": sets("a", "bc", "abc", "ab", "ac")},
        (1, 1 / 3, 1 / 2),
    ),
    "four citations, all read": (
        answer(say("s", "ant", "bee", "cat", "dog")),
        {"s": sets("d", "ad", "bd", "cd", "abd", "acd", "bcd", "abcd")},
        (1, 1 / 4, 2 / 5),
    ),
    "a paper cited twice in a statement counts once": (
        answer(say("s", "ant", "ant"), say("t", "bee")),
        {"s": sets("a")},
        (1 / 2, 1 / 2, 1 / 2),
    ),
    "a paper cited in two statements counts twice": (
        answer(say("s", "ant"), say("t", "ant"), say("u", "ant")),
        {"s": sets("a")},
        (1 / 3, 1 / 3, 1 / 3),
    ),
    "precision is over citations, not over statements": (
        answer(say("s", "ant"), say("t", "bee", "cat", "dog")),
        {"s": sets("a")},
        (1 / 2, 1 / 4, 1 / 3),
    ),
    "a paper that is not in the library": (answer(say("s", "unicorn")), {}, (0, 0, 0)),
    "a paper that is not in the library spoils its statement and counts": (
        answer(say("s", "ant", "unicorn"), say("t", "bee")),
        {"s": sets("a"), "t": sets("b")},
        (1 / 2, 1 / 3, 2 / 5),
    ),
    "nothing said": (answer(), {}, (None, None, None)),
    "abstained": (abstention(), {}, (None, None, None)),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_worked_by_hand(name: str) -> None:
    said, supporting, expected = GOLDEN[name]
    assert scores(said, judge_of(supporting)) == pytest.approx(expected)


@pytest.mark.parametrize("label", ["partly", "contradicted", "unsupported", "unverifiable"])
def test_only_full_support_is_support(label: Label) -> None:
    assert scores(answer(say("s", "ant")), always(label)) == (0, 0, 0)


def test_what_partly_supports_alone_is_irrelevant_when_the_rest_supports() -> None:
    judge = FakeJudge(queue=["supported", "partly", "supported"])
    assert scores(answer(say("s", "ant", "bee")), judge) == pytest.approx((1, 1 / 2, 2 / 3))


def test_an_abstention_is_not_judged_and_says_so() -> None:
    judge = FakeJudge()
    case = case_of(abstention(), judge)
    assert judge.calls == []
    assert citation_recall(case).explanation == "abstained"
    assert not citation_recall(case).failed


def test_what_was_written_before_abstaining_is_not_judged() -> None:
    judge = FakeJudge()
    assert check(replace(answer(say("s", "ant")), abstained=True), judge, SHELF.get) == {"citewell": ()}
    assert judge.calls == []


def test_a_paper_that_supports_alone_is_never_irrelevant() -> None:
    support = Verdict(label="supported", score=1, judge="j")
    assert not CitationCheck(key="ant", known=True, alone=support, rest=support).irrelevant


def test_a_failed_judge_leaves_all_three_unscored() -> None:
    said = answer(say("s", "ant"))
    case = Case(sample=Sample(id="1", question="q"), answer=said, papers=SHELF.get, checks=None, judge_error="no reply")
    for metric in (citation_recall, citation_precision, citation_f1):
        score = metric(case)
        assert (score.value, score.failed) == (None, True)
        assert "no reply" in score.explanation


def test_explanations_count() -> None:
    case = case_of(answer(say("s", "ant", "bee"), say("t")), judge_of({"s": sets("a", "ab")}))
    assert citation_recall(case).explanation == "1 of 2 statements are supported"
    assert citation_precision(case).explanation == "1 of 2 citations are of use"


class TestWhatTheJudgeIsAsked:
    def test_title_and_whole_abstract_in_order_of_citation(self) -> None:
        judge = always("unsupported")
        check(answer(say("s", "bee", "ant", cite("bee", "says", 23))), judge, SHELF.get)
        bee, ant = ((f"Title of {key}", f"The abstract of {key} says much.") for key in ("bee", "ant"))
        expected = (*bee, *ant)
        assert judge.calls == [("s", expected)]

    def test_a_paper_without_abstract_stands_for_its_title(self) -> None:
        assert passage(Paper(key="k", record=Record(title="Only a title"))) == ("Only a title",)

    def test_nothing_about_statements_without_citations_or_with_unknown_ones(self) -> None:
        judge = FakeJudge()
        check(answer(say("s"), say("t", "ant", "unicorn")), judge, SHELF.get)
        assert judge.calls == []

    @pytest.mark.parametrize("label", ["supported", "unsupported"])
    def test_one_paper_needs_one_question(self, label: Label) -> None:
        judge = always(label)
        (one,) = check(answer(say("s", "ant")), judge, SHELF.get)["citewell"]
        assert len(judge.calls) == 1
        assert one.citations[0].alone == one.joint

    def test_its_errors_are_let_through(self) -> None:
        with pytest.raises(ServiceError, match="gone"):
            check(answer(say("s", "ant")), FakeJudge(queue=[ServiceError("gone")]), SHELF.get)


PAPERS = (*SHELF, "unicorn")


@st.composite
def written(draw: st.DrawFn) -> tuple[Answer, Supporting]:
    """An answer of up to five statements, and for each an arbitrary set of supporting sets of papers."""
    statements, supporting = [], {}
    for number in range(draw(st.integers(1, 5))):
        keys: list[str] = draw(st.lists(st.sampled_from(PAPERS), max_size=5))
        some = st.frozensets(st.sampled_from(sorted(SHELF)), min_size=1)
        supporting[f"s{number}"] = draw(st.sets(some, max_size=15))
        if keys and draw(st.integers(0, 1)):
            supporting[f"s{number}"].add(frozenset(keys))
        statements.append(say(f"s{number}", *keys))
    return answer(*statements), supporting


def second_implementation(said: Answer, supporting: Supporting) -> tuple[float, float]:
    """ALCE's formulas in terms of sets of papers, apart from everything in `evals`."""
    recalled: list[bool] = []
    precise: list[bool] = []
    for statement in said.statements:
        cited = {citation.key for citation in statement.citations}

        def entailed(papers: set[str], text: str = statement.text) -> bool:
            return "unicorn" not in papers and frozenset(papers) in supporting[text]

        recalled.append(bool(cited) and entailed(cited))
        for paper in cited:
            irrelevant = not entailed({paper}) and entailed(cited - {paper})
            precise.append(recalled[-1] and not irrelevant)
    recall = sum(recalled) / len(recalled)
    return recall, sum(precise) / len(precise) if precise else 0.0


@given(written())
def test_equals_a_second_implementation(drawn: tuple[Answer, Supporting]) -> None:
    said, supporting = drawn
    recall, precision, f1 = scores(said, judge_of(supporting))
    expected = second_implementation(said, supporting)
    assert (recall, precision) == pytest.approx(expected)
    assert f1 == pytest.approx(2 * expected[0] * expected[1] / sum(expected) if sum(expected) else 0.0)


@given(written())
def test_the_judge_is_asked_nothing_twice_and_never_without_evidence(drawn: tuple[Answer, Supporting]) -> None:
    said, supporting = drawn
    judge = judge_of(supporting)
    check(said, judge, SHELF.get)
    assert len(judge.calls) == len(set(judge.calls))
    assert all(evidence for _, evidence in judge.calls)

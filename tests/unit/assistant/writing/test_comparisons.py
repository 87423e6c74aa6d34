from collections.abc import Sequence

import pytest

from assistant.evidence.passages import prompt_passages
from assistant.replies.claims import Claim
from assistant.types import Label, Statement
from assistant.writing.checking import Failure
from assistant.writing.comparisons import ComparisonChecker, called_papers, papers_compared
from assistant.writing.own_draft import OWN_KEY
from tests.fakes.judge import FakeJudge, always
from tests.fakes.papers import BY_KEY, bank, paper

LANTERN, QUILL, SURVEY = "orbin2021lantern", "malk2022quillgraph", "lindqvist2023survey"
PAPERS = [BY_KEY[key] for key in (LANTERN, QUILL, SURVEY)]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Lantern replays old conversations.", {LANTERN}),
        ("Orbin et al. (2021) replay old conversations.", {LANTERN}),
        ("Orbin et al. replay what Malk and Terrell (2022) store.", {LANTERN, QUILL}),
        ("A dialogue memory replays Lanterns.", set()),
        ("The memory of Orbin is old.", set()),
    ],
)
def test_papers_that_are_called_by_name(text: str, keys: set[str]) -> None:
    assert called_papers(text, PAPERS) == keys


def test_a_name_that_two_papers_have_calls_neither() -> None:
    twins = [paper(key, f"Gauges {key}", "Tides.", by="Li, Bo; Wu, Cy; Xu, Di", year=2025) for key in ("a", "b")]
    assert called_papers("Li et al. (2025) float gauges.", twins) == frozenset()


@pytest.mark.parametrize(
    ("text", "cited", "before", "sides"),
    [
        # Two papers are called by name.
        ("Lantern replays what QuillGraph stores.", [LANTERN], [], [LANTERN, QUILL]),
        # A cue, and the other side is called by name.
        ("Unlike Lantern, it stores a graph.", [QUILL], [], [LANTERN, QUILL]),
        ("It stores less than Lantern.", [QUILL], [], [LANTERN, QUILL]),
        ("It outperforms Orbin et al. (2021).", [QUILL], [], [LANTERN, QUILL]),
        ("The graph extends Lantern.", [QUILL], [], [LANTERN, QUILL]),
        # A cue between papers that are cited.
        ("One replays, whereas the other stores a graph.", [LANTERN, QUILL], [], [LANTERN, QUILL]),
        # The other side stands in the sentence before.
        ("Similarly, a graph stores them.", [QUILL], [LANTERN], [LANTERN, QUILL]),
        ("In contrast to this, a graph stores them.", [QUILL], [LANTERN], [LANTERN, QUILL]),
        # No paper is the other side.
        ("Lantern raises recall by more than a sliding window.", [LANTERN], [QUILL], [LANTERN]),
        ("Recall is higher than before.", [LANTERN], [QUILL], []),
        ("In contrast, short ones are kept.", [LANTERN], [LANTERN], [LANTERN]),
        ("Similarly, a graph stores them.", [QUILL], [], [QUILL]),
        ("A graph stores the edges.", [QUILL], [LANTERN], []),
    ],
)
def test_what_a_sentence_sets_side_by_side(
    text: str, cited: Sequence[str], before: Sequence[str], sides: Sequence[str]
) -> None:
    assert list(papers_compared(text, PAPERS, cited=cited, before=before)) == sides


def checker(together: Label) -> ComparisonChecker:
    """One paper alone supports everything; what two say together is given."""

    def rule(_statement: str, evidence: Sequence[str]) -> Label:
        is_of_two = sum(any(one.title in piece for piece in evidence) for one in PAPERS) > 1 or len(evidence) > 2
        return together if is_of_two else "supported"

    return ComparisonChecker(judge=FakeJudge(rule), bank=bank(PAPERS), passages=prompt_passages(PAPERS))


def cited(found: Statement | Failure) -> list[str]:
    assert isinstance(found, Statement)
    return [one.key for one in found.citations]


def test_both_sides_are_cited_when_together_they_support_it() -> None:
    found = checker("supported").check(Claim(text="Unlike Lantern, QuillGraph stores a graph.", cites=("2",)))
    assert cited(found) == [LANTERN, QUILL]
    assert isinstance(found, Statement)
    (repair,) = found.repairs
    assert (repair.change, repair.before) == ("reattributed", QUILL)
    assert repair.reason == f"it compares papers and did not cite {LANTERN}"


def test_what_speaks_of_both_papers_rests_on_two() -> None:
    found = checker("supported").check(Claim(text="Both papers replay old conversations.", cites=("1",)))
    assert isinstance(found, Failure)
    assert found.reason == "it speaks of two papers and rests on one"


def test_both_that_were_cited_stay() -> None:
    found = checker("supported").check(Claim(text="Lantern replays, whereas QuillGraph stores.", cites=("1", "2")))
    assert cited(found) == [LANTERN, QUILL]
    assert isinstance(found, Statement)
    assert found.repairs == ()


@pytest.mark.parametrize("label", ["unsupported", "partly", "contradicted"])
def test_it_fails_when_together_they_do_not_support_it(label: Label) -> None:
    found = checker(label).check(Claim(text="QuillGraph stores more than Lantern.", cites=("2",)))
    assert isinstance(found, Failure)
    assert found.cited == (QUILL,)
    assert found.reason == (
        "it compares Orbin et al. (2021) with Malk and Terrell (2022), and together they do not support it"
    )


def test_the_sentence_before_is_the_other_side() -> None:
    both = checker("supported")
    assert cited(both.check(Claim(text="Old conversations are replayed.", cites=("1",)))) == [LANTERN]
    assert cited(both.check(Claim(text="Similarly, edges are stored.", cites=("2",)))) == [LANTERN, QUILL]
    assert cited(both.check(Claim(text="Edges are stored.", cites=("2",)))) == [QUILL]


def test_what_is_not_supported_at_all_fails_as_it_does_elsewhere() -> None:
    never = ComparisonChecker(
        judge=FakeJudge(lambda _statement, _evidence: "unsupported"),
        bank=bank(PAPERS),
        passages=prompt_passages(PAPERS),
    )
    found = never.check(Claim(text="QuillGraph stores more than Lantern.", cites=("2",)))
    assert isinstance(found, Failure)
    assert "it compares" not in found.reason


def test_what_calls_the_work_of_others_ours_is_put_into_the_third_person() -> None:
    found = checker("supported").check(Claim(text="We propose a memory that replays our talks.", cites=("1",)))
    assert isinstance(found, Statement)
    assert found.text == "Orbin et al. (2021) propose a memory that replays their talks."
    (repair,) = found.repairs
    assert (repair.change, repair.before) == ("rewritten", "We propose a memory that replays our talks.")
    assert repair.reason == "it spoke of the work of others as ours"


@pytest.mark.parametrize(
    ("text", "cites", "told"),
    [
        # The authors are named already, or several papers are cited, or one author does not go with the verb.
        ("In Orbin et al. (2021), we replay talks.", ("1",), "In Orbin et al. (2021), they replay talks."),
        ("We replay old conversations.", ("1", "2"), "They replay old conversations."),
        ("We weigh embeddings of dialogue.", ("3",), "They weigh embeddings of dialogue."),
        ("We replay old conversations.", (), "Orbin et al. (2021) replay old conversations."),
        ("We replay our old conversations.", ("2",), "Malk and Terrell (2022) replay their old conversations."),
    ],
)
def test_a_name_is_put_in_only_where_it_is_right(text: str, cites: tuple[str, ...], told: str) -> None:
    own = [*PAPERS[:2], paper("solo", "Facets", "We weigh embeddings of dialogue.", by="Sund, Per", year=2020)]
    found = ComparisonChecker(judge=always("supported"), bank=bank(own), passages=prompt_passages(own))
    told_of = found.check(Claim(text=text, cites=cites))
    assert isinstance(told_of, Statement)
    assert told_of.text == told


@pytest.mark.parametrize("cites", [("1",), ("1", "2"), ()])
def test_the_users_own_work_is_ours(cites: tuple[str, ...]) -> None:
    papers = [paper(OWN_KEY, "Nights", "We replay old conversations.", by="This work"), PAPERS[1]]
    found = ComparisonChecker(judge=always("supported"), bank=bank(papers), passages=prompt_passages(papers))
    told = found.check(Claim(text="We replay our old conversations.", cites=cites))
    assert isinstance(told, Statement)
    assert told.text == "We replay our old conversations."
    other = found.check(Claim(text="Our graph stores causes.", cites=("2",)))
    assert isinstance(other, Statement)
    assert other.text == "Their graph stores causes."

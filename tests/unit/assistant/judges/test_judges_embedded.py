import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.judges.embedded import EmbeddedJudge
from assistant.judges.scoring import shipped_scoring
from assistant.verify import Judge
from tests.contracts.judge_contract import JudgeContract
from tests.fakes.embedder import HashEmbedder
from tests.fakes.papers import BY_KEY, PAPERS, bank

LANTERN, QUILL, LICHEN = (
    BY_KEY[key].abstract for key in ("orbin2021lantern", "malk2022quillgraph", "baptiste2021lichen")
)
SENTENCES = [one.text for one in bank().sentences]
JUDGE = EmbeddedJudge(HashEmbedder())
TRIAL = (
    "Statins and bone\nWe followed 4,210 patients for 3 years. "
    "Statin use was associated with a 12.4% reduction in hip fractures (p = 0.03). "
    "C-reactive protein (CRP) did not differ between the groups. In mice the effect may depend on dose."
)
WORDS = st.lists(
    st.sampled_from(
        "Lantern Moss memory copper not never 14.6 42 % raises less likely CRP the a graph. binds, “loop”".split()
    ),
    max_size=15,
).map(" ".join)
EVIDENCE = st.lists(st.one_of(st.sampled_from([one.abstract for one in PAPERS]), st.text(max_size=80)), max_size=3)


def label(statement: str, *evidence: str) -> str:
    return JUDGE.judge(statement, evidence).label


class TestEmbeddedJudge(JudgeContract):
    def make(self) -> Judge:
        return EmbeddedJudge(HashEmbedder())


@pytest.mark.parametrize(
    "statement",
    [
        "It needs 2 GB of storage for 1,210 conversations.",
        "it needs 2 GB of storage for 1,210 conversations",
        "“It needs 2 GB of storage for 1,210 conversations.”",
        "It  needs 2\nGB of storage for 1,210 conversations!",
    ],
)
def test_what_stands_in_the_evidence_is_supported(statement: str) -> None:
    verdict = JUDGE.judge(statement, [LANTERN])
    assert (verdict.label, verdict.score, verdict.judge) == ("supported", 1.0, "embedded-2:hash-64")
    assert verdict.reason == "word for word in the cited text"


def test_other_words_for_the_same_are_supported() -> None:
    verdict = JUDGE.judge("Over a sliding window, Lantern raises past facts' recall by 14.6 points.", [LANTERN])
    assert verdict.label == "supported"
    assert verdict.problem is None
    assert "On the TalkBack benchmark" in verdict.reason


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("On the TalkBack benchmark Lantern raises recall of past facts by 41.6 points over a sliding window.", "41.6"),
        ("It needs 3 GB of storage for 1,210 conversations.", "3 GB"),
        ("It needs 2 GB of storage for 1210 conversations and 99 more.", "99"),
    ],
)
def test_a_changed_number_is_not_supported_however_near_the_words_are(statement: str, missing: str) -> None:
    verdict = JUDGE.judge(statement, [LANTERN])
    assert (verdict.label, verdict.problem) == ("unsupported", "number-changed")
    assert verdict.reason.startswith(f"says {missing}")


def test_a_changed_number_is_told_with_the_number_that_stands_there() -> None:
    verdict = JUDGE.judge("Statin use was associated with a 14.2% reduction in hip fractures (p = 0.03).", [TRIAL])
    assert verdict.reason == "says 14.2%; the cited text has 12.4%"


@pytest.mark.parametrize(
    "statement",
    [
        "They followed 4210 patients for three years.",
        "The authors report that statin use was associated with a 12.4 % reduction in hip fractures.",
        "According to Li et al. (2023), statin use was associated with a 12% reduction in hip fractures.",
    ],
)
def test_numbers_may_be_written_otherwise(statement: str) -> None:
    verdict = JUDGE.judge(statement, [TRIAL])
    assert verdict.label in {"supported", "partly"}
    assert verdict.problem is None


@pytest.mark.parametrize(
    "statement",
    [
        "Statin use was not associated with a 12.4% reduction in hip fractures (p = 0.03).",
        "Statin use was associated with a 12.4% increase in hip fractures (p = 0.03).",
        "C-reactive protein (CRP) did differ between the groups.",
    ],
)
def test_what_is_negated_or_turned_is_contradicted(statement: str) -> None:
    verdict = JUDGE.judge(statement, [TRIAL])
    assert (verdict.label, verdict.problem) == ("contradicted", "negated")


def test_another_name_is_told() -> None:
    verdict = JUDGE.judge("IL-6 did not differ between the groups.", [TRIAL])
    assert verdict.label not in {"supported", "partly"}
    assert verdict.problem == "name-changed"
    assert "IL-6" in verdict.reason


def test_something_else_is_not_stated() -> None:
    verdict = JUDGE.judge("Bananas taste sweeter on the moon.", [LANTERN])
    assert (verdict.label, verdict.problem) == ("unsupported", "not-stated")
    assert label("of the", LANTERN) == "unsupported"


def test_a_title_without_a_full_stop_is_a_sentence_of_its_own() -> None:
    assert JUDGE.judge("We followed 4,210 patients for 3 years.", [TRIAL]).score == 1.0


def test_words_over_the_border_of_two_pieces_stand_in_neither() -> None:
    assert (
        JUDGE.judge("alpha beta gamma delta", ["alpha beta", "gamma delta"]).reason != "word for word in the cited text"
    )


@pytest.mark.parametrize("evidence", [[], [""], [" \n", ""]])
def test_without_evidence_nothing_can_be_verified(evidence: list[str]) -> None:
    verdict = JUDGE.judge("Lantern raises recall.", evidence)
    assert (verdict.label, verdict.score) == ("unverifiable", 0.0)


def test_nothing_is_embedded_twice() -> None:
    embedder = HashEmbedder()
    judge = EmbeddedJudge(embedder)
    for text in ("Lantern forgets.", "Lantern replays.", "Lantern forgets."):
        judge.judge(text, [LANTERN, QUILL])
    EmbeddedJudge(embedder).judge("Lantern forgets.", [QUILL])
    asked = [text for call in embedder.document_calls for text in call]
    assert len(asked) == len(set(asked))
    assert embedder.query_calls == ["Lantern forgets.", "Lantern replays."]


@given(WORDS, EVIDENCE)
@settings(max_examples=150, deadline=None)
def test_scores_are_probabilities_and_go_with_the_label(statement: str, evidence: list[str]) -> None:
    scoring = shipped_scoring()
    verdict = JUDGE.judge(statement, evidence)
    assert 0 <= verdict.score <= 1
    assert verdict.reason
    assert verdict.reason.isprintable()
    assert (verdict.label == "supported") == (verdict.score >= scoring.supported)
    assert (verdict.label == "partly") == (scoring.partly <= verdict.score < scoring.supported)
    assert verdict == JUDGE.judge(statement, evidence)
    if verdict.label in {"supported", "unverifiable"}:
        assert verdict.problem is None
    if verdict.label in {"contradicted", "unsupported"}:
        assert verdict.problem in {"number-changed", "name-changed", "negated", "overclaimed", "not-stated"}


@given(st.text(max_size=200), st.lists(st.text(max_size=200), max_size=3))
@settings(max_examples=300, deadline=None)
def test_any_text_gets_a_verdict(statement: str, evidence: list[str]) -> None:
    verdict = JUDGE.judge(statement, evidence)
    assert 0 <= verdict.score <= 1
    assert verdict.reason.isprintable()


@given(st.sampled_from(SENTENCES), st.lists(st.sampled_from([one.abstract or one.title for one in PAPERS])))
@settings(max_examples=60, deadline=None)
def test_a_sentence_of_the_evidence_is_supported(sentence: str, others: list[str]) -> None:
    own = next(one.abstract or one.title for one in PAPERS if sentence in (one.abstract or one.title))
    assert JUDGE.judge(sentence, [*others, own]).label == "supported"


@pytest.mark.parametrize(
    ("statement", "evidence"),
    [
        ("Recall improves by 1.", "Recall improves by 14.6 points."),
        ("Dense search beats words.", "We find no evidence that dense search beats words."),
    ],
)
def test_a_part_of_a_sentence_is_not_the_sentence(statement: str, evidence: str) -> None:
    verdict = JUDGE.judge(statement, [evidence])
    assert verdict.reason != "word for word in the cited text"
    assert verdict.label != "supported"


def test_sentences_in_a_row_stand_in_the_evidence() -> None:
    assert JUDGE.judge("One is here. Two is there.", ["Zero was. One is here. Two is there. Three."]).score == 1.0

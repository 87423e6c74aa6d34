import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.verify import EmbeddedJudge
from tests.fakes.embedder import HashEmbedder
from tests.fakes.papers import BY_KEY, PAPERS, bank

LANTERN, QUILL, LICHEN = (
    BY_KEY[key].abstract for key in ("orbin2021lantern", "malk2022quillgraph", "baptiste2021lichen")
)
SENTENCES = [one.text for one in bank().sentences]
JUDGE = EmbeddedJudge(HashEmbedder())
WORDS = st.lists(
    st.sampled_from(
        "Lantern Moss memory copper not never 14.6 42 raises recall of the a graph. binds, “loop” ".split()
    ),
    max_size=15,
).map(" ".join)
EVIDENCE = st.lists(st.one_of(st.sampled_from([one.abstract for one in PAPERS]), st.text(max_size=80)), max_size=3)


def label(statement: str, *evidence: str) -> str:
    return JUDGE.judge(statement, evidence).label


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
    assert (verdict.label, verdict.score, verdict.judge) == ("supported", 1.0, "embedded-1:hash-64")
    assert verdict.reason == "word for word in the cited text"


def test_other_words_for_the_same_are_supported() -> None:
    verdict = JUDGE.judge("Over a sliding window, Lantern raises past facts' recall by 14.6 points.", [LANTERN])
    assert verdict.label == "supported"
    assert 0.62 <= verdict.score < 1
    assert "On the TalkBack benchmark" in verdict.reason


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("On the TalkBack benchmark Lantern raises recall of past facts by 41.6 points.", "41.6"),
        ("It needs 3 GB of storage for 1,210 conversations.", "3"),
        ("It needs 2 GB of storage for 1210 conversations and 99 more.", "99"),
    ],
)
def test_a_changed_number_is_unsupported_however_near_the_words_are(statement: str, missing: str) -> None:
    verdict = JUDGE.judge(statement, [LANTERN])
    assert (verdict.label, verdict.score) == ("unsupported", 0.0)
    assert verdict.reason == f"not in the cited text: {missing}"


def test_a_thousands_separator_changes_no_number() -> None:
    assert label("It needs 2 GB of storage for 1210 conversations.", LANTERN) == "supported"


@pytest.mark.parametrize(
    "statement",
    [
        "Lichen shows that loop shape does predict binding when the water is acidic.",
        "Earlier protein designs for copper binding weren't judged by loop shape alone.",
    ],
)
def test_a_negation_on_one_side_contradicts(statement: str) -> None:
    verdict = JUDGE.judge(statement, [LICHEN])
    assert verdict.label == "contradicted"
    assert verdict.score <= 0.45
    assert "negated" in verdict.reason


def test_a_double_negation_is_none() -> None:
    assert label("It is never not so that a charge term repairs the prediction.", LICHEN) != "contradicted"


def test_half_of_it_is_partly_supported() -> None:
    statement = "QuillGraph stores a dialogue memory as a graph, trains quickly and pleases hurried linguists."
    verdict = JUDGE.judge(statement, [QUILL])
    assert verdict.label == "partly"
    assert 0.45 <= verdict.score < 0.62


def test_something_else_is_unsupported() -> None:
    assert label("Bananas taste sweeter on the moon.", LANTERN) == "unsupported"
    assert label("of the", LANTERN) == "unsupported"


def test_pieces_of_evidence_count_together() -> None:
    statement = (
        "Lantern replays old conversations as short summaries, while QuillGraph stores a memory as a graph whose edges"
        " are causes."
    )
    together = JUDGE.judge(statement, [LANTERN, QUILL])
    assert together.label == "supported"
    assert together.score > max(JUDGE.judge(statement, [one]).score for one in (LANTERN, QUILL)) + 0.1


def test_words_over_the_border_of_two_pieces_stand_in_neither() -> None:
    assert (
        JUDGE.judge("alpha beta gamma delta", ["alpha beta", "gamma delta"]).reason != "word for word in the cited text"
    )


@pytest.mark.parametrize("evidence", [[], [""], [" \n", ""]])
def test_without_evidence_nothing_can_be_verified(evidence: list[str]) -> None:
    verdict = JUDGE.judge("Lantern raises recall.", evidence)
    assert (verdict.label, verdict.score) == ("unverifiable", 0.0)


def test_the_same_evidence_is_embedded_once() -> None:
    embedder = HashEmbedder()
    judge = EmbeddedJudge(embedder)
    for text in ("Lantern forgets.", "Lantern replays."):
        judge.judge(text, [LANTERN, QUILL])
    assert len(embedder.document_calls) == 2
    assert len(embedder.query_calls) == 2


@given(WORDS, EVIDENCE)
@settings(max_examples=150, deadline=None)
def test_scores_are_shares_and_go_with_the_label(statement: str, evidence: list[str]) -> None:
    verdict = JUDGE.judge(statement, evidence)
    assert 0 <= verdict.score <= 1
    assert verdict.reason
    if verdict.label == "supported":
        assert verdict.score >= 0.62
    if verdict.label == "partly":
        assert 0.45 <= verdict.score < 0.62
    assert verdict == JUDGE.judge(statement, evidence)


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
    assert JUDGE.judge(statement, [evidence]).reason != "word for word in the cited text"


def test_sentences_in_a_row_stand_in_the_evidence() -> None:
    assert JUDGE.judge("One is here. Two is there.", ["Zero was. One is here. Two is there. Three."]).score == 1.0

import gzip
import json
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import REAL_DATA as DATA
from vectorstore.sentences import split_sentences

CORPUS = DATA / "faithfulness" / "scifact_corpus.jsonl.gz"

PROSE = [
    ["We follow Gao et al. (2023) and report recall.", "The gain is 5.2% on Fig. 2 and Tab. 3."],
    ["Models fail, i.e. they invent, e.g. in medicine.", "Results (p < 0.05) hold vs. the baseline."],
    ["See Sec. 3.1 and Eq. 4 for details.", "J. R. R. Smith and A. B. Jones disagree."],
    ["Pages pp. 12-15 are cited.", "Version 2.0.1 of GPT-3.5 is used."],
    ["We minimise $f(x) = 1. Then$ the loss.", "It converges."],
    ["We minimise \\(f. G\\) and \\[a. B\\] here.", "It converges."],
    ["It costs $5 per million tokens.", "Ours costs $2."],
    ["Is this true?", "We think so!", "Models such as BERT, RoBERTa, etc. are compared."],
    ["It was studied in S. aureus and E. coli.", "The U.S. population was sampled."],
    ["Code is at https://github.com/a/b.git.", "Dr. Lee et al. showed that No. 5 works."],
    ["The ratio was approx. 3.5 to 1.", "This was noted by Devlin et al., 2019."],
    ["By Prop. 3, Thm. 2 and Alg. 1 in App. B, it holds (Suppl. Fig. 1).", "Refs. 3 and Ref. [4], too."],
    ["Precision and recall are 0.5 resp. GPT has less.", "Lactobacillus spp. were used."],
    ["The set has 1,000 items [3].", "It has grown since."],
    ["This is the max.", "A simple method follows."],
    ["Some ask for a yes or a no.", "Systems of the time fail, as no. 5 and No. Five show."],
    ["It is far from the state of the art.", "Models were run for 5 min.", "Users waited."],
    ["Text is\nwrapped here and\nthere.", "It stays one sentence."],
]


@pytest.mark.parametrize("sentences", PROSE, ids=lambda sentences: sentences[0][:30])
def test_scientific_prose(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[start:end] for start, end in split_sentences(text)] == sentences


def test_a_blank_line_ends_a_sentence_whatever_stands_before_it() -> None:
    text = "A heading, see Fig.\n\n2 is a number"
    assert [text[start:end] for start, end in split_sentences(text)] == ["A heading, see Fig.", "2 is a number"]


@pytest.mark.parametrize("text", ["", " ", "\n\n\t "])
def test_no_visible_text_no_sentence(text: str) -> None:
    assert split_sentences(text) == []


pieces = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            "Fig. ",
            "et al. ",
            "e.g. ",
            "A b. ",
            "$x. Y$ ",
            "\\(",
            "\\)",
            "$$",
            "\n\n",
            ". ",
            "? ",
            "2 ",
            "…",
            "😀. ",
            "”",
            ", ",
        ]
    ),
)


@given(st.lists(pieces, max_size=15).map("".join))
def test_spans_are_exact_ordered_and_cover_everything_visible(text: str) -> None:
    spans = split_sentences(text)
    for start, end in spans:
        assert text[start:end]
        assert text[start:end] == text[start:end].strip()
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    inside = "".join(text[start:end] for start, end in spans)
    assert re.sub(r"\s", "", inside) == re.sub(r"\s", "", text)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["a", ". ", "$a. B$ ", "\\( ", "(a. ", "Fig. ", "\n", "“"])
def test_long_text_takes_no_age(piece: str) -> None:
    text = piece * (50_000 // len(piece))
    assert len(split_sentences(text)) <= len(text)


@pytest.mark.skipif(not CORPUS.exists(), reason=f"the sentence corpus is not at {CORPUS}")
def test_agreement_with_a_corpus_split_by_others() -> None:
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        abstracts = [json.loads(line)["abstract"] for line, _ in zip(lines, range(1000), strict=False)]
    right = found = wanted = 0
    for sentences in abstracts:
        ends = [len(" ".join(sentences[:n])) + 1 for n in range(1, len(sentences))]
        got = {start for start, _ in split_sentences(" ".join(sentences))[1:]}
        right, found, wanted = right + len(got & set(ends)), found + len(got), wanted + len(ends)
    assert right / found > 0.985
    assert right / wanted > 0.94


def test_numbered_items_inside_a_sentence_do_not_cut_it() -> None:
    text = "There are two groups: (1) Converter, which maps data; and (2) Tools. Others follow. (a) One. (b) Two."
    found = [text[start:end] for start, end in split_sentences(text)]
    assert found == [
        "There are two groups: (1) Converter, which maps data; and (2) Tools.",
        "Others follow.",
        "(a) One.",
        "(b) Two.",
    ]

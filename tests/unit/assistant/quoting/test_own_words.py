import numpy as np
import pytest

from assistant.drafts import document_of
from assistant.quoting.own_words import own_paragraph
from assistant.types import Citation, Document, Paper, Statement
from tests.fakes.embedder import HashEmbedder
from tests.fakes.judge import FakeJudge, always
from tests.fakes.papers import BY_KEY, PAPERS, bank, exact, paper

MEMORY = PAPERS[:4]
DRAFT = """# Lanterns That Forget

## Abstract

Dialogue agents remember too much. In this paper, we propose Candle, a dialogue memory that forgets old talks.
We test Candle on the TalkBack benchmark. Candle forgets 4 of 5 conversations.

## Introduction

We ask more than others do [@orbin2021lantern].
"""


def document(text: str = DRAFT) -> Document:
    return document_of(text, name="paper.md", markup="markdown")


def written(text: str = DRAFT, papers: tuple[Paper, ...] = MEMORY, judge: FakeJudge | None = None) -> list[Statement]:
    return own_paragraph(document(text), papers, bank(papers), judge or always("supported"))


def test_the_draft_speaks_for_itself_and_the_nearest_papers_beside_it() -> None:
    statements = written()
    assert [one.text for one in statements[:2]] == [
        "The present draft states: “In this paper, we propose Candle, a dialogue memory that forgets old talks.”",
        "It also states: “We test Candle on the TalkBack benchmark.”",
    ]
    assert [one.citations for one in statements[:2]] == [(), ()]
    assert statements[2].text.startswith(
        "Of the papers cited here, Orbin et al. (2021) is the most similar to it by its abstract: the authors propose “"
    )
    assert statements[3].text.startswith("Next comes ")
    assert all(one.own and one.quoted for one in statements)
    for one in statements[2:]:
        (citation,) = one.citations
        assert exact(BY_KEY.get, citation.key, citation.quote, citation.start, citation.end, citation.where)
        assert f"“{citation.quote}”" in one.text


def test_the_nearest_are_the_nearest_by_their_vectors() -> None:
    abstract = HashEmbedder().embed_query(document().abstract)
    vectors = bank(MEMORY).paper_vectors([one.key for one in MEMORY])
    cosines = vectors @ abstract / np.linalg.norm(vectors, axis=1)
    nearest = [MEMORY[at].key for at in np.argsort(-cosines)[:2]]
    assert [one.citations[0].key for one in written()[2:]] == nearest


def test_which_is_nearest_does_not_depend_on_the_order_in_which_the_papers_come() -> None:
    keys = [one.citations[0].key for one in written()[2:]]
    assert [one.citations[0].key for one in written(papers=tuple(reversed(MEMORY)))[2:]] == keys


def test_what_was_quoted_before_is_not_quoted_again() -> None:
    before = written()
    said = [citation for one in before for citation in one.citations]
    after = own_paragraph(document(), MEMORY, bank(MEMORY), always("supported"), said=said)
    quotes = [citation for one in after for citation in one.citations]
    assert [one.key for one in quotes] == [one.key for one in said]
    assert not {one.quote for one in quotes} & {one.quote for one in said}


def test_each_is_judged_the_drafts_own_words_beside_the_draft() -> None:
    judge = always("partly")
    statements = written(judge=judge)
    assert {one.verdict.label for one in statements} == {"partly"}
    assert judge.calls[0][1] == (document().abstract,)
    assert judge.calls[2][1] == (BY_KEY["orbin2021lantern"].title, BY_KEY["orbin2021lantern"].abstract)


def test_without_an_abstract_its_first_paragraphs_are_read_less_what_cites() -> None:
    text = "# T\n\n## 1. Introduction\n\nWe propose Candle, a memory. We extend it [@orbin2021lantern].\n"
    statements = written(text)
    assert statements[0].text == "The present draft states: “We propose Candle, a memory.”"
    assert not any("extend" in one.text for one in statements)


def test_a_draft_that_does_not_say_what_it_does_gives_nothing() -> None:
    assert written("# T\n\nOwls hunt mice at night.\n") == []
    assert written("") == []


def test_one_paper_or_only_titles() -> None:
    assert len(written(papers=PAPERS[:1])) == 3
    assert len(written(papers=(BY_KEY["quist2017tremor"],))) == 2
    assert len(written(papers=())) == 2


def test_a_text_under_nothing_but_its_title_says_what_it_does() -> None:
    text = "Talks in Lanterns\n\nThis chapter looks at talks. We compare lanterns with owls and find that owls win.\n"
    own = document_of(text, name="paper.txt", markup="text")
    statements = own_paragraph(own, MEMORY, bank(MEMORY), always("supported"))
    assert "We compare lanterns with owls" in statements[1].text
    assert len(statements) > 1


def test_a_paper_of_which_all_was_said_is_called_by_its_title() -> None:
    (one,) = PAPERS[:1]
    said = [Citation(key=one.key, quote=one.abstract, start=0, end=len(one.abstract))]
    statement = own_paragraph(document(), [one], bank([one]), always("supported"), said=said)[-1]
    assert f"“{one.title}”, is the most similar to it by its abstract." in statement.text
    assert statement.citations[0].where == "title"


@pytest.mark.parametrize(
    ("abstract", "end"),
    [
        ("We propose a lantern.", "abstract: the authors propose “a lantern.”"),
        ("Experiments show that our lanterns fade.", "abstract: its experiments show that their “lanterns fade.”"),
        ("Lanterns replay old talks.", "abstract: “Lanterns replay old talks.”"),
    ],
)
def test_a_paper_is_set_beside_by_what_it_does(abstract: str, end: str) -> None:
    one = paper("k", "Old Lamps", abstract, by="Orbin, Tessa; Malk, Ivo")
    assert own_paragraph(document(), [one], bank([one]), always("supported"))[-1].text.endswith(end)

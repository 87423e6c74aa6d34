"""The last paragraph of a section written for somebody's own draft: what the draft says, and which papers are near."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from assistant.evidence.bank import EvidenceBank, Match, Sentence, sentences_of
from assistant.export.references import short_name
from assistant.quoting.attributed import best_of, unsaid
from assistant.quoting.framing import FIRST_PERSON
from assistant.quoting.quotable import Quotable, is_readable, quotables
from assistant.quoting.setting import Setting, quoted, set_after, stated
from assistant.types import Citation, Document, Paper, Record, Statement
from assistant.verify import Judge

__all__ = ["own_paragraph"]

_OPENINGS = ("The present draft states: ", "It also states: ")
_BESIDE = ("Of the papers cited here, {name} is the most similar to it by its abstract", "Next comes {name}")
"""What is said of the papers that are set beside it: nothing but what was computed."""
_WORTH_SAYING = 0.2
"""What a sentence must be worth to be quoted beside the draft, when another one of its paper was quoted before."""
_FIRST = ("introduction", "contribution", "summary", "abstract", "conclusion", "overview")
"""Headings under which a draft says what it does; they may be numbered."""
_NUMBERS = "0123456789. "


def own_paragraph(
    document: Document,
    papers: Sequence[Paper],
    bank: EvidenceBank,
    judge: Judge,
    *,
    said: Collection[Citation] = (),
) -> list[Statement]:
    """Write the paragraph that sets a draft beside the papers nearest to it, by quotes alone.

    The only thing claimed of our own is which of the papers are nearest, by the cosine of the mean of a paper's
    sentence vectors to that of the draft's abstract; the sentences say how that was measured. What relates them is left
    to the reader.

    Args:
        document: The user's own draft.
        papers: Those that the section is written from, all of them in the bank.
        bank: Their sentences.
        judge: What compares each statement with what it quotes.
        said: Quotes that the section has already; others are chosen where there are any.

    Returns:
        Nothing when the draft does not say what it does, or when there is no paper.
    """
    own = _own_paper(document)
    found = [Match(sentence=one, similarity=0.0) for one in sentences_of(own) if one.where == "abstract"]
    does = [one for one in quotables(found, document.title) if _says_what_it_does(one)][: len(_OPENINGS)]
    if not does:
        return []
    does.sort(key=lambda one: one.start)
    statements = [_own(words, one, own, judge) for words, one in zip(_OPENINGS, does, strict=False)]
    for words, paper in zip(_BESIDE, _nearest(own.abstract, papers, bank), strict=False):
        one = _telling(does[0].text, paper, bank, said)
        set_beside = set_after(words.format(name=short_name(paper)), one, paper) if one else _named(words, paper)
        statements.append(replace(stated(set_beside, paper, judge), own=True))
    return statements


def _own_paper(document: Document) -> Paper:
    """The draft as a paper: its abstract, or else its first paragraphs, less the sentences that cite somebody."""
    text = document.abstract
    if not text.strip():
        text = " ".join(
            one.text
            for paragraph in document.paragraphs
            if paragraph.heading in {"", document.title}
            or paragraph.heading.lower().lstrip(_NUMBERS).startswith(_FIRST)
            for one in paragraph.sentences
            if not one.mentions
        )
    return Paper(key="", record=Record(title=document.title, abstract=text, source=document.name))


def _says_what_it_does(one: Quotable) -> bool:
    return bool(FIRST_PERSON.search(one.text)) and is_readable(one.text)


def _own(words: str, one: Quotable, own: Paper, judge: Judge) -> Statement:
    verdict = judge.judge(one.text, [own.abstract])
    return Statement(text=words + quoted(one.text), citations=(), verdict=verdict, quoted=True, own=True)


def _nearest(text: str, papers: Sequence[Paper], bank: EvidenceBank) -> list[Paper]:
    """The papers with an abstract by the cosine of its mean sentence vector to a text, nearest first."""
    import numpy as np

    able = [paper for paper in papers if any(_sentences(paper, bank))]
    cosines: dict[str, list[float]] = {}
    for sentence, cosine in zip(bank.sentences, bank.cosines(text), strict=True):
        cosines.setdefault(sentence.key, []).append(cosine)
    lengths = np.linalg.norm(bank.paper_vectors([paper.key for paper in able]), axis=1) if able else []
    near = {
        paper.key: sum(cosines[paper.key]) / len(cosines[paper.key]) / max(float(length), 1e-9)
        for paper, length in zip(able, lengths, strict=True)
    }
    return sorted(able, key=lambda paper: -near[paper.key])


def _sentences(paper: Paper, bank: EvidenceBank) -> list[Sentence]:
    return [one for one in bank.sentences if one.key == paper.key and one.where == "abstract"]


def _telling(text: str, paper: Paper, bank: EvidenceBank, said: Collection[Citation]) -> Quotable | None:
    """What a paper says that it does, nearest to the draft's own sentence; None when that was quoted before."""
    matches = [one for one in bank.matches(text, [paper.key]) if one.sentence.where == "abstract"]
    new, is_again = unsaid(quotables(matches, paper.title), paper, said)
    if is_again:
        new = [one for one in new if one.framed.kind != "whole" and one.worth >= _WORTH_SAYING]
    return best_of(new, paper)


def _named(words: str, paper: Paper) -> Setting:
    """Nothing of its abstract: its title says what it is."""
    title = Citation(key=paper.key, quote=paper.title, start=0, end=len(paper.title), where="title")
    name = short_name(paper)
    before, after = words.split("{name}")
    called = f"{name}, {quoted(paper.title).rstrip('.')}" if paper.record.authors else name
    text = f"{before}{called}{',' if after and paper.record.authors else ''}{after}."
    return Setting(text=text, citation=title, claim=paper.title, opening="own")

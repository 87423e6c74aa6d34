"""Coverage: a draft -> what of the library it leaves out -> what it says without citing -> what it leans on."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.auditing.worthiness import goes_on, is_checked, presented, why_cited
from assistant.evidence.bank import EvidenceBank
from assistant.export.references import author_names, short_name
from assistant.jobs.ask import AskParts
from assistant.jobs.news import News
from assistant.library.keys import near_keys
from assistant.library.sameness.judging import judge
from assistant.library.sameness.works import Work
from assistant.planning.around import relevant_around
from assistant.planning.facets import Facet
from assistant.planning.scale import scale_of
from assistant.planning.wide import Candidate, wide_search
from assistant.text import STOP_WORDS, fold
from assistant.types import Document, DraftSentence, Filter, Paper, Paragraph
from assistant.types.audits import Bare, CoverageReport, Leaning, Uncited, Undiscussed, UnknownKey

__all__ = ["coverage"]

_FOUND = 200
"""So many papers are looked at."""
_SUGGESTED = 40
"""For so many sentences without a citation a paper is looked for."""
_CLEAR = 0.85
"""Score from which a paper is suggested; the author reads its quote."""
_LEAST_CITING, _MOST_SHARE = 3, 0.75
_ROW = 3
"""From so many keys on a citation is a row, which discusses none of its papers."""
_NAME = re.compile(r"^\W*([A-Z][\w+-]*[\w+])\s*[:–—]\s")
_LEAST_NAME = 3


def coverage(document: Document, parts: AskParts, *, most: int = 20) -> CoverageReport:
    """Say what of the library a draft leaves out, and where it cites too little.

    Args:
        document: The draft.
        parts: What it is done with; no model writes.
        most: At most so many papers that it does not cite are named.

    Raises:
        ServiceError: The judge failed.
    """
    papers = {key: parts.lookup(key) for key in document.keys}
    cited = {paper.key: paper for paper in papers.values() if paper}
    found: dict[str, Candidate] = {}

    def find(facets: Sequence[Facet]) -> list[Candidate]:
        here = wide_search(
            facets,
            search=parts.search,
            lookup=parts.lookup,
            where=Filter(),
            limit=_FOUND,
            rarity=parts.rarity,
            scale=scale_of(parts.embedder),
        )
        found.update((one.paper.key, one) for one in here)
        return here

    left_out = _without(relevant_around(document, find), list(cited.values()))
    names = frozenset(name for one in (*cited.values(), *(one.paper for one in found.values())) if (name := _name(one)))
    news = News(parts)
    return CoverageReport(
        document=document,
        cited=tuple(cited),
        uncited=tuple(_placed(left_out[:most], document, parts)),
        more=max(0, len(left_out) - most),
        bare=tuple(_suggested(_bare(document, names), news)),
        leaning=tuple(_leaning(document, papers)),
        undiscussed=tuple(_undiscussed(document, papers)),
        unknown=tuple(_unknown(document, papers, parts)),
        usage=news.usage,
    )


def _without(candidates: Sequence[Candidate], cited: Sequence[Paper]) -> list[Candidate]:
    """The papers that are not cited, under whatever key, in another version or as another copy."""
    keys = {one.key for one in cited}
    works = [Work(one.record) for one in cited]
    left: list[Candidate] = []
    for one in candidates:
        work = Work(one.paper.record)
        if one.paper.key not in keys and not any(judge(work, other).outcome == "same" for other in works):
            left.append(one)
            works.append(work)
    return left


def _placed(candidates: Sequence[Candidate], document: Document, parts: AskParts) -> list[Uncited]:
    """Each paper with the sentence of the draft that it is nearest to; most likely papers first."""
    sentences = [one for one in document.sentences if one.text.strip()]
    texts = [" ".join(one.said(lambda key: _called(key, parts)).split()) for one in sentences]
    bank = EvidenceBank([one.paper for one in candidates], parts.embedder)
    cosines = bank.vectors @ parts.embedder.embed_documents(texts).T if candidates else None
    found = []
    for one in candidates:
        rows = [row for row, sentence in enumerate(bank.sentences) if sentence.key == one.paper.key]
        best = None
        if cosines is not None and rows and sentences:
            row, column = divmod(int(cosines[rows].argmax()), len(sentences))
            best = column, bank.sentences[rows[row]].citation
        found.append(
            Uncited(
                paper=one.paper,
                probability=one.probability,
                line=sentences[best[0]].line if best else None,
                near=texts[best[0]] if best else "",
                citation=best[1] if best else None,
            )
        )
    return sorted(found, key=lambda one: (-one.probability, one.paper.key))


def _called(key: str, parts: AskParts) -> str:
    paper = parts.lookup(key)
    return short_name(paper) if paper else key


def _bare(document: Document, names: frozenset[str]) -> list[Bare]:
    """Sentences that need a citation and have none; names are of systems that papers present."""
    own = presented(" ".join(one.text for one in document.sentences)) | presented(document.abstract)
    found = []
    for paragraph in document.paragraphs:
        if not is_checked(paragraph.heading) or _is_of_abstract(paragraph, document):
            continue
        for number, sentence in enumerate(paragraph.sentences):
            text = " ".join(sentence.text.split())
            if sentence.mentions or sentence.is_ignored:
                continue
            why = why_cited(text, names, own=own, heading=paragraph.heading)
            if why and not goes_on(text, paragraph.sentences[:number], why) and not _is_led_in(paragraph, number):
                found.append(Bare(line=sentence.line, text=text, why=why))
    return found


def _is_of_abstract(paragraph: Paragraph, document: Document) -> bool:
    return bool(document.abstract) and fold(paragraph.text)[:80] in fold(document.abstract)


def _is_led_in(paragraph: Paragraph, number: int) -> bool:
    """True when a sentence announces what those behind it cite: it ends with a colon."""
    return paragraph.sentences[number].text.rstrip().endswith(":")


def _suggested(bare: Sequence[Bare], news: News) -> list[Bare]:
    """The sentences, with a paper that clearly says it where there is one."""
    asked = [(one.text, frozenset[str]()) for one in bare[:_SUGGESTED]]
    found = news.of(asked, clear=_CLEAR) if asked else []
    said = []
    for one, results in zip(bare[:_SUGGESTED], found, strict=True):
        best = max((two for two in results if two.is_support), key=lambda two: two.score, default=None)
        said.append(replace(one, citation=best.citation, score=best.score) if best else one)
    return [*said, *bare[_SUGGESTED:]]


def _leaning(document: Document, papers: dict[str, Paper | None]) -> list[Leaning]:
    """Paragraphs in which nearly all sentences that cite anything cite one paper, and few cite another."""
    found = []
    for paragraph in document.paragraphs:
        citing = [_keys(one, papers) for one in paragraph.sentences if one.mentions]
        if len(citing) < _LEAST_CITING:
            continue
        counts = {key: sum(key in keys for keys in citing) for keys in citing for key in keys}
        key = max(counts, key=lambda one: (counts[one], one))
        if counts[key] / len(citing) >= _MOST_SHARE and counts[key] >= _LEAST_CITING:
            found.append(
                Leaning(line=paragraph.line, heading=paragraph.heading, key=key, cited=counts[key], citing=len(citing))
            )
    return found


def _undiscussed(document: Document, papers: dict[str, Paper | None]) -> list[Undiscussed]:
    """Papers that are only ever cited in a row with others, and never called by name."""
    rows: dict[int, set[str]] = {}
    for one in document.mentions:
        rows.setdefault(one.group, set()).add(_key(one.key, papers))
    alone = {key for keys in rows.values() if len(keys) < _ROW for key in keys}
    alone |= {_key(one.key, papers) for one in document.mentions if one.narrative}
    text = " ".join(one.text for one in document.sentences)
    lines: dict[str, list[int]] = {}
    for sentence in document.sentences:
        for one in sentence.mentions:
            lines.setdefault(_key(one.key, papers), []).append(document.line_of(one.start))
    known = {paper.key: paper for paper in papers.values() if paper}
    return [
        Undiscussed(key=key, lines=tuple(dict.fromkeys(where)))
        for key, where in lines.items()
        if key in known and key not in alone and not _is_named(known[key], text)
    ]


def _is_named(paper: Paper, text: str) -> bool:
    """True when a text calls a paper by its authors, or by the name before its title's colon."""
    name = author_names(paper)
    own = _name(paper)
    return name in text or bool(own and re.search(rf"(?<!\w){re.escape(own)}(?!\w)", text))


def _unknown(document: Document, papers: dict[str, Paper | None], parts: AskParts) -> Iterable[UnknownKey]:
    wrong = [key for key, paper in papers.items() if paper is None]
    held = list(parts.keys(Filter())) if wrong else []
    for key in wrong:
        first = next(one for one in document.mentions if one.key == key)
        line = document.line_of(first.start)
        yield UnknownKey(key=key, line=line, near=near_keys(key, held))


def _name(paper: Paper) -> str:
    """The name before a title's colon: `Lantern: Replaying ...`; empty when it is a word like others."""
    found = _NAME.match(paper.title)
    name = found[1] if found else ""
    is_name = len(name) >= _LEAST_NAME and name.lower() not in STOP_WORDS
    # In another letter than the first, or at all in the abstract, it is written as a name.
    return name if is_name and (not name[1:].islower() or name in paper.abstract) else ""


def _keys(sentence: DraftSentence, papers: dict[str, Paper | None]) -> set[str]:
    return {_key(key, papers) for key in sentence.keys}


def _key(written: str, papers: dict[str, Paper | None]) -> str:
    paper = papers[written]
    return paper.key if paper else written

"""What the answer rests on: faithful claims, exact quotes, the right papers and the right places in them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.types import Citation, Source, cited_keys
from evals.metrics.scores import judge_failed, not_applicable, share, yes_or_no
from evals.types import Case, Papers, Score, Span, is_support

__all__ = ["cited_relevant", "faithfulness", "gold_recall", "gold_span_recall", "quote_exactness", "right_paper"]

_ENOUGH = 0.5
"""Share of a gold span's characters that quotes must have."""


def faithfulness(case: Case) -> Score:
    """Share of the answer's atomic claims that are supported by what it could rest on.

    Source: Es, James, Espinosa-Anke and Schockaert (2023), "RAGAS: Automated Evaluation of Retrieval Augmented
    Generation". Each claim is compared with all that the system had been given, or where that is not known with all
    that the answer cites: so a claim with the wrong citation is faithful, which recall would not forgive. Between 0 and
    1. Where RAGAS gives NaN (no claims: an abstention), this does not apply. It depends on the judge and on who took
    the answer apart; and what is faithful need not answer the question.
    """
    if case.answer.abstained:
        return not_applicable("abstained")
    if case.claims_error:
        return judge_failed(case.claims_error)
    if case.claims is None:
        return not_applicable("the answer was not taken apart into claims")
    if not case.claims:
        return not_applicable("the answer is empty")
    return share([is_support(claim.verdict) for claim in case.claims], "claims are supported")


def quote_exactness(case: Case) -> Score:
    """Share of citations whose quote is exactly the stored text at the offsets it gives.

    Of the abstract or the title, as the citation says. Every citation counts, also a second one of the same paper. An
    empty quote, offsets out of range and a paper that is not in the library count 0: nothing can be shown for them. It
    does not apply to a system that gives no quotes.
    """
    citations = _citations(case)
    if not case.gives_quotes or not citations:
        return _nothing_quoted(case)
    return share([_is_exact(one, case.papers) for one in citations], "quotes are exact")


def gold_span_recall(case: Case) -> Score:
    """Share of the gold spans of which quotes of the same paper have at least half the characters.

    Only exact quotes count; several may cover a span together. An abstention on a question with gold spans is 0. A span
    that does not stand in the stored abstract or title, white space aside, is left out: no quote can be of it. Long
    quotes score well here, so read it with `quote_exactness` and the length of quotes in mind.
    """
    if not case.gives_quotes or not case.sample.gold_spans:
        return not_applicable("no gold spans" if case.gives_quotes else "the system gives no quotes")
    exact = [one for one in _citations(case) if _is_exact(one, case.papers)]
    quotes = [replace(one, key=_known(one.key, case.papers)) for one in exact]
    marks = [_is_covered(places, quotes) for span in case.sample.gold_spans if (places := _places(span, case.papers))]
    return share(marks, "gold spans are quoted") if marks else not_applicable("no gold span stands in its paper")


def right_paper(case: Case) -> Score:
    """1 when at least one cited paper is a gold one, else 0; an abstention on a question with gold papers is 0.

    One right paper among many wrong ones scores 1: read it with `cited_relevant`.
    """
    if not case.sample.gold_keys:
        return not_applicable("no gold papers")
    return yes_or_no(not _cited(case).isdisjoint(case.sample.gold_keys))


def cited_relevant(case: Case) -> Score:
    """Share of the cited papers that are gold ones, each paper once. Does not apply where nothing is cited.

    Gold lists are seldom complete: a paper not on the list may be relevant, so this is a lower bound.
    """
    cited = _cited(case)
    if not case.sample.gold_keys or not cited:
        return not_applicable("nothing is cited" if case.sample.gold_keys else "no gold papers")
    return share([key in case.sample.gold_keys for key in sorted(cited)], "cited papers are gold")


def gold_recall(case: Case) -> Score:
    """Share of the gold papers that are cited; an abstention on a question with gold papers is 0."""
    if not case.sample.gold_keys:
        return not_applicable("no gold papers")
    cited = _cited(case)
    return share([key in cited for key in case.sample.gold_keys], "gold papers are cited")


def _cited(case: Case) -> frozenset[str]:
    """Keys of the cited papers as the library has them; an answer kept from before may use a former key."""
    keys = () if case.answer.abstained else cited_keys(case.answer.statements)
    return frozenset(_known(key, case.papers) for key in keys)


def _known(key: str, papers: Papers) -> str:
    paper = papers(key)
    return paper.key if paper else key


def _citations(case: Case) -> list[Citation]:
    return [] if case.answer.abstained else [one for said in case.answer.statements for one in said.citations]


def _nothing_quoted(case: Case) -> Score:
    if not case.gives_quotes:
        return not_applicable("the system gives no quotes")
    return not_applicable("abstained" if case.answer.abstained else "nothing is cited")


def _is_exact(citation: Citation, papers: Papers) -> bool:
    paper = papers(citation.key)
    if paper is None:
        return False
    text = paper.abstract if citation.where == "abstract" else paper.title
    in_range = 0 <= citation.start < citation.end <= len(text)
    return in_range and text[citation.start : citation.end] == citation.quote


def _places(span: Span, papers: Papers) -> list[Citation]:
    """Everywhere that a gold span stands in its paper, as quotes of it."""
    paper = papers(span.key)
    if paper is None or not span.text.strip():
        return []
    texts: tuple[tuple[Source, str], ...] = (("abstract", paper.abstract), ("title", paper.title))
    return [
        Citation(key=paper.key, quote=text[start:end], start=start, end=end, where=where)
        for where, text in texts
        for start, end in _found(span.text, text)
    ]


def _found(wanted: str, text: str) -> Iterator[tuple[int, int]]:
    """Offsets of every place of a text that has the words wanted, however they are spaced."""
    spaced = r"\s+".join(map(re.escape, wanted.split()))
    return (match.span() for match in re.finditer(spaced, text))


def _is_covered(places: Sequence[Citation], quotes: Sequence[Citation]) -> bool:
    return any(_shared(place, quotes) >= _ENOUGH * (place.end - place.start) for place in places)


def _shared(place: Citation, quotes: Sequence[Citation]) -> int:
    """Characters of a place that quotes have, each counted once."""
    same = (one for one in quotes if (one.key, one.where) == (place.key, place.where))
    return len({at for one in same for at in range(max(one.start, place.start), min(one.end, place.end))})

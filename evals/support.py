"""Ask a judge what the citation metrics need to know, and nothing twice."""

from collections.abc import Iterable, Sequence

from assistant.evidence.passages import evidence_of
from assistant.types import Answer, Paper, Verdict
from assistant.verify import Judge
from evals.conventions import CONVENTIONS, Convention, Counted, counted
from evals.types import Checks, CitationCheck, Papers, StatementCheck, is_support

__all__ = ["check", "passage"]


def passage(paper: Paper) -> tuple[str, ...]:
    """The text that a citation of a paper stands for: its title and its whole abstract, each a piece of evidence.

    ALCE (Gao et al., 2023) gives its judge `Title: ...` and the whole cited passage. So does this, without the label,
    and in two pieces: a title without a full stop would become one with the first sentence of the abstract.
    The quote inside a citation is shorter: it is checked by `quote_exactness`, and support is asked of the whole
    abstract.
    """
    return evidence_of(paper)


def check(
    answer: Answer, judge: Judge, papers: Papers, conventions: Iterable[Convention] = (CONVENTIONS["citewell"],)
) -> Checks:
    """Check the statements of an answer as each convention counts them; of an answer that abstained there are none.

    The conventions share the verdicts: whatever their number, no statement is compared twice with the same papers.

    Raises:
        CitewellError: The judge failed.
    """
    statements = () if answer.abstained else answer.statements
    asked = _Asked(judge, papers)
    return {
        convention.name: tuple(_check(one, convention, asked) for one in counted(statements, convention))
        for convention in conventions
    }


class _Asked:
    """Verdicts by statement and cited papers: of two papers, the rest of one is the other alone."""

    def __init__(self, judge: Judge, papers: Papers) -> None:
        self._judge = judge
        self._papers = papers
        self._passages: dict[str, tuple[str, ...] | None] = {}
        self._verdicts: dict[tuple[str, tuple[str, ...]], Verdict] = {}

    def passage(self, key: str) -> tuple[str, ...] | None:
        """The pieces of text behind a key; None when there is no such paper."""
        if key not in self._passages:
            paper = self._papers(key)
            self._passages[key] = passage(paper) if paper else None
        return self._passages[key]

    def of(self, text: str, keys: Sequence[str]) -> Verdict:
        """Whether these papers, all of them known, support a statement together."""
        wanted = (text, tuple(keys))
        if wanted not in self._verdicts:
            evidence = [piece for key in keys for piece in self.passage(key) or ()]
            self._verdicts[wanted] = self._judge.judge(text, evidence)
        return self._verdicts[wanted]


def _check(statement: Counted, convention: Convention, asked: _Asked) -> StatementCheck:
    known = {key: asked.passage(key) is not None for key in statement.keys}
    if not known or not all(known.values()):
        citations = tuple(CitationCheck(key=key, known=is_known) for key, is_known in known.items())
        return StatementCheck(text=statement.text, joint=None, citations=citations)
    keys = statement.keys[: convention.at_most]
    joint = asked.of(statement.text, keys)
    return StatementCheck(
        text=statement.text,
        joint=joint,
        citations=tuple(_check_citation(statement.text, key, keys, joint, asked) for key in keys),
    )


def _check_citation(text: str, key: str, keys: Sequence[str], joint: Verdict, asked: _Asked) -> CitationCheck:
    """Precision asks more only where the statement is supported by more than one paper."""
    if len(keys) == 1:
        return CitationCheck(key=key, known=True, alone=joint)
    if not is_support(joint):
        return CitationCheck(key=key, known=True)
    alone = asked.of(text, [key])
    rest = None if is_support(alone) else asked.of(text, [other for other in keys if other != key])
    return CitationCheck(key=key, known=True, alone=alone, rest=rest)

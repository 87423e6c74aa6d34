"""Ask a judge what the citation metrics need to know, and nothing twice."""

from collections.abc import Mapping, Sequence

from assistant.types import Answer, Paper, Statement, Verdict, cited_keys
from evals.types import CitationCheck, Judge, Papers, StatementCheck, is_support

__all__ = ["check", "passage"]


def passage(paper: Paper) -> str:
    """The text that a citation of a paper stands for: its title and its whole abstract.

    ALCE (Gao et al., 2023) gives its judge `Title: ...` and the whole cited passage. So does this, without the label.
    The quote inside a citation is shorter: it is checked by `quote_exactness`, and support is asked of the whole
    abstract.
    """
    return f"{paper.title}\n{paper.abstract}" if paper.abstract else paper.title


def check(answer: Answer, judge: Judge, papers: Papers) -> tuple[StatementCheck, ...]:
    """Check every statement of an answer; an answer that abstained has none.

    Raises:
        CitewellError: the judge failed.
    """
    if answer.abstained:
        return ()
    return tuple(_check_statement(statement, judge, papers) for statement in answer.statements)


def _check_statement(statement: Statement, judge: Judge, papers: Papers) -> StatementCheck:
    keys = cited_keys([statement])
    found = {key: papers(key) for key in keys}
    passages = {key: passage(paper) for key, paper in found.items() if paper is not None}
    if not keys or len(passages) < len(keys):
        citations = tuple(CitationCheck(key=key, known=key in passages) for key in keys)
        return StatementCheck(text=statement.text, joint=None, citations=citations)
    asked = _Asked(statement.text, passages, judge)
    joint = asked.of(keys)
    return StatementCheck(
        text=statement.text,
        joint=joint,
        citations=tuple(_check_citation(key, keys, joint, asked) for key in keys),
    )


def _check_citation(key: str, keys: Sequence[str], joint: Verdict, asked: "_Asked") -> CitationCheck:
    """Precision asks more only where the statement is supported by more than one paper."""
    if len(keys) == 1:
        return CitationCheck(key=key, known=True, alone=joint)
    if not is_support(joint):
        return CitationCheck(key=key, known=True)
    alone = asked.of([key])
    rest = None if is_support(alone) else asked.of([other for other in keys if other != key])
    return CitationCheck(key=key, known=True, alone=alone, rest=rest)


class _Asked:
    """Verdicts on one statement, by evidence: of two papers, the rest of one is the other alone."""

    def __init__(self, statement: str, passages: Mapping[str, str], judge: Judge) -> None:
        self._statement = statement
        self._passages = passages
        self._judge = judge
        self._verdicts: dict[tuple[str, ...], Verdict] = {}

    def of(self, keys: Sequence[str]) -> Verdict:
        wanted = tuple(keys)
        if wanted not in self._verdicts:
            evidence = [self._passages[key] for key in wanted]
            self._verdicts[wanted] = self._judge.judge(self._statement, evidence)
        return self._verdicts[wanted]

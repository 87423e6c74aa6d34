"""What there is to label: the statements of a run with each paper they cite, or the pairs of a file."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from assistant.errors import InputError
from assistant.types import Paper, Statement, Verdict, cited_keys
from evals.datasets.source import Item as Fields
from evals.datasets.source import open_source
from evals.labelling.sitting import Item
from evals.types import EvalLog, Result

__all__ = ["items_in", "items_of_run"]

_EXAMPLE = '{"statement": "...", "evidence": ["title", "abstract"]}'
_TITLED = 2
"""Evidence of so many pieces is a title and a text."""


def items_in(path: Path) -> list[Item]:
    """Read what `citewell eval run --out` wrote, or pairs of statement and evidence.

    Raises:
        InputError: The file is neither, or has nothing to label.
    """
    source = open_source(path)
    whole = source.document()
    if isinstance(whole, dict) and "examples" in whole:
        from evals.log import read

        items = items_of_run(read(path))
    else:
        rows = source.lines(_EXAMPLE)
        is_ours = all("statement" in row.fields and "evidence" in row.fields for row in rows)
        items = list(_own(rows, path.name)) if is_ours else _foreign(path)
    if not items:
        raise InputError(f"{path}: cites no paper that is known, so there is nothing to label; name another run.")
    return items


def items_of_run(log: EvalLog) -> list[Item]:
    """Each statement of each answer with each paper that it cites, in the order of the run.

    Its id is made of statement and evidence: the same pair in another run is the same item.
    """
    return [item for result in log.results for item in _of_result(result, log)]


def _of_result(result: Result, log: EvalLog) -> Iterator[Item]:
    verdicts = {
        (check.text, one.key): one.alone
        for found in (result.checks or {}).values()
        for check in found
        for one in check.citations
        if one.alone
    }
    for statement in result.answer.statements if result.answer and not result.answer.abstained else ():
        for key in cited_keys([statement]):
            if paper := log.papers.get(key):
                verdict = verdicts.get((statement.text, key))
                yield _of_citation(statement, paper, verdict, f"{result.sample.id} {key}", log.dataset)


def _of_citation(statement: Statement, paper: Paper, verdict: Verdict | None, place: str, run: str) -> Item:
    evidence = tuple(part for part in (paper.title, paper.abstract) if part)
    return Item(
        id=_digest(statement.text, evidence),
        statement=statement.text,
        evidence=evidence,
        title=paper.title,
        text=paper.abstract,
        quotes=tuple(
            (one.start, one.end)
            for one in statement.citations
            if one.key == paper.key and one.where == "abstract" and paper.abstract[one.start : one.end] == one.quote
        ),
        verdict=verdict,
        run=run,
        place=place,
    )


def _own(rows: Sequence[Fields], name: str) -> Iterator[Item]:
    seen: dict[str, Item] = {}
    for row in rows:
        statement, evidence = row.text("statement"), row.texts("evidence")
        if not statement.strip() or not evidence:
            raise row.bad("no statement or no evidence", f"write {_EXAMPLE}")
        identity = row.identity("id") or _digest(statement, evidence)
        item = _item(identity, statement, evidence, name, identity)
        if seen.setdefault(identity, item) != item:
            raise row.bad(f"the id {identity!r} is that of another pair above", "give it its own id")
        yield item


def _foreign(path: Path) -> list[Item]:
    """Pairs of a format that the judge's report card reads; what their labels are is not looked at.

    Their own ids may begin again with every source, so they only say where a pair is from.
    """
    from evals.judging.pairs import open_pairs

    return [
        _item(
            _digest(pair.statement, pair.evidence),
            pair.statement,
            pair.evidence,
            path.name,
            f"{pair.source} {pair.id}".strip(),
        )
        for pair in open_pairs(path).pairs
    ]


def _item(identity: str, statement: str, evidence: Sequence[str], name: str, place: str) -> Item:
    title, text = (evidence[0], evidence[1]) if len(evidence) == _TITLED else ("", "\n\n".join(evidence))
    return Item(
        id=identity, statement=statement, evidence=tuple(evidence), title=title, text=text, run=name, place=place
    )


def _digest(statement: str, evidence: Sequence[str]) -> str:
    return sha256("\x1f".join((statement, *evidence)).encode("utf-8", "surrogatepass")).hexdigest()[:16]

"""Quotes for the papers of a section on which nothing was written that may be shown."""

from collections.abc import Collection, Sequence

from assistant.evidence.bank import EvidenceBank
from assistant.quoting.attributed import attributed
from assistant.types import Citation, Order, Paper, Statement, cited_keys
from assistant.verify import Judge

__all__ = ["filled_up"]

_ROOM = 20
"""Words that must be left for a quote."""


def filled_up(
    statements: Sequence[Statement] | None,
    papers: Sequence[Paper],
    *,
    topic: str,
    bank: EvidenceBank,
    judge: Judge,
    said: Collection[Citation] = (),
    words: int | None = None,
    order: Order = "theme",
) -> list[Statement]:
    """A section with what each of its papers that it does not cite says of the topic, quoted.

    Args:
        statements: Of the section, as they are to be read; None when it is made of quotes alone.
        papers: Of the section, all of them in the bank.
        topic: What it is about.
        bank: The sentences that may be quoted.
        judge: What compares each quote with its paper.
        said: What other sections cite: it is not quoted again, and beside statements nothing of those papers is.
        words: The section is to have about so many; papers for which there is no room stay out. None for no limit.
        order: With `time` a quote stands before what is said of younger papers, else behind all.

    Returns:
        The statements in their order, and the quotes among them.
    """
    cited = set() if statements is None else {*cited_keys(statements), *(one.key for one in said)}
    statements = statements or ()
    left = [one for one in papers if one.key not in cited]
    room = None if words is None else words - sum(len(one.text.split()) for one in statements)
    if not left or (statements and room is not None and room < _ROOM):
        return list(statements)
    quotes = attributed(left, topic=topic, bank=bank, judge=judge, words=room, order=order, said=said)
    if order == "theme":
        return [*statements, *quotes]
    years = {one.key: one.record.year for one in papers}
    found = list(statements)
    for quote in quotes:
        found.insert(_place(quote, found, years), quote)
    return found


def _place(quote: Statement, statements: Sequence[Statement], years: dict[str, int | None]) -> int:
    """Before the first statement on something younger that does not go on with what the one before it cites."""
    year = _year(quote, years)
    before: frozenset[str] = frozenset()
    for at, one in enumerate(statements):
        keys = frozenset(cited_keys([one]))
        if keys.isdisjoint(before) and _year(one, years) > year:
            return at
        before = keys
    return len(statements)


def _year(statement: Statement, years: dict[str, int | None]) -> float:
    """Of the oldest paper that it cites; endless for one without a year, or without a citation."""
    found = [year for one in statement.citations if (year := years.get(one.key)) is not None]
    return min(found, default=float("inf"))

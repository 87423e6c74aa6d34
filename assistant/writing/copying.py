"""Sentences of a model that are somebody else's, word for word and without quotation marks."""

import re
from collections.abc import Sequence

from assistant.export.references import short_name
from assistant.text import fold, without_fonts
from assistant.types import Dropped, Paper, Statement

__all__ = ["without_copies"]

_LEAST_WORDS = 10
"""Fewer words in a row may be the same by chance, or have no other form."""
_OPENING_WORDS = 3
"""So many words of its own before the copied ones do not make a sentence another one: `Moreover, ...`."""


def without_copies(statements: Sequence[Statement], papers: Sequence[Paper]) -> tuple[list[Statement], list[Dropped]]:
    """Part statements from those that copy the abstract of a paper as if its words were ours.

    What calls the paper by its authors' names says whose words they are, and stays. A title alone is no sentence.

    Args:
        statements: What was written; those that quote are left alone.
        papers: Those that they may have been copied from.

    Returns:
        The statements that may be shown, and the others with the reason.
    """
    folded = [(one, f" {' '.join(_words(one.abstract))} ") for one in papers]
    kept: list[Statement] = []
    dropped: list[Dropped] = []
    for statement in statements:
        source = None if statement.quoted else _source(statement, folded)
        if source is None:
            kept.append(statement)
            continue
        reason = f"it is copied word for word from {source.key}, without quotation marks"
        cited = tuple(one.key for one in statement.citations)
        dropped.append(Dropped(text=statement.text, reason=reason, cited=cited, verdict=statement.verdict))
    return kept, dropped


def _source(statement: Statement, papers: Sequence[tuple[Paper, str]]) -> Paper | None:
    """The paper that it is copied from; None when it is not copied, or says from whom."""
    opening, comma, rest = statement.text.partition(", ")
    is_joined = bool(comma) and len(opening.split()) <= _OPENING_WORDS
    forms = [_words(statement.text), *([_words(rest)] if is_joined else [])]
    for paper, abstract in papers:
        is_copied = any(len(words) >= _LEAST_WORDS and f" {' '.join(words)} " in abstract for words in forms)
        if (is_copied and short_name(paper) not in statement.text) or forms[0] == _words(paper.title):
            return paper
    return None


def _words(text: str) -> list[str]:
    """Without signs, which are easily changed."""
    return re.findall(r"\w+", fold(without_fonts(text)))

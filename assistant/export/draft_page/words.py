"""Verdicts and problems in words for a reader of the page."""

from typing import Final

from assistant.types import Draft, Label, Statement, Usage
from assistant.types.statements import Problem

__all__ = ["FLAGS", "PROBLEMS", "VERDICTS", "facts_of", "flag_of", "sentence_of"]

VERDICTS: Final[dict[Label, str]] = {
    "supported": "Supported by the quote",
    "partly": "Only partly supported by the quote",
    "contradicted": "Contradicted by the quote",
    "unsupported": "Not supported by the quote",
    "unverifiable": "Could not be checked",
}
FLAGS: Final[dict[Label, str]] = {
    "partly": "only partly supported",
    "contradicted": "contradicted by its source",
    "unsupported": "not supported",
    "unverifiable": "not checked",
}
"""What stands behind a sentence in the text."""
PROBLEMS: Final[dict[Problem, str]] = {
    "unknown-key": "there is no such paper",
    "wrong-paper": "another paper says it",
    "other-passage": "the paper says it in another place",
    "number-changed": "a number is another one",
    "name-changed": "it is about something else",
    "negated": "it says the opposite",
    "overclaimed": "it claims more than the source",
    "not-stated": "the source does not state it",
}


def flag_of(statement: Statement) -> str:
    """What a reader must know of a sentence; empty when it is fully supported, or is the user's own."""
    if statement.own and not statement.citations:
        return ""
    return FLAGS.get(statement.verdict.label, "")


def sentence_of(reason: str) -> str:
    """A reason with a capital and a full stop."""
    text = " ".join(reason.split())
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "…")) else ".")


def facts_of(draft: Draft) -> list[tuple[str, str]]:
    """How the draft was made, each fact with its name."""
    statements = [one for section in draft.sections for one in section.statements]
    judges = dict.fromkeys(one.verdict.judge for one in statements if one.verdict.judge)
    account = draft.account
    counts = [
        f"{len(statements)} shown",
        *([f"{account.rewritten} of them written anew"] if account.rewritten else []),
        *([f"{account.kept} kept although not supported"] if account.kept else []),
        f"{len(draft.dropped)} left out",
    ]
    found = draft.coverage
    facts = [
        ("Written by", draft.model),
        ("Checked by", ", ".join(judges)),
        ("Sentences", ", ".join(counts)),
        ("Papers", f"{found.cited} cited of {found.retrieved} that were taken as relevant"),
        ("Citation style", draft.style or ""),
        ("Tokens", _tokens(draft.usage)),
        ("Time", f"{draft.seconds.total:,.1f} s" if draft.seconds.total else ""),
    ]
    return [(name, value) for name, value in facts if value]


def _tokens(usage: Usage) -> str:
    if not usage.prompt + usage.completion:
        return ""
    price = "price not known" if usage.usd is None else f"{usage.usd:.4f} US dollars"
    return f"{usage.prompt:,} read, {usage.completion:,} written; {price}"

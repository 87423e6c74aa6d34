"""What became of the sentences that were written, counted."""

from collections.abc import Sequence

from assistant.types import Account, Dropped, Statement

_SUPPORTED = frozenset({"supported", "partly"})
_CITED_ANEW = frozenset({"attributed", "reattributed"})


def account_of(statements: Sequence[Statement], dropped: Sequence[Dropped]) -> Account:
    """Count statements and dropped sentences; each is in exactly one of the counts that make up `written`."""
    passed = [one for one in statements if one.quoted or one.verdict.label in _SUPPORTED]
    changes = [{repair.change for repair in one.repairs} for one in passed]
    rewritten = sum("rewritten" in change for change in changes)
    attributed = sum("rewritten" not in change and bool(change & _CITED_ANEW) for change in changes)
    return Account(
        written=len(statements) + len(dropped),
        supported=len(passed) - rewritten - attributed,
        attributed=attributed,
        rewritten=rewritten,
        kept=len(statements) - len(passed),
        dropped=len(dropped),
    )

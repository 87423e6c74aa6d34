"""What an answer costs."""

from assistant.types import Usage
from evals.metrics.scores import not_applicable
from evals.types import Case, Score

__all__ = ["completion_tokens", "prompt_tokens", "seconds", "usd"]


def prompt_tokens(case: Case) -> Score:
    """Tokens sent to the model for this answer, as the model counts them; 0 when no model was called.

    Does not apply where neither tokens nor a price are known, as in answers that were read from a file.
    """
    return _tokens(case, case.answer.usage.prompt)


def completion_tokens(case: Case) -> Score:
    """Tokens that the model wrote for this answer, as the model counts them; 0 when no model was called.

    Does not apply where neither tokens nor a price are known, as in answers that were read from a file.
    """
    return _tokens(case, case.answer.usage.completion)


def usd(case: Case) -> Score:
    """Price of this answer in US dollars. Does not apply where no price is known, which is not the same as free."""
    price = case.answer.usage.usd
    return not_applicable("no price is known for the model") if price is None else Score(value=price)


def seconds(case: Case) -> Score:
    """Wall time of this answer, as the system measured it, without the time of the judge.

    The first answer of a run includes loading what is loaded on first use: with few samples p95 is about that. It does
    not apply where no time was measured, as in answers that were read from a file.
    """
    total = case.answer.seconds.total
    return Score(value=total) if total else not_applicable("no time was measured")


def _tokens(case: Case, count: int) -> Score:
    known = case.answer.usage != Usage(usd=None)
    return Score(value=float(count)) if known else not_applicable("no tokens are known")

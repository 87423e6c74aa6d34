"""From a probability and what was found to a verdict that a person can read: a label, one line, what is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.judges.features import Compared, Findings
from assistant.judges.scoring import Scoring
from assistant.types import Label, Problem

__all__ = ["Told", "tell"]

_LONGEST_QUOTE = 160
_SAME_SUBJECT = 0.45
"""A span of at least this similarity is about the same; only there a difference is a contradiction."""
_COPIED = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A verdict without its judge."""

    label: Label
    reason: str
    problem: Problem | None = None


def tell(probability: float, compared: Compared, quote: str, similarity: float, scoring: Scoring) -> Told:
    """Put a verdict into words.

    Args:
        probability: Of support.
        compared: What was found.
        quote: The span of the evidence that the statement was compared with.
        similarity: Of the statement to that span, 0 to 1.
        scoring: Where the labels begin.
    """
    shown = f"‘{_short(quote)}’"
    if probability >= scoring.supported:
        return Told(label="supported", reason=f"the cited text says: {shown}")
    about = similarity >= _SAME_SUBJECT
    problem, reason = next(_problems(compared.findings, shown, about=about), (None, ""))
    if probability >= scoring.partly:
        reason = reason or f"only part of it is in the cited text: {shown}"
        return Told(label="partly", reason=reason, problem=problem)
    if problem is None:
        return Told(label="unsupported", reason="could not be matched with the cited text", problem="not-stated")
    label: Label = "contradicted" if problem == "negated" else "unsupported"
    return Told(label=label, reason=reason, problem=problem)


def _problems(found: Findings, shown: str, *, about: bool) -> Iterator[tuple[Problem, str]]:
    """What is wrong, the clearest first."""
    if found.missing_numbers:
        has = f"; the cited text has {_list(found.present_numbers)}" if about and found.present_numbers else ""
        yield "number-changed", f"says {_list(found.missing_numbers)}{has or ', which the cited text does not'}"
    if found.other_unit:
        number, unit = found.other_unit
        yield "number-changed", f"says {number}; the cited text gives that number another unit ({unit})"
    if about and found.negated:
        yield "negated", f"one of the two is negated; the cited text says: {shown}"
    if about and found.turned:
        said, other = found.turned
        yield "negated", f"says {said!r} where the cited text says {other!r}: {shown}"
    if found.missing_names:
        yield "name-changed", f"the cited text does not name {_list(found.missing_names)}"
    if about and (word := found.widened):
        yield "overclaimed", f"says {word!r}, which the cited text does not: {shown}"
    if about and (word := found.dropped_hedge):
        yield "overclaimed", f"leaves out {word!r} of the cited text: {shown}"
    if about and found.replaced:
        said, other = found.replaced
        yield "name-changed", f"says {said!r} where the cited text says {other!r}: {shown}"


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(words[:3])


def _short(quote: str) -> str:
    line = " ".join("".join(char if char.isprintable() else " " for char in quote).split())
    return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1].rstrip() + "…"

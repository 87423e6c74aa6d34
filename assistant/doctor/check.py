"""What one check found."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from assistant.errors import CitewellError, LibraryDamaged
from vectorstore.errors import IndexDamaged

Status = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What one check found, and what to do about it."""

    name: str
    status: Status
    """`warning` is worth knowing; with a `problem` some command fails or finds less than it should."""
    detail: str
    next_step: str = ""
    """What the user can do; empty when there is nothing to do."""
    is_damage: bool = False
    """The library file itself, which nothing can make anew, is hurt."""
    is_fixable: bool = False
    """`citewell doctor --fix` puts it right."""
    is_failure: bool = False
    """It was not made to its end; others may fail for the same reason."""


def ok(name: str, detail: str) -> Check:
    """Nothing to do."""
    return Check(name=name, status="ok", detail=detail)


def guarded(name: str, check: Callable[[], Check], next_step: str = "") -> Check:
    """Do a check; an error of Citewell's is what it found.

    Args:
        name: What is checked.
        check: The check.
        next_step: What to do when an index is damaged; any other error says that itself.
    """
    try:
        return check()
    except CitewellError as error:
        damaged = isinstance(error, LibraryDamaged)
        is_index = damaged and isinstance(error.__cause__, IndexDamaged)
        return Check(
            name=name,
            status="problem",
            detail=str(error.__cause__ if is_index and next_step else error),  # which does not say what to do as well
            next_step=next_step if damaged else "",
            is_damage=damaged and not next_step,
            is_fixable=damaged and bool(next_step),  # an index, which is made anew
            is_failure=True,
        )

"""What one check found."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from assistant.errors import CitewellError, LibraryDamaged

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


def ok(name: str, detail: str) -> Check:
    """Nothing to do."""
    return Check(name=name, status="ok", detail=detail)


def guarded(name: str, check: Callable[[], Check], next_step: str = "") -> Check:
    """Do a check; an error of Citewell's is what it found."""
    try:
        return check()
    except CitewellError as error:
        is_damage = isinstance(error, LibraryDamaged) and not next_step
        return Check(name=name, status="problem", detail=str(error), next_step=next_step, is_damage=is_damage)

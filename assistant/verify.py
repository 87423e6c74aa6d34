"""Does the cited text say what the statement says? A judge answers with a verdict."""

from collections.abc import Sequence
from typing import Protocol

from assistant.types import Verdict

__all__ = ["Judge"]


class Judge(Protocol):
    """Compares a statement with evidence."""

    @property
    def name(self) -> str:
        """Name and version; measurements by judges of different names are not comparable."""
        ...

    def judge(self, statement: str, evidence: Sequence[str]) -> Verdict:
        """Say whether the pieces of evidence, taken together, support the statement."""
        ...

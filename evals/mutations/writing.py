"""Made statements as JSON Lines, in the form that `citewell eval judge` reads."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from evals.mutations.types import Case

__all__ = ["lines"]


def lines(cases: Sequence[Case], *, source: str = "mutations") -> str:
    """One object a line: statement, evidence and label as of any labelled pair, and what was done to make it."""
    return "".join(json.dumps(_shape(case, source), ensure_ascii=False) + "\n" for case in cases)


def _shape(case: Case, source: str) -> dict[str, object]:
    shape = asdict(case) | {"source": source}
    if case.label != "SUPPORT":
        shape["problem"] = case.kind
    return shape

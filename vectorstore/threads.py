"""How many threads a model runs with."""

import os

__all__ = ["THREADS", "model_threads", "usable_cores"]

THREADS = "CITEWELL_THREADS"
"""Environment variable: threads of each model of this process. Workers that share a machine set it to 1."""
_MOST = 8


def model_threads() -> int:
    """$CITEWELL_THREADS, else one to a core that this process may use, at most eight."""
    named = os.environ.get(THREADS, "")
    return int(named) if named.isdecimal() and int(named) else min(_MOST, usable_cores())


def usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

"""A log as one self-contained HTML page: no network, nothing beside it, readable without scripts and on paper."""

from pathlib import Path

from assistant.export.pages import page_of
from evals.types import EvalLog

__all__ = ["MARKER", "page"]

MARKER = '<meta name="generator" content="citewell eval report">'
"""Stands near the beginning of every page, so that a file can be told to be one."""

_TEMPLATES = Path(__file__).parent / "templates"
_ROOM = 6_000_000
"""Characters of abstracts that a page may have under its questions; when there are more, they are shortened."""

_CONTEXT = 200
"""Characters left on each side of a mark when abstracts are shortened."""


def page(log: EvalLog, *, title: str = "") -> str:
    """Write the page.

    Every abstract is under the questions that cite it, with the quotes marked, and once whole in the list of papers. In
    a run so large that the page would be slow to open, abstracts under questions are shortened to what stands around
    the quotes.

    Args:
        log: any log, also of a run without a question.
        title: headline; the name of the data set when empty.
    """
    from evals.page.entries import entries
    from evals.page.examples import examples
    from evals.page.plots import plots
    from evals.page.summary import facts, figures, kinds, rows

    context = None if _room_needed(log) <= _ROOM else _CONTEXT
    shown = examples(log.results, log.papers, context=context)
    return page_of(
        _TEMPLATES,
        "report",
        log=log,
        title=title or f"Evaluation on {log.dataset}",
        marker=MARKER,
        facts=facts(log),
        figures=figures(log),
        groups=rows(log.metrics),
        kinds=kinds(log),
        plots=plots(log),
        examples=shown,
        labels=sorted({label for one in shown for label in one.labels}),
        kind_names=sorted({one.sample.kind for one in shown if one.sample.kind}),
        entries=entries(log.papers, log.results, shown),
        is_shortened=context is not None,
    )


def _room_needed(log: EvalLog) -> int:
    from evals.page.sources import keys_of

    lengths = {key: len(paper.abstract) for key, paper in log.papers.items()}
    return sum(lengths.get(key, 0) for result in log.results for key in keys_of(result))

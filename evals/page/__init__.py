"""A log as one self-contained HTML page: no network, nothing beside it, readable without scripts and on paper."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from evals.types import EvalLog

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["MARKER", "page"]

MARKER = '<meta name="generator" content="citewell eval report">'
"""Stands near the beginning of every page, so that a file can be told to be one."""

_TEMPLATES = Path(__file__).parent / "templates"
_ROOM = 6_000_000
"""Characters of abstracts that a page may have under its questions; when there are more, they are shortened."""

_CONTEXT = 200
"""Characters left on each side of a mark when abstracts are shortened."""

_FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160), *range(0xD800, 0xE000)], "\ufffd")
"""What HTML cannot carry: control characters and halves of surrogate pairs. Each gives way to one character."""


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
    style, script = ((_TEMPLATES / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    text = (
        _environment()
        .get_template("report.html.j2")
        .render(
            log=log,
            title=title or f"Evaluation on {log.dataset}",
            marker=MARKER,
            style=style,
            script=script,
            style_hash=_hash(style),
            script_hash=_hash(script),
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
    )
    return text.translate(_FORBIDDEN)


def _room_needed(log: EvalLog) -> int:
    from evals.page.sources import keys_of

    lengths = {key: len(paper.abstract) for key, paper in log.papers.items()}
    return sum(lengths.get(key, 0) for result in log.results for key in keys_of(result))


def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _hash(text: str) -> str:
    """As a content security policy names what may stand inline."""
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()

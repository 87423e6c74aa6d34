"""`citewell eval report`: a log as a page to read, to print and to send."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.diagnostics import say
from assistant.errors import InputError, UsageError
from evals.cli.app import app

__all__ = ["report_command"]

_HEAD = 4_096
"""Bytes in which a page says what it is."""


@app.command("report", short_help="Make an HTML page of a run.")
def report_command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="What `eval run --out` wrote.", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option(metavar="F", help="Write the page here; default: beside RUN, as .html.", show_default=False),
    ] = None,
    title: Annotated[str, typer.Option(metavar="T", help="Headline; default: names the data set.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is not such a page.")] = False,
) -> None:
    """Make one self-contained HTML page of a run: metrics, plots, every answer with its sources.

    The page loads nothing, works without a network and without scripts, and can be printed.
    """
    from evals.cli.files import refuse_unwritable, write_text
    from evals.log import read
    from evals.page import page

    log = read(run)
    target = out or run.with_suffix(".html")
    refuse_unwritable(target)
    _refuse_to_lose(target, run, force=force)
    write_text(target, page(log, title=title))
    say(f"The page is in {target}.")


def _refuse_to_lose(target: Path, run: Path, *, force: bool) -> None:
    """Protect what stands where the page would be written, unless it is such a page itself."""
    if not target.exists():
        return
    if target.samefile(run):
        raise UsageError(f"--out {target}: is the run itself; name another file with --out.")
    if not force and not _is_page(target):
        raise InputError(f"--out {target}: there is a file that is no report; name another, or add --force.")


def _is_page(path: Path) -> bool:
    from evals.page import MARKER

    try:
        with path.open("rb") as file:
            return MARKER.encode() in file.read(_HEAD)
    except OSError as error:
        raise InputError(f"--out {path}: cannot be read ({error.strerror}); name another file.") from error

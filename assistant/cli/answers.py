"""Commands that answer: ask, related-work."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import output
from assistant.cli.catching_up import catch_up
from assistant.cli.diagnostics import say, say_model
from assistant.cli.explaining import cost_line, time_line
from assistant.cli.files import refuse_folder, write_file
from assistant.cli.groups import AnsweringOptions, FilterOptions
from assistant.cli.options import (
    JsonOption,
    KeepOption,
    LibraryOption,
    ShowDroppedOption,
    ShowOption,
    StoreOption,
    StyleOption,
    is_verbose,
    library_path,
    store_of,
    text_of,
    view_of,
)
from assistant.cli.showing import AnswerPrinter, View, print_draft_end, print_dropped, print_references
from assistant.cli.waiting import checked_by, looking, waiting
from assistant.config import load_config
from assistant.errors import InputError, UsageError

_OURS = "Cited papers, written by citewell related-work."
"""First line of its .bib files; BibTeX ignores text between entries."""

if TYPE_CHECKING:
    from assistant.types import Answer, Draft, Filter
    from assistant.wiring import Assistant


def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In words; - reads standard input.")],
    *,
    filters: FilterOptions,
    answering: AnsweringOptions,
    keep_unsupported: KeepOption = False,
    style: StyleOption = None,
    show: ShowOption = None,
    library: LibraryOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question; every sentence is cited and checked."""
    from assistant.shapes import answer_shape

    where = filters.filter
    question = text_of(question)
    config = load_config()
    view = view_of(style, show, configured=config.style)
    keep = keep_unsupported or bool(config.keep_unsupported)
    with answering.open(library_path(context, library), store_of(context, store)) as assistant:
        catch_up(assistant)
        say_model(assistant.choice)
        if as_json:
            with waiting(looking(assistant.choice)) as mark:
                answer = assistant.ask(question, where=where, on_event=checked_by(mark), keep_unsupported=keep)
            output.print_json(answer_shape(answer))
        else:
            answer = _ask_aloud(assistant, question, where=where, view=view, keep_unsupported=keep)
    if is_verbose(context):
        say(f"{time_line(answer)}; {cost_line(answer.usage)}")


def _ask_aloud(
    assistant: "Assistant", question: str, *, where: "Filter", view: View, keep_unsupported: bool
) -> "Answer":
    """Ask, and print each sentence as soon as it has passed."""
    with waiting(looking(assistant.choice)) as mark:
        printer = AnswerPrinter(view, assistant.library.get, choice=assistant.choice, mark=mark)
        answer = assistant.ask(question, where=where, on_event=printer.take, keep_unsupported=keep_unsupported)
    printer.end(answer)
    return answer


def related_work(
    context: typer.Context,
    topic: Annotated[str, typer.Argument(metavar="TOPIC|-", help="A few words or sentences; - reads standard input.")],
    *,
    out: Annotated[Path | None, typer.Option("--out", metavar="F", help="Write the Markdown here.")] = None,
    bib: Annotated[
        Path | None, typer.Option("--bib", metavar="F", help="Write the cited papers here; default: beside --out.")
    ] = None,
    max_papers: Annotated[int, typer.Option("--max-papers", min=1, max=100, help="Use at most so many papers.")] = 20,
    filters: FilterOptions,
    answering: AnsweringOptions,
    keep_unsupported: KeepOption = False,
    show: ShowDroppedOption = None,
    library: LibraryOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draft a related-work section on a topic.

    It is pandoc Markdown; the .bib holds exactly the cited papers.
    """
    from assistant.export.markdown import to_markdown
    from assistant.shapes import draft_shape

    where = filters.filter
    topic = text_of(topic)
    keep = keep_unsupported or bool(load_config().keep_unsupported)
    if out and not bib:
        bib = out.with_suffix(".bib")
        _refuse_foreign(bib)
    if out and bib == out:
        raise UsageError(f"--out {out} and its .bib would be the same file. Name the .bib with --bib.")
    for target in (out, bib):
        refuse_folder(target)
    with answering.open(library_path(context, library), store_of(context, store)) as assistant:
        catch_up(assistant)
        say_model(assistant.choice)
        with waiting("drafting …") as mark:
            draft = assistant.related_work(
                topic, where=where, max_papers=max_papers, on_event=checked_by(mark), keep_unsupported=keep
            )
        if bib and draft.sections:
            draft = _write_bib(assistant, draft, bib)
    markdown = to_markdown(draft)
    if out and draft.sections:
        write_file(out, output.printable(markdown))
        say(f"Written: {out}")
    if as_json:
        output.print_json(draft_shape(draft, markdown))
    else:
        _print_draft(draft, markdown, whole=not out, view=view_of(None, show, configured=None))


def _print_draft(draft: "Draft", markdown: str, *, whole: bool, view: View) -> None:
    """The draft, unless it went to a file, and what was left out of it."""
    if not draft.sections:
        output.print_text(output.wrapped(draft.reason))
        print_dropped(draft.dropped, view)
        return
    if whole:
        typer.echo(output.printable(markdown))
        print_references(draft.references)
    print_draft_end(draft, view)


def _write_bib(assistant: "Assistant", draft: "Draft", bib: Path) -> "Draft":
    from assistant.export.bibtex import to_bibtex

    papers = [paper for key in draft.cited_keys if (paper := assistant.library.get(key))]
    write_file(bib, f"{_OURS}\n\n{to_bibtex(papers, abstracts=False)}")
    say(f"Written: {bib}")
    return replace(draft, bibliography=bib.name)


def _refuse_foreign(bib: Path) -> None:
    """A file that nobody named is written over only when it was written by this command."""
    try:
        is_ours = not bib.exists() or bib.read_text(encoding="utf-8", errors="replace").startswith(_OURS)
    except OSError:
        is_ours = False
    if not is_ours:
        raise InputError(f"{bib} is there already and is not from this command. Name another file with --bib.")

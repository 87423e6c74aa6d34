"""The command that drafts related work: what it is asked for, and where the result goes."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.cli import output
from assistant.cli.catching_up import catch_up
from assistant.cli.diagnostics import say, say_model
from assistant.cli.draft_input import read_draft, say_troubles
from assistant.cli.draft_output import format_of, print_draft, targets_of, write_draft
from assistant.cli.explaining import cost_line
from assistant.cli.files import path_of, read_file, read_standard_input, write_file
from assistant.cli.groups import AnsweringOptions, FilterOptions
from assistant.cli.options import (
    JsonOption,
    KeepOption,
    LibraryOption,
    ShowDroppedOption,
    StoreOption,
    is_verbose,
    library_path,
    store_of,
    text_of,
    view_of,
)
from assistant.cli.waiting import checked_by, waiting
from assistant.config import load_config
from assistant.errors import InputError, UsageError
from assistant.export.drafts import DraftFormat, Layout
from assistant.types import Assignment, Filter, Order, Planned, Usage

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.planning.resuming import Resumable
    from assistant.types import Document, Draft, Event, Outline
    from assistant.wiring import Assistant

DRAFTS = "drafts"
"""Folder in the library's for drafts that are not finished."""


def related_work(
    context: typer.Context,
    topic: Annotated[
        str, typer.Argument(metavar="[TOPIC|-]", help="A few words or sentences; - reads standard input.")
    ] = "",
    *,
    from_file: Annotated[
        str | None,
        typer.Option("--from-file", metavar="DRAFT", help="Your own draft (.md, .tex, .txt, .docx): what it is near."),
    ] = None,
    named: Annotated[
        list[str] | None,
        typer.Option("--papers", metavar="KEY,...", help="Use exactly these papers. May be repeated."),
    ] = None,
    max_papers: Annotated[int, typer.Option("--max-papers", min=1, max=100, help="Use at most so many papers.")] = 20,
    outline: Annotated[
        bool, typer.Option("--outline", help="Print the outline and stop; edit it and give it back.")
    ] = False,
    outline_file: Annotated[
        str | None, typer.Option("--outline-file", metavar="F", help="Follow this outline, as --outline wrote it.")
    ] = None,
    order: Annotated[Order, typer.Option("--order", help="By theme, or the oldest work first.")] = "theme",
    words: Annotated[
        int | None, typer.Option("--words", metavar="N", min=50, help="About so many words in all.")
    ] = None,
    out: Annotated[str | None, typer.Option("--out", "-o", metavar="F", help="Write the draft to this file.")] = None,
    format_: Annotated[
        DraftFormat | None, typer.Option("--format", help="Else by the name of --out, else markdown.")
    ] = None,
    bib: Annotated[
        str | None, typer.Option("--bib", metavar="F", help="Write the cited papers here; else beside --out.")
    ] = None,
    style: Annotated[
        str | None,
        typer.Option(
            "--style", metavar="S", help="Of the references: apa, ieee, nature, chicago, acl, ... or a .csl file."
        ),
    ] = None,
    package: Annotated[
        Literal["natbib", "biblatex"] | None,
        typer.Option("--cite-with", help="What LaTeX cites with; else natbib.", show_default=False),
    ] = None,
    fragment: Annotated[bool, typer.Option("--fragment", help="LaTeX to \\input: no preamble of its own.")] = False,
    table: Annotated[
        list[str] | None,
        typer.Option(
            "--table",
            metavar="draft|F",
            help="Compare the cited papers in a table: in the draft, or in a .md, .tex or .csv file. May be repeated.",
        ),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a draft of this that was cut short.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
    filters: FilterOptions,
    answering: AnsweringOptions,
    keep_unsupported: KeepOption = False,
    show: ShowDroppedOption = None,
    library: LibraryOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draft a related-work section whose every sentence is cited and checked.

    On a topic, for a draft of your own (--from-file), or along an outline (--outline-file). Markdown is pandoc's;
    a .bib holds exactly the cited papers.
    """
    from assistant.export.csl import reference_list
    from assistant.export.markdown import to_markdown
    from assistant.planning.resuming import Resumable
    from assistant.shapes import draft_shape

    kind = "markdown" if outline else format_of(format_, out)
    layout = _layout(kind, style=style, package=package, fragment=fragment)
    targets = targets_of(layout, out=out, bib=bib, tables=table or (), force=force)
    keep = keep_unsupported or bool(load_config().keep_unsupported)
    assignment = Assignment(
        topic=text_of(topic),
        own=_own_draft(from_file),
        where=filters.filter,
        papers=_keys(named or ()),
        max_papers=max_papers,
        order=order,
        words=words,
        table=targets.wants_table,
    )
    if not (assignment.topic.strip() or assignment.own or assignment.papers or outline_file):
        raise UsageError(
            "Name a topic in quotes, or your own draft with --from-file, or an outline with --outline-file."
        )
    with answering.open(library_path(context, library), store_of(context, store)) as assistant:
        catch_up(assistant)
        say_model(assistant.choice)
        if outline_file:
            assignment = replace(assignment, outline=_outline(assistant, outline_file))
        if outline:
            _print_outline(assistant, assignment, targets.out, as_json=as_json)
            return
        kept = Resumable(assistant.library.folder / DRAFTS / f"{Resumable.name_of(assignment)}.json", taking_up=resume)
        draft = _drafted(assistant, assignment, kept, keep_unsupported=keep)
        keys = (*draft.cited_keys, *draft.coverage.uncited)
        papers = {paper.key: paper for key in keys if (paper := assistant.library.get(key))}
    cited = [papers[key] for key in draft.cited_keys if key in papers]
    draft = replace(draft, style=style, references=reference_list(cited, style, tell=say))
    write_draft(draft, papers, targets)
    if as_json:
        output.print_json(draft_shape(draft, to_markdown(targets.shown(draft), papers)))
    else:
        are_named = bool(assignment.papers or assignment.outline)
        print_draft(draft, papers, targets, view=view_of(None, show, configured=None), are_named=are_named)
    if draft.complete:
        kept.discard()  # not before: a draft that was paid for must survive a disk that is full
    if is_verbose(context):
        say(cost_line(draft.usage))
    if targets.names_files and not draft.sections:
        say("No file was written.")
        raise typer.Exit(1)


def _layout(
    kind: DraftFormat, *, style: str | None, package: Literal["natbib", "biblatex"] | None, fragment: bool
) -> Layout:
    """How the draft is written; what makes no sense is refused before the work is done.

    Raises:
        UsageError: There is no such style, or an option is for another format.
    """
    if style:
        from assistant.export.csl import style_path

        style_path(style)
    if kind != "latex" and (package or fragment):
        raise UsageError(
            f"--cite-with and --fragment are for LaTeX, not for {kind}. Add --format latex, or leave them out."
        )
    if style and kind == "latex":
        say("LaTeX sets the references itself; --style only decides between names and numbers in the text.")
    return Layout(format=kind, style=style, package=package or "natbib", fragment=fragment)


def _own_draft(name: str | None) -> "Document | None":
    """The user's own draft.

    Raises:
        InputError: It cannot be read, or there is nothing to read in it.
    """
    if name is None:
        return None
    document = read_draft(name)
    say_troubles(document)
    if not document.sentences:
        raise InputError(f"{name} has no text that could be read. Name a draft with an abstract or a paragraph.")
    return document


def _keys(given: Sequence[str]) -> tuple[str, ...]:
    """Keys with commas or spaces between them."""
    return tuple(dict.fromkeys(key for one in given for key in one.replace(",", " ").split()))


def _outline(assistant: "Assistant", name: str) -> "Outline":
    from assistant.planning.outline import outline_from

    text = read_standard_input() if name == "-" else read_file(path_of(name))
    return outline_from(text, name=name, known=assistant.library.get, keys=assistant.library.keys(Filter()))


def _print_outline(assistant: "Assistant", assignment: Assignment, out: "Path | None", *, as_json: bool) -> None:
    """Print the outline, or write it to a file, and say what writing along it would cost."""
    from assistant.planning.outline import outline_markdown

    with waiting("planning …"):
        plan = assistant.plan(assignment)
    outline = plan.outline
    if not outline.sections:
        if as_json:
            output.print_json(asdict(outline) | {"reason": plan.reason})
        else:
            output.print_text(output.wrapped(plan.reason))
        raise typer.Exit(1 if out else 0)
    for note in plan.notes:
        say(note)
    papers = {key: paper for key in outline.papers if (paper := assistant.library.get(key))}
    text = output.printable(outline_markdown(outline, papers))
    if out:
        write_file(out, text)
        say(f"Written: {out}")
    if as_json:
        output.print_json(asdict(outline))
    elif not out:
        typer.echo(text, nl=False)
    if not assistant.choice.is_embedded:
        say(f"Writing along it: {_cost(assistant.estimate(outline, assignment))}")


def _drafted(assistant: "Assistant", assignment: Assignment, kept: "Resumable", *, keep_unsupported: bool) -> "Draft":
    with waiting("drafting …") as mark:
        checked = checked_by(mark)

        def take(event: "Event") -> None:
            if isinstance(event, Planned) and not assistant.choice.is_embedded:
                mark.hide()
                say(_planned(event))
            checked(event)

        return assistant.related_work(assignment, on_event=take, keep_unsupported=keep_unsupported, resume=kept)


def _planned(event: Planned) -> str:
    """What is going to be written, and what it is expected to cost."""
    count = len(event.outline.sections)
    sections = "1 section" if count == 1 else f"{count} sections"
    finished = f", {event.finished} of them finished before" if event.finished else ""
    return f"{sections}{finished}; {_cost(event.estimate)}"


def _cost(estimate: Usage) -> str:
    return f"about {cost_line(estimate)} expected"

"""Commands that answer: ask, related-work."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import output
from assistant.cli.diagnostics import say, say_model, statement_printer
from assistant.cli.options import (
    AuthorOption,
    BaseUrlOption,
    JsonOption,
    LibraryOption,
    LocalOption,
    ModelOption,
    RerankOption,
    StoreOption,
    TagOption,
    VenueOption,
    YearOption,
    filter_of,
    library_path,
    store_of,
    text_of,
)
from assistant.errors import InputError, UsageError

_OURS = "Cited papers, written by citewell related-work."
"""First line of its .bib files; BibTeX ignores text between entries."""

if TYPE_CHECKING:
    from assistant.types import Draft
    from assistant.wiring import Assistant


def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In words; - reads standard input.")],
    year: YearOption = None,
    author: AuthorOption = None,
    venue: VenueOption = None,
    tag: TagOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    rerank: RerankOption = None,
    local: LocalOption = False,
    library: LibraryOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question; every sentence is cited and checked."""
    from assistant.shapes import answer_shape
    from assistant.wiring import Assistant

    where = filter_of(year, author, venue, tag)
    question = text_of(question)
    path, store = library_path(context, library), store_of(context, store)
    with Assistant.open(
        path, model=model, base_url=base_url, reranker=rerank, store=store, local=local, must_exist=True
    ) as assistant:
        say_model(assistant.choice)
        if as_json:
            output.print_json(answer_shape(assistant.ask(question, where=where)))
            return
        answer = assistant.ask(question, where=where, on_event=statement_printer(quotes=assistant.choice.is_embedded))
    output.print_answer_end(answer)


def related_work(
    context: typer.Context,
    topic: Annotated[str, typer.Argument(metavar="TOPIC|-", help="A few words or sentences; - reads standard input.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="F", help="Write the Markdown here.")] = None,
    bib: Annotated[
        Path | None, typer.Option("--bib", metavar="F", help="Write the cited papers here; default: beside --out.")
    ] = None,
    max_papers: Annotated[int, typer.Option("--max-papers", min=1, max=100, help="Use at most so many papers.")] = 20,
    year: YearOption = None,
    author: AuthorOption = None,
    venue: VenueOption = None,
    tag: TagOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    rerank: RerankOption = None,
    local: LocalOption = False,
    library: LibraryOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draft a related-work section on a topic.

    It is pandoc Markdown; the .bib holds exactly the cited papers.
    """
    from assistant.export.markdown import to_markdown
    from assistant.shapes import draft_shape
    from assistant.wiring import Assistant

    where = filter_of(year, author, venue, tag)
    topic = text_of(topic)
    if out and not bib:
        bib = out.with_suffix(".bib")
        _refuse_foreign(bib)
    if out and bib == out:
        raise UsageError(f"--out {out} and its .bib would be the same file. Name the .bib with --bib.")
    for target in (out, bib):
        _refuse_folder(target)
    path, store = library_path(context, library), store_of(context, store)
    with Assistant.open(
        path, model=model, base_url=base_url, reranker=rerank, store=store, local=local, must_exist=True
    ) as assistant:
        say_model(assistant.choice)
        draft = assistant.related_work(topic, where=where, max_papers=max_papers)
        if bib and draft.sections:
            draft = _write_bib(assistant, draft, bib)
    markdown = to_markdown(draft)
    if out and draft.sections:
        _write(out, output.printable(markdown))
        say(f"Written: {out}")
    if as_json:
        output.print_json(draft_shape(draft, markdown))
    elif not draft.sections:
        output.print_text(output.wrapped(draft.reason))
        output.print_dropped(draft.dropped)
    else:
        if not out:
            typer.echo(output.printable(markdown))
            output.print_references(draft.references)
        output.print_draft_end(draft)


def _write_bib(assistant: "Assistant", draft: "Draft", bib: Path) -> "Draft":
    from assistant.export.bibtex import to_bibtex

    papers = [paper for key in draft.cited_keys if (paper := assistant.library.get(key))]
    _write(bib, f"{_OURS}\n\n{to_bibtex(papers, abstracts=False)}")
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


def _refuse_folder(path: Path | None) -> None:
    """Find out before the work is done that its result cannot be written."""
    if path and (path.is_dir() or not path.parent.is_dir()):
        why = "is a folder" if path.is_dir() else f"cannot be made: there is no folder {path.parent}"
        raise InputError(f"{path} {why}. Name a file in a folder that exists.")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}. Name another file.") from error

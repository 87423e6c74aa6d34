"""The command that compares a draft with the papers that it cites: verify."""

import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.cli import output
from assistant.cli.catching_up import catch_up
from assistant.cli.diagnostics import progress, say
from assistant.cli.draft_input import DRAFT_HELP, Markup, MarkupOption, read_draft, say_unread
from assistant.cli.explaining import cost_line
from assistant.cli.files import refuse_folder, write_file
from assistant.cli.options import (
    BaseUrlOption,
    JsonOption,
    JudgeOption,
    LibraryOption,
    LocalOption,
    MaxTokensOption,
    MaxUsdOption,
    ModelOption,
    StoreOption,
    TimeoutOption,
    is_verbose,
    library_path,
    store_of,
)
from assistant.config import load_config
from assistant.errors import ServiceError, UsageError
from assistant.llm import EMBEDDED
from assistant.types import Limits

if TYPE_CHECKING:
    from assistant.types import Document
    from assistant.types.findings import Allowed, Findings

Format = Literal["text", "json", "github", "html"]
Show = Literal["problems", "all"]


class Allow(StrEnum):
    """What need not fail the check."""

    PARTLY = "partly"
    UNVERIFIABLE = "unverifiable"
    NOT_STATED = "not-stated"
    UNSUPPORTED = "unsupported"


_NOT_SUPPORTED = 1
_SAME_MODEL = frozenset({"llm", "yes-no:llm"})
"""Judges that are the model that answers."""


def verify(
    context: typer.Context,
    drafts: Annotated[list[str], typer.Argument(metavar="DRAFT...|-", help=DRAFT_HELP)],
    *,
    markup: MarkupOption = None,
    form: Annotated[
        Format, typer.Option("--format", metavar="F", help="text, json, github (workflow commands) or html (a page).")
    ] = "text",
    out: Annotated[Path | None, typer.Option("--out", metavar="F", help="Write the result here.")] = None,
    show: Annotated[
        Show, typer.Option("--show", metavar="W", help="As text: problems, or all sentences.")
    ] = "problems",
    allow: Annotated[
        list[Allow] | None,
        typer.Option(
            "--allow",
            metavar="V",
            help="Do not fail at: partly, unverifiable, not-stated (nothing matches), unsupported. Repeatable.",
        ),
    ] = None,
    suggest: Annotated[
        bool, typer.Option("--suggest/--no-suggest", help="Look for the paper that says what the cited ones do not.")
    ] = True,
    judge: JudgeOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    max_tokens: MaxTokensOption = None,
    max_usd: MaxUsdOption = None,
    timeout: TimeoutOption = None,
    local: LocalOption = False,
    library: LibraryOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare each sentence of a draft with the papers that it cites.

    Exit code 1 when a sentence is not supported or a key is unknown.
    """
    from assistant.wiring import Assistant

    refuse_folder(out)
    form = "json" if as_json else form
    documents = _documents(drafts, markup)
    limits = Limits(max_tokens=max_tokens, max_usd=max_usd, timeout=timeout)
    with Assistant.open(
        library_path(context, library),
        model=model or _unless_it_judges(judge),
        base_url=base_url,
        store=store_of(context, store),
        local=local,
        must_exist=True,
        limits=limits,
        judge=judge,
    ) as assistant:
        catch_up(assistant)
        for document in documents:
            say_unread(document)
            if not document.keys:
                say(_nothing_cited(document))
        found = []
        for document in documents:
            with progress(f"checking {document.name}") as update:
                found.append(assistant.verify(document, on_progress=update, suggest=suggest))
        spent = assistant.spent
    allowed: tuple[Allowed, ...] = tuple(one.value for one in allow or ())
    result = _written(found, form, allowed, everything=show == "all")
    if out:
        write_file(out, output.printable(result))
        say(f"Written: {out}")
        say(_summed_up(found, allowed))
    elif form == "json":
        output.print_json(_shape(found, allowed))
    else:
        output.print_text(result)
    if is_verbose(context):
        say(cost_line(spent))
    _end(found, allowed)


def _nothing_cited(document: "Document") -> str:
    """That nothing could be compared, so that nobody takes it for a draft in which all is well."""
    hint = ""
    if document.markup == "word":
        hint = (
            " Of a Word file, [@key] and the fields of Zotero, Mendeley and Word are read; names and numbers that "
            "pandoc has set are not: verify the Markdown or LaTeX that it was made from."
        )
    return f"{document.name}: NOTHING WAS CHECKED, for it cites nothing that can be read.{hint}"


def _unless_it_judges(judge: str | None) -> str | None:
    """No model, whatever is configured for answers, unless it is the judge: nothing is written here."""
    return None if (judge or load_config().judge) in _SAME_MODEL else EMBEDDED


def _documents(drafts: Sequence[str], markup: Markup | None) -> "list[Document]":
    if len(drafts) > len(set(drafts)):
        twice = next(name for name in drafts if drafts.count(name) > 1)
        raise UsageError(f"{twice} is named twice. Name each draft once.")
    return [read_draft(name, markup) for name in drafts]


def _written(found: "Sequence[Findings]", form: Format, allowed: "Sequence[Allowed]", *, everything: bool) -> str:
    from assistant.export.findings import to_github, to_page, to_text

    if form == "json":
        return json.dumps(_shape(found, allowed), ensure_ascii=False, indent=2)
    if form == "github":
        return to_github(found, allowed=allowed)
    if form == "html":
        return to_page(found, allowed=allowed)
    return to_text(found, allowed=allowed, everything=everything)


def _shape(found: "Sequence[Findings]", allowed: "Sequence[Allowed]") -> dict[str, object]:
    from assistant.export.findings import findings_shape

    return findings_shape(found, allowed=allowed)


def _summed_up(found: "Sequence[Findings]", allowed: "Sequence[Allowed]") -> str:
    from assistant.export.findings.text import summary

    return summary(found, allowed)


def _end(found: "Sequence[Findings]", allowed: "Sequence[Allowed]") -> None:
    """Exit as the check ended."""
    if note := next((one.note for one in found if one.note), ""):
        raise ServiceError(note)
    if any(one.errors(allowed) for one in found):
        raise typer.Exit(_NOT_SUPPORTED)

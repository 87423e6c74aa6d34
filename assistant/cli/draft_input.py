"""Drafts that a command is given: how they are named, read, and what of them was not read."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.cli.diagnostics import say
from assistant.cli.files import path_of

if TYPE_CHECKING:
    from assistant.types import Document

Markup = Literal["markdown", "latex", "text"]
MarkupOption = Annotated[
    Markup | None,
    typer.Option("--markup", metavar="M", help="How it is written: markdown, latex or text; else its name says so."),
]
DRAFT_HELP = "Markdown, LaTeX, text or Word; - reads standard input."


def read_draft(name: str, markup: Markup | None = None) -> "Document":
    """Read a draft, `-` from standard input.

    Raises:
        InputError: It cannot be read.
    """
    from assistant.drafts import read_document

    return read_document(path_of(name), markup)


def say_unread(document: "Document") -> None:
    """Say which files a draft takes in, and what of it could not be read."""
    for name in document.includes:
        say(f"{document.name}: takes in {name}, which is not read with it. Name it for itself.")
    say_troubles(document)


def say_troubles(document: "Document") -> None:
    """Say what of a draft could not be read."""
    for trouble in document.troubles:
        say(f"{document.name}:{trouble.line}: {trouble.what}")

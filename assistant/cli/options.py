"""Options that several commands share."""

import re
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from assistant.errors import UsageError
from assistant.types import Filter

LibraryOption = Annotated[
    Path | None, typer.Option("--library", metavar="PATH", help="Folder of the library.", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
YearOption = Annotated[
    str | None, typer.Option("--year", metavar="Y|Y..Y", help="Only papers of these years: 2023, 2020..2024, ..2019.")
]
AuthorOption = Annotated[
    list[str] | None, typer.Option("--author", metavar="A", help="Only papers with this author. May be repeated.")
]
VenueOption = Annotated[
    list[str] | None,
    typer.Option("--venue", metavar="V", help="Only papers of this venue or category. May be repeated."),
]
TagOption = Annotated[
    list[str] | None, typer.Option("--tag", metavar="T", help="Only papers with this tag. May be repeated.")
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model", metavar="M", help="provider:model, or embedded for answers that quote.", show_default=False
    ),
]
RerankOption = Annotated[
    str | None,
    typer.Option(
        "--rerank",
        metavar="FOLDER",
        help="Have an ONNX cross-encoder order the first passages; none for none.",
        show_default=False,
    ),
]
BaseUrlOption = Annotated[
    str | None,
    typer.Option("--base-url", metavar="URL", help="A server that speaks OpenAI's protocol.", show_default=False),
]
StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL|local",
        help="Keep the vectors on this Chroma server, or in the library's folder, from now on.",
        show_default=False,
    ),
]
LocalOption = Annotated[bool, typer.Option("--local", help="Refuse a model to which text would leave this machine.")]

Mode = Literal["hybrid", "dense", "lexical"]
_YEARS = re.compile(r"(?P<first>\d{4})?(?P<dots>\.\.)?(?P<last>\d{4})?")


def library_path(context: typer.Context, given: Path | None) -> Path | None:
    """The command's --library, else the one before the command."""
    root = context.find_root().params.get("library")
    return given or root


def store_of(context: typer.Context, given: str | None) -> str | None:
    """The command's --store, else the one before the command."""
    root = context.find_root().params.get("store")
    return given or root


def text_of(argument: str) -> str:
    """The text given, or all of standard input for `-`; bytes that are no text become question marks."""
    text = sys.stdin.read() if argument == "-" else argument
    return text.encode("utf-8", "replace").decode("utf-8")


def filter_of(year: str | None, authors: list[str] | None, venues: list[str] | None, tags: list[str] | None) -> Filter:
    """The filter that the options describe.

    Raises:
        UsageError: The years are not years.
    """
    first, last = years_of(year) if year else (None, None)
    return Filter(
        first_year=first,
        last_year=last,
        authors=tuple(authors or ()),
        venues=tuple(venues or ()),
        tags=tuple(tags or ()),
    )


def years_of(text: str) -> tuple[int | None, int | None]:
    """First and last year of `2023`, `2020..2024`, `2020..` or `..2024`.

    Raises:
        UsageError: It is none of these.
    """
    found = _YEARS.fullmatch(text.strip())
    if not found or not (found["first"] or found["last"]) or (found["last"] and not found["dots"]):
        raise UsageError(f"{text!r} names no years. Write 2023, 2020..2024, 2020.. or ..2024.")
    first = int(found["first"]) if found["first"] else None
    if not found["dots"]:
        return first, first
    last = int(found["last"]) if found["last"] else None
    if first and last and first > last:
        raise UsageError(f"{text!r} ends before it begins. Write {last}..{first}.")
    return first, last

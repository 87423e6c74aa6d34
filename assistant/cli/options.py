"""Options that several commands share."""

import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from assistant.cli.citing import DEFAULT_STYLE, CitationStyle, style_named
from assistant.cli.files import read_standard_input
from assistant.cli.showing import View
from assistant.config import config_path
from assistant.errors import UsageError


class Shown(StrEnum):
    """What is shown besides the answer."""

    EVIDENCE = "evidence"
    DROPPED = "dropped"
    ALL = "all"


class LeftOut(StrEnum):
    """What is shown besides a draft."""

    DROPPED = "dropped"


LibraryOption = Annotated[
    Path | None, typer.Option("--library", metavar="PATH", help="Folder of the library.", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
YearOption = Annotated[
    str | None, typer.Option("--year", metavar="Y|Y..Y", help="Only papers of these years: 2023, 2020..2024, ..2019.")
]
AuthorOption = Annotated[
    list[str] | None,
    typer.Option("--author", metavar="A", help="Only papers with this in an author's name. Repeatable."),
]
VenueOption = Annotated[
    list[str] | None,
    typer.Option("--venue", metavar="V", help="Only papers with this in their venue or category. May be repeated."),
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
LocalOption = Annotated[bool, typer.Option("--local", help="Refuse every connection to another machine.")]
MaxTokensOption = Annotated[
    int | None,
    typer.Option(
        "--max-tokens",
        metavar="N",
        min=1,
        help="Tokens that an answer may cost, all calls together.",
        show_default=False,
    ),
]
MaxUsdOption = Annotated[
    float | None,
    typer.Option(
        "--max-usd",
        metavar="X",
        min=0.0,
        help="Dollars that it may cost; estimated before each call.",
        show_default=False,
    ),
]
TimeoutOption = Annotated[
    float | None,
    typer.Option("--timeout", metavar="S", min=0.001, help="Seconds that the model may take.", show_default=False),
]
JudgeOption = Annotated[
    str | None,
    typer.Option(
        "--judge",
        metavar="J",
        help="Who checks the sentences: embedded, llm, provider:model, yes-no:provider:model or onnx:FOLDER.",
        show_default=False,
    ),
]
StructuredOption = Annotated[
    Literal["auto", "on", "off"] | None,
    typer.Option("--structured", metavar="auto|on|off", help="Have the model write JSON.", show_default=False),
]
KeepOption = Annotated[
    bool, typer.Option("--keep-unsupported", help="Show sentences that no paper supports too, and mark them.")
]
StyleOption = Annotated[
    CitationStyle | None,
    typer.Option(
        "--style", metavar="S", help="How citations are written: keys, numeric or author-year.", show_default=False
    ),
]
ShowDroppedOption = Annotated[
    list[LeftOut] | None,
    typer.Option("--show", metavar="W", help="dropped: what was left out, and why.", show_default=False),
]
ShowOption = Annotated[
    list[Shown] | None,
    typer.Option(
        "--show",
        metavar="W",
        help="evidence: the quote under each sentence; dropped: what was left out, and why; all. May be repeated.",
        show_default=False,
    ),
]

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
    text = read_standard_input() if argument == "-" else argument
    return text.encode("utf-8", "replace").decode("utf-8")


def view_of(style: CitationStyle | None, show: Sequence[str] | None, *, configured: str | None) -> View:
    """What of an answer is shown.

    Raises:
        UsageError: The config file names a style that does not exist.
    """
    wanted = set(show or ())
    return View(
        style=style or (_style_in_config(configured) if configured else DEFAULT_STYLE),
        evidence=bool(wanted & {"evidence", "all"}),
        dropped=bool(wanted & {"dropped", "all"}),
    )


def _style_in_config(name: str) -> CitationStyle:
    try:
        return style_named(name)
    except UsageError as error:
        raise UsageError(f"In the config file {config_path()}: {error}") from error


def is_verbose(context: typer.Context) -> bool:
    """True when --verbose was before the command."""
    return bool(context.find_root().params.get("verbose"))


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

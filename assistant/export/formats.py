"""The formats that papers can be written in, by the names that `--format` takes."""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Literal, TypeAlias, get_args

from assistant.types import Paper

Format: TypeAlias = Literal["bibtex", "biblatex", "csl-json", "ris", "jsonl", "csv"]
FORMATS: tuple[Format, ...] = get_args(Format)
SUFFIXES: dict[str, Format] = {
    ".bib": "bibtex",
    ".json": "csl-json",
    ".ris": "ris",
    ".jsonl": "jsonl",
    ".csv": "csv",
}
"""What the name of a file to write says of its format."""
_WRITERS: dict[Format, tuple[str, str]] = {
    "bibtex": ("bibtex", "to_bibtex"),
    "biblatex": ("biblatex", "to_biblatex"),
    "csl-json": ("csl_json", "to_csl_json"),
    "ris": ("ris", "to_ris"),
    "jsonl": ("jsonl", "to_jsonl"),
    "csv": ("table", "to_csv"),
}


def written(papers: Iterable[Paper], format: Format) -> str:  # noqa: A002 - because the command line's word is --format
    """Write papers in a format, in their order."""
    module, name = _WRITERS[format]
    write: Callable[[Iterable[Paper]], str] = getattr(import_module(f"assistant.export.{module}"), name)
    return write(papers)

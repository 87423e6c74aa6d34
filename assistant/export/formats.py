"""The formats that papers can be written in, by the names that `--format` takes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import Literal, TypeAlias, get_args

from assistant.export.source_keys import under_source_keys
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
_WRITERS: dict[str, tuple[str, str]] = {
    "bibtex": ("bibtex", "to_bibtex"),
    "csl-json": ("csl_json", "to_csl_json"),
    "ris": ("ris", "to_ris"),
    "jsonl": ("jsonl", "to_jsonl"),
    "csv": ("table", "to_csv"),
}


def written(
    papers: Iterable[Paper],
    format: Format,  # noqa: A002 - because the command line's word is --format
    aliases: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """Write papers in a format, in their order, under the keys by which documents cite them.

    Args:
        papers: What to write.
        format: How.
        aliases: The other keys of each, by its key; BibLaTeX has a field for them.
    """
    if format in {"bibtex", "biblatex"}:
        papers, others = under_source_keys(papers, aliases or {})
        if format == "biblatex":
            from assistant.export.biblatex import to_biblatex

            return to_biblatex(papers, ids=others)
    module, name = _WRITERS[format]
    write: Callable[[Iterable[Paper]], str] = getattr(import_module(f"assistant.export.{module}"), name)
    return write(papers)

"""The files that a draft is written to, in each format; nothing is written here."""

import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from assistant.errors import UsageError
from assistant.types import Draft, Paper

DraftFormat = Literal["markdown", "latex", "html", "docx"]
SUFFIXES: Mapping[str, DraftFormat] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".tex": "latex",
    ".html": "html",
    ".htm": "html",
    ".docx": "docx",
}
"""Which format a file's name asks for, its suffix in lower case."""
TableFormat = Literal["markdown", "latex", "csv"]
TABLE_SUFFIXES: Mapping[str, TableFormat] = {".md": "markdown", ".tex": "latex", ".csv": "csv"}
"""How a table is written whose file is called so."""
_LOG = logging.getLogger(__name__)
_BIB, _CSL = "references.bib", "style.csl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a draft is written."""

    format: DraftFormat = "markdown"
    style: str | None = None
    """The citation style, as `Draft.style`."""
    package: Literal["natbib", "biblatex"] = "natbib"
    """Which LaTeX package writes citations."""
    fragment: bool = False
    """Whether LaTeX is a section to be taken into a document, not a document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFile:
    """A file to be written."""

    path: Path
    content: bytes
    what: str
    """What it is, for a message: `the draft`, `its references`, `its citation style`."""


def draft_text(draft: Draft, papers: Mapping[str, Paper], layout: Layout, *, bibliography: str | None = None) -> str:
    """A draft as text, for standard output.

    Args:
        draft: What is written.
        papers: By key, at least those that it cites.
        layout: How it is written.
        bibliography: Name of the .bib that goes with it, as seen from where the text will be.

    Raises:
        UsageError: A Word file is no text; or there is no such style; or LaTeX could not read that bibliography.
    """
    if layout.format == "docx":
        raise UsageError("A Word file cannot be shown here. Name a file with --out draft.docx.")
    named = replace(draft, bibliography=bibliography, style=layout.style)
    csl = str(_style_path(layout.style)) if layout.style and layout.format == "markdown" else None
    return _text(named, papers, layout, csl)


def draft_files(
    draft: Draft, papers: Mapping[str, Paper], layout: Layout, *, out: Path, bib: Path | None = None
) -> list[DraftFile]:
    """The files of a draft: itself, and beside it what its format needs.

    Markdown and LaTeX get a .bib of exactly the cited papers, Markdown the file of its style too. A web page and a
    Word file hold their references and get a .bib only when it is named.

    Args:
        draft: What is written.
        papers: By key, at least those that it cites.
        layout: How it is written.
        out: The file of the draft.
        bib: The file of the cited papers; beside the draft under its name when None.

    Raises:
        UsageError: There is no such style; or pandoc is missing; or LaTeX could not read that bibliography.
        ServiceError: pandoc failed.
    """
    return list(_files(draft, papers, layout, out, bib))


def table_text(
    draft: Draft,
    papers: Mapping[str, Paper],
    format_: TableFormat,
    *,
    package: Literal["natbib", "biblatex"] = "natbib",
) -> str:
    """The table of a draft alone; LaTeX is a part of a document, and says in a comment what that needs."""
    from assistant.export.comparison import table_csv, table_markdown

    if format_ == "latex":
        from assistant.export.tex.document import latex_table

        return latex_table(draft, papers, package=package)
    return table_csv(draft.table, papers) if format_ == "csv" else table_markdown(draft.table, papers) + "\n"


def _files(
    draft: Draft, papers: Mapping[str, Paper], layout: Layout, out: Path, bib: Path | None
) -> Iterator[DraftFile]:
    if layout.format in {"markdown", "latex"}:
        bib = bib or out.with_suffix(".bib")
        draft = replace(draft, bibliography=_seen_from(out.parent, bib))
    draft = replace(draft, style=layout.style)
    style = _style_path(layout.style) if layout.style and layout.format in {"markdown", "docx"} else None
    if layout.format == "docx":
        yield DraftFile(path=out, content=_word(draft, papers, layout, style), what="the draft")
    else:
        text = _text(draft, papers, layout, style.name if style else None)
        yield DraftFile(path=out, content=text.encode(), what="the draft")
    if bib:
        yield DraftFile(path=bib, content=bib_text(draft, papers, layout).encode(), what="its references")
    if style and layout.format == "markdown":
        yield DraftFile(path=out.parent / style.name, content=style.read_bytes(), what="its citation style")


def _text(draft: Draft, papers: Mapping[str, Paper], layout: Layout, csl: str | None) -> str:
    if layout.format == "html":
        from assistant.export.draft_page import draft_page

        return draft_page(draft, papers)
    has_names = _writes_names(layout.style)
    if layout.format == "latex":
        from assistant.export.tex.document import to_latex

        return to_latex(draft, papers, package=layout.package, fragment=layout.fragment, has_names=has_names)
    from assistant.export.markdown import to_markdown

    return to_markdown(draft, papers, csl=csl, has_names=has_names)


def bib_text(draft: Draft, papers: Mapping[str, Paper], layout: Layout) -> str:
    """The .bib of a draft, for what reads its format."""
    from assistant.export.tex.bibliography import draft_bib

    if layout.format != "latex":
        return draft_bib(draft, papers, "pandoc")
    return draft_bib(draft, papers, "bibtex" if layout.package == "natbib" else "biblatex")


def _word(draft: Draft, papers: Mapping[str, Paper], layout: Layout, style: Path | None) -> bytes:
    from assistant.export.pandoc import to_word

    resources = {_BIB: bib_text(draft, papers, layout).encode()} | ({_CSL: style.read_bytes()} if style else {})
    markdown = _text(
        replace(draft, bibliography=_BIB), papers, replace(layout, format="markdown"), _CSL if style else None
    )
    word = to_word(markdown, resources)
    for line in word.warnings:
        _LOG.warning("pandoc: %s", line)
    return word.content


def _style_path(style: str) -> Path:
    from assistant.export.csl import style_path

    return style_path(style)


def _writes_names(style: str | None) -> bool:
    from assistant.export.csl import writes_names

    return style is None or writes_names(style)


def _seen_from(folder: Path, file: Path) -> str:
    """A file's name as a text in a folder gives it."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # on another drive
        return file.absolute().as_posix()

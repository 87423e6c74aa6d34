"""Where a draft goes: which files are written, and what is printed."""

import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import typer

from assistant.cli import output
from assistant.cli.diagnostics import say
from assistant.cli.files import path_of, refuse_folder, write_bytes, write_file
from assistant.cli.showing import View, print_draft_end, print_dropped, print_references
from assistant.errors import InputError, UsageError
from assistant.export.drafts import (
    SUFFIXES,
    TABLE_SUFFIXES,
    DraftFormat,
    Layout,
    bib_text,
    draft_files,
    draft_text,
    table_text,
)

if TYPE_CHECKING:
    from assistant.types import Draft, Paper

IN_DRAFT = "draft"
"""What `--table` says when the table is a part of the draft."""
_WITH_BIB = frozenset({"markdown", "latex"})
"""Formats that name a file with the cited papers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """The files that a draft goes to."""

    layout: Layout
    out: Path | None
    bib: Path | None
    tables: tuple[Path, ...]
    has_table: bool
    """The table is a part of the draft."""
    force: bool
    """What is there may be written over."""

    @property
    def names_files(self) -> bool:
        """Whether any file is to be written."""
        return bool(self.out or self.bib or self.tables)

    @property
    def wants_table(self) -> bool:
        """Whether papers are to be compared at all."""
        return self.has_table or bool(self.tables)

    def shown(self, draft: "Draft") -> "Draft":
        """The draft with its table only where that is to be a part of it."""
        return draft if self.has_table else replace(draft, table=())


def targets_of(layout: Layout, *, out: str | None, bib: str | None, tables: Sequence[str], force: bool) -> Targets:
    """Find out before the work is done whether its result can be written.

    Raises:
        UsageError: Two results would be one file, or a table's name does not say how it is written.
        InputError: A file is there already, or its folder is not.
    """
    path = path_of(out) if out and out != "-" else None
    refuse_folder(path)
    found = Targets(
        layout=layout,
        out=path,
        bib=path_of(bib) if bib else _beside(path, layout),
        tables=tuple(path_of(one) for one in tables if one != IN_DRAFT),
        has_table=IN_DRAFT in tables,
        force=force,
    )
    if layout.format == "docx" and found.out is None:
        raise UsageError("A Word file is written, not printed. Name it: --out related.docx")
    for path in found.tables:
        if path.suffix.lower() not in TABLE_SUFFIXES:
            raise UsageError(f"--table {path}: write {IN_DRAFT}, or a file that ends in {', '.join(TABLE_SUFFIXES)}.")
    named = [path for path in (found.out, found.bib, *found.tables) if path]
    twice = next((path for path in named if named.count(path) > 1), None)
    if twice:
        raise UsageError(f"{twice} would be written twice. Give each result a file of its own.")
    if found.out and not force:
        _refuse_other_style(found.out, layout)
    for path in named:
        refuse_folder(path)
        if path == found.bib and not bib:
            _refuse_foreign(path)
        elif path.is_file() and not force:
            raise InputError(f"{path} is there already. Name another file, or write over it with --force.")
    return found


def _beside(out: Path | None, layout: Layout) -> Path | None:
    """The file for the cited papers that goes with a draft, for those formats that want one; none beside a device."""
    if out is None or layout.format not in _WITH_BIB or (out.exists() and not out.is_file()):
        return None
    return out.with_suffix(".bib")


def _refuse_foreign(bib: Path) -> None:
    """A file that nobody named is written over only when it was written by this command."""
    from assistant.export.tex.bibliography import OURS

    try:
        is_ours = not bib.exists() or (bib.is_file() and bib.read_bytes().startswith(OURS.encode()))
    except OSError:
        is_ours = False
    if not is_ours:
        raise InputError(f"{bib} is there already and is not from this command. Name another file with --bib.")


def _refuse_other_style(out: Path, layout: Layout) -> None:
    """The style is put beside Markdown, but not over another file that nobody named."""
    from assistant.export.csl import style_path

    if layout.format != "markdown" or not layout.style:
        return
    style = style_path(layout.style)
    beside = out.parent / style.name
    if beside.is_file() and beside.read_bytes() != style.read_bytes():
        raise InputError(
            f"{beside} is there already and is another style. Write the draft elsewhere, or over it with --force."
        )


def format_of(format_: DraftFormat | None, out: str | None) -> DraftFormat:
    """How a draft is written: as asked, else as its file is called, else Markdown.

    Raises:
        UsageError: The file is called as if it were something else.
    """
    suffix = path_of(out).suffix.lower() if out else ""
    if format_ is None and suffix and suffix not in SUFFIXES:
        formats = ", ".join(get_args(DraftFormat))
        raise UsageError(f"--out {out}: {suffix} names no format. Say which with --format: {formats}.")
    return format_ or SUFFIXES.get(suffix, "markdown")


def print_draft(
    draft: "Draft", papers: "Mapping[str, Paper]", targets: Targets, *, view: View, are_named: bool
) -> None:
    """Print the draft, unless it went to a file, and what was left out of it."""
    if not draft.sections:
        output.print_text(output.wrapped(draft.reason))
        print_dropped(draft.dropped, view)
        return
    if targets.out is None:
        named = targets.bib.name if targets.bib else None
        text = draft_text(targets.shown(draft), papers, targets.layout, bibliography=named)
        typer.echo(output.printable(text))
    # Where the draft goes on into a file or a program, nothing may stand behind it.
    with nullcontext() if targets.out or sys.stdout.isatty() else redirect_stdout(sys.stderr):
        if targets.out is None and targets.layout.format == "markdown":
            print_references(draft.references)
        print_draft_end(draft, view, are_named=are_named)


def write_draft(draft: "Draft", papers: "Mapping[str, Paper]", targets: Targets) -> None:
    """Write the files of a draft and say which.

    Raises:
        InputError: One cannot be written, or is there although nobody named it.
    """
    if not draft.sections:
        return
    if targets.out and not targets.bib and targets.layout.format in _WITH_BIB:
        write_file(targets.out, draft_text(targets.shown(draft), papers, targets.layout))
        say(f"Written: {targets.out}")
    elif targets.out:
        for file in draft_files(targets.shown(draft), papers, targets.layout, out=targets.out, bib=targets.bib):
            write_bytes(file.path, file.content)
            say(f"Written: {file.path}")
    elif targets.bib:
        write_file(targets.bib, bib_text(draft, papers, targets.layout))
        say(f"Written: {targets.bib}")
    if targets.bib:
        draft = replace(draft, bibliography=targets.bib.name)
    for path in targets.tables:
        kind = TABLE_SUFFIXES[path.suffix.lower()]
        write_bytes(path, table_text(draft, papers, kind, package=targets.layout.package).encode("utf-8", "replace"))
        say(f"Written: {path}")

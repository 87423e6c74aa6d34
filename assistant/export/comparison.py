"""The comparison of the cited papers as Markdown, LaTeX, CSV and HTML; each cell is a quote and looks like one."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import StringIO
from typing import TYPE_CHECKING

from assistant.export.markdown import escaped as markdown_escaped
from assistant.export.references import author_names, short_name
from assistant.export.table import guarded
from assistant.text import without_fonts
from assistant.types import Citation, Paper, TableRow

if TYPE_CHECKING:
    from markupsafe import Markup

    from assistant.export.tex.typed import Tex

COLUMNS = ("problem", "method", "data", "finding")
"""What is compared, as `TableRow` names it."""
TABLE_PACKAGES = ("array", "booktabs", "longtable")
"""What `table_latex` needs of LaTeX."""

_HEADS = ("Paper", *(name.capitalize() for name in COLUMNS))
_NOTHING = "—"
_SHARES = (14, 21, 22, 19, 24)
"""Per cent of the width that the columns have."""


def table_markdown(rows: Sequence[TableRow], papers: Mapping[str, Paper], *, has_names: bool = True) -> str:
    """A pipe table that pandoc reads; the columns' widths follow from the dashes.

    Args:
        rows: One for each paper.
        papers: By key.
        has_names: Whether the citation style writes names; if not, they are written out before the citation.
    """
    lines = [
        f"| {' | '.join(_HEADS)} |",
        f"|{'|'.join('-' * share for share in _SHARES)}|",
    ]
    for row in rows:
        # Braces end a key wherever it stands.
        name = f"@{{{row.key}}}"
        if not has_names and row.key in papers:
            name = f"{markdown_escaped(author_names(papers[row.key]))} [{name}]"
        cells = (markdown_escaped(_quoted(cell)) if cell else _NOTHING for cell in _cells(row))
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def table_latex(rows: Sequence[TableRow], cite: "Callable[[str], Tex]") -> "Tex":
    """A table that goes on over pages, with the packages of `TABLE_PACKAGES`, in one column of text.

    Args:
        rows: One for each paper.
        cite: The citation of a key as a part of a sentence.
    """
    from assistant.export.tex.text import escaped
    from assistant.export.tex.typed import Tex, literal

    gap = literal(" & ")
    end = literal(" \\\\\n")
    # Between five columns there are eight gaps of \tabcolsep: each column gives 1.6 of them.
    widths = literal("").join(
        Tex(rf">{{\raggedright\arraybackslash}}p{{\dimexpr 0.{share}\linewidth-1.6\tabcolsep}}") for share in _SHARES
    )
    head = gap.join(escaped(name) for name in _HEADS) + end
    body = literal("\\addlinespace\n").join(
        gap.join([cite(row.key), *(escaped(_quoted(cell)) if cell else literal("---") for cell in _cells(row))]) + end
        for row in rows
    )
    return literal("").join(
        [
            literal("{\\footnotesize\n\\begin{longtable}{@{}"),
            widths,
            literal("@{}}\n\\toprule\n"),
            head,
            literal("\\midrule\n\\endhead\n\\bottomrule\n\\endlastfoot\n"),
            body,
            literal("\\end{longtable}}\n"),
        ]
    )


def table_csv(rows: Sequence[TableRow], papers: Mapping[str, Paper]) -> str:
    """One paper a row; the cells are the bare quotes, and empty where a paper does not say.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["key", "paper", *COLUMNS])
    for row in rows:
        name = short_name(papers[row.key]) if row.key in papers else ""
        writer.writerow([guarded(cell) for cell in (row.key, name, *(one.quote if one else "" for one in _cells(row)))])
    return out.getvalue()


def table_html(
    rows: Sequence[TableRow],
    papers: Mapping[str, Paper],
    *,
    cite: "Callable[[str], Markup] | None" = None,
) -> "Markup":
    """A table with scopes for its heads; what it needs of style is left to the page.

    Args:
        rows: One for each paper.
        papers: By key.
        cite: The citation of a key; its short name when not given.
    """
    from markupsafe import Markup

    def named(key: str) -> "Markup":
        return cite(key) if cite else Markup("{}").format(short_name(papers[key]) if key in papers else key)

    def shown(cell: Citation | None) -> "Markup":
        if cell is None:
            return Markup('<span title="The abstract does not say.">—</span>')
        return Markup("<q>{}</q>").format(_line(cell))

    head = Markup().join(Markup('<th scope="col">{}</th>').format(name) for name in _HEADS)
    body = Markup("\n").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            named(row.key),
            Markup().join(
                Markup('<td data-label="{}" dir="auto">{}</td>').format(name, shown(cell))
                for name, cell in zip(_HEADS[1:], _cells(row), strict=True)
            ),
        )
        for row in rows
    )
    return Markup('<table class="comparison">\n<thead><tr>{}</tr></thead>\n<tbody>\n{}\n</tbody>\n</table>').format(
        head, body
    )


def _cells(row: TableRow) -> Iterator[Citation | None]:
    return (getattr(row, name) for name in COLUMNS)


def _quoted(cell: Citation) -> str:
    return f"“{_line(cell)}”"


def _line(cell: Citation) -> str:
    """A quote on one line, without TeX's commands for fonts."""
    return without_fonts(" ".join(cell.quote.split()))

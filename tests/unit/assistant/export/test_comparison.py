import csv
import io
import subprocess

import pytest

from assistant.export.comparison import COLUMNS, table_csv, table_html, table_latex, table_markdown
from assistant.export.tex.text import escaped
from assistant.export.tex.typed import Tex
from assistant.types import Citation, TableRow
from tests.fakes.drafted import GRAPH, LANTERN, QUILL, quoting
from tests.fakes.hostile import TITLES
from tests.fakes.papers import BY_KEY, paper

ROWS = (
    TableRow(key=LANTERN, problem=quoting(LANTERN, "Dialogue agents forget what was said weeks ago.")),
    TableRow(key=QUILL, method=quoting(QUILL, GRAPH)),
)
HOSTILE = (
    "=HYPERLINK(1)",
    "a | b \\| c",
    "100 % of $x_1$ & {y} #2 ~ ^ \\input{x}",
    "<script>alert(1)</script>",
    "[@other] `code` **bold**",
    "\n\nline\n\n- list",
    *TITLES,
)


def _row(quote: str) -> TableRow:
    return TableRow(key="k", finding=Citation(key="k", quote=quote, start=0, end=len(quote)))


def test_markdown_has_a_row_a_paper_and_a_dash_where_nothing_is_said() -> None:
    head, rule, first, second = table_markdown(ROWS, BY_KEY).splitlines()
    assert head == "| Paper | Problem | Method | Data | Finding |"
    assert set(rule) == {"|", "-"}
    assert first == f"| @{{{LANTERN}}} | “Dialogue agents forget what was said weeks ago.” | — | — | — |"
    assert second == f"| @{{{QUILL}}} | — | “{GRAPH}” | — | — |"


def test_markdown_writes_names_where_the_style_does_not() -> None:
    assert f"| Orbin et al. [@{{{LANTERN}}}] |" in table_markdown(ROWS, BY_KEY, has_names=False)


@pytest.mark.parametrize("quote", HOSTILE)
def test_a_cell_of_markdown_is_one_cell_for_pandoc(quote: str) -> None:
    pypandoc = pytest.importorskip("pypandoc", reason="pandoc reads the table; it is not installed")
    markdown = table_markdown([_row(quote)], {})
    html = subprocess.run(
        [pypandoc.get_pandoc_path(), "-f", "markdown", "-t", "html"],
        input=markdown,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert html.count("<td") == 5
    assert html.count("<tr") == 2
    assert not any(f"<{tag}" in html for tag in ("script", "code", "strong", "img", "ul", "a "))
    assert html.count('class="citation"') == 1


def test_latex_cells_are_quotes_and_the_citation_is_the_callers() -> None:
    latex = table_latex([*ROWS, _row("100 % & more_")], lambda key: Tex(r"\citet{" + key + "}"))
    assert isinstance(latex, Tex)
    problem = escaped("“Dialogue agents forget what was said weeks ago.”")
    assert rf"\citet{{{LANTERN}}} & {problem} & --- & --- & --- \\" in latex
    assert r"100 \% \& more\_" in latex
    assert latex.count(r"\raggedright") == 5
    assert latex.count(r"\\") == 4


def test_csv_is_read_back_and_starts_no_formula() -> None:
    written = table_csv([*ROWS, *map(_row, HOSTILE)], BY_KEY)
    head, first, _, formula, *others = csv.reader(io.StringIO(written, newline=""))
    assert head == ["key", "paper", *COLUMNS]
    assert first == [LANTERN, "Orbin et al. (2021)", "Dialogue agents forget what was said weeks ago.", "", "", ""]
    assert formula[-1] == "'=HYPERLINK(1)"
    assert [row[-1] for row in others] == list(HOSTILE[1:])


def test_html_is_escaped_and_says_what_each_cell_is() -> None:
    html = table_html([*ROWS, *map(_row, HOSTILE)], {**BY_KEY, "k": paper("k", "<b>T</b>", by="<i>, x")})
    assert f'<td data-label="Method" dir="auto"><q>{GRAPH}</q></td>' in html
    assert '<th scope="row">Orbin et al. (2021)</th>' in html
    assert "<script" not in html
    assert "<i>" not in html
    assert html.count("<tr>") == 1 + len(ROWS) + len(HOSTILE)

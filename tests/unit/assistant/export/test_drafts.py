import re
import subprocess
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.export.drafts import SUFFIXES, Layout, bib_text, draft_files, draft_text, table_text
from assistant.export.pandoc import find_pandoc
from assistant.export.tex.bibliography import OURS
from assistant.types import Coverage, Draft, Section, TableRow
from tests.fakes import hostile_tex
from tests.fakes.hostile_tex import quote, said
from tests.fakes.papers import paper

PAPERS = {
    "li": paper("li", "Owls", by="Li, Bo; Wu, An; Ott, Eva", year=2023),
    "berg": paper("berg", "Bees", by="Berg, Cem", year=2021),
    "other": paper("other", "Ants", by="Ant, A", year=2020),
}
DRAFT = Draft(
    title="Owls & bees",
    sections=(
        Section(
            heading="Hunting",
            statements=(said("Li et al. (2023) write: “Owls hunt.”", "li"), said("Bees dance.", "berg", "li")),
        ),
    ),
    references=(),
    dropped=(),
    coverage=Coverage(retrieved=2, cited=2, uncited=()),
)
PANDOC = find_pandoc()
needs_pandoc = pytest.mark.skipif(PANDOC is None, reason="pandoc is not installed")


def names(layout: Layout, out: str, bib: str | None = None) -> list[str]:
    files = draft_files(DRAFT, PAPERS, layout, out=Path(out), bib=Path(bib) if bib else None)
    return [one.path.as_posix() for one in files]


def test_which_files_there_are() -> None:
    assert names(Layout(format="markdown"), "a/x.md") == ["a/x.md", "a/x.bib"]
    assert names(Layout(format="markdown", style="ieee"), "a/x.md", "b.bib") == ["a/x.md", "b.bib", "a/ieee.csl"]
    assert names(Layout(format="latex", style="ieee"), "x.tex") == ["x.tex", "x.bib"]
    assert set(SUFFIXES.values()) == {"markdown", "latex", "html", "docx"}


def test_the_bibliography_is_named_as_seen_from_the_draft(tmp_path: Path) -> None:
    draft, bib = draft_files(DRAFT, PAPERS, Layout(), out=tmp_path / "a/x.md", bib=tmp_path / "b/y.bib")
    assert b'bibliography: "../b/y.bib"' in draft.content
    assert bib.content.decode().startswith(OURS)
    assert re.findall(r"@\w+\{(\w+)", bib.content.decode()) == ["li", "berg"]


def test_each_format_gets_the_bib_that_its_program_reads() -> None:
    papers = {"li": paper("li", "Müller’s Owls", by="Müller, Bo", year=2023)}
    assert "Müller" in bib_text(DRAFT, papers, Layout(format="markdown"))
    assert r"M{\"{u}}ller" in bib_text(DRAFT, papers, Layout(format="latex"))
    assert "Müller" in bib_text(DRAFT, papers, Layout(format="latex", package="biblatex"))


def test_text_for_standard_output() -> None:
    assert "@li write" in draft_text(DRAFT, PAPERS, Layout(), bibliography="x.bib")
    assert r"Li et al. [@li] write" in draft_text(DRAFT, PAPERS, Layout(style="ieee"))
    assert r"\textcite{li}" in draft_text(DRAFT, PAPERS, Layout(format="latex", package="biblatex"))
    assert "numbers" in draft_text(DRAFT, PAPERS, Layout(format="latex", style="ieee"))
    with pytest.raises(UsageError, match="--out"):
        draft_text(DRAFT, PAPERS, Layout(format="docx"))
    with pytest.raises(UsageError, match="nosuchstyle"):
        draft_text(DRAFT, PAPERS, Layout(style="nosuchstyle"))


def test_the_table_alone() -> None:
    draft = Draft(**{name: getattr(DRAFT, name) for name in DRAFT.__slots__} | {"table": (ROW,)})
    assert "“Owls \\& more”" in table_text(draft, PAPERS, "markdown").replace("&", "\\&").replace("\\\\", "\\")
    assert r"``Owls \& more''" in table_text(draft, PAPERS, "latex", package="biblatex")
    assert "Owls & more" in table_text(draft, PAPERS, "csv")


ROW = TableRow(key="li", problem=quote("li", "Owls & more"))


@needs_pandoc
@pytest.mark.parametrize("style", [None, "ieee", "apa"])
def test_pandoc_takes_the_markdown_of_hostile_papers_without_a_warning(style: str | None, tmp_path: Path) -> None:
    assert PANDOC is not None
    draft, papers = hostile_tex.draft("x.bib"), hostile_tex.papers()
    for file in draft_files(draft, papers, Layout(style=style), out=tmp_path / "x.md"):
        file.path.write_bytes(file.content)
    done = subprocess.run(
        [PANDOC.path, "x.md", "--citeproc", "-s", "--to=html", "--mathml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    text = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", done.stdout))
    assert "???" not in text
    assert text.count("Readinginput") == 0
    for shown, _ in hostile_tex.SHOWN[:3]:
        assert re.sub(r"\s+", "", shown) in text.replace("&amp;", "&")
    assert "root:" not in text


@needs_pandoc
def test_word_without_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    (file,) = draft_files(DRAFT, PAPERS, Layout(format="docx", style="nature"), out=Path("x.docx"))
    assert file.content.startswith(b"PK")
    assert caplog.messages == []

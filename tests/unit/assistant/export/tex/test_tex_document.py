import pytest
from syrupy.assertion import SnapshotAssertion

from assistant.errors import UsageError
from assistant.export.tex.document import CitationPackage, to_latex
from assistant.types import Coverage, Draft, Section, Statement, TableRow
from tests.fakes.hostile_tex import quote, said
from tests.fakes.papers import paper

PAPERS = {
    "li": paper("li", "Owls", by="Li, Bo; Wu, An; Ott, Eva", year=2023),
    "berg": paper("berg", "Bees", by="Berg, Cem", year=2021),
    "Müller": paper("Müller", "Ants", by="Müller, Jo", year=2020),
}


def draft(*statements: Statement, **more: object) -> Draft:
    sections = (Section(heading="Hunting & α", statements=statements),) if statements else ()
    values = {"references": (), "dropped": (), "coverage": Coverage(retrieved=1, cited=1, uncited=()), **more}
    return Draft(title="Related work: Owls", sections=sections, **values)  # type: ignore[arg-type] - because of `more`


STATEMENTS = (
    said("Li et al. (2023) write: “Owls hunt 50% of mice.”", "li"),
    said("Owls hunt, as Berg (2021) saw.", "li", "berg", "Müller"),
    said("Bees dance?", "berg", "Müller"),
    said("Nobody knows."),
)


@pytest.mark.parametrize("package", ["natbib", "biblatex"])
def test_a_document(package: CitationPackage, snapshot: SnapshotAssertion) -> None:
    assert to_latex(draft(*STATEMENTS, bibliography="owls.bib"), PAPERS, package=package) == snapshot


@pytest.mark.parametrize("package", ["natbib", "biblatex"])
def test_a_section_to_be_taken_in(package: CitationPackage, snapshot: SnapshotAssertion) -> None:
    rows = (TableRow(key="Müller", problem=quote("Müller", "Ants & more")),)
    written = to_latex(draft(*STATEMENTS[:1], table=rows), PAPERS, package=package, fragment=True)
    assert written == snapshot


def test_citations_are_numbers_where_a_style_has_no_names() -> None:
    written = draft(*STATEMENTS)
    assert r"\usepackage[numbers,sort&compress]{natbib}" in to_latex(written, PAPERS, has_names=False)
    assert "style=numeric-comp" in to_latex(written, PAPERS, package="biblatex", has_names=False)


def test_without_text_it_says_why() -> None:
    written = to_latex(draft(reason="No paper on 50% of it."), {})
    assert r"No paper on 50\% of it." in written
    assert r"\bibliography{" not in written


@pytest.mark.parametrize("name", ["a b.bib", "a%.bib", "é.bib", "a}.bib", "\\x.bib", "a.bib\n"])
def test_a_bibliography_that_latex_would_not_find(name: str) -> None:
    with pytest.raises(UsageError, match="LaTeX cannot read a file named"):
        to_latex(draft(*STATEMENTS, bibliography=name), PAPERS)


def test_a_bibliography_elsewhere() -> None:
    written = draft(*STATEMENTS, bibliography="../refs/my_owls.bib")
    assert r"\bibliography{../refs/my_owls}" in to_latex(written, PAPERS)
    assert r"\addbibresource{../refs/my_owls.bib}" in to_latex(written, PAPERS, package="biblatex")

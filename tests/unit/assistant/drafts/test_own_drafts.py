"""What Citewell writes, it reads: the sentences and keys of its own drafts."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.drafts import document_of
from assistant.export.markdown import to_markdown
from assistant.export.references import short_name
from assistant.export.tex.document import CitationPackage, to_latex
from assistant.types import Citation, Coverage, Document, Draft, Section, Statement, Verdict
from tests.fakes.papers import paper

PAPERS = {
    one.key: one
    for one in (
        paper("li2023", "Owls", by="Li, Bo; Wu, An; Ott, Eva", year=2023),
        paper("berg:2021/b", "Bees", by="Berg, Cem; Aksoy, Deniz", year=2021),
        paper("odd_key-x.y", "Ants", by="Ant, A", year=2020),
    )
}
WORDS = """owls bees ants hunt
dance 5% $3 AT&T #1 snake_case *stars* <b> {braces} [brackets] ~50 x^2 a\\b `code` me@owls.org
@nobody MT et_al 3.5 e.g. “quoted” (aside) re-use café — don't C++""".split()
TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(lambda words: f"It says {' '.join(words)} now.")
NAMED = st.sampled_from(list(PAPERS.values())).map(lambda one: (f"{short_name(one)} report that it is so.", [one.key]))
KEYS = st.lists(st.sampled_from(list(PAPERS)), max_size=3, unique=True)


def draft(found: list[tuple[str, list[str]]]) -> Draft:
    verdict = Verdict(label="supported", score=1.0, judge="j")
    statements = tuple(
        Statement(
            text=text, citations=tuple(Citation(key=key, quote="q", start=0, end=1) for key in keys), verdict=verdict
        )
        for text, keys in found
    )
    sections = (Section(heading="Hunting", statements=statements),)
    coverage = Coverage(retrieved=1, cited=1, uncited=())
    return Draft(title="Owls", sections=sections, references=(), dropped=(), coverage=coverage, bibliography="o.bib")


def read(document: Document) -> list[tuple[str, list[str]]]:
    names = {key: short_name(one) for key, one in PAPERS.items()}
    return [(one.said(lambda key: names[key]), sorted(one.keys)) for one in document.sentences]


STATEMENTS = st.lists(st.tuples(TEXT, KEYS) | NAMED, min_size=1, max_size=4)


@settings(max_examples=100, deadline=None)
@given(STATEMENTS)
@example([("Owls hunt “by night.”", [])])
def test_markdown(statements: list[tuple[str, list[str]]]) -> None:
    document = document_of(to_markdown(draft(statements), PAPERS), name="x.md", markup="markdown")
    assert read(document) == [(text, sorted(keys)) for text, keys in statements]
    assert (document.title, document.bibliographies, document.troubles) == ("Owls", ("o.bib",), ())
    assert {one.heading for one in document.paragraphs} == {"Hunting"}


@pytest.mark.parametrize("package", ["natbib", "biblatex"])
@settings(max_examples=60, deadline=None)
@given(STATEMENTS)
@example([("It says 5% [brackets] now.", [])])
def test_latex(package: CitationPackage, statements: list[tuple[str, list[str]]]) -> None:
    document = document_of(to_latex(draft(statements), PAPERS, package=package), name="x.tex", markup="latex")
    assert read(document) == [(text, sorted(keys)) for text, keys in statements]
    assert (document.title, document.troubles) == ("Owls", ())
    if document.keys:
        assert len(document.bibliographies) == 1

import re
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from syrupy.assertion import SnapshotAssertion

from assistant.export.markdown import escaped, to_markdown
from assistant.types import Citation, Coverage, Draft, Section, Statement, Verdict
from tests.fakes.papers import paper

VERDICT = Verdict(label="supported", score=1.0, judge="j")
PAPERS = {
    "li": paper("li", "Owls", by="Li, Bo; Wu, An; Ott, Eva", year=2023),
    "b/x": paper("b/x", "Bees", by="Berg, C_m", year=2021),
    "odd key": paper("odd key", "Ants", by="Ant, A", year=2020),
}
HOSTILE = [
    "[@evil] or @evil says",
    "<script>alert(1)</script>",
    "![x](http://evil) [y](http://evil)",
    "https://evil.org and www.evil.org",
    "*a* _b_ **c** `d` ~~e~~ ^f^ ~g~ $h$ |i|",
    "# heading {#id .class}",
    "- list",
    "+ list",
    "1. list",
    "(a) list",
    "iv) list",
    "#. list",
    ": definition",
    "::: {.box}",
    "---",
    "&lt;b&gt; &copy;",
    "> quote",
    "```raw",
    "[^1] \\cite{x} \\",
    "a\n\n# b\n\nc",
]


def said(text: str, *keys: str) -> Statement:
    citations = tuple(Citation(key=key, quote="q", start=0, end=1) for key in keys)
    return Statement(text=text, citations=citations, verdict=VERDICT)


def draft(*statements: Statement, title: str = "Owls", heading: str = "Hunting", **more: Any) -> Draft:
    sections = (Section(heading=heading, statements=statements),) if statements else ()
    coverage = Coverage(retrieved=1, cited=1, uncited=())
    return Draft(title=title, sections=sections, references=(), dropped=(), coverage=coverage, **more)


def paragraph(*statements: Statement) -> str:
    return body_of(to_markdown(draft(*statements), PAPERS))[3]


def body_of(markdown: str) -> list[str]:
    """The lines behind the header."""
    return markdown.split("\n---\n", 1)[1].splitlines()


def shown(markdown: str) -> str:
    """What a Markdown reader shows of one paragraph or heading; fails when it is anything else."""
    tokens = MarkdownIt("commonmark").enable("strikethrough").enable("table").parse(markdown)
    assert len(tokens) == 3, markdown
    (children,) = [token.children for token in tokens if token.children is not None]
    assert {child.type for child in children} <= {"text", "text_special"}, markdown
    return "".join(child.content for child in children)


def test_how_it_looks(snapshot: SnapshotAssertion) -> None:
    statements = (said("Owls hunt.", "quill2020", "li2021"), said("“Bees dance.”", "berg2021"), said("Nobody knows."))
    assert to_markdown(draft(*statements, bibliography='o"wls é.bib')) == snapshot


def test_without_text_it_says_why(snapshot: SnapshotAssertion) -> None:
    assert to_markdown(draft(reason="The library holds no paper on *this* topic [x2020].")) == snapshot


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Owls hunt.", "Owls hunt [@a; @b]."),
        ("Do they?", "Do they [@a; @b]?"),
        ("They do!", "They do [@a; @b]!"),
        ("Owls hunt", "Owls hunt [@a; @b]."),
        ("Li write: “Owls hunt.”", "Li write: “Owls hunt” [@a; @b]."),
        ('Li write: "Owls hunt."', 'Li write: "Owls hunt" [@a; @b].'),
        ("Owls (by night.)", "Owls (by night.) [@a; @b]."),
        ("Use *.", r"Use \* [@a; @b]."),
        ("See www.", "See www [@a; @b]."),
        ("Owls hunt. ", "Owls hunt [@a; @b]."),
    ],
)
def test_where_citations_stand(text: str, sentence: str) -> None:
    assert paragraph(said(text, "a", "b", "a")) == sentence


def test_a_sentence_without_citations() -> None:
    assert paragraph(said("Owls [1] hunt."), said("Bees dance.", "a")) == r"Owls \[1\] hunt. Bees dance [@a]."


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_and_does_nothing(text: str) -> None:
    plain = " ".join(text.split())
    document = to_markdown(draft(said(text, "key"), title=text, heading=text))
    header = yaml.safe_load(document.split("\n---\n")[0])
    _, heading, _, sentence = body_of(document)[:4]
    assert shown(header["title"]) == shown(heading) == plain
    assert shown(sentence) == plain.removesuffix(".") + " [@key]."
    # What only pandoc or GitHub acts on.
    lines = (header["title"], heading[2:], sentence.replace("[@key]", ""))
    body = re.sub(r"\\.", "", "\n".join(lines))
    assert not re.search(r"[@^$~{}\[\]<>*_`|]|https?:|www\.", body)
    for line in lines:
        assert not re.match(r"(?:[-+:]|\(?\w+[.)])(?:[\s:-]|$)|:::", line)


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("Table: a caption", r"Table\: a caption"),
        ("table: a caption", r"table\: a caption"),
        ("a -- b --- c", r"a -\- b -\-\- c"),
        ("and so on...", r"and so on.\.."),
    ],
)
def test_signs_that_only_pandoc_would_change(text: str, markdown: str) -> None:
    """Captions that were paragraphs, and dashes that were hyphens: a quote would not be exact."""
    assert escaped(text) == markdown
    assert shown(markdown) == text


@given(st.text() | st.text(st.sampled_from("ab1.)(-+:#>*_`[]<&!\\ \n=~|@iv")))
@example("1)")
@example("- ")
@example("\\")
def test_any_text_is_shown_as_it_is(text: str) -> None:
    plain = " ".join(text.split())
    if plain and plain.isprintable():
        assert shown(escaped(text)) == plain
        assert "\n" not in escaped(text)


def test_plain_prose_needs_no_backslash() -> None:
    prose = "Li et al. (2023) don't: they “quote”, e.g. at 3.5 %; see also B-trees: 1.2 times - or more."
    assert escaped(prose) == prose


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Li et al. (2023) write: “Owls hunt.”", "@li write: “Owls hunt.”"),
        ("So say Li et al. (2023).", "So say @li."),
        ("Li et al. (2023)'s owls hunt.", "@li's owls hunt."),
        ("Li et al. (2023)-like owls hunt.", "@{li}-like owls hunt."),
        ("Li et al. (2023)/2 hunt.", "@{li}/2 hunt."),
        ("Li et al. (2023): x.", "@li: x."),
        ("Li et al. (2023) [p. 3] hunt.", r"@li \[p. 3\] hunt."),
    ],
)
def test_where_papers_are_named(text: str, sentence: str) -> None:
    assert paragraph(said(text, "li")) == sentence


def test_a_bracket_behind_a_named_paper_is_not_taken_into_it() -> None:
    assert paragraph(said("As in Li et al. (2023).", "li", "b/x")) == "As in @li<!-- --> [@b/x]."


def test_keys_that_pandoc_cannot_read_bare() -> None:
    assert paragraph(said("So says Ant (2020).", "li", "odd key", "a--b")) == (
        "So says @{odd key}<!-- --> [@li; @{a--b}]."
    )


def test_a_style_of_numbers_needs_the_names_in_the_text() -> None:
    draft_ = draft(said("Berg, C_m says no.", "li"), said("C_m Berg (2021); Berg (2021) say so.", "b/x"))
    written = to_markdown(draft_, PAPERS, csl="ieee.csl", has_names=False)
    assert body_of(written)[3].endswith(r"C\_m Berg (2021); Berg [@b/x] say so.")
    assert yaml.safe_load(written.split("\n---\n")[0])["csl"] == "ieee.csl"

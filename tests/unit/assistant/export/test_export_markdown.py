import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from syrupy.assertion import SnapshotAssertion

from assistant.export.markdown import escaped, to_markdown
from assistant.types import Citation, Coverage, Draft, Section, Statement, Verdict

VERDICT = Verdict(label="supported", score=1.0, judge="j")
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
    return to_markdown(draft(*statements)).splitlines()[4]


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
        ("Li write: “Owls hunt.”", "Li write: “Owls hunt.” [@a; @b]."),
        ('Li write: "Owls hunt."', 'Li write: "Owls hunt." [@a; @b].'),
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
    title, _, heading, _, sentence = document.splitlines()[:5]
    assert shown(title) == shown(heading) == plain
    assert shown(sentence) == plain.removesuffix(".") + " [@key]."
    # What only pandoc or GitHub acts on.
    body = re.sub(r"\\.", "", document.replace("[@key]", "").replace("::: {#refs}", ""))
    assert not re.search(r"[@^$~{}\[\]<>*_`|]|https?:|www\.", body)
    for line in (title[2:], heading[3:], sentence):
        assert not re.match(r"(?:[-+:]|\(?\w+[.)])(?:[\s:-]|$)|:::", line)


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

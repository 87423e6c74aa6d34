"""What holds for every draft, whatever is in it."""

from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.drafts import document_of
from assistant.types import Document, MarkupName

PIECES = """\
Owls hunt|. |.|! | |\n|\n\n|@key|[@a]|[see @b, p. 3; -@c]|@{odd key}|[|]|(|)|{|}|*|**|_|`|``|```\n|$|$$|~|^|^[|\\|\\%|%
|% citewell: ignore\n|<!--|-->|<!-- citewell: ignore-start -->|<b>|&amp;|&|# Head\n|- item\n|1. x\n|> |    |\t|---\n
|| a ||:::\n|::: {#refs}\n|[^1]|[^1]: note\n|![x](y)|[t](u)|{.c}|\\cite{a}|\\citet[p.~1]{b,c}|\\cites{a}{b}|\\citep[
|\\begin{figure}|\\end{figure}|\\begin{equation}|\\end{equation}|\\begin{verbatim}|\\end{verbatim}|\\caption{
|\\footnote{|\\section{|\\item |\\item[|\\verb|\\'e|\\alpha|\\[|\\]|\\(|\\)|\\begin{document}|\\end{document}
|\\newcommand{\\x}{\\y}|\\x |\\input{f}|--|``|''|\\\\|é|„|\U0001f989|\u2028|\x0b|\x1f
|[1]|title: x\n|abstract: |et al. |Fig. 3|\ud800|+---+\n""".split("|")
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=60)


def check(document: Document) -> None:
    source = document.source
    for sentence in document.sentences:
        assert 0 <= sentence.start < sentence.end <= len(source)
        assert sentence.line == source.count("\n", 0, sentence.start) + 1
        assert sentence.text.strip() == sentence.text != ""
        assert not set(sentence.text) & {"\x00", "\x01", "\x02", "\n"}
        for mention in sentence.mentions:
            assert source[mention.start : mention.end] == mention.key
            assert sentence.start <= mention.start < mention.end <= sentence.end
        assert [one for one in sentence.pieces if not isinstance(one, str)] == [
            one for one in sentence.mentions if one.narrative
        ]
    for paragraph in document.paragraphs:
        assert paragraph.sentences
        assert all(left.end <= right.start for left, right in pairwise(paragraph.sentences))
    mentions = sorted((one for sentence in document.sentences for one in sentence.mentions), key=lambda one: one.start)
    assert len({one.start for one in mentions}) == len(mentions)
    assert all(trouble.line >= 1 and trouble.what for trouble in document.troubles)


@pytest.mark.parametrize("markup", [name for name in get_args(MarkupName) if name != "word"])
@settings(max_examples=150, deadline=None)
@given(text=TEXTS)
@example(text="---\nabstract: Owls [@a].\n---\n")
@example(text="> Owls\n>\thunt [@a].\n")
def test_every_text_is_read(markup: MarkupName, text: str) -> None:
    check(document_of(text, name="x", markup=markup))


@pytest.mark.parametrize("markup", ["markdown", "latex", "text"])
@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "![",
        "^[",
        "`",
        "“",
        "*a ",
        "<!-- ",
        "\\begin{x}\n",
        "\\begin{verbatim}",
        "\\iffalse ",
        "\\cite[",
        "\\cites{a}",
        "{",
        "}",
        "$ ",
        "$$\n",
        "> ",
        "[@a ",
    ],
)
def test_repeated_signs_take_no_long_time(piece: str, markup: MarkupName) -> None:
    check(document_of("Owls hunt. " + piece * 4000, name="x", markup=markup))


@pytest.mark.parametrize("markup", ["markdown", "latex", "text"])
def test_a_very_long_paragraph(markup: MarkupName) -> None:
    document = document_of("Owls hunt in the night [@a]. " * 3000, name="x", markup=markup)
    assert {one.text for one in document.sentences} == (
        {"Owls hunt in the night."} if markup != "latex" else {"Owls hunt in the night [@a]."}
    )
    assert len(document.sentences) == 3000

import pytest

from assistant.auditing.citations import (
    comment_behind,
    group_as_written,
    with_more_keys,
    with_other_key,
    without_key,
)
from assistant.auditing.patching import Edit
from assistant.drafts import document_of
from assistant.types import Document, DraftSentence, MarkupName, Mention


def read(text: str, markup: MarkupName = "markdown") -> tuple[Document, DraftSentence]:
    document = document_of(text, name="d", markup=markup)
    return document, document.sentences[0]


def made(document: Document, edit: Edit | None) -> str:
    assert edit
    return document.source[: edit.start] + edit.text + document.source[edit.end :]


MARKDOWN_MORE = [
    ("Owls hunt [@a].", "Owls hunt [@a; @n]."),
    ("Owls hunt [see @a, p. 3; -@b].", "Owls hunt [see @a, p. 3; -@b; @n]."),
    ("Owls hunt [@a, [sic] p. 3].", "Owls hunt [@a, [sic] p. 3; @n]."),
    ("@a says that owls hunt.", "@a says that owls hunt [@n]."),
    ("@a says that owls hunt [@b].", "@a says that owls hunt [@b; @n]."),
    ("Owls hunt [@{odd key}] at night [@b].", "Owls hunt [@{odd key}] at night [@b; @n]."),
    ("Owls hunt, says @a!", "Owls hunt, says @a [@n]!"),
    ("Owls hunt\n[@a;\n@b].", "Owls hunt\n[@a;\n@b; @n]."),
]
LATEX_MORE = [
    (r"Owls hunt \citep{a}.", r"Owls hunt \citep{a,n}."),
    (r"Owls hunt~\cite[see][p.~3]{a, b}.", r"Owls hunt~\cite[see][p.~3]{a, b, n}."),
    (r"\citet{a} say that owls hunt.", r"\citet{a} say that owls hunt~\cite{n}."),
    (r"\textcite{a} say that owls hunt \parencite{b}.", r"\textcite{a} say that owls hunt \parencite{b,n}."),
    (r"Owls hunt \autocite{a} in \citeyear{b}.", r"Owls hunt \autocite{a,n} in \citeyear{b}."),
]


class TestMore:
    @pytest.mark.parametrize(("before", "after"), MARKDOWN_MORE)
    def test_markdown(self, before: str, after: str) -> None:
        document, sentence = read(before)
        assert made(document, with_more_keys(document, sentence, ["n"])) == after
        assert "n" in document_of(after, name="d", markup="markdown").sentences[0].keys

    @pytest.mark.parametrize(("before", "after"), LATEX_MORE)
    def test_latex(self, before: str, after: str) -> None:
        document, sentence = read(before, "latex")
        assert made(document, with_more_keys(document, sentence, ["n"])) == after

    def test_the_command_that_the_draft_uses(self) -> None:
        document, sentence = read("\\citet{a} say that owls hunt. Mice hide \\citep{b}.", "latex")
        assert made(document, with_more_keys(document, sentence, ["n"])).startswith(
            "\\citet{a} say that owls hunt~\\citep{n}."
        )

    def test_odd_keys(self) -> None:
        document, sentence = read("Owls hunt [@a].")
        assert made(document, with_more_keys(document, sentence, ["a b", "c"])) == "Owls hunt [@a; @{a b}; @c]."
        document, sentence = read(r"Owls hunt \citep{a}.", "latex")
        assert with_more_keys(document, sentence, ["a b"]) is None

    def test_text_has_no_markup_for_it(self) -> None:
        document, sentence = read("Owls hunt [@a].", "text")
        assert with_more_keys(document, sentence, ["n"]) is None


def mentions(document: Document, key: str) -> tuple[Mention, list[Mention]]:
    every = [one for sentence in document.sentences for one in sentence.mentions]
    mention = next(one for one in every if one.key == key)
    return mention, [one for one in every if one.group == mention.group]


class TestOther:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("Owls hunt [@pre].", "Owls hunt [@new2020]."),
            ("Owls hunt [see @{pre}, p. 2].", "Owls hunt [see @{new2020}, p. 2]."),
            ("@pre says so.", "@new2020 says so."),
        ],
    )
    def test_markdown(self, before: str, after: str) -> None:
        document, _ = read(before)
        assert made(document, with_other_key(document, mentions(document, "pre")[0], "new2020")) == after

    def test_a_key_that_needs_braces(self) -> None:
        document, _ = read("Owls hunt [@pre].")
        assert made(document, with_other_key(document, mentions(document, "pre")[0], "a b")) == "Owls hunt [@{a b}]."
        assert with_other_key(document, mentions(document, "pre")[0], "a}b") is None

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("Owls [@pre; @b].", "Owls [@b]."),
            ("Owls [@a; -@pre; @b].", "Owls [@a; @b]."),
            ("Owls [@a; @{pre}].", "Owls [@a]."),
        ],
    )
    def test_taken_out(self, before: str, after: str) -> None:
        document, _ = read(before)
        assert made(document, without_key(document, *mentions(document, "pre"))) == after

    @pytest.mark.parametrize("text", ["Owls [@pre].", "Owls [see @pre, p. 2; @b].", "Owls [@b; @pre, p. 3].", "@pre"])
    def test_left_where_something_is_said_of_it(self, text: str) -> None:
        document, _ = read(f"{text} They hunt.")
        assert without_key(document, *mentions(document, "pre")) is None

    @pytest.mark.parametrize(
        ("before", "after"),
        [(r"Owls \citep{pre, b}.", r"Owls \citep{b}."), (r"Owls \citep{a,pre}.", r"Owls \citep{a}.")],
    )
    def test_latex(self, before: str, after: str) -> None:
        document, _ = read(before, "latex")
        assert made(document, without_key(document, *mentions(document, "pre"))) == after


def test_the_citation_as_written() -> None:
    document, _ = read("Owls hunt [see @a, p. 3; @b]. @c says so.")
    assert [group_as_written(document, mentions(document, key)[0]) for key in "abc"] == [
        "[see @a, p. 3; @b]", "[see @a, p. 3; @b]", "@c"
    ]  # fmt: skip
    document, _ = read(r"Owls hunt \citep[see][p. 3]{a,b}.", "latex")
    assert group_as_written(document, mentions(document, "b")[0]) == r"\citep[see][p. 3]{a,b}"


class TestComments:
    def test_markdown(self) -> None:
        document, sentence = read("Owls hunt [@a]. Mice hide.")
        after = made(document, comment_behind(document, sentence, "n says:\n “no”"))
        assert after == "Owls hunt [@a]. <!-- citewell: n says: “no” --> Mice hide."
        again, sentence = read(after)
        assert comment_behind(again, sentence, "n says:\n “no”") is None
        assert [one.text for one in again.sentences] == [one.text for one in document.sentences]

    def test_nothing_closes_it_early(self) -> None:
        document, sentence = read("Owls hunt [@a].")
        after = made(document, comment_behind(document, sentence, "x --> <script> --!> -"))
        assert after.count("-->") == 1
        assert "--!>" not in after

    def test_latex(self) -> None:
        document, sentence = read("Owls hunt \\cite{a}. Mice hide.\nThey do.", "latex")
        after = made(document, comment_behind(document, sentence, "n says “no”"))
        assert after == "Owls hunt \\cite{a}. Mice hide.\n% citewell: n says “no”\nThey do."
        again, sentence = read(after, "latex")
        assert comment_behind(again, sentence, "n says “no”") is None

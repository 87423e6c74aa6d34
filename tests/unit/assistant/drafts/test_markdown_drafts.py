from textwrap import dedent

import pytest

from assistant.drafts import document_of
from assistant.types import Document, DraftSentence


def read(text: str) -> Document:
    return document_of(text, name="paper.md", markup="markdown")


def sentences(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.text, one.keys) for one in read(text).sentences]


def only(text: str) -> DraftSentence:
    (sentence,) = read(text).sentences
    return sentence


@pytest.mark.parametrize(
    ("written", "text", "keys", "narrative"),
    [
        ("Owls hunt [@a].", "Owls hunt.", ["a"], [False]),
        ("Owls hunt [see @a, p. 3; also @b].", "Owls hunt.", ["a", "b"], [False, False]),
        ("Owls hunt [-@a].", "Owls hunt.", ["a"], [False]),
        ("@a says so.", "@a says so.", ["a"], [True]),
        ("@a [p. 3] says so.", "@a says so.", ["a"], [True]),
        ("@a [p. 3; see @b] says so.", "@a says so.", ["a", "b"], [True, False]),
        ("Owls hunt (-@a).", "Owls hunt.", ["a"], [False]),
        ("Owls hunt [@{odd key}].", "Owls hunt.", ["odd key"], [False]),
        ("Owls hunt [@doi:10.1/x-y.z].", "Owls hunt.", ["doi:10.1/x-y.z"], [False]),
        ("As said by @li.", "As said by @li.", ["li"], [True]),
        ("Owls, as @a--b said.", "Owls, as @a--b said.", ["a"], [True]),
        ("Owls [@{http://x.y/?a=b}].", "Owls.", ["http://x.y/?a=b"], [False]),
        ("Owls [@http://x.y/z].", "Owls.", ["http://x.y/z"], [False]),
        ("Owls [see *Li*, @a, pp. 3--5, and **more**].", "Owls.", ["a"], [False]),
        ("Owls [@a\n; @b].", "Owls.", ["a", "b"], [False, False]),
        (r"Owls \@a hunt.", "Owls @a hunt.", [], []),
        ("Mail me@owls.org now.", "Mail me@owls.org now.", [], []),
        ("Code `@a` is none.", "Code @a is none.", [], []),
        ("Owls <!-- [@a] --> hunt.", "Owls hunt.", [], []),
        ("A [link by @a](http://x) ends.", "A link by @a ends.", ["a"], [True]),
        ("See [@a](http://x).", "See @a.", ["a"], [True]),
        ("Ants [@a]\\ do.", "Ants do.", ["a"], [False]),
        (r"Owls \citep[see][p.~3]{a,b} hunt.", "Owls hunt.", ["a", "b"], [False, False]),
        (r"As \citet{a} says.", "As @a says.", ["a"], [True]),
    ],
)
def test_citations(written: str, text: str, keys: list[str], narrative: list[bool]) -> None:
    sentence = only(written)
    assert (sentence.text, [one.key for one in sentence.mentions]) == (text, keys)
    assert [one.narrative for one in sentence.mentions] == narrative


def test_a_bracket_is_one_group() -> None:
    groups = [one.group for one in only("Owls [@a; @b] and @c [@d] and [@e].").mentions]
    assert groups == [1, 1, 2, 2, 3]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Owls hunt. [@a] Bees dance.", [("Owls hunt.", ("a",)), ("Bees dance.", ())]),
        ("Owls hunt.[@a] Bees dance.", [("Owls hunt.", ("a",)), ("Bees dance.", ())]),
        ("Owls hunt. [@a]. Bees dance.", [("Owls hunt.", ("a",)), ("Bees dance.", ())]),
        ("Owls hunt. [@a; @b]\n\nBees dance.", [("Owls hunt.", ("a", "b")), ("Bees dance.", ())]),
        ("Owls hunt. [@a] shows that. Bees.", [("Owls hunt.", ()), ("@a shows that.", ("a",)), ("Bees.", ())]),
        ("Wu et al. [@a] show it.", [("Wu et al. show it.", ("a",))]),
        ("A task of MT [@a].\nWu et al. say so.", [("A task of MT.", ("a",)), ("Wu et al. say so.", ())]),
        ("As in [@a] and [@b], owls hunt.", [("As in @a and @b, owls hunt.", ("a", "b"))]),
        ("Owls (see [@a]) hunt (mice, [@b]).", [("Owls hunt (mice).", ("a", "b"))]),
        ("“Owls hunt.” [@a] Bees dance.", [("“Owls hunt.”", ("a",)), ("Bees dance.", ())]),
        ("[@a]", [("@a", ("a",))]),
        ("[@a; @b] Owls hunt.", [("Owls hunt.", ("a", "b"))]),
    ],
)
def test_to_which_sentence_a_citation_belongs(written: str, found: list[tuple[str, tuple[str, ...]]]) -> None:
    assert sentences(written) == found


def test_wrapped_lines_keep_their_places() -> None:
    document = read("> Owls **hunt\n> at** night\n> [@a]. Bees\n> dance [@b].\n")
    assert [(one.text, one.line) for one in document.sentences] == [("Owls hunt at night.", 1), ("Bees dance.", 3)]
    first, second = document.sentences
    assert document.source[first.start : first.end] == "Owls **hunt\n> at** night\n> [@a]."
    assert document.source[second.start : second.end] == "Bees\n> dance [@b]."


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("*Owls* and __bees__ and snake_case and 2 * 3 * 4.", "Owls and bees and snake_case and 2 * 3 * 4."),
        ("AT&amp;T &copy; &#169; \\* \\_.", "AT&T © © * _."),
        ('A [link](http://x.org "t"), [ref][r] and <http://y.org>.\n\n[r]: z', "A link, ref and http://y.org."),
        ("H~2~O, 2^10^ and ~~old~~ new.", "H2O, 210 and old new."),
        ("Euler's $e^{i\\pi}$ costs $5 or $6.", "Euler's $e^{i\\pi}$ costs $5 or $6."),
        ("We get $$x = y$$ here.", "We get here."),
        ("[Small]{.smallcaps} caps.", "Small caps."),
        ("Line one\\\nline two  \nline three.", "Line one line two line three."),
        ("A note[^1] and <b>bold</b> and a\\ space.", "A note and bold and a space."),
        (r"See Section \ref{sec:x} now.", "See Section now."),
        ("See ``a ` b`` here.", "See a ` b here."),
    ],
)
def test_plain_text(written: str, text: str) -> None:
    assert read(written).sentences[0].text == text


def test_what_is_left_out() -> None:
    document = read(
        dedent("""\
        Owls hunt.

        | a | b |
        |---|---|
        | c [@no] | d |

        +---+---+
        | x | y |
        +---+---+

        Name   Age
        ------ ----
        Bo     3

        ```
        code [@no]
        ```

            more code

        $$
        a = b
        - c
        $$

        \\begin{equation}
        e = f
        \\end{equation}

        <script>
        var a;
        </script>

        ::: {.box}
        In a box.
        :::

        Bees dance.

        # References

        Li, B. (2023). Owls.
        """)
    )
    assert [one.text for one in document.sentences] == ["Owls hunt.", "In a box.", "Bees dance."]


def test_references_that_pandoc_fills_in_are_left_out() -> None:
    written = "Owls.\n\n::: {#refs}\n\n::: {#ref-a}\nLi. Owls.\n:::\n\nMore.\n\n:::\n\nBees."
    assert [one.text for one in read(written).sentences] == ["Owls.", "Bees."]


def test_headings_lists_notes_and_captions() -> None:
    document = read(
        dedent("""\
        # Owls *at* night {#sec .x}

        Intro[^n] text.^[Said in @c. Twice.]

        - One.
          - Two [@a].

        Hunting
        -------

        ![A mouse [@b].](mouse.png)

        [^n]: A note.

            Its second paragraph.
        [^m]: Another.
        """)
    )
    found = [(one.heading, one.text) for one in document.paragraphs]
    assert found == [
        ("Owls at night", "Intro text."),
        ("Owls at night", "Said in @c. Twice."),
        ("Owls at night", "One."),
        ("Owls at night", "Two."),
        ("Hunting", "A mouse."),
        ("Hunting", "A note."),
        ("Hunting", "Its second paragraph."),
        ("Hunting", "Another."),
    ]
    assert document.title == "Owls at night"


def test_the_header() -> None:
    document = read(
        dedent("""\
        ---
        title: "Owls \\\\* and *bees*"
        bibliography: [a.bib, b.bib]
        abstract: |
            Owls hunt [@a].

            They do.
        ---
        Text.
        """)
    )
    assert (document.title, document.bibliographies) == ("Owls * and bees", ("a.bib", "b.bib"))
    assert document.abstract == "Owls hunt. They do."
    assert [(one.text, one.line, one.keys) for one in document.sentences] == [
        ("Owls hunt.", 5, ("a",)),
        ("They do.", 7, ()),
        ("Text.", 9, ()),
    ]
    assert document.source[document.sentences[0].start : document.sentences[0].end] == "Owls hunt [@a]."


@pytest.mark.parametrize("abstract", ["Owls hunt.", '"Owls hunt."', ">\n  Owls\n  hunt.", "Owls\n  hunt."])
def test_abstracts_in_the_header(abstract: str) -> None:
    document = read(f"---\nabstract: {abstract}\nbibliography: a.bib\n---\n")
    assert (document.abstract, document.bibliographies) == ("Owls hunt.", ("a.bib",))


def test_an_abstract_under_its_heading() -> None:
    document = read("## Abstract\n\nOwls hunt [@a].\n\n## Bees\n\nThey dance.")
    assert document.abstract == "Owls hunt."
    assert document.paragraphs[1].heading == "Bees"


def test_a_header_that_is_no_yaml_is_told_with_its_line() -> None:
    (trouble,) = read("---\ntitle: x\nabstract: [\n---\nText.").troubles
    assert trouble.line in (3, 4)
    assert "no YAML" in trouble.what


def test_a_comment_without_an_end_is_told_and_hides_nothing() -> None:
    document = read("Owls.\n\n<!-- todo\n\nBees.")
    assert [one.text for one in document.sentences] == ["Owls.", "todo", "Bees."]
    assert [one.line for one in document.troubles] == [3]
    assert read("`<!--` opens.\n\nBees.").troubles == ()


def test_numbers_in_brackets_are_no_citations_and_that_is_said() -> None:
    document = read("Owls hunt [1, 2].\n\nBees dance [3].")
    assert [one.text for one in document.sentences] == ["Owls hunt [1, 2].", "Bees dance [3]."]
    (trouble,) = document.troubles
    assert trouble.line == 1
    assert "[@key]" in trouble.what
    assert read("Owls [1] hunt [@a].").troubles == ()


def test_what_is_nested_too_deeply_is_read_as_plain_text() -> None:
    document = read("Owls hunt [@a].\n\n" + "![" * 2000 + "x" + "](y)" * 2000 + "\n\nBees dance.")
    assert document.keys == ("a",)
    assert document.sentences[-1].text == "Bees dance."
    assert all("nested too deeply" in one.what for one in document.troubles)

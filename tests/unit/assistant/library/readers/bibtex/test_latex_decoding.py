import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.library.readers.bibtex.latex import decode


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"{\'e}lise \'Elise \'{E}lise {\'{\i}} \'\i", "\u00e9lise \u00c9lise \u00c9lise \u00ed \u00ed"),
        (r"\"{o} {\"o} \"o H{\"{o}}lder", "\u00f6 \u00f6 \u00f6 H\u00f6lder"),
        (r"\c{c} fa\c cade \v{s} Erd\H{o}s na\"ive", "\u00e7 fa\u00e7ade \u0161 Erd\u0151s na\u00efve"),
        (r"\L{}ukasz {\L}ukasz stra{\ss}e {\O}yvind", "\u0141ukasz \u0141ukasz stra\u00dfe \u00d8yvind"),
        (r"50\% of A\&B, C\_D, \#1, \$5", "50% of A&B, C_D, #1, $5"),
        ("``quoted'' -- and --- dashes", "\u201cquoted\u201d \u2013 and \u2014 dashes"),
        ("{DNA} and {{RNA}} binding", "DNA and RNA binding"),
        (r"\emph{very {Big}} \textbf{words} {\sc caps}", "very Big words caps"),
        (r"$x_i$ in $O(n \log n)$, 3$\times$ faster", "$x_i$ in $O(n \\log n)$, 3\u00d7 faster"),
        (r"\foo{bar}{\'e} \unknown here", "\\foo{bar}{\u00e9} \\unknown here"),
        ("Figure~1 shows ~50 sheep", "Figure 1 shows ~50 sheep"),
        ("50% plain & more_under for $5 and $6", "50% plain & more_under for $5 and $6"),
        ("two\n   lines\tand  tabs", "two lines and tabs"),
        (r"\url{http://example.org/a_b}", "http://example.org/a_b"),
        (r"\'{\^e} \'{\^{E}} \~{\u{a}}", "\u1ebf \u1ebe \u1eb5"),
        (r"x\textasciicircum{}2 \^{}2 \~{}b a\textbackslash{}b", "x^2 ^2 ~b a\\b"),
        (r"{\textless}i{\textgreater} \textbar{}", "<i> |"),
        (r"CO\textsubscript{2}, \href{http://a.b/c_d}{a link}, \enquote{said}", "CO2, a link, \u201csaid\u201d"),
        (r"\{\vphantom{\}}A {\noopsort{1973a}}B", "{A B"),
        (r"\input{/etc/passwd} \include{x} \catcode", r"\input{/etc/passwd} \include{x} \catcode"),
    ],
)
def test_decoded(latex: str, text: str) -> None:
    assert decode(latex) == text


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_characters="\\{}$~-`'")))
def test_text_without_markup_keeps_every_word(text: str) -> None:
    assert decode(text) == " ".join(text.split())


@settings(deadline=None)
@given(st.text(alphabet="\\{}$~-`'\"ab c%&^=.uvHi", max_size=40))
def test_no_letter_is_lost_and_nothing_fails(text: str) -> None:
    # A command may turn a letter into an accented one, and `\\aa` two letters into one.
    assert decode(text).count("a") >= text.count("a") - 2 * text.count("\\")


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        ("CO$_2$ and $^{14}$C", "CO2 and 14C"),
        (r"5$^\circ$C, $\sim$5", "5\u00b0C, \u223c5"),
        (r"$x^2_i$ costs \$5", r"$x^2_i$ costs $5"),
        (r"{\LaTeX} \S 3 \copyright{} \pounds{}5", "LaTeX\u00a7 3 \u00a9 \u00a35"),
        (r"as \cite{quill} says", r"as \cite{quill} says"),
    ],
)
def test_symbols_and_what_is_raised_or_lowered(latex: str, text: str) -> None:
    assert decode(latex).replace(" \u00a7", "\u00a7") == text

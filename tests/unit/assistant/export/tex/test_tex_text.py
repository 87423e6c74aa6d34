import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.export.tex.keys import tex_keys
from assistant.export.tex.maths import is_safe_formula
from assistant.export.tex.showing import is_only_shown
from assistant.export.tex.text import escaped, for_heading
from assistant.export.tex.typed import Tex, command, literal
from tests.fakes.hostile_tex import SHOWN

# Whatever a text says, its LaTeX has no other commands than these, and no other signs that TeX acts on.
COMMANDS = {
    *(
        r"\textbackslash \textbraceleft \textbraceright \textasciitilde \textasciicircum \textasciigrave \textbar"
    ).split(),
    *(r"\textless \textgreater \textquotedbl \& \% \# \_ \$ \- \quotesinglbase \quotedblbase \textbullet").split(),
    *(r"\ldots \texttrademark \texteuro \ensuremath \textsuperscript \textsubscript \texorpdfstring").split(),
    *(r"\` \' \^ \~ \= \. " + r"\" \u \r \H \v \d \c \k \b \i \j").split(),
}


def commands(latex: str) -> set[str]:
    outside = re.sub(r"\\ensuremath\{\\?[A-Za-z]+(?:\{h\})?\}", "", latex)
    return set(re.findall(r"\\(?:[A-Za-z]+|.)", outside))


@given(st.text() | st.text(st.sampled_from("\\{}$%&#_^~`'\"-,?!<>| \n\x00aé中α😀²ễ{")))
@settings(max_examples=300)
@example(r"\input{/etc/passwd} $\write18{x}$ ^^5c")
@example("ﷺ₨℀")
def test_any_text_is_only_shown(text: str) -> None:
    for latex in (escaped(text), for_heading(text)):
        without_formulas = re.sub(r"(?<!\\)\$[^$]*[^$\\]\$", "", latex)
        assert commands(without_formulas) <= COMMANDS
        assert not re.search(r"(?<!\\)[%#&_$]|\^\^", without_formulas)
        assert latex.count("{") == latex.count("}")
        assert "\n" not in latex


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("50% of $5 & a_b #1", r"50\% of \$5 \& a\_b \#1"),
        ("“Owls” ‘hunt’ mice’s", "``Owls'' `hunt' mice's"),
        ('They say "owls" and ("mice").', "They say ``owls'' and (``mice'')."),
        ("“‘Owls’”", "``{}`Owls'{}''"),
        ("2020–2021 — all", "2020--2021 --- all"),
        ("a--b –- c", "a-{}-b --{}- c"),
        ("Müller, Łódź, ș", "Müller, Łódź, ș"),
        ("Ḥasan Nguyễn", r"\d{H}asan Nguy\~{\^{e}}n"),
        ("α ≤ Ω → x", r"\ensuremath{\alpha} \ensuremath{\leq} \ensuremath{\Omega} \ensuremath{\rightarrow} x"),
        ("H₂O 10⁻⁴", r"H\textsubscript{2}O 10\textsuperscript{\ensuremath{-}}\textsuperscript{4}"),
        ("中文 Иван 😀", "ZhongWen Ivan :grinning:"),
        ("a\u200bb\u202ec\x07d", "abcd"),
        ("a\u00a0b", "a~b"),
        ("of $O(n^2)$ time", "of $O(n^2)$ time"),
        (r"of $\mathcal{O}(n \log n)$ time", r"of $\mathcal{O}(n \log n)$ time"),
        ("from $5 to $10", r"from \$5 to \$10"),
        (r"$\foo$", r"\$\textbackslash{}foo\$"),
    ],
)  # fmt: skip
def test_how_text_is_written(text: str, latex: str) -> None:
    assert escaped(text) == latex


def test_bookmarks_get_plain_letters() -> None:
    assert for_heading("α") == r"\texorpdfstring{\ensuremath{\alpha}}{a}"
    assert for_heading("Owls & $x_1$") == r"Owls \& \texorpdfstring{$x_1$}{x\_1}"


@pytest.mark.parametrize(
    "formula",
    [
        "x", "x^2", "x_i^2", "x'", "x''", "x'_1", r"\alpha_{ij}^{-1}", r"\frac{1}{\sqrt{n}}", r"\mathbb{R}^n",
        r"\left( \frac{a}{b} \right)^2", r"\{a, b\}", r"x^\top", r"x^\mathrm{T}", r"\text{if } x", r"\hat{x}", "a < b",
        r"\operatorname{argmax}_x", r"10\%", "", r"\sum_{i=1}^n x_i",
    ],
)  # fmt: skip
def test_formulas_that_are_set(formula: str) -> None:
    assert is_safe_formula(formula)


@pytest.mark.parametrize(
    "formula",
    [
        "x^", "x^2^3", "x_1_2", "x^2'", "{x", "x}", r"\frac{1}", r"\frac12", r"\input{x}", r"\write18", "^^5c", "%",
        "x^_2",
        r"\left( x", r"x \right)", r"\left\foo x \right)", r"\hat x", r"\text{$x$}", r"\text{\input}", r"\end{x}", "é",
        "#",
        "&", "\\", r"\@", r"x^\frac{1}{2}", "{" * 20 + "}" * 20, r"\def\x{}", "$",
    ],
)  # fmt: skip
def test_formulas_that_are_shown_as_text(formula: str) -> None:
    assert not is_safe_formula(formula)


@pytest.mark.parametrize(
    "latex",
    [
        "Owls", r"{BERT} \emph{and} {\'E}tude", r"\'e \'{e} \v{s} \v s \c{c} \i \ss{} \o", r"50\% \& \_ \$ \#", "a~b",
        "$x_1$",
        r"\textit{a {b} c}", "é中", r"{\aa}", r"\textsuperscript{2}", r"\~{\^{e}}", r"\'{\i}", r"\d{H}",
    ],
)  # fmt: skip
def test_latex_that_only_shows_text(latex: str) -> None:
    assert is_only_shown(latex)


@pytest.mark.parametrize(
    "latex",
    [
        r"\input{x}", r"\foo", "%", "&", "a_b", "a^b", "^^5c", "#1", "{", "}", "}{", r"\textbf", r"\textbf x", r"\'",
        r"\'}",
        r"\v", r"\vx", r"\\", "$", "$x", r"$\input{x}$", r"\url{x}", r"\verb|x|", "a\x07b", r"\'{\input}", "\\",
        r"\begin{x}",
    ],
)  # fmt: skip
def test_latex_that_may_do_more(latex: str) -> None:
    assert not is_only_shown(latex)


def test_what_is_escaped_is_only_shown() -> None:
    for text, _ in SHOWN:
        assert is_only_shown(re.sub(r"\\ensuremath\{([^{}]*)\}", r"$\1$", escaped(text)))


def test_text_that_is_not_latex_cannot_get_in() -> None:
    with pytest.raises(TypeError, match="is not LaTeX"):
        _ = literal("a") + "b"
    with pytest.raises(TypeError, match="is not LaTeX"):
        literal(" ").join(["b"])
    assert isinstance(literal("a") + escaped("&"), Tex)
    assert command("emph", escaped("a_b")) == r"\emph{a\_b}"
    assert literal("a") * 2 == "aa"


def test_keys_that_latex_carries() -> None:
    keys = ["li2023", "Li2023", "müller2020", "muller2020", "a/b:c.d+e-f_g", "李2020", "??", "li2023"]
    assert tex_keys(keys) == {
        "li2023": "li2023",
        "Li2023": "Li2023-2",
        "müller2020": "muller2020",
        "muller2020": "muller2020-2",
        "a/b:c.d+e-f_g": "a/b:c.d+e-f_g",
        "李2020": "Li2020",
        "??": "key",
    }


@given(st.lists(st.text(min_size=1, max_size=5), max_size=8))
def test_keys_are_never_confused(keys: list[str]) -> None:
    carried = tex_keys(keys)
    assert set(carried) == set(keys)
    assert len({key.lower() for key in carried.values()}) == len(carried)
    assert all(re.fullmatch(r"[A-Za-z0-9_:.+/-]+", key) for key in carried.values())
    assert all(unicodedata.is_normalized("NFC", key) for key in carried.values())

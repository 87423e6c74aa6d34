from textwrap import dedent

import pytest

from assistant.drafts import document_of
from assistant.types import Document


def read(text: str) -> Document:
    return document_of(dedent(text), name="paper.tex", markup="latex")


@pytest.mark.parametrize(
    ("written", "text", "keys", "narrative"),
    [
        (r"Owls hunt~\citep{a}.", "Owls hunt.", ["a"], False),
        (r"Owls hunt \citep[see][p.~3]{a, b}.", "Owls hunt.", ["a", "b"], False),
        (r"Owls hunt \cite[\S3]{a}.", "Owls hunt.", ["a"], False),
        (r"\citet{a} says so.", "@a says so.", ["a"], True),
        (r"\citet*[p.~3]{a,b} say so.", "@a and @b say so.", ["a", "b"], True),
        (r"\Citet{a} says so.", "@a says so.", ["a"], True),
        (r"\citeauthor{a} (\citeyear{a}) says so.", "@a says so.", ["a", "a"], None),
        (r"Owls hunt \autocite[3]{a}.", "Owls hunt.", ["a"], False),
        (r"Owls hunt \parencite{a}.", "Owls hunt.", ["a"], False),
        (r"\textcite[3]{a} says so.", "@a says so.", ["a"], True),
        (r"Owls hunt.\footcite{a}", "Owls hunt.", ["a"], False),
        (r"Owls hunt \cites(see)()[1]{a}[2][3]{b}.", "Owls hunt.", ["a", "b"], False),
        (r"Owls hunt \parencites{a}{b}.", "Owls hunt.", ["a", "b"], False),
        (r"\textcites{a}{b} say so.", "@a and @b say so.", ["a", "b"], True),
        (r"Owls hunt (see \citealp{a}; \citealt{b}).", "Owls hunt.", ["a", "b"], False),
        (r"As shown in \cite{a}, owls hunt.", "As shown in @a, owls hunt.", ["a"], True),
        (r"Owls hunt \nocite{a} well.", "Owls hunt well.", [], False),
        ("Owls hunt \\citep{a,%\n  b}.", "Owls hunt.", ["a", "b"], False),
        (r"Owls hunt \supercite{a}\cite {b}.", "Owls hunt.", ["a", "b"], False),
        (r"\citestyle{x} Owls hunt.", "Owls hunt.", [], False),
        (r"Owls hunt \citep[see also][]{müller:2020/x_y+z}.", "Owls hunt.", ["müller:2020/x_y+z"], False),
        (r"\emph{Owls hunt \citep{a}.}", "Owls hunt.", ["a"], False),
    ],
)
def test_citations(written: str, text: str, keys: list[str], narrative: bool | None) -> None:
    (sentence,) = read(written).sentences
    assert (sentence.text, [one.key for one in sentence.mentions]) == (text, keys)
    if narrative is not None:
        assert {one.narrative for one in sentence.mentions} <= {narrative}


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"Caf\'e, M\"{u}ller, na\"\i ve and \o re.", "Café, Müller, naïve and øre."),
        (r"``Owls'' hunt --- at 5--6\% of \$3 \& more.", "“Owls” hunt — at 5–6% of $3 & more."),
        (r"\textbf{Owls} {\em hunt} \textcolor{red}{red \emph{mice}}.", "Owls hunt red mice."),
        (r"Owls\footnote{Or \emph{bees}.} hunt.", "Owls hunt."),
        (r"The \LaTeX{} way, \LaTeX\ and \LaTeX here.", "The LaTeX way, LaTeX and LaTeX here."),
        (r"H$_2$O, $\alpha$ and $x^2 + y$.", "H2O, α and $x^2 + y$."),
        (r"See Figure~\ref{f} and \cref{s}.", "See Figure and."),
        (r"\mymacro[opt]{Kept} words \myother{here}{too}.", "Kept words heretoo."),
        (
            r"\verb|a_b%c| and \url{http://x.org/a_b} and \href{http://x}{a link}.",
            "a_b%c and http://x.org/a_b and a link.",
        ),
        ("Owls % not bees\nhunt 5\\% more.", "Owls hunt 5% more."),
        ("Owls\n% a comment alone\nhunt.", "Owls hunt."),
        ("Owls \\iffalse sing \\cite{a} \\ifx\\x\\y or \\else and \\fi % \\fi\n dance \\fi hunt.", "Owls hunt."),
        ("Owls \\iffalse sing\\else hunt\\fi.", "Owls hunt."),
        ("Owls have\n\\begin{equation}\nx = y.\n\\end{equation}\nwhere x is y.", "Owls have where x is y."),
        (r"Owls \[ x \] hunt \(y\).", "Owls hunt \\(y\\)."),
        (r"Owls\\hunt\,at \newline night.", "Owls hunt at night."),
        (r"\todo{x} Owls\label{l} hunt\index{owl}.", "Owls hunt."),
    ],
)
def test_plain_text(written: str, text: str) -> None:
    assert read(written).sentences[0].text == text


def test_a_whole_paper() -> None:
    document = read(r"""
        \documentclass{article}
        \newcommand{\ours}{\textsc{Owl}Net\xspace}
        \title[Short]{A Study of \emph{Owls} \\ at Night\thanks{us}}
        \author{Nobody \cite{no}}
        \addbibresource{first.bib}
        \begin{document}
        \maketitle
        \begin{abstract}
          Owls hunt \citep{a}.
        \end{abstract}
        \section*{Hunting \& more}\label{s}
        \ours hunts well.\footnote{See \citet{n}. Twice.} It does.

        Second one. % \cite{no}
        \begin{itemize}[leftmargin=*]
          \item One.
          \item[Two] Three.
        \end{itemize}
        \begin{figure}[t]
          \includegraphics[width=1cm]{x_y.png}
          \caption[Short]{A mouse \citep{f}.\label{f}}
        \end{figure}
        \begin{table}\caption{Numbers.}\begin{tabular}{ll}a & b \cite{no}\end{tabular}\end{table}
        \begin{verbatim}
        \cite{no} {
        \end{verbatim}
        \paragraph{Bees.} They dance.
        \input{sections/more}
        \include{other}
        \bibliography{second, third}
        \begin{thebibliography}{9}\bibitem{x} Li. Owls.\end{thebibliography}
        \end{document}
        Not read.
        """)
    assert document.title == "A Study of Owls at Night"
    assert document.abstract == "Owls hunt."
    assert document.bibliographies == ("first.bib", "second", "third")
    assert document.includes == ("sections/more", "other")
    assert document.troubles == ()
    assert [(one.heading, one.text) for one in document.paragraphs] == [
        ("Abstract", "Owls hunt."),
        ("Hunting & more", "OwlNet hunts well. It does."),
        ("Hunting & more", "See @n. Twice."),
        ("Hunting & more", "Second one."),
        ("Hunting & more", "One."),
        ("Hunting & more", "Two Three."),
        ("Hunting & more", "A mouse."),
        ("Hunting & more", "Numbers."),
        ("Bees.", "They dance."),
    ]
    assert document.keys == ("a", "n", "f")


def test_what_else_commands_do() -> None:
    document = read(r"""
        \abstract{Owls hunt \cite{a}.}
        \begin{theorem}[Name] It holds. \end{theorem}
        \import{parts/}{one}
        \newcommand{\a}{Bees \b} \newcommand{\b}{dance. Ants}
        \a\ too. \subfloat[A part.]{x}
        \section*{References}
        Nothing.
        """)
    assert document.abstract == "Owls hunt."
    assert document.includes == ("parts/one",)
    texts = [one.text for one in document.sentences]
    assert texts[:2] == ["Owls hunt.", "It holds."]
    assert "Bees dance. Ants too." in texts
    assert "Nothing." not in texts


def test_places() -> None:
    document = read("\nOwls \\emph{hunt}\n at night~\\citep[p. 1]{a}. Bees\n dance.\n")
    first, second = document.sentences
    assert (first.line, second.line) == (2, 3)
    assert document.source[first.start : first.end] == "Owls \\emph{hunt}\n at night~\\citep[p. 1]{a}."
    assert document.source[first.mentions[0].start : first.mentions[0].end] == "a"


@pytest.mark.parametrize(
    ("written", "line", "what"),
    [
        ("Owls {hunt.\n\nBees dance.", 1, "a { is never closed"),
        ("Owls hunt.\n\nBees} dance.", 3, "a } closes nothing"),
        ("Owls.\n\\footnote{hunt.\n\nBees dance.", 2, "a { is never closed"),
        ("\\begin{figure}\nOwls hunt.\n\nBees dance.", 1, r"\begin{figure} is never closed"),
        ("Owls hunt.\n\\end{figure}\n\nBees dance.", 2, r"\end{figure} ends nothing"),
        ("Owls hunt for $5 a day.\n\nBees dance.", 1, "a $ has no second one"),
        ("Owls hunt.\n\\begin{verbatim}\nBees dance.", 2, r"\begin{verbatim} is never ended"),
        ("Owls hunt \\[ x.\n\nBees dance.", 1, r"a \[ is never closed"),
        ("Owls hunt \\citep{a.\n\nBees dance.", 1, "a { is never closed"),
    ],
)
def test_what_is_broken_is_told_and_the_rest_is_read(written: str, line: int, what: str) -> None:
    document = read(written)
    (trouble,) = document.troubles
    assert trouble.line == line
    assert what in trouble.what
    assert document.sentences[-1].text == "Bees dance."
    assert document.sentences[0].text.startswith("Owls")


@pytest.mark.parametrize("deep", ["{" * 3000 + "x" + "}" * 3000, r"\item[" * 3000, r"\emph" * 3000, r"\sqrt{" * 3000])
def test_deep_nesting(deep: str) -> None:
    texts = " ".join(one.text for one in read(f"Owls hunt.\n\n{deep}\n\nBees dance.").sentences)
    assert "Owls hunt." in texts
    assert "Bees dance." in texts

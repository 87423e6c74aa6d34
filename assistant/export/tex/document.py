"""Drafts as LaTeX documents, or as parts of one."""

import re
from collections.abc import Mapping
from typing import Literal

from assistant.errors import UsageError
from assistant.export.cited_text import Narrative, Token, tokens
from assistant.export.tex.keys import tex_keys
from assistant.export.tex.text import escaped, for_heading
from assistant.export.tex.typed import Tex, command, literal
from assistant.types import Draft, Paper, Statement

CitationPackage = Literal["natbib", "biblatex"]

_FILE_NAME = re.compile(r"[A-Za-z0-9./][A-Za-z0-9_./+-]*\.bib")
_START = literal(r"""% Written by citewell. Compile it with: latexmk -pdf FILE
\documentclass[11pt,a4paper]{article}
\usepackage{iftex}
\iftutex
  \usepackage{fontspec}
\else
  \usepackage[utf8]{inputenc}
  \usepackage[T1]{fontenc}
  \IfFileExists{lmodern.sty}{\usepackage{lmodern}}{\usepackage{mathptmx,courier}}
\fi
\usepackage{amsmath,amssymb}
\usepackage[margin=2.5cm]{geometry}
\usepackage{microtype}
""")
_NATBIB = literal(r"""\usepackage[round]{natbib}
\bibliographystyle{plainnat}
""")
_NATBIB_NUMBERS = literal(r"""\usepackage[numbers,sort&compress]{natbib}
\bibliographystyle{plainnat}
""")
_BIBLATEX = literal(r"""% Where biber is missing, backend=bibtex works as well.
\usepackage[backend=biber,style=authoryear,maxcitenames=2,uniquename=false,uniquelist=false]{biblatex}
""")
_BIBLATEX_NUMBERS = literal(r"""% Where biber is missing, backend=bibtex works as well.
\usepackage[backend=biber,style=numeric-comp,maxcitenames=2]{biblatex}
""")
_HYPERREF = literal(r"""\usepackage[hidelinks]{hyperref}
\emergencystretch=1.5em
""")
_FRAGMENT = literal(r"""% Written by citewell, to be taken in with \input. It needs, before \begin{document}:
%   \usepackage{amsmath,amssymb}
""")
_WITHOUT_HYPERREF = literal("\\providecommand{\\texorpdfstring}[2]{#1}\n\n")


def to_latex(
    draft: Draft,
    papers: Mapping[str, Paper],
    *,
    package: CitationPackage = "natbib",
    fragment: bool = False,
    has_names: bool = True,
) -> Tex:
    r"""A document that compiles, or a section that is taken into one with `\input`.

    Nothing that comes from a paper, a topic or a model is run: it is shown letter by letter. Keys are those of
    `draft_bib` for LaTeX; `draft.bibliography` names its file.

    Args:
        draft: What is written.
        papers: By key, those that it cites.
        package: What its citations are written for.
        fragment: Whether it is to be a section; a comment says what the document around it needs.
        has_names: Whether citations give names and years; else they give numbers.

    Raises:
        UsageError: LaTeX would not find a bibliography of that name.
    """
    keys = [*draft.cited_keys, *(row.key for row in draft.table)]
    cited = {key: papers[key] for key in keys if key in papers}
    writer = _Writer(draft, cited, package, has_names=has_names)
    body = writer.body(level=1 if fragment else 0)
    if fragment:
        return writer.needs() + _WITHOUT_HYPERREF + body
    return (
        _START
        + writer.packages()
        + _HYPERREF
        + command("title", for_heading(draft.title))
        + literal("\n\\author{}\n\\date{}\n\n\\begin{document}\n\\maketitle\n\n")
        + body
        + writer.references()
        + literal("\n\\end{document}\n")
    )


def latex_table(draft: Draft, papers: Mapping[str, Paper], *, package: CitationPackage = "natbib") -> Tex:
    r"""The table of a draft alone, to be taken into a document with `\input`; a comment says what that needs."""
    from assistant.export.comparison import table_latex

    writer = _Writer(draft, papers, package, has_names=True)
    return writer.needs() + table_latex(draft.table, writer.named)


class _Writer:
    """Writes the parts of one draft with one package."""

    def __init__(self, draft: Draft, papers: Mapping[str, Paper], package: CitationPackage, *, has_names: bool) -> None:
        self._draft = draft
        self._papers = papers
        self._package = package
        self._has_names = has_names
        self._keys = tex_keys([*draft.cited_keys, *(row.key for row in draft.table)])

    def packages(self) -> Tex:
        """What stands before the document for its citations and its table."""
        table = literal("")
        if self._draft.table:
            from assistant.export.comparison import TABLE_PACKAGES

            table = literal("").join(command("usepackage", Tex(name)) + literal("\n") for name in TABLE_PACKAGES)
        if self._package == "natbib":
            return table + (_NATBIB if self._has_names else _NATBIB_NUMBERS)
        biblatex = _BIBLATEX if self._has_names else _BIBLATEX_NUMBERS
        return table + biblatex + command("addbibresource", self._bibliography()) + literal("\n")

    def needs(self) -> Tex:
        """A comment that says what the document around a part of one needs."""
        there = literal("% and where the references stand:\n") + _as_comment(self.references())
        return _FRAGMENT + _as_comment(self.packages()) + there + literal("\n")

    def body(self, *, level: int) -> Tex:
        """The sections; below a heading with the draft's title where they are a part of something."""
        parts = [command("section", for_heading(self._draft.title))] if level else []
        for section in self._draft.sections:
            heading = for_heading(section.heading)
            parts.append(command("subsection", heading) if level else command("section", heading))
            parts.append(literal("\n").join(self._sentence(one) for one in section.statements))
        if not self._draft.sections:
            parts.append(escaped(self._draft.reason))
        if self._draft.table:
            from assistant.export.comparison import table_latex

            parts.append(table_latex(self._draft.table, self.named))
        return literal("\n\n").join(parts) + literal("\n")

    def references(self) -> Tex:
        """The list of references; nothing where nothing is cited."""
        if not self._keys:
            return literal("")
        if self._package == "biblatex":
            return literal("\n\\printbibliography\n")
        return literal("\n") + command("bibliography", self._bibliography(without=".bib")) + literal("\n")

    def _bibliography(self, *, without: str = "") -> Tex:
        """The name of the .bib file.

        Raises:
            UsageError: LaTeX would not find a file of that name.
        """
        name = self._draft.bibliography or "references.bib"
        if not _FILE_NAME.fullmatch(name):
            raise UsageError(
                f"LaTeX cannot read a file named {name!r}. Name the .bib with --bib, in a-z, 0-9, - and _ only."
            )
        return Tex(name.removesuffix(without))

    def _sentence(self, statement: Statement) -> Tex:
        written = literal("")
        for token in tokens(statement, self._papers):
            written = self._with(written, token)
        return written

    def _with(self, written: Tex, token: Token) -> Tex:
        if isinstance(token, str):
            # Spaces at the ends part it from the citations beside it.
            before, after = (literal(" ") if token[at].isspace() else literal("") for at in (0, -1))
            return written + before + escaped(token) + (after if token.strip() else literal(""))
        if isinstance(token, Narrative):
            return written + self.named(token.key)
        keys = Tex(",".join(self._keys[key] for key in token.keys))
        tied = Tex(written.rstrip()) + literal("~") if written else written
        return tied + (command("citep", keys) if self._package == "natbib" else command("parencite", keys))

    def named(self, key: str) -> Tex:
        """A citation that names its authors."""
        name = Tex(self._keys[key])
        return command("citet", name) if self._package == "natbib" else command("textcite", name)


def _as_comment(latex: Tex) -> Tex:
    return literal("").join(literal("%   ") + Tex(line) + literal("\n") for line in latex.strip().splitlines())

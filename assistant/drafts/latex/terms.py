"""What commands and environments of LaTeX mean for the text of a draft."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pylatexenc.macrospec import LatexContextDb

HEADINGS = frozenset("part chapter section subsection subsubsection paragraph subparagraph frametitle".split())
NOTES = frozenset("footnote footnotetext endnote sidenote marginnote".split())
PARAGRAPH_ENDS = frozenset("par item bibitem maketitle newpage clearpage medskip bigskip smallskip noindent".split())
_LAST_IS_TEXT = {
    "textcolor": "[{{", "colorbox": "{{", "fcolorbox": "{{{", "href": "[{{", "hyperref": "[{", "raisebox": "{[[{",
    "parbox": "[[[{{", "makebox": "[[{", "framebox": "[[{", "resizebox": "{{{", "scalebox": "{[{",
    "multicolumn": "{{{",
    "multirow": "[{[{[{", "foreignlanguage": "[{{", "texttt": "{", "enquote": "*{", "caption": "*[{",
    "captionof": "*{[{",    "subcaption": "{", "subfloat": "[[{", "footnote": "[{", "footnotetext": "[{",
    "endnote": "[{", "sidenote": "[[{",
    "marginnote": "[{[", "abstract": "{", "frametitle": "[{", "abbr": "{",
}  # fmt: skip
LAST_IS_TEXT = frozenset(_LAST_IS_TEXT) - NOTES - {"caption", "captionof", "abstract", "frametitle"}
"""Of their arguments the last one is read."""
_SILENT = {
    "label": "{", "ref": "*{", "eqref": "{", "pageref": "*{", "autoref": "*{", "cref": "*{", "Cref": "*{",
    "vref": "*{",
    "nameref": "*{", "cpageref": "{", "labelcref": "{", "subref": "*{", "index": "{", "glossary": "{", "vspace": "*{",
    "hspace": "*{", "includegraphics": "*[[{", "bibliographystyle": "{", "bibliography": "{", "addbibresource": "[{",
    "printbibliography": "[", "nocite": "{", "input": "{", "include": "{", "subfile": "{", "import": "{{",
    "subimport": "{{", "pagestyle": "{", "thispagestyle": "{", "setlength": "{{", "addtolength": "{{",
    "setcounter": "{{", "addtocounter": "{{", "hypersetup": "{", "usepackage": "[{", "RequirePackage": "[{",
    "author": "[{", "date": "{", "thanks": "{", "affiliation": "[{", "affil": "[{", "address": "[{", "email": "{",
    "institute": "{", "orcid": "{", "keywords": "{", "title": "[{", "subtitle": "{", "todo": "[{",
    "missingfigure": "[{",     "newcommand": "*{[[{", "renewcommand": "*{[[{", "providecommand": "*{[[{",
    "newenvironment": "*{[[{{",
    "renewenvironment": "*{[[{{", "newtheorem": "*{[{[", "DeclareMathOperator": "*{{", "defcitealias": "{{",
    "color": "[{", "definecolor": "{{{", "setcitestyle": "{", "citestyle": "{", "rule": "[{{", "phantom": "{",
    "hphantom": "{", "vphantom": "{", "graphicspath": "{", "captionsetup": "[{", "hyphenation": "{", "ccsdesc": "[{",
    "markboth": "{{", "markright": "{", "addcontentsline": "{{{", "enlargethispage": "*{", "linespread": "{",
    "fontsize": "{{", "documentclass": "[{", "acmConference": "[{{{", "copyrightyear": "{", "protect": "",
    "glsresetall": "[", "listoftodos": "[", "tableofcontents": "", "acrodef": "{[{", "newacronym": "[{{{",
}  # fmt: skip
SILENT = frozenset(_SILENT)
"""Nothing of them is read."""
REFERENCES = frozenset("ref eqref pageref autoref cref Cref vref nameref cpageref labelcref subref".split())
SHOWN_MATHEMATICS = frozenset(
    "equation align gather multline eqnarray displaymath math alignat flalign dmath split aligned subequations".split()
)
LEFT_OUT = frozenset(
    """thebibliography tabular tabularx tabulary longtable array algorithm algorithmic algorithm2e keywords IEEEkeywords
    CCSXML references filecontents forest prooftree tabbing picture""".split()
)
FLOATS = frozenset(
    "figure table wrapfigure wraptable SCfigure sidewaysfigure sidewaystable subfigure subtable teaserfigure".split()
)
"""Of them the captions are read."""
_SIZED = {
    "minipage": "[[[{", "multicols": "{", "adjustwidth": "{{", "spacing": "{", "otherlanguage": "{",
    "wrapfigure": "[{[{",    "wraptable": "[{[{", "subfigure": "[{", "subtable": "[{", "figure": "[", "table": "[",
    "tabular": "[{",
    "tabularx": "{[{", "thebibliography": "{", "enumerate": "[", "itemize": "[", "description": "[", "abstract": "[",
    "quote": "", "center": "", "theorem": "[", "lemma": "[", "definition": "[", "proposition": "[", "proof": "[",
    "frame": "[{", "columns": "[", "column": "[{", "block": "{", "tcolorbox": "[", "addmargin": "[{", "quotation": "",
}  # fmt: skip


@cache
def context() -> "LatexContextDb":
    """What the parser knows of commands and environments: its own, and those above."""
    from pylatexenc.latexwalker import get_default_latex_context_db
    from pylatexenc.macrospec import std_environment, std_macro

    known = get_default_latex_context_db()
    arguments = {**_LAST_IS_TEXT, **_SILENT, **dict.fromkeys(HEADINGS, "*[{"), "item": "[", "verb": ""}
    sized = {**_SIZED, "verbatim": "", "lstlisting": "["}
    known.add_context_category(
        "citewell",
        macros=[std_macro(name, spec) for name, spec in arguments.items()],
        environments=[std_environment(name, spec) for base, spec in sized.items() for name in (base, base + "*")],
        prepend=True,
    )
    return known

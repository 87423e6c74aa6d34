"""Text as LaTeX that shows exactly that text; `latex.decode` reads it back."""

import re

# Braces by name: BibTeX counts the ones in `\{` and `\}` too, and takes a value with an odd one for broken.
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\lbrace{}",
    "}": r"\rbrace{}",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "$": r"\$",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
# A second dash or quotation mark would make TeX draw another character of the two.
_ESCAPED = re.compile(r"[\\{}&%#_$~^]|(?<=-)-|(?<=`)`|(?<=')'")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")


def escaped(text: str) -> str:
    """LaTeX for a text, white space collapsed to single spaces."""
    return " ".join(escaped_as_is(text).split())


def escaped_as_is(text: str) -> str:
    """LaTeX for a text, its white space as it is; control characters, which TeX refuses, are left out."""
    return _ESCAPED.sub(lambda match: _SPECIAL.get(match.group(), "{}" + match.group()), _CONTROL.sub("", text))

"""A record's parts as LaTeX, for the fields of a BibTeX or BibLaTeX entry."""

import re

from assistant.library.readers.bibtex.latex_escapes import escaped, escaped_as_is
from assistant.library.readers.bibtex.macros import MONTHS
from assistant.library.readers.bibtex.syntax import is_balanced
from assistant.types import Author, Record

_WORD = re.compile(r"[^\W_]+")
_CAPITAL_INSIDE = re.compile(r"[^\W_][A-Z]|[A-Z]\d")
FORMULA = re.compile(r"\$(?=\S)([^$]{1,300})(?<![\s\\])\$(?![\d$])")
"""What may be mathematics between dollar signs."""
_HARMLESS_MATH = re.compile(r"(?:[A-Za-z0-9\s^_{}()\[\]+*/=<>,.;:!|'-]|\\(?:[A-Za-z]+|[,;:!|{}]))+")
_IS_MATH = re.compile(r"[\\^_=<>+*/|]|^\s*(?:[A-Za-z]|\d+|[A-Za-z]{1,3}\(.*\))\s*$")
_PROSE = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}\s+[A-Za-z]{2,}")
_ACTING = re.compile(
    r"(?<!\\)(?:\\\\)*\\(?:input|include(?:only|graphics)?|openin|openout|closein|closeout|newread|newwrite|read|readline"
    r"|write|immediate|special|catcode|csname|[egx]?def|let|futurelet|expandafter|scantokens|everypar|loop|repeat"
    r"|newcommand|renewcommand|providecommand|DeclareRobustCommand|newenvironment|makeatletter|usepackage|RequirePackage"
    r"|documentclass|(?:add)?bibliography|ShellEscape|directlua|latelua|luaexec|luadirect|InputIfFileExists|IfFileExists"
    r"|verbatiminput|VerbatimInput|lstinputlisting|(?:begin|end)\s*\{document\})(?![A-Za-z])|\^\^"
)


def does_something(latex: str) -> bool:
    """Whether LaTeX may do more than show text: read or write files, start programs, change what commands mean."""
    return _ACTING.search(latex) is not None


def is_formula(math: str) -> bool:
    """Whether what stands between dollar signs is mathematics, and not a text between sums of money."""
    return (
        _HARMLESS_MATH.fullmatch(math) is not None
        and _IS_MATH.search(math) is not None
        and _PROSE.search(math) is None
        and is_balanced(math)
        and not does_something(math)
    )


def braced(latex: str) -> str:
    """A value in its delimiters; nothing for nothing."""
    return "{" + latex + "}" if latex else ""


def title(text: str) -> str:
    """Words with capitals inside stand in braces, so that no style makes them small; formulas stay formulas."""
    pieces: list[str] = []
    end = 0
    for math in FORMULA.finditer(text):
        if is_formula(math[1]):
            pieces += [protected(text[end : math.start()]), math[0]]
            end = math.end()
    return " ".join("".join([*pieces, protected(text[end:])]).split())


def protected(text: str) -> str:
    """Plain text, its words with capitals inside in braces."""
    pieces: list[str] = []
    end = 0
    for word in _WORD.finditer(text):
        if not _CAPITAL_INSIDE.search(word[0]):
            continue
        pieces += [escaped_as_is(text[end : word.start()]), "{", word.group(), "}"]
        end = word.end()
    return "".join([*pieces, escaped_as_is(text[end:])])


def names(record: Record) -> str:
    """The authors, as `Family, Given and Family, Given and others`."""
    people = [_person(author) for author in record.authors if author.name]
    return " and ".join(people + (["others"] if record.et_al else []))


def names_of_text(text: str) -> str:
    """People in plain text, `Family, Given and Family, Given`, as names."""
    people = [(family.strip(), given.strip()) for family, _, given in (one.partition(",") for one in _parted(text))]
    return " and ".join(
        family if family == "others" and not given else _person(Author(family=family, given=given))
        for family, given in people
        if family or given
    )


def address(text: str | None) -> str:
    """Written as it is, since styles and readers do so; only what could end the field is encoded."""
    return "".join(f"%{ord(char):02X}" if char in "{}\\" or char.isspace() else char for char in text or "")


def date_fields(date: str | None, year: int | None) -> dict[str, str]:
    """`year`, `month` and `day`, delimiters included, and `date` as BibLaTeX has it."""
    _, month, day = [*(date or "").split("-"), "", ""][:3]
    number = int(month) if month.isdecimal() else 0
    return {
        "year": braced(str(year) if year else ""),
        "month": MONTHS[number - 1] if 1 <= number <= len(MONTHS) else "",
        "day": braced(str(int(day))) if day.isdecimal() else "",
        "date": braced(escaped(date or "") or (str(year) if year else "")),
    }


def detail(name: str, text: str) -> str:
    """The value of a detail, which is plain text."""
    if name == "editor":
        return names_of_text(text)
    if name == "pages":
        return "--".join(escaped(part) for part in text.split("-"))
    return escaped(text)


def _parted(text: str) -> list[str]:
    return re.split(r"\s+and\s+", text)


def _person(author: Author) -> str:
    if not author.given or not author.family:
        return "{" + escaped(author.name) + "}"
    return f"{_name_part(author.family)}, {_name_part(author.given)}"


def _name_part(text: str) -> str:
    """A part of a name; in braces when a comma, an "and" or a command in it would mislead readers of names."""
    latex = escaped(text)
    is_whole = "," in text or "\\" in latex or "and" in text.lower().split()
    return "{" + latex + "}" if is_whole else latex

"""The .bib of a draft: exactly the cited papers, and nothing in it that LaTeX, BibTeX or pandoc would act on."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Literal

from assistant.export.biblatex import translated, type_of
from assistant.export.bibtex import entry_text, entry_type
from assistant.export.bibtex_fields import Field, fields_of
from assistant.export.bibtex_values import braced, names, protected
from assistant.export.tex.keys import tex_keys
from assistant.export.tex.letters import accented, is_set_as_is, letter, plain_letter
from assistant.export.tex.maths import Formula, parted
from assistant.export.tex.showing import is_only_shown
from assistant.library.readers.bibtex.latex import decode
from assistant.library.readers.bibtex.people import people
from assistant.types import Draft, Paper, Record

OURS = "% Cited papers, written by citewell related-work."
"""First line of these files; BibTeX and biber take it for a comment."""
BibReader = Literal["bibtex", "biblatex", "pandoc"]
"""Who reads a .bib. `bibtex` gets letters in ASCII, so that styles may cut first letters off names; `biblatex` gets its
own names of fields, and letters that LaTeX can set; `pandoc` gets keys and letters as they are."""

_BIBTEX_TYPES = {
    "bookinbook": "inbook",
    "collection": "book",
    "electronic": "misc",
    "inreference": "incollection",
    "mvbook": "book",
    "mvcollection": "book",
    "mvproceedings": "proceedings",
    "mvreference": "book",
    "reference": "book",
    "report": "techreport",
    "suppbook": "inbook",
    "suppcollection": "incollection",
    "thesis": "phdthesis",
}
_KNOWN_TYPES = frozenset(
    "article book booklet conference inbook incollection inproceedings manual mastersthesis misc phdthesis proceedings"
    " techreport unpublished".split()
)
_AS_IT_STOOD = frozenset(
    {"title", "authors", "venue", "publisher", "address", "editor", "booktitle", "series", "school"}
)
"""Parts of a record of which the LaTeX of the user's own file is worth more than ours."""
_LEFT_OUT = frozenset({"abstract", "keywords", "pmid", "pmcid", "language", "shortjournal"})
"""What a reference does not need, and what may be private."""
_ADDRESSES = frozenset({"url", "doi", "eprint"})
_ONE_VALUE = re.compile(r"\{(?P<braced>.*)\}|\"(?P<quoted>.*)\"", re.DOTALL)
_UNSAFE_IN_ADDRESS = re.compile(r"[^A-Za-z0-9:/?.,;=&%#~_+()@!*'$\[\]-]")
_LIGATURE = re.compile(r"(?<=[?!])(?=`)|(?<=,)(?=,)|(?<=<)(?=<)|(?<=>)(?=>)")
"""Places between signs of which TeX's fonts would make another sign."""
_ENSURED = re.compile(r"\\ensuremath\{((?:[^{}]|\{[^{}]*\})*)\}")
_WORDS_OF_LABEL = 4
_LONGEST_LABEL = 200
"""Characters of LaTeX in a name. BibTeX keeps 500 of a label, of two names and a year; what it cuts off it cuts off in
the middle of a command, and then no reference at all can be set."""
_WEB = re.compile(r"\{(?:(?:https?|ftp)://|[^:/]*(?:/|\}$))", re.IGNORECASE)
"""An address of the web, perhaps without its `https:`."""


def draft_bib(draft: Draft, papers: Mapping[str, Paper], reader: BibReader = "bibtex") -> str:
    """The papers that a draft cites, in its order, as a .bib for whoever reads it.

    Fields stand as they stood in the user's own .bib where they only show text; all else is written anew.
    """
    keys = dict.fromkeys([*draft.cited_keys, *(row.key for row in draft.table)])
    written_keys = tex_keys(keys) if reader != "pandoc" else {key: key for key in keys}
    entries = [_entry(papers[key], written_keys[key], reader) for key in keys if key in papers]
    return "\n".join([f"{OURS}\n", *entries])


def _entry(paper: Paper, key: str, reader: BibReader) -> str:
    kind, of_type = _type(paper.record, reader)
    fields = [_safe(field, reader) for field in _fields(paper, kind, reader) if not _is_left_out(field)]
    if reader == "biblatex":
        fields = translated(replace(paper.record, written=()), fields, of_type)
    elif reader == "bibtex":
        fields = list(_for_bibtex(paper.record, kind, fields))
    return entry_text(kind, key, [field for field in fields if field.value], abstracts=False)


def _is_left_out(field: Field) -> bool:
    """Besides what a reference does not need, addresses that are not of the web: styles make links of them."""
    return field.name in _LEFT_OUT or (field.name == "url" and not _WEB.match(field.value))


def _type(record: Record, reader: BibReader) -> tuple[str, str]:
    kind = entry_type(record)
    if reader == "biblatex":
        return type_of(record, kind)
    if reader == "pandoc":
        return kind, ""
    kind = _BIBTEX_TYPES.get(kind, kind)
    return (kind if kind in _KNOWN_TYPES else "misc"), ""


def _fields(paper: Paper, kind: str, reader: BibReader) -> Iterator[Field]:
    """The fields under BibTeX's names, with the user's own LaTeX where it is harmless."""
    stood: dict[str, list[str]] = {}
    for field in fields_of(paper, kind, {}) if paper.record.written else ():
        stood.setdefault(field.place or "", []).append(field.value)
    for field in fields_of(replace(paper, record=replace(paper.record, written=())), kind, {}):
        values = stood.get(field.place or "", []) if field.place in _AS_IT_STOOD else []
        own = _ONE_VALUE.fullmatch(values[0].strip()) if len(values) == 1 else None
        inside = (own["braced"] or own["quoted"] or "") if own else ""
        if inside and is_only_shown(inside) and not (reader == "biblatex" and _makes_other_letters(inside)):
            yield replace(field, value=braced(inside))
        elif field.name == "title":
            yield replace(field, value=braced(_title(paper.record.title)))
        else:
            yield field


def _title(title: str) -> str:
    """Words with capitals inside, and formulas, stand in braces, so that no style makes them small."""
    pieces = ["{$" + one.latex + "$}" if isinstance(one, Formula) else protected(one) for one in parted(title)]
    return " ".join("".join(pieces).split())


def _safe(field: Field, reader: BibReader) -> Field:
    """The field in letters that its reader can set; nothing that does more than show text is left."""
    if field.name in _ADDRESSES:
        return replace(field, value=braced(_UNSAFE_IN_ADDRESS.sub(_encoded, field.value[1:-1])))
    if not field.value.startswith("{"):
        return field
    return replace(field, value=braced(_shown(field.value[1:-1], reader)))


def _shown(latex: str, reader: BibReader) -> str:
    """A text in LaTeX in letters that its reader can set."""
    # \lbrace is mathematics for LaTeX, and nothing for pandoc.
    latex = re.sub(r"\\([lr])brace(?![A-Za-z])", _text_brace, " ".join(latex.split()))
    latex = _LIGATURE.sub("{}", _in_letters(latex, reader))
    if is_only_shown(latex):
        return latex
    return _in_letters(re.sub(r"[^\w\s.,:;()/-]|_", "", latex), reader)


def _in_letters(latex: str, reader: BibReader) -> str:
    """LaTeX with letters that cannot be set as they stand written as commands, in braces: they are one letter each."""
    shown = ((char, _ENSURED.sub(r"$\1$", _letter(char, reader))) for char in latex)
    return "".join(char if latex == char else _whole(latex) for char, latex in shown)


def _whole(latex: str) -> str:
    return "{" + latex + "}" if "\\" in latex or "$" in latex else latex


def _letter(char: str, reader: BibReader) -> str:
    if char.isascii():
        return char
    if reader == "pandoc":
        return char if char.isprintable() else " " * char.isspace()
    if reader == "bibtex":
        return _LETTERS.get(char) or accented(char) or letter(char)
    # biber makes letters of accents again, also such as LaTeX cannot set.
    return letter(char) if is_set_as_is(char) or not accented(char) else plain_letter(char)


_LETTERS = {
    "ß": r"\ss",
    "Æ": r"\AE",
    "æ": r"\ae",
    "Œ": r"\OE",
    "œ": r"\oe",
    "Ø": r"\O",
    "ø": r"\o",
    "Ł": r"\L",
    "ł": r"\l",
    "Đ": r"\DJ",
    "đ": r"\dj",
    "Þ": r"\TH",
    "þ": r"\th",
    "ð": r"\dh",
    "ı": r"\i",
    "Ð": r"\DH",
    "Ș": r"\c{S}",
    "ș": r"\c{s}",
    "Ț": r"\c{T}",
    "ț": r"\c{t}",
    "Ŋ": r"\NG",
    "ŋ": r"\ng",
    "ª": r"\textsuperscript{a}",
    "º": r"\textsuperscript{o}",
}


def _makes_other_letters(latex: str) -> bool:
    """Whether accents of a text make letters that LaTeX cannot set as they stand, as biber writes them."""
    return any(not (char.isascii() or is_set_as_is(char)) for char in decode(latex)) and "\\" in latex


def _text_brace(match: re.Match[str]) -> str:
    return r"\textbraceleft" if match[1] == "l" else r"\textbraceright"


def _encoded(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())


def _for_bibtex(record: Record, kind: str, fields: Iterable[Field]) -> Iterator[Field]:
    """What natbib's styles need besides: a label where nobody is named, a year, and a place for a preprint's number."""
    names = {field.name for field in fields}
    for field in fields:
        if field.name == "day":
            continue
        if field.name in {"author", "editor"}:
            yield replace(field, value=_with_short_names(field.value))
            continue
        is_lost = kind == "misc" and field.name == "journal" and "howpublished" not in names
        yield replace(field, name="howpublished") if is_lost else field
    if not record.authors and "editor" not in names:
        label = _short(" ".join(record.title.split()[:_WORDS_OF_LABEL]))
        yield Field(name="key", value=braced(_shown(protected(label), "bibtex")))
    if "year" not in names:
        yield Field(name="year", value="{n.d.}")
    if kind == "misc" and record.arxiv_id and not record.venue and "howpublished" not in names:
        yield Field(name="howpublished", value=braced("arXiv:" + _shown(protected(record.arxiv_id), "bibtex")))


def _with_short_names(value: str) -> str:
    """A list of names that BibTeX can make a label of."""
    if len(value) <= _LONGEST_LABEL:
        return value
    found, et_al = people(value[1:-1])
    short = tuple(replace(one, family=_short(one.family)) for one in found)
    if short == found:
        return value
    return braced(_shown(names(Record(title="", authors=short, et_al=et_al)), "bibtex"))


def _short(name: str) -> str:
    """A name that is no longer in LaTeX than a label may be."""
    short = name
    while (length := len(_shown(protected(short), "bibtex"))) > _LONGEST_LABEL:
        short = short[: min(len(short) * _LONGEST_LABEL // length, len(short) - 1)].rstrip()
    return short if short == name else f"{short} ..."

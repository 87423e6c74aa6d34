"""Open a style's file safely, whoever wrote it, and put right what the citation processor would do wrong with it."""

from pathlib import Path
from xml.etree.ElementTree import Element, tostring

from assistant.errors import InputError

__all__ = ["SAME", "SPACE", "StyleFile", "open_style", "parent_of"]

SPACE = "{http://purl.org/net/xbiblio/csl}"
_LARGEST = 2_000_000
"""Bytes; the longest style that is known has 250,000."""
_MOST_PARTS = 10_000_000
"""Elements when every macro is written out where it is used; the largest style that is known has 1,700,000."""
_MOST_DEPTH = 120
"""Levels of elements, those of called macros included; the deepest style that is known has 72."""
_GET = "Get the style again from https://www.zotero.org/styles, or use a name such as apa."
SAME = "citewell-same"
"""A variable of those items that would be cited in the same words as another."""


class StyleFile:
    """A style that is safe to give to the citation processor.

    Attributes:
        source: The style as XML, without a document type.
        is_note: True when its citations are footnotes.
        form: How it cites: `numeric`, `author-date`, `author`, `label` or `note`.
        adds_suffix: True when it tells papers of one name and year apart by a letter.
        writes_suffix: True when it says itself where the letter stands; else it belongs behind the year.
        says_more: True when it can say more of papers that would be cited in the same words.
        has_list: True when it has a reference list.
        language: Of its terms.
    """

    def __init__(self, root: Element) -> None:
        citation = root.find(f"{SPACE}citation")
        self.source: bytes = tostring(root, encoding="utf-8")
        self.is_note = root.get("class") == "note"
        self.form = _form(root)
        self.adds_suffix = citation is not None and citation.get("disambiguate-add-year-suffix") == "true"
        self.writes_suffix = root.find(".//*[@variable='year-suffix']") is not None
        self.says_more = SAME.encode() in self.source
        self.has_list = root.find(f"{SPACE}bibliography") is not None
        self.language = root.get("default-locale") or "en-US"


def open_style(path: Path, *, name: str) -> StyleFile:
    """Read an independent style.

    Raises:
        InputError: It is no style, or not one that can be used; the message calls it `name`.
    """
    root = _root(path, name)
    _refuse_endless(root, name)
    _mend(root)
    return StyleFile(root)


def parent_of(path: Path, *, name: str) -> str | None:
    """The name of the style that a dependent one points to; None when it is independent.

    Raises:
        InputError: The file is no style; the message calls it `name`.
    """
    root = _root(path, name)
    if root.find(f"{SPACE}citation") is not None:
        return None
    for link in root.iterfind(f"{SPACE}info/{SPACE}link"):
        if link.get("rel") == "independent-parent":
            return link.get("href", "").rstrip("/").rpartition("/")[2]
    raise InputError(f"{name!r} is a style without rules: it has no <citation> and points to no other style. {_GET}")


def _root(path: Path, name: str) -> Element:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        text = path.read_bytes()
    except OSError as error:
        raise InputError(f"The style file {str(path)!r} cannot be read: {error.strerror or error}.") from error
    if len(text) > _LARGEST:
        raise InputError(f"{name!r} is no citation style: it has {len(text):,} bytes, at most {_LARGEST:,}. {_GET}")
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except DefusedXmlException as error:
        raise InputError(f"The style {name!r} has a document type or entities, which no style needs. {_GET}") from error
    except (ParseError, LookupError, ValueError) as error:
        raise InputError(f"{name!r} is not well-formed XML: {error}. {_GET}") from error
    if root.tag != f"{SPACE}style":
        raise InputError(f"{name!r} is no citation style: it begins with <{root.tag}>, not with <style>. {_GET}")
    return root


def _refuse_endless(root: Element, name: str) -> None:
    """Refuse macros that call themselves, or one another so often that nobody would wait for the end."""
    macros = {one.get("name", ""): one for one in root.iterfind(f"{SPACE}macro")}
    sizes: dict[str, int | None] = {}

    def size(element: Element, depth: int) -> int:
        if depth > _MOST_DEPTH:
            raise InputError(f"The style {name!r} is nested deeper than {_MOST_DEPTH} levels. {_GET}")
        called = element.get("macro")
        own = 1 + sum(size(child, depth + 1) for child in element)
        return own if called is None else own + called_size(called, depth + 1)

    def called_size(called: str, depth: int) -> int:
        if called not in macros:
            raise InputError(f"The style {name!r} uses a macro {called!r} that it does not have. {_GET}")
        if called not in sizes:
            sizes[called] = None
            sizes[called] = size(macros[called], depth)
        known = sizes[called]
        if known is None:
            raise InputError(f"The macro {called!r} of the style {name!r} uses itself. {_GET}")
        if known > _MOST_PARTS:
            raise InputError(f"The style {name!r} would never come to its end. {_GET}")
        return known

    for part in ("citation", "bibliography"):
        for element in root.iterfind(f"{SPACE}{part}"):
            size(element, 0)


def _mend(root: Element) -> None:
    for one in root.iter():
        # Citations in the same words are found out by us: the processor takes the condition as met for everybody.
        if one.tag in (f"{SPACE}if", f"{SPACE}else-if") and one.attrib.pop("disambiguate", None) == "true":
            one.set("variable", f"{one.get('variable', '')} {SAME}".strip())


def _form(root: Element) -> str:
    if root.get("class") == "note":
        return "note"
    forms = (one.get("citation-format") for one in root.iterfind(f"{SPACE}info/{SPACE}category"))
    return next((form for form in forms if form), "author-date")

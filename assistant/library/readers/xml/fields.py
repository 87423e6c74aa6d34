"""Fields of a record out of its XML."""

import unicodedata
from collections.abc import Collection, Iterator
from html import escape
from xml.etree.ElementTree import Element

from assistant.library.readers.values.details import in_order
from assistant.library.readers.values.identifiers import isbns, issns
from assistant.library.readers.values.markup import plain

_KEPT_MARKUP = frozenset(
    "p br break sec title list list-item sub sup inf i b em strong italic bold math mrow mi mn mo ms mtext mspace "
    "msub msup msubsup mfrac msqrt mroot mfenced munder mover munderover mstyle mtable mtr mtd semantics annotation "
    "annotation-xml tex-math inline-formula disp-formula alternatives".split()
)


def line_of(element: Element | None) -> str:
    """All text of an element on one line, without markup; empty for None."""
    return " ".join(text_of(element).split())


def text_of(element: Element | None) -> str:
    """All text of an element, NFC, without markup; each paragraph is a line when it has such."""
    if element is None:
        return ""
    shown = plain("".join(_markup(element))) if len(element) else plain(element.text or "")
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", shown).split("\n"))
    has_paragraphs = any(child.tag in ("p", "sec", "br", "break") for child in element)
    return ("\n" if has_paragraphs else " ").join(line for line in lines if line)


def _markup(element: Element) -> Iterator[str]:
    """The inside of an element with those of its tags that say something about the text."""
    yield escape(element.text or "", quote=False)
    for child in element:
        is_kept = child.tag in _KEPT_MARKUP
        yield f"<{child.tag}>" if is_kept else ""
        yield from _markup(child)
        yield f"</{child.tag}>" if is_kept else ""
        yield escape(child.tail or "", quote=False)


def texts(element: Element | None, path: str) -> tuple[str, ...]:
    """The texts at a path, each on one line, each once, without empty ones."""
    found = element.iterfind(path) if element is not None else ()
    return tuple(dict.fromkeys(text for one in found if (text := line_of(one))))


def first_text(element: Element | None, *paths: str) -> str:
    """The first text at the first path that has one."""
    return next((text for path in paths for text in texts(element, path)), "")


def book_numbers(text: str) -> dict[str, str]:
    """`issn` and `isbn` of a field that may hold either, several of a kind joined by commas."""
    return {name: ", ".join(found) for name, found in (("issn", issns(text)), ("isbn", isbns(text))) if found}


def details(**values: str | None) -> tuple[tuple[str, str], ...]:
    """The filled ones, in their order."""
    return in_order(values)


def leftovers(element: Element | None, used: Collection[str]) -> tuple[tuple[str, str], ...]:
    """The children that have text and are not among `used`, under their names."""
    kept = ((child.tag, _listed(child)) for child in element or () if child.tag not in used)
    return tuple(dict.fromkeys((tag, text) for tag, text in kept if text))


def _listed(element: Element) -> str:
    """The texts of an element's children after one another; of one without children, its own."""
    own = element.text or ""
    inside = [" ".join(" ".join(text.split()) for text in child.itertext() if text.strip()) for child in element]
    return "; ".join(text for text in (" ".join(own.split()), *inside) if text)

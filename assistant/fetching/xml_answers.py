"""What is looked up in XML answers beside the records in them; the readers of files read those."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element


def opened(body: bytes) -> "Element | None":
    """The root of a document; None when it is none, or has what an answer never has (entities, a document type)."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root: Element = fromstring(body)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    return root


def named(root: "Element", name: str) -> "Iterator[Element]":
    """All elements of a name, whatever their namespace, in the order of the document."""
    return (element for element in root.iter() if str(element.tag).rpartition("}")[2] == name)


def text_of(root: "Element", name: str) -> str:
    """The text of the first element of a name; empty when there is none."""
    return next((("".join(element.itertext())).strip() for element in named(root, name)), "")

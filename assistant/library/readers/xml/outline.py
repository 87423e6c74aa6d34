"""What kind of XML a source is, told from its beginning without parsing it."""

import re
from dataclasses import dataclass

from assistant.library.readers.xml.decoding import encoding_of
from assistant.library.sources.content import Content

_UNSEEN = re.compile(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
_PROLOGUE = re.compile(r"(?:\s|<\?[^>]*>|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*", re.DOTALL | re.IGNORECASE)
_START = re.compile(r"<(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)(?=[\s/>])([^<>]*)")
_NAMESPACE = r"xmlns{}\s*=\s*[\"']([^\"']*)[\"']"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The names in the first 64 KiB of an XML source, without prefixes."""

    root: str
    namespace: str
    """Of the root; empty when it has none."""
    names: frozenset[str]
    """Of all elements."""


def outline(content: Content) -> Outline | None:
    """The outline of a source; None when it does not begin as XML does."""
    start = content.signature
    if b"<" not in start[:1024]:
        return None
    text = start.decode(encoding_of(start), errors="replace").lstrip("\ufeff \t\r\n")
    if not text.startswith("<"):
        return None
    text = _UNSEEN.sub("", text)
    prologue = _PROLOGUE.match(text)
    root = _START.match(text, prologue.end() if prologue else 0)
    if root is None:
        return None
    prefix = f":{re.escape(root[1])}" if root[1] else ""
    namespace = re.search(_NAMESPACE.format(prefix), root[3])
    names = frozenset(match[2] for match in _START.finditer(text))
    return Outline(root=root[2], namespace=namespace[1] if namespace else "", names=names)

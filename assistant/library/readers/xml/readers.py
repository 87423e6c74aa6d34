"""All readers of XML, the one for unknown kinds last."""

from assistant.library.readers.xml.arxiv_atom import ArxivAtomReader
from assistant.library.readers.xml.endnote import EndnoteXmlReader
from assistant.library.readers.xml.jats import JatsReader
from assistant.library.readers.xml.marc import MarcXmlReader
from assistant.library.readers.xml.mods import ModsReader
from assistant.library.readers.xml.ms_bib import MsBibReader
from assistant.library.readers.xml.other import OtherXmlReader
from assistant.library.readers.xml.pubmed import PubmedXmlReader
from assistant.library.readers.xml.unixref import UnixrefReader

_KNOWN = (
    PubmedXmlReader(),
    EndnoteXmlReader(),
    ArxivAtomReader(),
    UnixrefReader(),
    ModsReader(),
    JatsReader(),
    MsBibReader(),
    MarcXmlReader(),
)

XML_READERS = (*_KNOWN, OtherXmlReader(_KNOWN))

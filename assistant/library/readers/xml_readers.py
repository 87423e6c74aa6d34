"""All readers of XML, the one for unknown kinds last."""

from assistant.library.readers.arxiv_atom import ArxivAtomReader
from assistant.library.readers.endnote_xml import EndnoteXmlReader
from assistant.library.readers.jats import JatsReader
from assistant.library.readers.marc_xml import MarcXmlReader
from assistant.library.readers.mods import ModsReader
from assistant.library.readers.ms_bib import MsBibReader
from assistant.library.readers.other_xml import OtherXmlReader
from assistant.library.readers.pubmed_xml import PubmedXmlReader
from assistant.library.readers.unixref import UnixrefReader

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

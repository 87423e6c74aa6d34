import pytest

from assistant.library.readers import READERS
from assistant.library.readers.xml.other import OtherXmlReader
from assistant.library.readers.xml.readers import XML_READERS
from assistant.library.sources.content import Content
from assistant.types import Record, Skipped
from tests.contracts.reader_contract import SAVED

OTHER = next(reader for reader in READERS if reader.name == "xml")

UNKNOWN = {
    '<?xml version="1.0"?><!-- made by us --><report><x/></report>': "XML with the root element <report>",
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></rdf:RDF>': "RDF",
    '<rss version="2.0"><channel><title>x</title></channel></rss>': "an RSS feed",
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>x</title></entry></feed>': "an Atom feed, but not arXiv's",
    "<!DOCTYPE html>\n<html><head><title>Publications 2020</title></head></html>": "a web page",
    "<html><body>Ada Quill. A Title. 2020.</body></html>": "a web page",
}


def read(text: str) -> list[Record | Skipped]:
    return list(OTHER.read(Content.of_text(text), source="s", saved=SAVED))


@pytest.mark.parametrize(("text", "what"), UNKNOWN.items())
def test_other_xml_is_named_and_not_read(text: str, what: str) -> None:
    content = Content.of_text(text)
    assert next(reader.name for reader in READERS if reader.sniff(content)) == "xml"
    reason = f"{what}, which is not read; export the papers as BibTeX, RIS or CSL-JSON instead"
    assert read(text) == [Skipped(source="s", line=None, reason=reason)]


@pytest.mark.parametrize(
    "text",
    [
        "<pre>@article{a, title = {T}}</pre>",
        "<1. >\nVN  - Ovid Technologies\nTI  - T",
        "a < b",
        "<unclosed",
        "",
        "<3 papers",
    ],
)
def test_what_only_begins_like_xml_is_left_to_others(text: str) -> None:
    assert not OTHER.sniff(Content.of_text(text))


def test_asked_for_by_name_it_reads_the_kinds_that_are_known() -> None:
    (record,) = read("<mods><titleInfo><title>T</title></titleInfo></mods>")
    assert isinstance(record, Record)
    assert record.title == "T"


def test_asked_for_by_name_it_says_that_something_is_no_xml() -> None:
    assert read("@article{a}") == [
        Skipped(source="s", line=None, reason="this is no XML; leave out --format, or name another")
    ]


def test_it_is_the_last_of_the_readers_of_xml() -> None:
    assert isinstance(XML_READERS[-1], OtherXmlReader)


def test_a_root_in_comments_is_not_the_root() -> None:
    text = '<?xml version="1.0"?>\n<!-- <mods> -->\n<!DOCTYPE shelf [ <!ELEMENT mods ANY> ]>\n<shelf></shelf>'
    assert OTHER.sniff(Content.of_text(text))

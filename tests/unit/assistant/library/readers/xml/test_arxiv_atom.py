import pytest

from assistant.library.readers.xml.arxiv_atom import ArxivAtomReader
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped
from tests.contracts.reader_contract import SAVED, ReaderContract

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">
  <link href="http://arxiv.org/api/query?search_query=x" rel="self" type="application/atom+xml"/>
  <title type="html">ArXiv Query: search_query=x</title>
  <id>http://arxiv.org/api/abc</id>
"""
TWO = (
    HEAD
    + """  <entry>
    <id>http://arxiv.org/abs/2305.14627v2</id>
    <updated>2023-10-31T17:00:00Z</updated>
    <published>2023-05-24T01:53:49Z</published>
    <title>Shelving with
  Citations</title>
    <summary>  We shelve &lt;b&gt;books&lt;/b&gt; where $x &lt; y$.
</summary>
    <author><name>Ada B. Quill</name><arxiv:affiliation>Shelf U</arxiv:affiliation></author>
    <author><name>Miriam van der Berg</name></author>
    <author><name>SHELF Collaboration</name></author>
    <arxiv:comment>12 pages</arxiv:comment>
    <arxiv:journal_ref>J. Shelves 7 (2023) 12</arxiv:journal_ref>
    <arxiv:doi>10.1000/Shelf.7</arxiv:doi>
    <link href="http://arxiv.org/abs/2305.14627v2" rel="alternate" type="text/html"/>
    <link title="pdf" href="http://arxiv.org/pdf/2305.14627v2" rel="related" type="application/pdf"/>
    <arxiv:primary_category term="cs.CL" scheme="http://arxiv.org/schemas/atom"/>
    <category term="cs.CL" scheme="http://arxiv.org/schemas/atom"/>
    <category term="cs.DL" scheme="http://arxiv.org/schemas/atom"/>
  </entry>
  <entry>
    <id>http://arxiv.org/abs/hep-th/9901001v1</id>
    <published>1999-01-01T00:00:00Z</published>
    <title>Strings on Shelves</title>
    <author><name>Bo Li</name></author>
  </entry>
</feed>
"""
)


class TestArxivAtom(ReaderContract):
    reader = ArxivAtomReader()
    sample = TWO


def read(text: str) -> list[Record | Skipped]:
    return list(ArxivAtomReader().read(Content.of_text(text), source="s", saved=SAVED))


def test_an_entry() -> None:
    record = read(TWO)[0]
    assert isinstance(record, Record)
    assert record.title == "Shelving with Citations"
    assert record.authors == (
        Author(family="Quill", given="Ada B."),
        Author(family="van der Berg", given="Miriam"),
        Author(family="SHELF Collaboration"),
    )
    assert (record.arxiv_id, record.doi, record.date, record.year) == (
        "2305.14627",
        "10.1000/shelf.7",
        "2023-05-24",
        2023,
    )
    assert record.abstract == "We shelve books where $x < y$."
    assert (record.category, record.venue, record.entry_type) == ("cs.CL", "J. Shelves 7 (2023) 12", "article")
    assert record.url == "http://arxiv.org/abs/2305.14627v2"
    assert record.details == (("note", "12 pages"),)
    assert dict(record.extra) == {
        "version": "v2", "updated": "2023-10-31T17:00:00Z", "categories": "cs.DL", "affiliation": "Shelf U",
    }  # fmt: skip


def test_an_old_number() -> None:
    record = read(TWO)[1]
    assert isinstance(record, Record)
    assert (record.arxiv_id, record.venue, record.entry_type) == ("hep-th/9901001", None, "misc")


def test_an_error_is_reported_in_arxivs_words() -> None:
    text = HEAD + (
        "<entry><id>http://arxiv.org/api/errors#incorrect_id_format_for_1</id><title>Error</title>"
        "<summary>incorrect id format for 1</summary></entry></feed>"
    )
    (item,) = read(text)
    assert isinstance(item, Skipped)
    assert item.reason == "arXiv answered with an error: incorrect id format for 1; ask again"


def test_an_entry_without_title_is_reported() -> None:
    (item,) = read(HEAD + "<entry><id>http://arxiv.org/abs/2305.14627v2</id></entry></feed>")
    assert isinstance(item, Skipped)
    assert item.reason == "http://arxiv.org/abs/2305.14627v2 has no title; fetch it anew"


@pytest.mark.parametrize("text", ["<feed><entry/></feed>", TWO.replace("arxiv.org", "example.org")])
def test_other_feeds_are_not_taken_for_arxivs(text: str) -> None:
    assert not ArxivAtomReader().sniff(Content.of_text(text))

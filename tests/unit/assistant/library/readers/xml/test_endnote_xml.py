from collections import Counter

import pytest

from assistant.library.readers.xml.endnote import EndnoteXmlReader
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped
from tests.conftest import REAL_DATA as DATA
from tests.contracts.reader_contract import SAVED, ReaderContract

TWO = """<?xml version="1.0" encoding="UTF-8" ?><xml><records>
<record><database name="My.enl">My.enl</database><source-app name="EndNote">EndNote</source-app>
<rec-number>12</rec-number><foreign-keys><key app="EN" db-id="x">12</key></foreign-keys>
<ref-type name="Journal Article">17</ref-type>
<contributors><authors>
<author><style face="normal" font="default" size="100%">Quill, Ada B.</style></author>
<author><style face="normal">World Shelf Organization,</style></author>
<author>Li BC</author>
</authors></contributors>
<titles><title><style face="normal">Growth of </style><style face="italic">Fungus libri</style><style face="normal"> on
 paper</style></title><secondary-title>J Shelves</secondary-title><alt-title>J. Shelv.</alt-title></titles>
<periodical><full-title>Journal of Shelves</full-title></periodical>
<pages>943-7</pages><volume>7</volume><number>2</number><edition>2019/01/10</edition>
<keywords><keyword>paper</keyword><keyword>glue; humid air</keyword><keyword><style face="normal"/></keyword></keywords>
<dates><year>2019</year><pub-dates><date>Mar 3</date></pub-dates></dates>
<isbn>0000-1234 (Print)&#xD;0000-123X</isbn><accession-num>11111111</accession-num>
<remote-database-provider>NLM</remote-database-provider>
<abstract><style face="normal">It grows.&#xD;Fast.</style></abstract><caption>Duplicate</caption>
<custom2>PMC77</custom2>
<electronic-resource-num>https://doi.org/10.1000/ABC</electronic-resource-num><label>Quill2019</label>
<urls><related-urls><url>https://example.org/a?b=1&amp;c=2</url></related-urls><pdf-urls><url>internal-pdf://x.pdf</url></pdf-urls></urls>
</record>
<record><ref-type name="Book Section">5</ref-type><contributors><authors><author>Fiore, C.</author></authors>
<secondary-authors><author>Orlov, D.</author><author>Li, Bo</author></secondary-authors></contributors>
<titles><title>Corners</title><secondary-title>All About Shelves</secondary-title></titles>
<publisher>Shelf Press</publisher><pub-location>Utopia</pub-location><isbn>978-0-00-000000-2</isbn>
<dates><year>2001</year></dates></record>
</records></xml>
"""


class TestEndnoteXml(ReaderContract):
    reader = EndnoteXmlReader()
    sample = TWO


def read(text: str) -> list[Record | Skipped]:
    return list(EndnoteXmlReader().read(Content.of_text(text), source="s", saved=SAVED))


def reference(inside: str, *, kind: str = "Journal Article") -> Record:
    (record,) = read(f'<xml><records><record><ref-type name="{kind}">1</ref-type>{inside}</record></records></xml>')
    assert isinstance(record, Record), record
    return record


TITLE = "<titles><title>T</title></titles>"


def test_an_article_with_styled_runs() -> None:
    record = read(TWO)[0]
    assert isinstance(record, Record)
    assert record.title == "Growth of Fungus libri on paper"
    assert record.authors == (
        Author(family="Quill", given="Ada B."),
        Author(family="World Shelf Organization"),
        Author(family="Li", given="BC"),
    )
    assert (record.year, record.date, record.venue) == (2019, "2019-03-03", "J Shelves")
    assert (record.doi, record.pmid, record.key) == ("10.1000/abc", "11111111", "Quill2019")
    assert record.url == "https://example.org/a?b=1&c=2"
    assert record.tags == ("paper", "glue", "humid air")
    assert record.abstract == "It grows. Fast."
    assert dict(record.details) == {
        "volume": "7", "number": "2", "pages": "943-947", "shortjournal": "J. Shelv.", "issn": "0000-1234, 0000-123X",
        "pmcid": "PMC77",
    }  # fmt: skip
    extra = dict(record.extra)
    assert (extra["caption"], extra["rec-number"], extra["edition"]) == ("Duplicate", "12", "2019/01/10")
    assert extra["url"] == "internal-pdf://x.pdf"


def test_a_chapter() -> None:
    record = read(TWO)[1]
    assert isinstance(record, Record)
    assert (record.entry_type, record.venue) == ("incollection", "All About Shelves")
    assert dict(record.details) == {
        "publisher": "Shelf Press", "address": "Utopia", "editor": "Orlov, D. and Li, Bo", "isbn": "978-0-00-000000-2",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "more", "entry_type", "detail"),
    [
        ("Thesis", "<publisher>U of X</publisher>", "phdthesis", ("school", "U of X")),
        ("Thesis", "<work-type>Master's</work-type>", "mastersthesis", None),
        ("Report", "<publisher>The Lab</publisher>", "techreport", ("institution", "The Lab")),
        ("Conference Proceedings", "", "inproceedings", None),
        ("Web Page", "", "online", None),
        ("Something Else", "", "misc", None),
        ("Book", "<edition>2nd</edition>", "book", ("edition", "2nd")),
    ],
)
def test_kinds(kind: str, more: str, entry_type: str, detail: tuple[str, str] | None) -> None:
    record = reference(TITLE + more, kind=kind)
    assert record.entry_type == entry_type
    assert detail is None or detail in record.details


def test_a_kind_that_is_only_a_number() -> None:
    (record,) = read("<records><record><ref-type>47</ref-type><titles><title>T</title></titles></record></records>")
    assert isinstance(record, Record)
    assert record.entry_type == "inproceedings"


@pytest.mark.parametrize(
    ("more", "pmid"),
    [
        ("<urls><web-urls><url>https://www.ncbi.nlm.nih.gov/pubmed/29937971</url></web-urls></urls>", "29937971"),
        ("<urls><web-urls><url>https://pubmed.ncbi.nlm.nih.gov/29937971/</url></web-urls></urls>", "29937971"),
        ("<accession-num>29937971</accession-num>", None),
        ("<accession-num>1</accession-num><remote-database-name>PubMed</remote-database-name>", "1"),
        ("<accession-num>1</accession-num><remote-database-name>Embase</remote-database-name>", None),
        ("<custom5>2</custom5><remote-database-name>Embase Medline</remote-database-name>", "2"),
        ("<accession-num>WOS:1</accession-num><remote-database-name>Medline</remote-database-name>", None),
    ],
)
def test_where_the_number_of_pubmed_stands(more: str, pmid: str | None) -> None:
    assert reference(TITLE + more).pmid == pmid


def test_et_al() -> None:
    record = reference(
        f"{TITLE}<contributors><authors><author>Li, Bo</author><author>et al.</author></authors></contributors>"
    )
    assert (record.authors, record.et_al) == ((Author(family="Li", given="Bo"),), True)


def test_a_label_that_is_no_key_is_kept_as_it_is() -> None:
    record = reference(TITLE + "<label>to read</label>")
    assert record.key is None
    assert ("label", "to read") in record.extra


def test_a_reference_without_title_is_reported_with_its_number() -> None:
    (item,) = read("<xml><records><record><rec-number>5</rec-number></record></records></xml>")
    assert item == Skipped(source="s", line=1, reason="reference number 5 has no title; add one in EndNote")


@pytest.mark.skipif(not (DATA / "dedup" / "copper.xml").is_file(), reason="the marked export is not here")
def test_a_whole_export_is_read_with_its_marks() -> None:
    content = Content.of_bytes((DATA / "dedup" / "copper.xml").read_bytes())
    records = [one for one in EndnoteXmlReader().read(content, source="s", saved=SAVED) if isinstance(one, Record)]
    marks = Counter(dict(record.extra).get("caption", "") for record in records)
    assert len(records) == 505
    assert sum(marks.values()) - marks[""] == 281
    assert sum(bool(record.abstract) for record in records) == 498
    assert sum(bool(record.doi) for record in records) == 380

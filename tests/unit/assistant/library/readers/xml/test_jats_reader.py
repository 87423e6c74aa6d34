from assistant.library.readers.xml.jats import JatsReader
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped
from tests.contracts.reader_contract import SAVED, ReaderContract

ONE = """<article article-type="research-article"><front><journal-meta>
<journal-id journal-id-type="nlm-ta">J Shelves</journal-id>
<journal-title-group><journal-title>Journal of Shelves</journal-title></journal-title-group><issn>0000-1234</issn>
<publisher><publisher-name>Shelf Press</publisher-name></publisher></journal-meta>
<article-meta><article-id pub-id-type="pmid">11111111</article-id><article-id pub-id-type="pmc">77</article-id>
<article-id pub-id-type="doi">10.1000/JATS</article-id>
<article-categories><subj-group><subject>Research</subject></subj-group></article-categories>
<title-group><article-title>Growth of <italic>Fungus libri</italic></article-title>
<subtitle>A study</subtitle></title-group>
<contrib-group>
<contrib contrib-type="author"><name><surname>Quill</surname><given-names>Ada B</given-names>
</name><xref>1</xref></contrib>
<contrib contrib-type="author"><collab>Shelf Group</collab></contrib>
<contrib contrib-type="editor"><name><surname>Orlov</surname><given-names>D</given-names></name></contrib>
</contrib-group>
<pub-date pub-type="collection"><year>2011</year></pub-date>
<pub-date pub-type="epub"><day>2</day><month>8</month><year>2011</year></pub-date>
<volume>11</volume><issue>3</issue><fpage>174</fpage><lpage>179</lpage>
<abstract abstract-type="teaser"><p>Read this!</p></abstract>
<abstract><sec><title>Aim</title><p>To grow
 it.</p></sec><sec><title>Results:</title><p>It grew.</p><p>Twice.</p></sec></abstract>
<kwd-group><kwd>paper</kwd><kwd>glue</kwd></kwd-group></article-meta></front>
<body><sec><title>Introduction</title><p>Long.</p></sec></body></article>
"""
OTHER = ONE.replace("Growth of <italic>Fungus libri</italic>", "Another").replace("<subtitle>A study</subtitle>", "")


class TestJats(ReaderContract):
    reader = JatsReader()
    sample = f"<pmc-articleset>{ONE}{OTHER}</pmc-articleset>"


def read(text: str) -> list[Record | Skipped]:
    return list(JatsReader().read(Content.of_text(text), source="s", saved=SAVED))


def test_front_matter() -> None:
    (record,) = read(ONE)
    assert isinstance(record, Record)
    assert record.title == "Growth of Fungus libri: A study"
    assert record.authors == (Author(family="Quill", given="Ada B"), Author(family="Shelf Group"))
    assert (record.date, record.venue, record.doi) == ("2011-08-02", "Journal of Shelves", "10.1000/jats")
    assert (record.pmid, record.tags) == ("11111111", ("paper", "glue"))
    assert record.abstract == "Aim: To grow it.\nResults: It grew.\nTwice."
    assert dict(record.details) == {
        "volume": "11", "number": "3", "pages": "174-179", "publisher": "Shelf Press", "editor": "Orlov, D",
        "shortjournal": "J Shelves", "issn": "0000-1234", "pmcid": "PMC77",
    }  # fmt: skip
    assert ("abstract", "Read this!") in record.extra


def test_the_year_of_the_issue_counts_before_that_on_the_web() -> None:
    text = ONE.replace("<month>8</month><year>2011</year>", "<month>8</month><year>2010</year>")
    (record,) = read(text)
    assert isinstance(record, Record)
    assert record.date == "2011"


def test_an_article_without_title_is_reported() -> None:
    (item,) = read("<article><front><article-meta><title-group/></article-meta></front></article>")
    assert isinstance(item, Skipped)
    assert item.reason == "this article has no title; add an <article-title>"

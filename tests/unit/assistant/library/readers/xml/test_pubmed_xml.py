import pytest

from assistant.library.readers.xml.pubmed import PubmedXmlReader
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped
from tests.conftest import REAL_DATA as DATA
from tests.contracts.reader_contract import SAVED, ReaderContract

HEAD = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" "https://dtd.invalid/pubmed.dtd">
<PubmedArticleSet>
"""
TWO = (
    HEAD
    + """<PubmedArticle>
  <MedlineCitation Status="MEDLINE" Owner="NLM">
    <PMID Version="1">11111111</PMID>
    <Article PubModel="Print">
      <Journal>
        <ISSN IssnType="Print">1234-5678</ISSN>
        <JournalIssue CitedMedium="Print">
          <Volume>7</Volume><Issue>2</Issue>
          <PubDate><Year>2019</Year><Month>Mar</Month><Day>5</Day></PubDate>
        </JournalIssue>
        <Title>The journal of shelves</Title>
        <ISOAbbreviation>J Shelves</ISOAbbreviation>
      </Journal>
      <ArticleTitle>Effects of H<sub>2</sub>O on <i>old</i> paper &amp; glue.</ArticleTitle>
      <Pagination><MedlinePgn>943-7</MedlinePgn></Pagination>
      <Abstract>
        <AbstractText Label="BACKGROUND">Paper ages, &lt;i&gt;slowly&lt;/i&gt;.</AbstractText>
        <AbstractText Label="RESULTS">It did (p &lt; 0.05)&nbsp;everywhere.</AbstractText>
        <CopyrightInformation>Ours.</CopyrightInformation>
      </Abstract>
      <AuthorList CompleteYN="N">
        <Author ValidYN="Y"><LastName>Quill</LastName><ForeName>Ada B</ForeName><Initials>AB</Initials></Author>
        <Author ValidYN="N"><LastName>Quil</LastName><ForeName>Ada</ForeName></Author>
        <Author ValidYN="Y"><LastName>Li</LastName><Initials>B</Initials><Suffix>Jr</Suffix></Author>
        <Author ValidYN="Y"><CollectiveName>Shelf Study Group</CollectiveName></Author>
      </AuthorList>
      <Language>eng</Language>
      <PublicationTypeList><PublicationType>Journal Article</PublicationType></PublicationTypeList>
    </Article>
    <MeshHeadingList>
      <MeshHeading><DescriptorName>Paper</DescriptorName><QualifierName>chemistry</QualifierName></MeshHeading>
      <MeshHeading><DescriptorName>Humans</DescriptorName></MeshHeading>
    </MeshHeadingList>
    <KeywordList Owner="NOTNLM"><Keyword>glue</Keyword><Keyword>Paper</Keyword></KeywordList>
  </MedlineCitation>
  <PubmedData>
    <ArticleIdList>
      <ArticleId IdType="pubmed">11111111</ArticleId>
      <ArticleId IdType="doi">10.1000/SHELF.1</ArticleId>
      <ArticleId IdType="pmc">PMC123</ArticleId>
      <ArticleId IdType="pii">S-1</ArticleId>
    </ArticleIdList>
    <ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.1000/other</ArticleId>
</ArticleIdList></Reference></ReferenceList>
  </PubmedData>
</PubmedArticle>
<PubmedBookArticle>
  <BookDocument>
    <PMID Version="1">22222222</PMID>
    <ArticleIdList><ArticleId IdType="bookaccession">NBK1</ArticleId></ArticleIdList>
    <Book>
      <Publisher><PublisherName>Shelf Press</PublisherName><PublisherLocation>Utopia</PublisherLocation></Publisher>
      <BookTitle>All About Shelves</BookTitle>
      <PubDate><Year>2001</Year></PubDate>
      <AuthorList Type="editors"><Author><LastName>Orlov</LastName><ForeName>D</ForeName></Author></AuthorList>
      <Isbn>9780000000002</Isbn>
    </Book>
    <ArticleTitle>On Corners</ArticleTitle>
    <AuthorList Type="authors"><Author><LastName>Fiore</LastName><ForeName>Carla</ForeName></Author></AuthorList>
    <Abstract><AbstractText>Corners are where shelves end.</AbstractText></Abstract>
  </BookDocument>
</PubmedBookArticle>
</PubmedArticleSet>
"""
)


class TestPubmedXml(ReaderContract):
    reader = PubmedXmlReader()
    sample = TWO


def read(text: str) -> list[Record | Skipped]:
    return list(PubmedXmlReader().read(Content.of_text(text), source="s", saved=SAVED))


def article(inside: str, *, rest: str = "") -> Record:
    text = f"<PubmedArticle><MedlineCitation><Article>{inside}</Article>{rest}</MedlineCitation></PubmedArticle>"
    (record,) = read(text)
    assert isinstance(record, Record), record
    return record


def test_an_article() -> None:
    record = read(TWO)[0]
    assert isinstance(record, Record)
    assert record.title == "Effects of H2O on old paper & glue"
    assert record.authors == (
        Author(family="Quill", given="Ada B"),
        Author(family="Li Jr", given="B"),
        Author(family="Shelf Study Group"),
    )
    assert record.et_al
    assert (record.year, record.date, record.venue) == (2019, "2019-03-05", "The journal of shelves")
    assert (record.doi, record.pmid, record.entry_type) == ("10.1000/shelf.1", "11111111", "article")
    assert record.tags == ("Paper", "Humans", "glue")
    assert record.abstract == "BACKGROUND: Paper ages, slowly.\nRESULTS: It did (p < 0.05) everywhere."
    assert dict(record.details) == {
        "volume": "7", "number": "2", "pages": "943-947", "shortjournal": "J Shelves", "issn": "1234-5678",
        "pmcid": "PMC123", "language": "eng",
    }  # fmt: skip
    assert ("MeshHeadingList", "Paper/chemistry") in record.extra
    assert ("CopyrightInformation", "Ours.") in record.extra
    assert ("pii", "S-1") in record.extra
    assert record.line == 4


def test_a_chapter_of_a_book() -> None:
    record = read(TWO)[1]
    assert isinstance(record, Record)
    assert (record.title, record.venue, record.entry_type) == ("On Corners", "All About Shelves", "incollection")
    assert record.authors == (Author(family="Fiore", given="Carla"),)
    assert dict(record.details)["editor"] == "Orlov, D"
    assert dict(record.details)["publisher"] == "Shelf Press"
    assert record.pmid == "22222222"


def test_a_whole_book_has_its_own_title_and_no_venue() -> None:
    text = TWO.replace("<ArticleTitle>On Corners</ArticleTitle>", "")
    record = read(text)[1]
    assert isinstance(record, Record)
    assert (record.title, record.venue, record.entry_type) == ("All About Shelves", None, "book")


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("[On the shelf.]", "On the shelf"),
        ("[On] the [shelf]", "[On] the [shelf]"),
        ("Wait...", "Wait..."),
        ("Is it so?", "Is it so?"),
    ],
)
def test_the_marks_that_pubmed_puts_round_titles(written: str, title: str) -> None:
    assert article(f"<ArticleTitle>{written}</ArticleTitle>").title == title


def test_the_original_title_stands_in_for_one_that_is_not_there() -> None:
    record = article(
        "<ArticleTitle>[Not Available].</ArticleTitle><VernacularTitle>Regale im Wandel.</VernacularTitle>"
    )
    assert record.title == "Regale im Wandel"


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("<MedlineDate>2010 Sep-Oct</MedlineDate>", "2010-09"),
        ("<MedlineDate>1999 Spring</MedlineDate>", "1999"),
        ("<Year>2003</Year><Month>02</Month><Day>31</Day>", "2003-02"),
        ("<Year>2003</Year><Season>Fall</Season>", "2003"),
    ],
)
def test_dates(date: str, expected: str) -> None:
    issue = f"<Journal><JournalIssue><PubDate>{date}</PubDate></JournalIssue></Journal>"
    record = article(f"{issue}<ArticleTitle>T</ArticleTitle>")
    assert (record.date, record.year) == (expected, int(expected[:4]))


def test_the_day_on_the_web_stands_in_for_a_missing_date() -> None:
    day = "<ArticleDate><Year>2007</Year><Month>12</Month><Day>23</Day></ArticleDate>"
    assert article(f"<ArticleTitle>T</ArticleTitle>{day}").date == "2007-12-23"


def test_formulas_are_read_in_their_order() -> None:
    formula = (
        '<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:mrow><mml:mi>a</mml:mi><mml:mo>=</mml:mo>'
        "<mml:mn>2</mml:mn></mml:mrow></mml:math>"
    )
    record = article(f"<ArticleTitle>With {formula} given</ArticleTitle>")
    assert record.title == "With a=2 given"


def test_an_abstract_in_another_language_counts_when_it_is_the_only_one() -> None:
    other = "<OtherAbstract Language='fre'><AbstractText>Bref.</AbstractText></OtherAbstract>"
    assert article("<ArticleTitle>T</ArticleTitle>", rest=other).abstract == "Bref."
    both = article("<ArticleTitle>T</ArticleTitle><Abstract><AbstractText>Short.</AbstractText></Abstract>", rest=other)
    assert both.abstract == "Short."
    assert ("OtherAbstract", "Bref.") in both.extra


def test_a_preprint_on_arxiv_has_its_number() -> None:
    record = article(
        "<Journal><Title>ArXiv</Title></Journal><ArticleTitle>T</ArticleTitle>"
        '<ELocationID EIdType="pii">2304.02112</ELocationID>'
    )
    assert record.arxiv_id == "2304.02112"


def test_identifiers_that_are_marked_wrong_are_not_taken() -> None:
    record = article("<ArticleTitle>T</ArticleTitle><ELocationID EIdType='doi' ValidYN='N'>10.1000/wrong</ELocationID>")
    assert record.doi is None


def test_a_record_without_title_is_reported_with_its_number() -> None:
    text = "<MedlineCitationSet><MedlineCitation><PMID>33</PMID></MedlineCitation></MedlineCitationSet>"
    assert read(text) == [Skipped(source="s", line=1, reason="PMID 33 has no title; export it anew")]


@pytest.mark.parametrize("place", [0, 1])
def test_a_citation_alone_is_read_too(place: int) -> None:
    inside = "<MedlineCitation><PMID>1</PMID><Article><ArticleTitle>T</ArticleTitle></Article></MedlineCitation>"
    text = (inside, f"<MedlineCitationSet>{inside}</MedlineCitationSet>")[place]
    assert [item.title for item in read(text) if isinstance(item, Record)] == ["T"]


@pytest.mark.skipif(not (DATA / "import").is_dir(), reason="the files of other tools are not here")
def test_all_records_of_real_files_are_read_or_reported() -> None:
    counts = {}
    for line in (DATA / "import" / "MANIFEST.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        file, kind, _, records, *_ = line.split("\t")
        if kind == "pubmed-xml":
            counts[file] = int(records)
    found = {}
    for file in counts:
        content = Content.of_bytes((DATA / "import" / file).read_bytes())
        assert PubmedXmlReader().sniff(content), file
        found[file] = len(list(PubmedXmlReader().read(content, source=file, saved=SAVED)))
    assert found == counts

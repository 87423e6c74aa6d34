import pytest

from assistant.library.readers.xml.mods import ModsReader
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped
from tests.conftest import REAL_DATA as DATA
from tests.contracts.reader_contract import SAVED, ReaderContract

TWO = """<?xml version="1.0" encoding="UTF-8"?>
<mods:modsCollection xmlns:mods="http://www.loc.gov/mods/v3">
  <mods:mods ID="a">
    <mods:titleInfo><mods:nonSort>The</mods:nonSort><mods:title>Old Shelf</mods:title>
      <mods:subTitle>A History</mods:subTitle></mods:titleInfo>
    <mods:titleInfo type="alternative"><mods:title>Shelves</mods:title></mods:titleInfo>
    <mods:name type="personal"><mods:namePart type="family">Quill</mods:namePart>
      <mods:namePart type="given">Ada</mods:namePart><mods:namePart type="given">B.</mods:namePart>
      <mods:role><mods:roleTerm type="text">author</mods:roleTerm></mods:role></mods:name>
    <mods:name type="personal"><mods:namePart>Li, Bo</mods:namePart>
<mods:namePart type="date">1950-</mods:namePart></mods:name>
    <mods:name type="corporate"><mods:namePart>Shelf Press</mods:namePart>
      <mods:role><mods:roleTerm type="code" authority="marcrelator">pbl</mods:roleTerm></mods:role></mods:name>
    <mods:genre>journal article</mods:genre>
    <mods:abstract>Shelves are old.</mods:abstract>
    <mods:subject><mods:topic>shelves</mods:topic><mods:geographic>Utopia</mods:geographic></mods:subject>
    <mods:relatedItem type="host">
      <mods:titleInfo><mods:title>Journal of Shelves</mods:title></mods:titleInfo>
      <mods:originInfo><mods:issuance>continuing</mods:issuance>
<mods:dateIssued>2003-04</mods:dateIssued></mods:originInfo>
      <mods:identifier type="issn">0000-1234</mods:identifier>
      <mods:part><mods:detail type="volume"><mods:number>3</mods:number></mods:detail>
        <mods:detail type="issue"><mods:number>1</mods:number></mods:detail>
        <mods:extent unit="pages"><mods:start>53</mods:start><mods:end>7</mods:end></mods:extent></mods:part>
    </mods:relatedItem>
    <mods:identifier type="doi">10.1000/OLD</mods:identifier>
    <mods:identifier type="citekey">quill03</mods:identifier>
    <mods:identifier type="local">77</mods:identifier>
    <mods:location><mods:url>https://example.org/old</mods:url></mods:location>
  </mods:mods>
  <mods:mods>
    <mods:titleInfo><mods:title>Corners</mods:title><mods:partNumber>2</mods:partNumber></mods:titleInfo>
    <mods:name type="personal"><mods:namePart>Orlov, D.</mods:namePart>
      <mods:role><mods:roleTerm type="code">edt</mods:roleTerm></mods:role></mods:name>
    <mods:typeOfResource>text</mods:typeOfResource>
    <mods:originInfo><mods:place><mods:placeTerm type="code">xx</mods:placeTerm></mods:place>
      <mods:place><mods:placeTerm type="text">Utopia</mods:placeTerm></mods:place>
<mods:publisher>Shelf Press</mods:publisher>
      <mods:dateIssued>[1982?]</mods:dateIssued><mods:dateIssued encoding="marc">1981</mods:dateIssued>
      <mods:edition>2nd</mods:edition><mods:issuance>monographic</mods:issuance></mods:originInfo>
    <mods:relatedItem type="series"><mods:titleInfo><mods:title>Corner Books</mods:title>
</mods:titleInfo></mods:relatedItem>
    <mods:identifier type="isbn">9780000000002</mods:identifier>
  </mods:mods>
</mods:modsCollection>
"""


class TestMods(ReaderContract):
    reader = ModsReader()
    sample = TWO


def read(text: str) -> list[Record | Skipped]:
    return list(ModsReader().read(Content.of_text(text), source="s", saved=SAVED))


def one(inside: str) -> Record:
    (record,) = read(f'<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>T</title></titleInfo>{inside}</mods>')
    assert isinstance(record, Record), record
    return record


def test_an_article_in_its_journal() -> None:
    record = read(TWO)[0]
    assert isinstance(record, Record)
    assert record.title == "The Old Shelf: A History"
    assert record.authors == (Author(family="Quill", given="Ada B."), Author(family="Li", given="Bo"))
    assert (record.date, record.venue, record.entry_type) == ("2003-04", "Journal of Shelves", "article")
    assert (record.doi, record.key, record.url) == ("10.1000/old", "quill03", "https://example.org/old")
    assert (record.tags, record.abstract) == (("shelves", "Utopia"), "Shelves are old.")
    assert dict(record.details) == {"volume": "3", "number": "1", "pages": "53-57", "issn": "0000-1234"}
    assert ("titleInfo", "Shelves") in record.extra
    assert ("identifier local", "77") in record.extra


def test_a_book() -> None:
    record = read(TWO)[1]
    assert isinstance(record, Record)
    assert (record.title, record.authors, record.venue, record.entry_type) == ("Corners. 2", (), None, "book")
    assert record.year == 1981  # in the notation that says what it is, not the guess in brackets
    assert dict(record.details) == {
        "publisher": "Shelf Press", "address": "Utopia", "edition": "2nd", "series": "Corner Books",
        "editor": "Orlov, D.", "isbn": "9780000000002",
    }  # fmt: skip


def test_the_marked_date_counts() -> None:
    dates = "<originInfo><dateIssued>1999</dateIssued><dateIssued keyDate='yes'>20010203</dateIssued></originInfo>"
    assert one(dates).date == "2001-02-03"


def test_an_elided_article_has_no_gap() -> None:
    (record,) = read("<mods><titleInfo><nonSort>L'</nonSort><title>Étagère</title></titleInfo></mods>")
    assert isinstance(record, Record)
    assert record.title == "L'Étagère"


@pytest.mark.parametrize(
    ("genre", "kind"),
    [
        ("thesis", "phdthesis"),
        ("Master thesis", "mastersthesis"),
        ("conference publication", "proceedings"),
        ("map", "misc"),
    ],
)
def test_kinds(genre: str, kind: str) -> None:
    assert one(f"<genre>{genre}</genre>").entry_type == kind


def test_more_authors_than_named() -> None:
    record = one('<name type="personal"><namePart>Li, Bo</namePart><etal/></name>')
    assert record.et_al
    assert record.authors == (Author(family="Li", given="Bo"),)


def test_organisations_keep_their_whole_name() -> None:
    record = one('<name type="corporate"><namePart>Utopia.</namePart><namePart>Ministry of Shelves</namePart></name>')
    assert record.authors == (Author(family="Utopia. Ministry of Shelves"),)


def test_records_inside_other_xml_are_found() -> None:
    text = (
        '<mets xmlns="http://www.loc.gov/METS/"><dmdSec><xmlData><mods xmlns="http://www.loc.gov/mods/v3">'
        "<titleInfo><title>T</title></titleInfo></mods></xmlData></dmdSec></mets>"
    )
    assert ModsReader().sniff(Content.of_text(text))
    assert [item.title for item in read(text) if isinstance(item, Record)] == ["T"]


def test_a_record_without_title_is_reported_by_its_key() -> None:
    (item,) = read("<mods><identifier type='citekey'>k1</identifier></mods>")
    assert item == Skipped(source="s", line=1, reason="the record 'k1' has no title; add a <titleInfo> with a <title>")


@pytest.mark.skipif(not (DATA / "import").is_dir(), reason="the files of other tools are not here")
def test_all_records_of_real_files_are_read_or_reported() -> None:
    for line in (DATA / "import" / "MANIFEST.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        file, kind, _, records, *_ = line.split("\t")
        if kind == "mods":
            content = Content.of_bytes((DATA / "import" / file).read_bytes())
            assert ModsReader().sniff(content), file
            assert len(list(ModsReader().read(content, source=file, saved=SAVED))) >= int(records), file

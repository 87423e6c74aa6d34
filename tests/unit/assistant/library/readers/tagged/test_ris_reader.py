import pytest

from assistant.library.readers.tagged.ris import RisReader
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped
from tests.contracts.reader_contract import SAVED, ReaderContract

TWO = """\
1.
TY  - JOUR
AU  - Quill, Ada
AU  - Li, Bo
TI  - Counting sheep at scale
T2  - Journal of Sheep
PY  - 2020
VL  - 4
IS  - 2
SP  - 12
EP  - 15
AB  - We count sheep, and then we count them
      again in the dark.
DO  - 10.1000/sheep.1
ER  -

2.
TY  - CHAP
AU  - Ram, Dolly
TI  - Sleep
T2  - The Handbook of Wool
ED  - Ewe, Anne
PB  - Fleece Press
ER  -
"""


class TestRis(ReaderContract):
    reader = RisReader()
    sample = TWO


def read(text: str) -> list[Record | Skipped]:
    return list(RisReader().read(Content.of_text(text), source="s", saved=SAVED))


def one(*lines: str, type: str = "JOUR") -> Record:  # noqa: A002 - because the format calls it so
    (record,) = read("\n".join([f"TY  - {type}", "TI  - T", *lines, "ER  - "]))
    assert isinstance(record, Record), record
    return record


def test_an_article() -> None:
    article, chapter = read(TWO)
    assert article == Record(
        title="Counting sheep at scale",
        authors=(Author(family="Quill", given="Ada"), Author(family="Li", given="Bo")),
        year=2020,
        date="2020",
        venue="Journal of Sheep",
        doi="10.1000/sheep.1",
        abstract="We count sheep, and then we count them again in the dark.",
        entry_type="article",
        details=(("volume", "4"), ("number", "2"), ("pages", "12-15")),
        source="s",
        line=2,
    )
    assert isinstance(chapter, Record)
    assert (chapter.venue, chapter.entry_type, chapter.line) == ("The Handbook of Wool", "incollection", 18)
    assert dict(chapter.details) == {"publisher": "Fleece Press", "editor": "Ewe, Anne"}


@pytest.mark.parametrize(
    "text",
    [
        "TY  - JOUR\nTI  - A\n\nTY  - JOUR\nTI  - B\nER  - ",  # no ER
        "TI  - A\nER  - \nTI  - B\nER  - ",  # no TY
        "TY  - JOUR\nTI  - A\nER  - \nTY  - JOUR\nTI  - B",  # the last ER is missing
        "TY - JOUR\nTI - A\nER -\nTY - JOUR\nTI - B\nER -",
        "TY  -JOUR\nTI  -A\nER  -\nTY  -JOUR\nTI  -B\nER  -",
        "TY\t- JOUR\nTI\t- A\nER\t-\nTY\t- JOUR\nTI\t- B\nER\t-",
        "  TY  - JOUR\n  TI  - A\n  ER  - \n  TY  - JOUR\n  TI  - B\n  ER  - ",
        "\ufeffTY  - JOUR\nTI  - A\nER  - \n\ufeffTY  - JOUR\nTI  - B\nER  - ",
        "TY  - JOUR\r\r\nTI  - A\r\r\nER  - \r\r\nTY  - JOUR\r\r\nTI  - B\r\r\nER  - ",
        "Provider: Wool\nContent: text\n\n\nTY  - JOUR\nTI  - A\nER  - dsfd\nTY  - JOUR\nTI  - B\nER  - ",
    ],
)
def test_two_records_however_they_are_set_apart(text: str) -> None:
    assert RisReader().sniff(Content.of_text(text))
    assert [item.title for item in read(text) if isinstance(item, Record)] == ["A", "B"]


def test_a_value_goes_on_over_lines() -> None:
    record = one(
        "KW  - wool", "sheep", "big data", "N1  - a", "", "   b", "AB  - Not an end:", "ER is the endoplasmic part."
    )
    assert record.tags == ("wool", "sheep", "big data")
    assert record.extra == (("N1", "a\n\nb"),)
    assert record.abstract == "Not an end: ER is the endoplasmic part."


def test_long_lines_are_paragraphs_and_short_ones_are_wrapped() -> None:
    first, second = "Sheep were counted. " * 8, "They slept. " * 12
    assert one(f"AB  - {first}", second).abstract == f"{first.strip()}\n{second.strip()}"
    assert one("AB  - Sheep were counted.", "They slept.").abstract == "Sheep were counted. They slept."


def test_a_dash_in_prose_begins_no_field() -> None:
    record = one("AB  - Both of", "ER - positive and", "UK - born sheep count.")
    assert record.abstract == "Both of ER - positive and UK - born sheep count."


def test_malformed_records_are_reported_with_their_line_and_lose_only_themselves() -> None:
    items = read(
        "TY  - JOUR\nTI  - A\nER  - \n\nTY  - JOUR\nDO  - 10.1000/x\nER  - \nlost words\nTY  - JOUR\nTI  - B\nER  -"
    )
    assert [(type(item), item.line) for item in items] == [(Record, 1), (Skipped, 5), (Skipped, 8), (Record, 9)]
    reasons = [item.reason for item in items if isinstance(item, Skipped)]
    assert "doi:10.1000/x" in reasons[0]
    assert "'lost words'" in reasons[1]


@pytest.mark.parametrize(
    ("lines", "date"),
    [
        (["PY  - 2014///"], "2014"),
        (["PY  - 2013/04/18", "PY  - 2012/02/15/received"], "2013-04-18"),
        (["Y1  - 2015/october"], "2015-10"),
        (["PY  - 2017", "DA  - JAN"], "2017-01"),
        (["PY  - 2017", "DA  - AUG 15"], "2017-08-15"),
        (["DA  - 2019/10//undefined", "PY  - 2019"], "2019-10"),
        (["PY  - Start date: 20170812"], "2017-08-12"),
        (["PY  - 2015", "DA  - 2016/01/30"], "2015"),
        (["PY  - 10 15"], None),
        (["PY  - 0000"], None),
    ],
)
def test_dates(lines: list[str], date: str | None) -> None:
    record = one(*lines)
    assert record.date == date
    assert record.year == (int(date[:4]) if date else None)


def test_a_date_that_does_not_fit_is_kept() -> None:
    assert one("PY  - 2015", "DA  - 2016/01/30").extra == (("DA", "2016/01/30"),)
    assert one("PY  - 2015", "Y2  - 2019/03/28", "DA  - 2015/06//").extra == (("Y2", "2019/03/28"),)


@pytest.mark.parametrize(
    ("names", "authors"),
    [
        (["Quill, Ada"], [("Quill", "Ada")]),
        (["Quill,A.B."], [("Quill", "A.B.")]),
        (["Quill, Ada, Jr"], [("Quill Jr", "Ada")]),
        (["Quill A.B."], [("Quill", "A.B.")]),
        (["van der Quill AB"], [("van der Quill", "AB")]),
        (["Quill, JR"], [("Quill", "JR")]),
        (["Ada Quill"], [("Quill", "Ada")]),
        (["Quill, A. and Li, B.", "Ram, C.; Ewe, D."], [("Quill", "A."), ("Li", "B."), ("Ram", "C."), ("Ewe", "D.")]),
        (["World Wool Organization"], [("World Wool Organization", "")]),
        (["Sheep Counters,"], [("Sheep Counters", "")]),
        (["余敏"], [("余敏", "")]),
    ],
)
def test_authors(names: list[str], authors: list[tuple[str, str]]) -> None:
    record = one(*(f"AU  - {name}" for name in names))
    assert [(author.family, author.given) for author in record.authors] == authors
    assert not record.et_al


def test_names_under_two_tags_are_the_same_people_and_under_one_they_are_not() -> None:
    assert len(one("AU  - Quill, Ada", "AU  - Li, Bo", "A1  - Quill, Ada", "A1  - Li, Bo").authors) == 2
    assert len(one("AU  - Wang, Wei", "AU  - Wang, Wei").authors) == 2


@pytest.mark.parametrize("last", ["et al.", "Li, B. et al", "others"])
def test_more_authors_than_are_listed(last: str) -> None:
    record = one("A1  - Quill, Ada", f"A1  - {last}")
    assert record.et_al
    assert record.authors[0] == Author(family="Quill", given="Ada")


@pytest.mark.parametrize(
    ("lines", "venue", "short"),
    [
        (["JO  - J. Wool", "JF  - Journal of Wool"], "Journal of Wool", "J. Wool"),
        (["T2  - Journal of Wool", "J2  - J Wool"], "Journal of Wool", "J Wool"),
        (["JO  - Journal of Wool"], "Journal of Wool", None),
        (["JA  - J Wool"], "J Wool", None),
    ],
)
def test_journals(lines: list[str], venue: str, short: str | None) -> None:
    record = one(*lines)
    assert (record.venue, dict(record.details).get("shortjournal")) == (venue, short)


@pytest.mark.parametrize(
    ("type", "lines", "entry_type", "kept_type"),
    [
        ("JOUR", [], "article", False),
        ("MGZN", [], "article", True),
        ("CONF", ["T2  - Proc. of Wool"], "inproceedings", False),
        ("CONF", [], "proceedings", False),
        ("CPAPER", [], "inproceedings", False),
        ("BOOK", [], "book", False),
        ("THES", ["M3  - Master's thesis"], "mastersthesis", False),
        ("THES", ["M3  - Ph.D. dissertation"], "phdthesis", False),
        ("THES", [], "thesis", False),
        ("Journal Article", [], "article", True),
        ("NONSENSE", [], None, True),
    ],
)
def test_types(type: str, lines: list[str], entry_type: str | None, kept_type: bool) -> None:  # noqa: A002 - because the format calls it so
    record = one(*lines, type=type)
    assert record.entry_type == entry_type
    assert (("TY", type) in record.extra) is kept_type


def test_who_published_a_whole_work_is_no_venue() -> None:
    thesis = one("PB  - University of Wool", "CY  - Sheepton", "SP  - 150", type="THES")
    assert (thesis.venue, dict(thesis.details)) == (None, {"address": "Sheepton", "school": "University of Wool"})
    assert thesis.extra == (("SP", "150"),)
    book = one("T2  - Wool Studies", "PB  - Fleece", "ET  - 2nd", "SN  - 978-3-16-148410-0", type="BOOK")
    assert dict(book.details) == {
        "publisher": "Fleece", "series": "Wool Studies", "edition": "2nd", "isbn": "978-3-16-148410-0"
    }  # fmt: skip


def test_editors_of_an_edited_book_are_not_its_authors() -> None:
    record = one("AU  - Ewe, Anne", type="EDBOOK")
    assert (record.authors, dict(record.details)) == ((), {"editor": "Ewe, Anne"})


@pytest.mark.parametrize(
    ("lines", "pages"),
    [
        (["SP  - 387", "EP  - 391"], "387-391"),
        (["SP  - 387", "EP  - 91"], "387-391"),
        (["SP  - 2361--2368"], "2361-2368"),
        (["SP  - 12", "EP  - 12"], "12"),
        (["SP  - e0815"], "e0815"),
        (["SP  - No", "EP  - Specified"], None),
    ],
)
def test_pages(lines: list[str], pages: str | None) -> None:
    assert dict(one(*lines).details).get("pages") == pages


@pytest.mark.parametrize(
    "line",
    [
        "DO  - 10.1000/x.Y",
        "DO  - https://doi.org/10.1000/X.y",
        "UR  - http://dx.doi.org/10.1000/x.y",
        "UR  - https://wool.example/record?eid=2-s2.0-1&doi=10.1000%2fx.y&partnerID=40",
        "L2  - https://wool.example/doi/10.1000/x.y?via=sheep",
        "M3  - doi: 10.1000/x.y",
        "N1  - doi: 10.1000/x.y",
    ],
)
def test_dois(line: str) -> None:
    assert one(line).doi == "10.1000/x.y"


def test_a_doi_that_a_note_mentions_is_another_papers() -> None:
    assert one("N1  - A comment on it is 10.1000/other").doi is None


@pytest.mark.parametrize(
    ("lines", "pmid", "pmcid"),
    [
        (["DB  - PubMed", "AN  - 26957754"], "26957754", None),
        (["DB  - Scopus", "AN  - 26957754"], None, None),
        (["DB  - Embase", "DB  - Medline", "C5  - 15368318"], "15368318", None),
        (["U1  - 23690738[pmid]", "U2  - PMC3654245[pmcid]"], "23690738", "PMC3654245"),
        (["N1  - PMID: 23690738", "C2  - PMC3654245"], "23690738", "PMC3654245"),
        (["UR  - https://pubmed.ncbi.nlm.nih.gov/26957754/"], "26957754", None),
    ],
)
def test_numbers_of_pubmed(lines: list[str], pmid: str | None, pmcid: str | None) -> None:
    record = one(*lines)
    assert (record.pmid, dict(record.details).get("pmcid")) == (pmid, pmcid)


def test_arxiv_and_addresses() -> None:
    record = one("UR  - https://wool.example/a", "UR  - http://arxiv.org/abs/2111.09920v2", "L1  - file:///x.pdf")
    assert (record.arxiv_id, record.url) == ("2111.09920", "https://wool.example/a")
    assert record.extra == (("UR", "http://arxiv.org/abs/2111.09920v2"), ("L1", "file:///x.pdf"))


def test_keys() -> None:
    assert one("ID  - quill2020").key == "quill2020"
    assert one("ID  - x", "LB  - quill2020").key == "quill2020"
    numbered = one("ID  - 4711")
    assert (numbered.key, numbered.extra) == (None, (("ID", "4711"),))


def test_titles_and_abstracts_are_plain_text() -> None:
    record = read("TY  - JOUR\nT1  - The <i>in vivo</i>\n  wool &amp; co\nN2  - <p>We count.</p><p>Sheep.</p>\nER  - ")[
        0
    ]
    assert isinstance(record, Record)
    assert (record.title, record.abstract) == ("The in vivo wool & co", "We count.\nSheep.")


@pytest.mark.parametrize("word", ["NA", "[No abstract available]", "N/A"])
def test_a_word_that_says_that_there_is_no_abstract_is_none(word: str) -> None:
    record = one(f"AB  - {word}", "N2  - Really there.")
    assert (record.abstract, record.extra) == ("Really there.", (("AB", word),))


def test_what_has_no_place_is_kept_with_the_labels_of_screening_tools() -> None:
    lines = ["N1  - ASReview_relevant", "N1  - ASReview_prior", "XX  - odd", "AD  - Wool St", "M4  - Citavi"]
    assert one(*lines).extra == (
        ("N1", "ASReview_relevant"),
        ("N1", "ASReview_prior"),
        ("XX", "odd"),
        ("AD", "Wool St"),
        ("M4", "Citavi"),
    )


def test_a_record_without_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.library.readers.tagged.blocks.MOST_CHARACTERS", 1000)
    items = read("TY  - JOUR\nTI  - A\n" + "N1  - wool\n" * 1000)
    assert [type(item) for item in items] == [Record, Skipped]
    assert isinstance(items[0], Record)
    assert len(items[0].extra) < 250


@pytest.mark.parametrize(
    "text",
    [
        "@article{a, title = {T},\nauthor = {Quill, Ada}}\n",
        "# Notes\n\n- TI - not a field\n- AU - neither\n\nSome words about RIS, with `TY  - JOUR` in them.\n",
        "From: ada@wool.example\nSubject: TY\n\nDear Bo,\nI count - you sleep.\nPS - bye\n",
        "Title\nAda Quill, Bo Li\nWe count sheep - slowly.\n",
        "PMID- 1\nOWN - NLM\nTI  - A title\nAU  - Quill A\n",
        "",
    ],
)
def test_other_texts_are_not_taken_for_ris(text: str) -> None:
    assert not RisReader().sniff(Content.of_text(text))


def test_a_text_that_only_quotes_a_record_is_not_taken_for_ris() -> None:
    assert not RisReader().sniff(Content.of_text("Words about wool.\n" * 100 + TWO))
    assert not RisReader().sniff(Content.of_text(TWO + "Words about wool.\n" * 300))


def test_the_number_of_pubmed_that_ovid_has_in_place_of_a_key() -> None:
    address = "http://www.ncbi.nlm.nih.gov/pubmed/?term=31234567"
    content = Content.of_text(f"TY  - JOUR\nTI  - Owls\nDB  - Embase\nID  - 31234567 [{address}]\nER  - \n")
    (record,) = RisReader().read(content, source="s", saved=SAVED)
    assert isinstance(record, Record)
    assert (record.pmid, record.key) == ("31234567", None)

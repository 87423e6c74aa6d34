import json
from dataclasses import replace

import pytest

from assistant.library.readers import READERS
from assistant.library.readers.json.reader import JsonReader
from assistant.library.sources.content import Content
from assistant.shapes import paper_shape
from assistant.types import Author, Paper, Record, Skipped
from tests.contracts.reader_contract import SAVED, ReaderContract
from tests.fakes.shelf import OWLS

CSL = """[
{"id": "quill2020", "type": "article-journal", "title": "Counting Owls", "issued": {"date-parts": [[2020, 3]]}},
{"id": "li2021", "type": "paper-conference", "title": "Counting Bees", "container-title": "Proc. of Bees"}
]
"""
OPENALEX = """{"meta": {"count": 2}, "results": [
{"id": "https://openalex.org/W1", "display_name": "Counting Owls", "publication_year": 2020},
{"id": "https://openalex.org/W2", "title": "Counting Bees", "authorships": []}
]}
"""
SEMANTIC_SCHOLAR = """{"total": 2, "data": [
{"paperId": "a1", "title": "Counting Owls", "year": 2020},
{"paperId": "b2", "title": "Counting Bees", "externalIds": {"DOI": "10.1000/b"}}
]}
"""
CROSSREF = """{"status": "ok", "message-type": "work-list", "message": {"total-results": 2, "items": [
{"DOI": "10.1000/a", "title": ["Counting Owls"], "member": "1", "type": "journal-article"},
{"DOI": "10.1000/b", "title": ["Counting Bees"], "member": "1", "type": "book"}
]}}
"""


class TestCslJson(ReaderContract):
    reader = JsonReader("csl-json")
    sample = CSL


class TestOpenAlex(ReaderContract):
    reader = JsonReader("openalex")
    sample = OPENALEX


class TestSemanticScholar(ReaderContract):
    reader = JsonReader("semantic-scholar")
    sample = SEMANTIC_SCHOLAR


class TestCrossref(ReaderContract):
    reader = JsonReader("crossref")
    sample = CROSSREF


def read(value: object) -> list[Record | Skipped]:
    """What the reader that recognises a document makes of it."""
    content = Content.of_text(value if isinstance(value, str) else json.dumps(value, indent=1))
    (reader,) = (reader for reader in READERS if reader.sniff(content))
    return list(reader.read(content, source="s", saved=SAVED))


def one(value: object) -> Record:
    (found,) = read(value)
    assert isinstance(found, Record), found
    return found


def csl(**fields: object) -> Record:
    return one([{"id": "k", "type": "article-journal", "title": "T", **fields}])


def test_a_whole_item_of_csl_json() -> None:
    record = csl(**{
        "title": "Owls of H<sub>2</sub>O &amp; <i>Strix</i>",
        "author": [
            {"family": "Berg", "given": "Ada", "non-dropping-particle": "van der"},
            {"family": "Ford", "given": "Henry", "suffix": "Jr."},
            {"literal": "Owl Team"},
        ],
        "editor": [{"family": "Li", "given": "Bo"}],
        "issued": {"date-parts": [["2020", "3", 5]]},
        "container-title": "Journal of Owls",
        "journalAbbreviation": "J. Owls",
        "volume": 12, "issue": "3", "page": "454–81", "publisher": "Owl Press", "publisher-place": "Bern",
        "DOI": "https://doi.org/10.1000/ABC", "URL": "https://x.org", "ISSN": "1234-5678", "language": "en",
        "abstract": "<p>We count.</p><p>Owls &lt; 5.</p>", "keyword": "owls; strix",
        "note": "PMID: 123\nSeen twice\nPMCID: PMC9",
        "translator": [{"family": "Dove", "given": "Eve"}], "title-short": "",
    })  # fmt: skip
    assert record == Record(
        title="Owls of H2O & Strix",
        authors=(
            Author(family="van der Berg", given="Ada"),
            Author(family="Ford Jr.", given="Henry"),
            Author(family="Owl Team"),
        ),
        year=2020,
        date="2020-03-05",
        venue="Journal of Owls",
        doi="10.1000/abc",
        pmid="123",
        url="https://x.org",
        tags=("owls", "strix"),
        abstract="We count.\nOwls < 5.",
        key="k",
        entry_type="article",
        details=(
            ("volume", "12"), ("number", "3"), ("pages", "454-481"), ("publisher", "Owl Press"), ("address", "Bern"),
            ("editor", "Li, Bo"), ("shortjournal", "J. Owls"), ("note", "Seen twice"), ("issn", "1234-5678"),
            ("pmcid", "PMC9"), ("language", "en"),
        ),
        extra=(("translator", '[{"family": "Dove", "given": "Eve"}]'),),
        source="s",
        line=2,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("issued", "date"),
    [
        ({"date-parts": [[2020]]}, "2020"),
        ({"date-parts": [["2020", "12", "31"]]}, "2020-12-31"),
        ({"date-parts": [[2020, 5], [2020, 6]]}, "2020-05"),
        ({"date-parts": [[2020, 13, 40]]}, "2020"),
        ({"literal": "Spring 2020"}, "2020"),
        ({"raw": "2020-05-06"}, "2020-05-06"),
        ({"date-parts": [[2020]], "season": 2}, "2020"),
        ({"date-parts": [[]]}, None),
        ({"date-parts": [[-44, 3]]}, None),
        ({"date-parts": [[20200]]}, None),
        ("2020-05", "2020-05"),
        ("5 May 2020", "2020-05-05"),
    ],
)
def test_dates_of_csl_json(issued: object, date: str | None) -> None:
    assert csl(issued=issued, DOI="10.1000/x").date == date


@pytest.mark.parametrize(
    ("kind", "genre", "entry_type", "is_kept"),
    [
        ("article-journal", "", "article", False),
        ("article-newspaper", "", "article", True),
        ("paper-conference", "", "inproceedings", False),
        ("chapter", "", "incollection", False),
        ("thesis", "PhD thesis", "phdthesis", False),
        ("thesis", "Master’s thesis", "mastersthesis", False),
        ("thesis", "Habilitation", "thesis", False),
        ("report", "", "techreport", False),
        ("webpage", "", "online", False),
        ("motion_picture", "", "misc", True),
        ("owl-pellet", "", None, True),
    ],
)
def test_types_of_csl_json(kind: str, genre: str, entry_type: str | None, is_kept: bool) -> None:
    record = csl(type=kind, genre=genre, **{"container-title": "J"})
    assert record.entry_type == entry_type
    assert ("type" in dict(record.extra)) is is_kept


def test_shapes_around_csl_json() -> None:
    item = {"type": "article-journal", "title": "T", "container-title": "J"}
    for shape in (item, [item], {"items": [item]}, "\n".join([json.dumps(item)] * 1)):
        assert one(shape).venue == "J"


def test_preprints_of_csl_json() -> None:
    record = csl(type="article", number="arXiv:2305.14627", publisher="arXiv", URL="http://arxiv.org/abs/2305.14627")
    assert (record.arxiv_id, record.entry_type) == ("2305.14627", "misc")
    assert csl(note="arXiv: 2305.14627 [cs]").arxiv_id == "2305.14627"


def test_a_work_of_openalex() -> None:
    work = {
        "id": "https://openalex.org/W42", "doi": "https://doi.org/10.1000/ABC", "display_name": "Counting <i>Owls</i>",
        "publication_year": 2020, "publication_date": "2020-03-05", "language": "en", "type": "article",
        "type_crossref": "journal-article", "ids": {"pmid": "https://pubmed.ncbi.nlm.nih.gov/123", "mag": "9"},
        "authorships": [
            {"author": {"display_name": "Ada van Quill"}, "raw_author_name": "A. van Quill"}, {"author": None},
        ],
        "primary_location": {
            "landing_page_url": "https://doi.org/10.1000/ABC",
            "source": {"display_name": "Journal of Owls", "issn_l": "1234-5678", "host_organization_name": "Owl Press"},
        },
        "locations": [{"landing_page_url": "https://arxiv.org/abs/2305.14627v2"}],
        "biblio": {"volume": "12", "issue": "3", "first_page": "454", "last_page": "481"},
        "abstract_inverted_index": {"owls.": [3, 5], "We": [0], "count": [1], "the": [2], "Many": [4]},
        "keywords": [{"keyword": "owls", "score": 0.4}, {"display_name": "bees"}], "cited_by_count": 7,
    }  # fmt: skip
    assert one(work) == Record(
        title="Counting Owls",
        authors=(Author(family="van Quill", given="Ada"),),
        year=2020,
        date="2020-03-05",
        venue="Journal of Owls",
        doi="10.1000/abc",
        arxiv_id="2305.14627",
        pmid="123",
        tags=("owls", "bees"),
        abstract="We count the owls. Many owls.",
        entry_type="article",
        details=(
            ("volume", "12"), ("number", "3"), ("pages", "454-481"), ("publisher", "Owl Press"), ("issn", "1234-5678"),
            ("language", "en"),
        ),
        extra=(("openalex", '"W42"'),),
        source="s",
        line=1,
    )  # fmt: skip


def test_a_paper_of_semantic_scholar() -> None:
    paper = {
        "paperId": "a1", "corpusId": 9, "title": "Counting Owls", "abstract": "We count.", "venue": "", "year": 2020,
        "externalIds": {"DOI": "10.1000/ABC", "ArXiv": "2305.14627", "PubMed": "123", "ACL": "P20-1"},
        "publicationDate": "2020-03-05", "journal": {"name": "J. of Owls", "volume": "12", "pages": "\n 4 - 8"},
        "authors": [{"authorId": "1", "name": "Ada Quill"}], "tldr": {"model": "m", "text": "Owls were counted."},
        "publicationTypes": ["Review", "JournalArticle"], "citationCount": 5, "references": [{"title": "Other"}],
    }  # fmt: skip
    record = one(paper)
    assert record.abstract == "We count."
    assert (record.venue, record.doi, record.arxiv_id, record.pmid) == (
        "J. of Owls",
        "10.1000/abc",
        "2305.14627",
        "123",
    )
    assert (record.year, record.date, record.entry_type) == (2020, "2020-03-05", "article")
    assert record.details == (("volume", "12"), ("pages", "4-8"))
    assert dict(record.extra)["tldr"] == '"Owls were counted."'
    assert not {"citationCount", "references"} & dict(record.extra).keys()


def test_papers_within_answers_of_semantic_scholar() -> None:
    paper = {"paperId": "a1", "title": "Counting Owls"}
    citation = {"contexts": ["as in [4]"], "isInfluential": True, "citingPaper": paper}
    author = {"authorId": "1", "name": "Ada Quill", "papers": [paper, paper]}
    assert one(citation).title == "Counting Owls"
    assert one({"offset": 0, "data": [citation]}).title == "Counting Owls"
    assert [found.title for found in read(author) if isinstance(found, Record)] == ["Counting Owls"] * 2
    dump = {"corpusid": 9, "externalids": {"DOI": "10.1000/x"}, "title": "T", "publicationdate": "2020-03-05"}
    assert (one(dump).doi, one(dump).date) == ("10.1000/x", "2020-03-05")


def test_a_work_of_crossref() -> None:
    work = {
        "DOI": "10.1000/ABC", "type": "journal-article", "title": ["Counting <i>Owls</i>"], "subtitle": ["A Tale"],
        "author": [{"given": "Ada", "family": "Quill", "sequence": "first"}, {"name": "Owl Team"}],
        "container-title": ["Journal of Owls"], "short-container-title": ["J. Owls"], "volume": "12", "issue": "3",
        "page": "454-481", "publisher": "Owl Press", "ISSN": ["1234-5678", "8765-4321"], "URL": "http://dx.doi.org/10.1000/abc",
        "issued": {"date-parts": [[2020, 3]]}, "published-print": {"date-parts": [[2020, 3, 5]]},
        "published-online": {"date-parts": [[2019, 12, 1]]}, "created": {"date-parts": [[2018, 1, 1]]},
        "abstract": "<jats:title>Abstract</jats:title><jats:p>We count.</jats:p>", "subject": ["Zoology"],
        "reference": [{"key": "1"}], "is-referenced-by-count": 4, "member": "1",
    }  # fmt: skip
    record = one({"status": "ok", "message": work})
    assert record == Record(
        title="Counting Owls: A Tale",
        authors=(Author(family="Quill", given="Ada"), Author(family="Owl Team")),
        year=2020,
        date="2020-03-05",
        venue="Journal of Owls",
        doi="10.1000/abc",
        tags=("Zoology",),
        abstract="We count.",
        entry_type="article",
        details=(
            ("volume", "12"), ("number", "3"), ("pages", "454-481"), ("publisher", "Owl Press"),
            ("shortjournal", "J. Owls"), ("issn", "1234-5678, 8765-4321"),
        ),
        source="s",
        line=1,
    )  # fmt: skip
    assert one(work) == record


def test_crossref_without_a_date() -> None:
    assert one({"DOI": "10.1000/a", "title": ["T"], "member": "1", "issued": {"date-parts": [[None]]}}).year is None


def test_a_work_of_datacite() -> None:
    work = {
        "id": "https://doi.org/10.1000/abc", "doi": "10.1000/ABC", "creators": [
            {"name": "Quill, Ada", "givenName": "Ada", "familyName": "Quill"}, {"name": "Owl Team, Bern"},
        ],
        "titles": [{"title": "Owl Counts"}, {"title": "Nights", "titleType": "Subtitle"}],
        "publisher": {"name": "Owl Data"}, "container": {}, "publicationYear": 2020, "subjects": [{"subject": "owls"}],
        "dates": [{"date": "2019-01-01", "dateType": "Created"}, {"date": "2020-03-05", "dateType": "Issued"}],
        "types": {"resourceTypeGeneral": "Dataset", "bibtex": "misc"},
        "descriptions": [{"description": "Notes.", "descriptionType": "Other"},
                         {"description": "<p>All counts.</p>", "descriptionType": "Abstract"}],
    }  # fmt: skip
    for shape in (work, {"data": {"id": "10.1000/abc", "attributes": work}}, {"data": [{"attributes": work}]}):
        record = one(shape)
        assert (record.title, record.date, record.abstract) == ("Owl Counts: Nights", "2020-03-05", "All counts.")
        assert (record.doi, record.entry_type, record.tags) == ("10.1000/abc", "dataset", ("owls",))
        assert record.details == (("publisher", "Owl Data"),)


def test_objects_of_papis_and_bibjson() -> None:
    papis = {
        "title": "T", "author": "Quill, Ada and Li, Bo", "ref": "quill2020", "type": "article", "journal": "J",
        "author_list": [{"family": "Quill", "given": "Ada"}, {"family": "Li", "given": "Bo"}], "year": 2020, "month": 3,
        "firstpage": "4", "lastpage": "8", "issue": "2", "citations": [{"doi": "10.1/x"}],
    }  # fmt: skip
    record = one(papis)
    assert [author.name for author in record.authors] == ["Ada Quill", "Bo Li"]
    assert (record.key, record.date, record.venue) == ("quill2020", "2020-03", "J")
    assert record.details == (("number", "2"), ("pages", "4-8"))
    assert [name for name, _ in record.extra] == ["citations"]
    bibjson = {
        "title": "T",
        "author": [{"name": "Quill, Ada"}],
        "journal": {"name": "J", "volume": "1", "pages": "4--8"},
    }
    record = one(bibjson)
    assert (record.venue, record.details) == ("J", (("volume", "1"), ("pages", "4-8")))
    assert record.authors == (Author(family="Quill", given="Ada"),)


def test_items_of_zotero_and_mendeley() -> None:
    data = {
        "itemType": "bookSection", "title": "T", "publicationTitle": "B", "date": "March 2020",
        "tags": [{"tag": "owl"}],
        "creators": [{"creatorType": "author", "firstName": "Ada", "lastName": "Quill"},
                     {"creatorType": "editor", "firstName": "Bo", "lastName": "Li"}], "abstractNote": "We count.",
    }  # fmt: skip
    record = one([{"key": "ABC", "version": 1, "data": data}])
    assert (record.authors, record.details) == ((Author(family="Quill", given="Ada"),), (("editor", "Li, Bo"),))
    assert (record.date, record.tags, record.abstract) == ("2020-03", ("owl",), "We count.")
    attachment = {"key": "DEF", "version": 1, "data": {"itemType": "attachment", "title": "Full Text PDF"}}
    assert [type(found) for found in read([attachment])] == [Skipped]
    mendeley = {
        "id": "7fea3cb3-f97d-3f16-8fad-f59caaa71688", "profile_id": "p", "title": "T", "type": "journal", "read": False,
        "source": "J", "identifiers": {"doi": "10.1000/x", "pmid": "PMID:  11"}, "citation_key": "quill2020",
        "authors": [{"first_name": "Ada", "last_name": "Quill"}, {}],
    }  # fmt: skip
    record = one([mendeley])
    assert (record.venue, record.doi, record.pmid, record.key) == ("J", "10.1000/x", "11", "quill2020")
    assert record.authors == (Author(family="Quill", given="Ada"),)
    assert [name for name, _ in record.extra] == ["id"]


def test_objects_that_are_no_papers_are_reported_once() -> None:
    authors = [{"authorId": str(number), "name": "A", "paperCount": 3} for number in range(300)]
    (skipped,) = read(authors)
    assert isinstance(skipped, Skipped)
    assert "300 objects" in skipped.reason
    assert "authorId" in skipped.reason
    assert [type(found) for found in read([*authors, {"title": "T"}, *authors])] == [Skipped, Record, Skipped]
    (notebook,) = read([{"id": "1", "created": "2024", "modified": "2024", "title": "TEST"}])
    assert isinstance(notebook, Skipped)


def test_papers_without_a_title_are_reported_one_by_one() -> None:
    found = read([{"authors": ["A"], "year": 2020}, {"doi": "10.1000/x"}])
    assert [one.line for one in found if isinstance(one, Skipped) and "title" in one.reason] == [2, 8]


def test_a_saved_answer_in_xml_is_read_by_the_reader_of_its_body() -> None:
    feed = '<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom"></feed>'
    assert all(isinstance(found, Skipped) for found in read({"url": "u", "status_code": 200, "body": feed}))


def test_what_list_prints_is_read_again() -> None:
    listed = paper_shape(Paper(key="quill2020", record=OWLS))
    record = one({"papers": [listed]})
    assert replace(record, key=OWLS.key, source=OWLS.source, line=OWLS.line, extra=OWLS.extra) == OWLS


def test_papers_under_their_cite_keys_are_each_read() -> None:
    first, second = read(
        {"quill": {"title": "Owls", "year": 2020}, "reed": {"title": "Bees", "id": "r2", "year": 2021}}
    )
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert ((first.title, first.key), (second.title, second.key)) == (("Owls", "quill"), ("Bees", "r2"))


def test_people_of_europe_pmc_and_dblp() -> None:
    short = one({"title": "Owls", "authorString": "van Quill AB, Reed J.", "pubYear": "2020"})
    assert short.authors == (Author(family="van Quill", given="AB"), Author(family="Reed", given="J"))
    within = {"author": [{"@pid": "1", "text": "Ada Quill 0001"}, {"@pid": "2", "text": "Bo Reed"}]}
    assert [person.name for person in one({"title": "Owls", "authors": within}).authors] == ["Ada Quill", "Bo Reed"]

"""Read PubMed's XML: articles, books and their chapters, as efetch and the yearly files give them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element

from assistant.library.readers.values.dates import iso, iso_date, month_number
from assistant.library.readers.values.identifiers import arxiv_id, find_arxiv_id, find_doi, pmcid
from assistant.library.readers.values.names import people_text
from assistant.library.readers.values.pages import pages, pages_between
from assistant.library.readers.xml.fields import details, first_text, leftovers, line_of, text_of, texts
from assistant.library.readers.xml.outline import outline
from assistant.library.readers.xml.source import XmlRecord, read_xml
from assistant.library.sources.content import Content
from assistant.types import Author, Record, Skipped

_RECORDS = frozenset({"PubmedArticle", "PubmedBookArticle", "MedlineCitation"})
_ROOTS = _RECORDS | {"PubmedArticleSet", "PubmedBookArticleSet", "MedlineCitationSet"}
_READ = frozenset(
    "PMID Article BookDocument MeshHeadingList KeywordList Journal ArticleTitle VernacularTitle Pagination Abstract "
    "AuthorList Language Book ArticleDate MedlineJournalInfo DateCreated DateCompleted DateRevised CitationSubset "
    "ArticleIdList Sections ELocationID ReferenceList NumberOfReferences".split()
)
_NO_TITLES = frozenset({"[not available]", "not available"})


class PubmedXmlReader:
    """PubMed's XML."""

    name = "pubmed-xml"

    def sniff(self, content: Content) -> bool:
        """Look at the root element."""
        found = outline(content)
        return found is not None and found.root in _ROOTS

    def read(self, content: Content, *, source: str, saved: dt.date) -> Iterator[Record | Skipped]:  # noqa: ARG002 - because all readers have one signature
        """Yield the articles and books in the order of the file."""
        return read_xml(content, _RECORDS, _record, source=source)


def _record(found: XmlRecord, source: str) -> Record | Skipped:
    root = found.element
    citation = root if root.tag == "MedlineCitation" else root.find("MedlineCitation")
    chapter = root.find("BookDocument")
    if chapter is not None:
        record = _of_book(root, chapter)
    else:
        record = _of_article(root, citation if citation is not None else Element("none"))
    if record is None:
        name = first_text(citation if citation is not None else chapter, "PMID")
        what = f"PMID {name}" if name else "this record"
        return Skipped(source=source, line=found.line, reason=f"{what} has no title; export it anew")
    return replace(record, source=source, line=found.line)


def _of_article(root: Element, citation: Element) -> Record | None:
    article = citation.find("Article")
    title = _title(article)
    if article is None or not title:
        return None
    journal, identifiers = article.find("Journal"), _identifiers(root, article)
    date = _date(article.find("Journal/JournalIssue/PubDate")) or _date(article.find("ArticleDate"))
    authors, et_al = _people(article.find("AuthorList"))
    venue = first_text(journal, "Title") or first_text(citation, "MedlineJournalInfo/MedlineTA")
    short = first_text(journal, "ISOAbbreviation") or first_text(citation, "MedlineJournalInfo/MedlineTA")
    vernacular = line_of(article.find("VernacularTitle"))
    return Record(
        title=title,
        authors=authors,
        et_al=et_al,
        year=int(date[:4]) if date else None,
        date=date,
        venue=venue or None,
        doi=find_doi(identifiers.get("doi", "")),
        arxiv_id=find_arxiv_id(identifiers.get("doi", "")) or _arxiv_number(venue, identifiers),
        pmid=first_text(citation, "PMID") or identifiers.get("pubmed"),
        url=identifiers.get("url"),
        tags=_tags(citation),
        abstract=_abstract(article.find("Abstract")) or _abstract(citation.find("OtherAbstract")),
        entry_type="article",
        details=details(
            volume=first_text(journal, "JournalIssue/Volume"),
            number=first_text(journal, "JournalIssue/Issue"),
            pages=_pages(article.find("Pagination")),
            shortjournal=short if short != venue else "",
            issn=", ".join(texts(journal, "ISSN")) or first_text(citation, "MedlineJournalInfo/ISSNLinking"),
            pmcid=pmcid(identifiers.get("pmc", "")),
            language=", ".join(texts(article, "Language")),
        ),
        extra=(
            *((("VernacularTitle", vernacular),) if vernacular and _sentence(vernacular) != title else ()),
            *_extra(article, citation, identifiers),
        ),
    )


def _of_book(root: Element, document: Element) -> Record | None:
    """A book, or with a title of its own a chapter."""
    book = document.find("Book")
    book_title = _sentence(first_text(book, "BookTitle"))
    chapter_title = _sentence(first_text(document, "ArticleTitle", "VernacularTitle"))
    title = chapter_title or book_title
    if not title:
        return None
    date = _date(book.find("PubDate") if book is not None else None) or _date(document.find("ContributionDate"))
    own, of_book = _listed(document, "authors"), _listed(book, "authors")
    authors, et_al = _people(own if own is not None else of_book)
    editors, _ = _people(_listed(book, "editors"))
    identifiers = _identifiers(root, document)
    return Record(
        title=title,
        authors=authors,
        et_al=et_al,
        year=int(date[:4]) if date else None,
        date=date,
        venue=book_title if chapter_title else None,
        doi=find_doi(identifiers.get("doi", "")),
        pmid=first_text(document, "PMID") or identifiers.get("pubmed"),
        tags=_tags(document),
        abstract=_abstract(document.find("Abstract")),
        entry_type="incollection" if chapter_title else "book",
        details=details(
            volume=first_text(book, "Volume"),
            pages=_pages(document.find("Pagination")),
            publisher=first_text(book, "Publisher/PublisherName"),
            address=first_text(book, "Publisher/PublisherLocation"),
            edition=first_text(book, "Edition"),
            series=first_text(book, "CollectionTitle"),
            editor=people_text(editors),
            isbn=", ".join(texts(book, "Isbn")),
            pmcid=pmcid(identifiers.get("pmc", "")),
            language=", ".join(texts(document, "Language")),
        ),
        extra=_extra(document, document, identifiers),
    )


def _listed(element: Element | None, kind: str) -> Element | None:
    """The list of people of a kind that is not said to be of another one."""
    lists = element.findall("AuthorList") if element is not None else []
    return next((one for one in lists if one.get("Type", "authors") == kind), None)


def _title(article: Element | None) -> str:
    for name in ("ArticleTitle", "VernacularTitle"):
        title = _sentence(first_text(article, name))
        if title and title.lower() not in _NO_TITLES:
            return title
    return ""


def _sentence(title: str) -> str:
    """A title without the full stop that PubMed sets, and the brackets that it puts round translations."""
    bare = title[:-1] if title.endswith(".") and not title.endswith("..") else title
    is_translated = bare.startswith("[") and bare.endswith("]") and bare.count("[") == bare.count("]") == 1
    inside = bare[1:-1] if is_translated else bare
    return inside[:-1] if is_translated and inside.endswith(".") else inside


def _people(listed: Element | None) -> tuple[tuple[Author, ...], bool]:
    if listed is None:
        return (), False
    people = [_author(one) for one in listed.iterfind("Author") if one.get("ValidYN") != "N"]
    return tuple(one for one in people if one.family), listed.get("CompleteYN") == "N"


def _author(element: Element) -> Author:
    collective = first_text(element, "CollectiveName")
    family = " ".join(part for part in (first_text(element, "LastName"), first_text(element, "Suffix")) if part)
    given = first_text(element, "ForeName", "FirstName", "Initials")
    return Author(family=family, given=given) if family else Author(family=collective or given)


def _date(element: Element | None) -> str | None:
    if element is None:
        return None
    year = first_text(element, "Year")
    if not (year.isdecimal() and year.isascii()):
        return iso_date(first_text(element, "MedlineDate") or year)
    day = first_text(element, "Day")
    return iso(int(year), month_number(first_text(element, "Month")), int(day) if day.isdecimal() else 0)


def _pages(element: Element | None) -> str:
    first, last = first_text(element, "StartPage"), first_text(element, "EndPage")
    return pages(first_text(element, "MedlinePgn")) or pages_between(first, last)


def _abstract(element: Element | None) -> str:
    if element is None:
        return ""
    paragraphs: list[str] = []
    for part in element.iterfind("AbstractText"):
        label, text = part.get("Label", ""), text_of(part)
        is_said = not label or label.upper() == "UNLABELLED" or text.upper().startswith(label.upper())
        paragraphs.append(text if is_said or not text else f"{label}: {text}")
    return "\n".join(paragraph for paragraph in paragraphs if paragraph)


def _identifiers(root: Element, article: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in ("PubmedData/ArticleIdList/ArticleId", "PubmedBookData/ArticleIdList/ArticleId"):
        for one in root.iterfind(path):
            found.setdefault(one.get("IdType", ""), line_of(one))
    for one in article.iterfind("ArticleIdList/ArticleId"):
        found.setdefault(one.get("IdType", ""), line_of(one))
    for one in article.iterfind("ELocationID"):
        if one.get("ValidYN") != "N":
            found.setdefault(one.get("EIdType", ""), line_of(one))
    return found


def _arxiv_number(venue: str, identifiers: dict[str, str]) -> str | None:
    """The number of a preprint, which PubMed gives as the publisher's."""
    return arxiv_id(identifiers.get("pii", "")) if venue.lower() == "arxiv" else None


def _tags(citation: Element) -> tuple[str, ...]:
    headings = texts(citation, "MeshHeadingList/MeshHeading/DescriptorName")
    return tuple(dict.fromkeys((*headings, *texts(citation, "KeywordList/Keyword"))))


def _extra(article: Element, citation: Element, identifiers: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """What has no other place: subheadings, places of work, identifiers, and all that is not read."""
    subheadings = [
        "/".join(texts(one, "*")) for one in citation.iterfind("MeshHeadingList/MeshHeading") if len(one) > 1
    ]
    known = {"doi", "pubmed", "pmc", "pmcid", "url"}
    pairs = [
        *leftovers(article, _READ),
        *(leftovers(citation, _READ) if citation is not article else ()),
        ("MeshHeadingList", "; ".join(subheadings)),
        ("Affiliation", "; ".join(texts(article, "AuthorList/Author/AffiliationInfo/Affiliation"))),
        ("CopyrightInformation", first_text(article, "Abstract/CopyrightInformation")),
        *((name, value) for name, value in identifiers.items() if name not in known),
    ]
    return tuple((name, value) for name, value in pairs if name and value)

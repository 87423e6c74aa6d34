import pytest

from assistant.library.readers.values.identifiers import doi_of_address, find_pmid, isbns, issns, pmcid


@pytest.mark.parametrize(
    ("url", "doi"),
    [
        ("https://doi.org/10.1000/Wool.1", "10.1000/wool.1"),
        ("http://DX.DOI.ORG/10.1000/wool.1", "10.1000/wool.1"),
        ("https://press.example.org/doi/abs/10.1000/wool.1?journalCode=wool", "10.1000/wool.1"),
        ("https://press.example.org/doi/10.1000/wool.1/abstract", "10.1000/wool.1"),
        ("https://press.example.org/doi/10.1000/wool.1/full/", "10.1000/wool.1"),
        ("https://press.example.org/content/10.1000/wool.1.full.pdf", "10.1000/wool.1"),
        ("https://press.example.org/article?id=10.1000/wool.1&type=printable", "10.1000/wool.1"),
        ("https://press.example.org/chapter/10.1000/978-3-16-148410-0_7#Sec2", "10.1000/978-3-16-148410-0_7"),
        ("https://resolver.example.org/?sid=x&id=doi:10.1000/wool.1&date=2020", "10.1000/wool.1"),
        ("https://www.cochranelibrary.com/central/doi/10.1002/central/CN-00000001/full", None),
        ("https://press.example.org/volume/10/article/1000", None),
        ("", None),
    ],
)
def test_the_doi_of_an_address(url: str, doi: str | None) -> None:
    assert doi_of_address(url) == doi


@pytest.mark.parametrize(
    ("text", "pmid"),
    [
        ("PMID: 0123", "123"),
        ("123 [pmid]", "123"),
        ("https://pubmed.ncbi.nlm.nih.gov/123/", "123"),
        ("http://www.ncbi.nlm.nih.gov/pubmed/123", "123"),
        ("http://www.ncbi.nlm.nih.gov/pubmed/?term=123", "123"),
        ("http://www.ncbi.nlm.nih.gov/entrez/query.fcgi?cmd=Retrieve&list_uids=123", "123"),
        ("MEDLINE:123", "123"),
        ("123", None),
        ("PMC123", None),
    ],
)
def test_the_pubmed_number_in_a_text(text: str, pmid: str | None) -> None:
    assert find_pmid(text) == pmid


@pytest.mark.parametrize(
    ("text", "found"),
    [("PMC123", "PMC123"), ("123", "PMC123"), ("PMC123.1", "PMC123"), ("pmc: 123", "PMC123"), ("x", None)],
)
def test_a_number_of_pubmed_central(text: str, found: str | None) -> None:
    assert pmcid(text) == found


@pytest.mark.parametrize(
    ("text", "serials", "books"),
    [
        ("1234567x (Print), 1234-567X (Online)", ["1234-567X"], []),
        ("ISSN 1234-5679; ISBN 978-3-16-148410-0", ["1234-5679"], ["978-3-16-148410-0"]),
        ("978 3 16 148410 0", [], ["978 3 16 148410 0"]),
        ("316148410X 0262033844", [], ["316148410X", "0262033844"]),
        ("", [], []),
    ],
)
def test_numbers_of_serials_and_books(text: str, serials: list[str], books: list[str]) -> None:
    assert (issns(text), isbns(text)) == (serials, books)

from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.fetching import is_query
from assistant.fetching.queries import parsed


@pytest.mark.parametrize(
    "text",
    [
        "openalex:citation faithfulness",
        "OpenAlex:W1",
        "arxiv:2305.14627",
        "doi:10.1000/x",
        "crossref:a",
        "pubmed:1",
        "s2:a",
        "https://arxiv.org/abs/2305.14627v2",
        "https://doi.org/10.1000/x",
        "https://pubmed.ncbi.nlm.nih.gov/123/",
        "https://openalex.org/W12",
    ],
)
def test_a_service_and_a_colon_is_a_query(text: str) -> None:
    assert is_query(text)


@pytest.mark.parametrize(
    "text",
    [
        r"C:\papers\library.bib",
        "C:library.bib",
        "library.bib",
        "-",
        "notes: on doi.bib",
        "file:doi",
        "https://example.org/a",
        "",
        ":x",
    ],
)
def test_a_path_is_none(text: str) -> None:
    assert not is_query(text)


def test_a_file_of_that_name_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert is_query("doi:10.1000")
    (tmp_path / "doi:10.1000").touch()
    assert not is_query("doi:10.1000")


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("openalex:W2741809807", ("W2741809807",)),
        ("openalex:https://openalex.org/w27", ("W27",)),
        ("openalex:10.1000/ABC", ("doi:10.1000/abc",)),
        ("openalex:10.1000/abc and words", ()),
        ("openalex:Words", ()),
        ("arxiv:2305.14627", ("2305.14627",)),
        ("arxiv:2305.14627v3", ("2305.14627v3",)),
        ("arxiv:arXiv:2305.14627, 2301.00001 2305.14627", ("2305.14627", "2301.00001")),
        ("arxiv:math.GT/0309136", ("math.GT/0309136",)),
        ("arxiv:2305.14627 retrieval", ()),
        ("https://arxiv.org/pdf/2305.14627v1.pdf", ("2305.14627v1",)),
        ("doi:https://doi.org/10.1000/X(1)2", ("10.1000/x(1)2",)),
        ("https://doi.org/10.1000%2Fx", ("10.1000/x",)),
        ("crossref:10.1000/x", ("10.1000/x",)),
        ("crossref:words", ()),
        ("pubmed:123", ("123",)),
        ("pubmed:PMID:123, 45", ("123", "45")),
        ("pubmed:123 mice", ()),
        ("s2:" + "0a" * 20, ("0a" * 20,)),
        ("s2:corpusid:12", ("CorpusId:12",)),
        ("s2:10.1000/x", ("DOI:10.1000/x",)),
        ("s2:2305.14627v2", ("ARXIV:2305.14627",)),
        ("s2:arXiv:2305.14627", ("ARXIV:2305.14627",)),
        ("s2:faithful citation", ()),
    ],
)
def test_identifiers_are_told_from_words(text: str, ids: tuple[str, ...]) -> None:
    assert parsed(text).ids == ids


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("openalex:", "asks for nothing"),
        ('pubmed:" "', "asks for nothing"),
        ("doi:citation", "has no DOI"),
        ("scopus:citation", "asks no service"),
    ],
)
def test_what_asks_for_nothing_is_refused_with_an_example(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        parsed(text)

"""The sample library that the demonstration imports and readers try first."""

import re
import string
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[2] / "examples" / "library.bib"

KEY = re.compile(r"[a-z]+(?:19|20)\d\d[a-z0-9]+")
DOI = re.compile(r"10\.\d{4,9}/[A-Za-z0-9._/-]*[A-Za-z0-9]")
ARXIV = re.compile(r"\d\d(?:0[1-9]|1[0-2])\.\d{4,5}")
SENTENCE_END = re.compile(r"[.?!](?=\s+[A-Z0-9]|$)")
VENUE_FIELD = {"inproceedings": "booktitle", "article": "journal", "misc": "eprint"}
TAGS = {
    "attribution",
    "benchmark",
    "embeddings",
    "evaluation",
    "fact-checking",
    "generation",
    "literature-review",
    "question-answering",
    "reranking",
    "retrieval",
}
Entry = dict[str, str]
"""The fields of an entry as the file has them; `key` and `type` beside them."""


@pytest.fixture(scope="module")
def text() -> str:
    return SAMPLE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def entries(text: str) -> list[Entry]:
    from bibtexparser.entrypoint import parse_string

    library = parse_string(text)
    assert library.failed_blocks == []
    return [
        {field.key: field.value for field in entry.fields} | {"key": entry.key, "type": entry.entry_type}
        for entry in library.entries
    ]


def plain(latex: str) -> str:
    """Text without LaTeX's accents and braces, in ASCII: `K{\\"u}ttler` is `Kuttler`."""
    from pylatexenc.latex2text import LatexNodes2Text

    decoded = unicodedata.normalize("NFKD", str(LatexNodes2Text().latex_to_text(latex)))
    return "".join(char for char in decoded if char.isascii())


def expected_key(entry: Entry) -> str:
    """First author's family name, year, and the title's first word that is not an article."""
    family = re.sub("[^a-z]", "", plain(entry["author"].split(" and ")[0].split(",")[0]).lower())
    words: list[str] = re.findall(r"[a-z0-9]+", plain(entry["title"]).lower())
    return family + entry["year"] + next(word for word in words if word not in {"a", "an", "the"})


def offenders(entries: list[Entry], is_right: Callable[[Entry], object]) -> list[str]:
    return [entry["key"] for entry in entries if not is_right(entry)]


def test_it_says_at_its_top_whose_words_the_abstracts_are(text: str) -> None:
    comment = text.partition("@")[0]
    assert all(line.startswith("%") for line in comment.strip().splitlines())
    assert "bibliographic data" in comment
    assert "are facts" in comment
    assert "Every abstract is a summary written for this sample; none is the authors' abstract." in comment


def test_it_has_about_forty_papers(entries: list[Entry]) -> None:
    assert 38 <= len(entries) <= 42


def test_every_entry_of_the_file_was_parsed(text: str, entries: list[Entry]) -> None:
    assert len(entries) == len(re.findall(r"^@", text, flags=re.MULTILINE))


def test_keys_are_unique_and_made_of_author_year_and_title(entries: list[Entry]) -> None:
    keys = [entry["key"] for entry in entries]
    assert len(set(keys)) == len(keys)
    assert offenders(entries, lambda entry: KEY.fullmatch(entry["key"])) == []
    assert [
        (key, expected_key(entry)) for key, entry in zip(keys, entries, strict=True) if key != expected_key(entry)
    ] == []


def test_no_two_entries_have_the_same_title_or_identifier(entries: list[Entry]) -> None:
    for field in ("title", "doi", "eprint"):
        values = [plain(entry[field]).casefold() for entry in entries if field in entry]
        assert len(set(values)) == len(values), field


@pytest.mark.parametrize("field", ["title", "author", "year", "abstract", "keywords"])
def test_every_entry_has(field: str, entries: list[Entry]) -> None:
    assert offenders(entries, lambda entry: entry.get(field, "").strip()) == []


def test_types_name_their_venue(entries: list[Entry]) -> None:
    assert offenders(entries, lambda entry: entry.get(VENUE_FIELD[entry["type"]])) == []


def test_authors_are_written_family_first(entries: list[Entry]) -> None:
    for entry in entries:
        *named, last = entry["author"].split(" and ")
        names = named if last == "others" else [*named, last]
        assert names, entry["key"]
        assert all(re.fullmatch(r"[^,]+, [^,]+", name) for name in names), entry["key"]
        assert len(set(names)) == len(names), entry["key"]


def test_years_are_not_before_the_preprint(entries: list[Entry]) -> None:
    assert offenders(entries, lambda entry: 1990 <= int(entry["year"]) <= 2026) == []
    preprints = [entry for entry in entries if "eprint" in entry]
    assert offenders(preprints, lambda entry: int(entry["year"]) >= 2000 + int(entry["eprint"][:2])) == []


def test_a_preprint_alone_has_the_year_of_its_number(entries: list[Entry]) -> None:
    alone = [entry for entry in entries if entry["type"] == "misc"]
    assert alone
    assert offenders(alone, lambda entry: entry["year"] == f"20{entry['eprint'][:2]}") == []


def test_identifiers_are_well_formed(entries: list[Entry]) -> None:
    assert offenders(entries, lambda entry: "doi" not in entry or DOI.fullmatch(entry["doi"])) == []
    assert offenders(entries, lambda entry: "eprint" not in entry or ARXIV.fullmatch(entry["eprint"])) == []
    assert offenders(entries, lambda entry: ("eprint" in entry) == (entry.get("archiveprefix") == "arXiv")) == []


def test_pages_are_ranges_that_ascend(entries: list[Entry]) -> None:
    for entry in entries:
        if "pages" in entry:
            first, last = entry["pages"].split("--")
            assert int(first) < int(last), entry["key"]


def test_abstracts_are_two_to_five_sentences_of_plain_text(entries: list[Entry]) -> None:
    for entry in entries:
        abstract = entry["abstract"]
        assert 2 <= len(SENTENCE_END.findall(abstract)) <= 5, entry["key"]
        assert 40 <= len(abstract.split()) <= 140, entry["key"]
        assert abstract == " ".join(abstract.split()), entry["key"]
        assert abstract[-1] == ".", entry["key"]
        # Quotes are exact substrings: nothing here may change when LaTeX is decoded.
        assert set(abstract) <= set(string.ascii_letters + string.digits + " .,:;?!()/+-'"), entry["key"]
        assert "--" not in abstract, entry["key"]


def test_tags_are_one_to_three_of_a_small_set(entries: list[Entry]) -> None:
    tags = {entry["key"]: entry["keywords"].split(", ") for entry in entries}
    assert [key for key, own in tags.items() if not 1 <= len(set(own)) == len(own) <= 3] == []
    assert {tag for own in tags.values() for tag in own} == TAGS


def test_it_has_accents_in_latex_and_an_author_list_cut_short(text: str, entries: list[Entry]) -> None:
    assert text.isascii()
    assert 'K{\\"u}ttler, Heinrich' in text
    assert 'Rockt{\\"a}schel, Tim' in text
    assert any(entry["author"].endswith(" and others") for entry in entries)

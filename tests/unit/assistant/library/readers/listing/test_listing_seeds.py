"""The author listings that people really saved; they are not part of the project."""

import datetime as dt
import json
import re
from hashlib import sha256

import pytest

from assistant.library.readers.listing.reader import ListingReader
from assistant.library.sources.content import Content
from assistant.types import Record
from tests.conftest import REAL_DATA

DATA = REAL_DATA / "seeds"

pytestmark = [
    pytest.mark.seeds,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"no author listings in {DATA}; set CITEWELL_DATA to their parent"),
]


def papers(number: int) -> tuple[str, list[Record]]:
    path = sorted(DATA.glob("*.txt"))[number]
    text = path.read_text(encoding="utf-8")
    assert ListingReader().sniff(Content.of_text(text))
    items = list(ListingReader().read(Content.of_text(text), source=path.name, saved=dt.date(2026, 6, 1)))
    records = [item for item in items if isinstance(item, Record)]
    assert items == records, "nothing is skipped"
    return text, records


@pytest.mark.parametrize(("number", "count"), [(0, 15), (1, 14), (2, 21), (3, 10)])
def test_every_paper_is_whole(number: int, count: int) -> None:
    text, records = papers(number)
    lines = text.splitlines()
    assert len(records) == count
    known = {author.name for record in records for author in record.authors}
    for record in records:
        assert record.authors
        assert record.abstract in lines
        assert len(record.abstract) > 500
        assert not any(name in record.title for name in known)
        assert all(re.fullmatch(r"[A-Z][a-z]+(-[a-z]+)?", author.family) for author in record.authors)
        assert all(author.given for author in record.authors)
        assert lines[(record.line or 0) - 1 :][:3], record.line


@pytest.mark.parametrize(("number", "owner"), [(0, "Shezheng Song"), (1, "Qinghua Zhao"), (2, "Yaochen Zhu")])
def test_header_lines_and_titles_account_for_every_line(number: int, owner: str) -> None:
    text, records = papers(number)
    lines = text.splitlines()
    with_owner = 0
    for record in records:
        header, first = lines[(record.line or 0) - 1], lines[record.line or 0]
        assert record.date is not None
        assert (record.year, record.date[:4]) == (int(record.date[:4]), str(record.year))
        day = dt.date.fromisoformat(record.date)
        assert f"{record.category}{day:%b} {day.day}" in header
        assert (f", {day.year}" in header) == (day.year < 2026)
        assert (("code", "yes") in record.extra) == header.endswith("Code")
        names = ", ".join(author.name for author in record.authors) + (" et al." if record.et_al else "")
        assert first in (record.title, record.title + names)
        assert names in text
        with_owner += owner in names
    assert with_owner >= len(records) // 2


def test_the_listing_of_inverted_names() -> None:
    text, records = papers(3)
    for record in records:
        inverted = ", ".join(f"{author.family}, {author.given}" for author in record.authors)
        assert f"{record.title}\n{inverted}\n{record.abstract}" in text
        assert "Richang Hong" in [author.name for author in record.authors]
        assert (record.date, record.year, record.category, record.et_al) == (None, None, None, False)


def test_papers_known_by_name() -> None:
    found = {record.title: record for number in range(4) for record in papers(number)[1]}
    assert len(found) == 60
    rome = found["ROME: Memorization Insights from Text, Logits and Representation"]
    assert [author.name for author in rome.authors] == ["Bo Li", "Qinghua Zhao", "Lijie Wen"]
    assert (rome.date, rome.et_al) == ("2024-03-01", False)
    redundancy = found["Beyond Frequency: The Role of Redundancy in Large Language Model Memorization"]
    assert [author.name for author in redundancy.authors] == ["Jie Zhang", "Qinghua Zhao", "Chi-ho Lin"]
    assert redundancy.et_al
    sapo = found["SAPO: Step-Aligned Policy Optimization for Reasoning-Based Generative Recommendation"]
    assert (sapo.extra, sapo.date) == ((("score", "74.4"),), "2026-05-17")


@pytest.mark.parametrize(
    ("number", "digest"),
    [
        (0, "2d21f5b0cab65528"),
        (1, "26502f624e641eb2"),
        (2, "83f9baaf0fe2136c"),
        (3, "5da4fa0cd1a8e201"),
    ],
)
def test_all_sixty_are_exactly_as_checked_by_eye(number: int, digest: str) -> None:
    """Digests instead of the papers' text, which is not part of the project."""
    _, records = papers(number)
    fields = [
        [
            one.title,
            [[author.given, author.family] for author in one.authors],
            one.et_al,
            one.date,
            one.category,
            one.abstract,
        ]
        for one in records
    ]
    assert sha256(json.dumps(fields).encode()).hexdigest()[:16] == digest

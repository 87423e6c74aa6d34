from assistant.quoting.filling import filled_up
from assistant.types import Citation, Order, Statement, Verdict
from tests.fakes.judge import FakeJudge, always
from tests.fakes.papers import bank, exact, paper

PAPERS = [
    paper(
        f"p{year}", f"Tide Gauges of {year}", f"Tide gauge {year} floats near harbours.", by="Li, B; Wu, C", year=year
    )
    for year in (2001, 2002, 2003)
]
BY_KEY = {one.key: one for one in PAPERS}


def said(*keys: str, text: str = "Tide gauges float near harbours.") -> Statement:
    citations = tuple(Citation(key=key, quote="Tide", start=0, end=4) for key in keys)
    return Statement(text=text, citations=citations, verdict=Verdict(label="supported", score=1.0, judge="fake-1"))


def filled(
    *statements: Statement,
    judge: FakeJudge | None = None,
    others: tuple[str, ...] = (),
    words: int | None = None,
    order: Order = "theme",
) -> list[Statement]:
    return filled_up(
        statements,
        PAPERS,
        topic="tide gauges",
        bank=bank(PAPERS),
        judge=judge or always("supported"),
        said=said(*others).citations,
        words=words,
        order=order,
    )


def keys(statements: list[Statement]) -> list[str]:
    return ["+".join(one.key for one in each.citations) for each in statements]


def test_each_paper_that_is_not_cited_is_quoted_behind_what_is_written() -> None:
    written = said("p2002")
    first, *quotes = filled(written)
    assert first is written
    assert keys(quotes) == ["p2001", "p2003"]
    for one in quotes:
        assert one.quoted
        assert exact(
            BY_KEY.get,
            one.citations[0].key,
            one.citations[0].quote,
            one.citations[0].start,
            one.citations[0].end,
            "abstract",
        )


def test_a_section_without_a_sentence_is_made_of_quotes() -> None:
    assert keys(filled()) == ["p2001", "p2002", "p2003"]
    assert keys(filled(words=5)) == ["p2001"]


def test_nothing_is_asked_when_all_are_cited() -> None:
    judge = FakeJudge(queue=[])
    assert keys(filled(said("p2001", "p2002"), said("p2003"), judge=judge)) == ["p2001+p2002", "p2003"]
    assert judge.calls == []


def test_what_another_section_cites_is_not_quoted_again() -> None:
    assert keys(filled(said("p2001"), others=("p2003",))) == ["p2001", "p2002"]


def test_quotes_stop_where_the_words_do() -> None:
    assert keys(filled(said("p2001"), words=24)) == ["p2001"]
    assert keys(filled(said("p2001"), words=60)) == ["p2001", "p2002", "p2003"]
    assert keys(filled(words=26)) == ["p2001", "p2002"]


def test_in_time_order_a_quote_stands_before_what_is_younger() -> None:
    assert keys(filled(said("p2001"), said("p2003"), order="time")) == ["p2001", "p2002", "p2003"]
    assert keys(filled(said("p2003"), said("p2003"), order="time")) == ["p2001", "p2002", "p2003", "p2003"]


def test_it_does_not_come_between_sentences_on_one_paper() -> None:
    both = said("p2001"), said("p2001", "p2003")
    assert keys(filled(*both, order="time")) == ["p2001", "p2001+p2003", "p2002"]

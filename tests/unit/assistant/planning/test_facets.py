from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.planning.facets import facets_of_document, facets_of_topic
from assistant.types import Document, DraftSentence, Paragraph


def sides(topic: str) -> list[tuple[str, str]]:
    return [(one.side, one.text) for one in facets_of_topic(topic)]


def draft(*paragraphs: tuple[str, list[str]], title: str = "", abstract: str = "", source: str = "") -> Document:
    """A draft of paragraphs: heading, sentences."""
    places = count()
    return Document(
        name="draft.md",
        markup="markdown",
        source=source,
        paragraphs=tuple(
            Paragraph(
                heading=heading,
                sentences=tuple(
                    DraftSentence(pieces=(text,), mentions=(), start=(at := next(places)), end=at, line=1)
                    for text in sentences
                ),
            )
            for heading, sentences in paragraphs
        ),
        title=title,
        abstract=abstract,
    )


def test_a_plain_topic_is_one_facet_without_the_kind_of_text() -> None:
    assert sides("A Survey on Dialogue Memory") == [("topic", "Dialogue Memory")]


def test_things_listed_are_searched_each_with_what_they_share() -> None:
    assert sides("Rain, wind and fog in coastal cities") == [
        ("topic", "Rain, wind and fog in coastal cities"),
        ("item", "Rain in coastal cities"),
        ("item", "wind in coastal cities"),
        ("item", "fog in coastal cities"),
    ]
    assert [text for side, text in sides("dialogue memory for robots & agents") if side == "item"] == [
        "dialogue memory for robots",
        "dialogue memory for agents",
    ]


def test_of_several_lists_each_thing_is_searched_alone() -> None:
    assert [text for side, text in sides("memory and planning for robots and boats") if side == "part"] == [
        "memory",
        "planning",
        "robots",
        "boats",
    ]


def test_what_stands_around_a_preposition_is_no_side_of_its_own() -> None:
    assert sides("graph memory for dialogue agents") == [("topic", "graph memory for dialogue agents")]


def test_a_short_form_is_searched_in_words_and_as_it_is() -> None:
    texts = [text for side, text in sides("dialogue graph memory (DGM) for robots") if side == "topic"]
    assert texts == [
        "dialogue graph memory (DGM) for robots",
        "dialogue graph memory for robots",
        "DGM for robots",
    ]


def test_both_sides_of_a_colon_are_wordings_of_the_topic() -> None:
    texts = [text for _, text in sides("Lanterns: replaying old conversations")]
    assert texts == ["Lanterns: replaying old conversations", "replaying old conversations"]


def test_sentences_are_sides_of_a_topic_that_is_a_text() -> None:
    text = "Dialogue agents forget what was said. Our graph stores causes between spoken events. We thank you."
    assert sides(text) == [
        ("topic", text),
        ("draft", "Dialogue agents forget what was said."),
        ("draft", "Our graph stores causes between spoken events."),
    ]


def test_no_topic_has_no_facets() -> None:
    assert sides("") == sides("a literature review") == sides("?") == []


def test_a_long_text_is_searched_by_its_most_frequent_words() -> None:
    rare = " ".join(f"word{number}" for number in range(300))
    (facet,) = facets_of_topic(f"{rare} copper copper binding binding")
    words = facet.text.split()
    assert "copper" in words
    assert "binding" in words
    assert len(words) <= 40


@given(st.text(max_size=300))
@settings(max_examples=60)
def test_any_topic_has_few_distinct_facets_with_the_whole_first(topic: str) -> None:
    facets = facets_of_topic(topic)
    assert len(facets) <= 8
    assert len({one.text for one in facets}) == len(facets)
    assert all(one.text.strip() for one in facets)
    assert not facets or facets[0].side == "topic"


def test_a_draft_is_searched_by_all_that_says_what_it_is_about() -> None:
    facets = facets_of_document(
        draft(
            ("Introduction", ["Radars miss rain.", "We propose Drizzle, a forecast from bicycle sensors."]),
            ("Humidity sensors", ["Sensors on shared bicycles measure humidity in every street."]),
            title="Rain from Bicycles",
            abstract="Weather radars miss light rain in cities. Bicycles measure humidity everywhere.",
        )
    )
    assert (facets[0].side, facets[0].text) == (
        "topic",
        "Rain from Bicycles. Weather radars miss light rain in cities. Bicycles measure humidity everywhere.",
    )
    texts = [one.text for one in facets[1:]]
    assert {one.side for one in facets[1:]} == {"draft"}
    assert "Rain from Bicycles" in texts
    assert "Weather radars miss light rain in cities." in texts
    assert "We propose Drizzle, a forecast from bicycle sensors." in texts
    assert "Humidity sensors" in texts
    assert "Introduction" not in texts


def test_short_forms_of_a_draft_are_written_out() -> None:
    source = "Dialogue graph memory (DGM) helps."
    facets = facets_of_document(draft(title="How DGM helps agents", source=source))
    assert facets[0].text == "How Dialogue graph memory helps agents"


def test_a_draft_without_title_and_abstract_is_searched_by_what_it_says_it_does() -> None:
    facets = facets_of_document(draft(("", ["It rains often.", "In this paper we study rain over coastal cities."])))
    assert facets[0].text == "In this paper we study rain over coastal cities."
    assert facets_of_document(draft(("", ["Copper binds to loops."])))[0].text == "Copper binds to loops."


def test_an_empty_draft_has_no_facets() -> None:
    assert facets_of_document(draft()) == []


def test_a_long_draft_has_no_more_than_sixteen_facets() -> None:
    numbers = range(40)
    paragraphs = [(f"Heading number{one}", [f"Owl{one} hunts mouse{one} near tree{one}."]) for one in numbers]
    assert len(facets_of_document(draft(*paragraphs, title="Owls"))) == 16

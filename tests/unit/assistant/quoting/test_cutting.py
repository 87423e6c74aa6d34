import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.quoting.cutting import balanced, label_of, shortened


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a lantern that replays old talks, which runs at night", "a lantern that replays old talks"),
        ("a lantern that replays old talks; it runs at night", "a lantern that replays old talks"),
        ("a lantern that replays old talks, and we show its worth", "a lantern that replays old talks"),
        ("a lantern that replays old talks, which works only at night", None),  # a restriction
        ("a lantern that replays old talks, which does not run at night", None),  # a negation
        ("a lantern that replays old talks, which may run at night", None),  # a hedge
        ("lanterns replay all of the old talks, provided that it is night", None),  # a condition
        ("a lantern (one that replays, which is rare) for old talks", None),  # inside brackets
        ("a lantern that replays old talks at night", None),
        ("a lantern for six towns, namely: Ash, Elm and Oak", "a lantern for six towns"),
        ("a lantern whose three parts are: a wick, an oil, a lamp", None),  # a word that hangs
        ("a lantern, which runs", None),  # too little is left
    ],
)
def test_a_text_ends_early_where_that_takes_nothing_back(text: str, kept: str | None) -> None:
    end = shortened(text, 8)
    assert (None if end is None else text[:end]) == kept


@settings(max_examples=50)
@given(st.lists(st.sampled_from(["a", "owl", "which", "only", ",", ";", ", which", "(", ")", "$x$", ", and we"])))
def test_what_is_left_is_a_beginning_and_short_enough(words: list[str]) -> None:
    text = " ".join(words)
    end = shortened(text, 6)
    if end is not None:
        assert len(text[:end].split()) <= 6
        assert balanced(text[:end])
        assert "only" not in text[end:].split()


@pytest.mark.parametrize(
    ("sentence", "label", "rest"),
    [
        ("METHODS: We asked 300 people.", "methods", "We asked 300 people."),
        ("METHODS AND RESULTS We asked 300 people.", "methods and results", "We asked 300 people."),
        ("RESEARCH DESIGN AND METHODS A total of 300 people.", "research design and methods", "A total of 300 people."),
        ("[Conclusion] The lantern helps.", "conclusion", "The lantern helps."),
        ("Background. Owls hunt.", "background", "Owls hunt."),
        ("Abstract Owls hunt.", "abstract", "Owls hunt."),
        ("DNA binds.", "", "DNA binds."),
        ("BERT is a model.", "", "BERT is a model."),
        ("Methods for owls are rare.", "", "Methods for owls are rare."),
        ("Results improve.", "", "Results improve."),
    ],
)
def test_headings_inside_an_abstract(sentence: str, label: str, rest: str) -> None:
    found, start = label_of(sentence)
    assert (found, sentence[start:]) == (label, rest)

from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evals.outputs.abstention import says_nothing
from evals.outputs.reading import listed_statements, prose_of, statements_of

KEYS = {"1": "q7/1", "2": "q7/2", "3": "q7/3"}


def read(text: str) -> list[tuple[str, list[str]]]:
    return [(one.text, [cited.key for cited in one.citations]) for one in statements_of(text, KEYS, sample_id="q7")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Moss binds [1].", [("Moss binds.", ["q7/1"])]),
        ("Moss binds [1, 2].", [("Moss binds.", ["q7/1", "q7/2"])]),
        ("Moss binds [2][1].", [("Moss binds.", ["q7/2", "q7/1"])]),
        ("Moss binds [1-3].", [("Moss binds.", ["q7/1", "q7/2", "q7/3"])]),
        ("Moss [1] binds [1][1, 1].", [("Moss binds.", ["q7/1"])]),
        ("Moss binds [0].", [("Moss binds.", ["q7/0"])]),
        ("Moss binds [0, 1].", [("Moss binds.", ["q7/0", "q7/1"])]),
        ("Moss binds [12].", [("Moss binds.", ["q7/12"])]),
        ("Moss binds [Document 2].", [("Moss binds.", ["q7/2"])]),
        ("Moss binds [@x/y].", [("Moss binds.", ["q7/x_y"])]),
        ("Moss binds. [1]", [("Moss binds.", ["q7/1"])]),
        ("Moss binds.[1] Tin is soft.[2]", [("Moss binds.", ["q7/1"]), ("Tin is soft.", ["q7/2"])]),
        ("Moss binds. Tin is soft [2].", [("Moss binds.", []), ("Tin is soft.", ["q7/2"])]),
        ("As of [2023] moss binds.", [("As of [2023] moss binds.", [])]),
        ("By Section 5(1). It binds (2).", [("By Section 5(1).", []), ("It binds (2).", [])]),
        ("# Moss\nMoss binds [1].", [("Moss binds.", ["q7/1"])]),
        ("- Moss [1]\n- Tin [2]", [("Moss", ["q7/1"]), ("Tin", ["q7/2"])]),
        ("1. Moss binds [1].\n2. Tin is soft [2].", [("Moss binds.", ["q7/1"]), ("Tin is soft.", ["q7/2"])]),
        ("Moss binds [1].<|im_end|>", [("Moss binds.", ["q7/1"])]),
        ("Moss binds [1].\n\n**References:**\n[1] Moss et al.", [("Moss binds.", ["q7/1"])]),
        ("<think>Tin [2]?</think>Moss binds [1].", [("Moss binds.", ["q7/1"])]),
        ("", []),
    ],
)
def test_sentences_and_what_they_cite(text: str, expected: list[tuple[str, list[str]]]) -> None:
    assert read(text) == expected


def test_nothing_is_judged_or_quoted() -> None:
    (statement,) = statements_of("Moss binds [1].", KEYS, sample_id="q7")
    assert (statement.verdict.label, statement.verdict.judge) == ("unverifiable", "")
    assert statement.citations[0].quote == ""


def test_documents_may_be_cited_by_their_ids() -> None:
    keys = KEYS | {"moss-a": "q7/1"}
    (statement,) = statements_of("Moss binds [moss-a], [1] and [nobody].", keys, sample_id="q7")
    assert [cited.key for cited in statement.citations] == ["q7/1"]
    assert statement.text.endswith("[nobody].")


def test_without_documents_every_citation_is_of_nothing() -> None:
    (statement,) = statements_of("Moss binds [1].", {}, sample_id="q7")
    assert [cited.key for cited in statement.citations] == ["q7/1"]


def test_a_list_of_names_is_read_name_by_name() -> None:
    found = listed_statements("Moss [1], Tin [2][3], Copper [1, 2], Lead.", "Which?", KEYS, sample_id="q7")
    assert [(one.text, [cited.key for cited in one.citations]) for one in found] == [
        ("Which? Moss", ["q7/1"]),
        ("Which? Tin", ["q7/2", "q7/3"]),
        ("Which? Copper", ["q7/1", "q7/2"]),
        ("Which? Lead", []),
    ]


def test_only_the_last_reference_list_is_cut_off() -> None:
    assert prose_of("A.\nSources\nB.\nReferences\n[1] C.") == "A.\nSources\nB.\n"
    assert prose_of("The references of moss are many.") == "The references of moss are many."


def test_an_answer_that_is_all_under_such_a_line_is_not_lost() -> None:
    found = statements_of("## Sources\nMoss binds most of it [1].", {"1": "q7/1"}, sample_id="q7")
    assert [(one.text, [cited.key for cited in one.citations]) for one in found] == [
        ("Moss binds most of it.", ["q7/1"])
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n",
        "I cannot answer this question.",
        "I’m sorry, but I couldn’t find an answer to your question in the search results. Please provide more context.",
        "The provided documents do not contain information about moss.",
        "The documents do not provide any information on moss.",
        "The context does not mention moss.",
        "The answer cannot be determined from the text.",
        "How moss binds is not stated in the passages.",
        "No relevant information found.",
        "I don't know.",
        "Unable to answer based on the provided context.",
        "It is not possible to answer from these.",
        "Insufficient information to answer the question.",
        "There is no information about moss in the context.",
        "Unanswerable",
        "N/A",
    ],
)
def test_abstentions(text: str) -> None:
    assert says_nothing(text, statements_of(text, KEYS, sample_id="q7"))


@pytest.mark.parametrize(
    "text",
    [
        "Moss binds copper.",
        "We did not find a difference between groups.",
        "There is insufficient evidence that aspirin helps.",
        "Green tea does not contain vitamin B.",
        "The study did not answer the question of safety.",
        "I could not find it. However, moss binds copper.",
        "I cannot answer, but moss binds copper [1].",
        "The provided documents do not mention tin [1].",
        "The authors could not find moss.",
        "# Only a heading",
        "[1]",
    ],
)
def test_what_is_no_abstention(text: str) -> None:
    assert not says_nothing(text, statements_of(text, KEYS, sample_id="q7"))


WORDS = st.lists(st.sampled_from("moss binds copper in water while tin stays soft".split()), min_size=2, max_size=8)
SENTENCES = st.tuples(WORDS, st.lists(st.integers(0, 30), max_size=4, unique=True))


@given(
    said=st.lists(SENTENCES, max_size=6),
    form=st.sampled_from(["[{}]", "[{}, ]", " [{}]"]),
    is_after_stop=st.booleans(),
)
@example(said=[(["moss", "binds"], [0, 1])], form="[{}, ]", is_after_stop=True)
def test_what_is_written_is_read(said: Sequence[tuple[list[str], list[int]]], form: str, is_after_stop: bool) -> None:
    text = " ".join(_written(words, numbers, form, is_after_stop=is_after_stop) for words, numbers in said)
    assert read(text) == [
        (" ".join(words).capitalize() + ".", [f"q7/{number}" for number in numbers]) for words, numbers in said
    ]


def _written(words: list[str], numbers: list[int], form: str, *, is_after_stop: bool) -> str:
    one_for_all = form == "[{}, ]"
    names = [", ".join(map(str, numbers))] if one_for_all and numbers else [str(number) for number in numbers]
    markers = "".join(form.replace(", ", "").format(name) for name in names)
    sentence = " ".join(words).capitalize()
    return f"{sentence}.{markers}" if is_after_stop else f"{sentence} {markers.strip()}.".replace(" .", ".")


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    for statement in statements_of(text, KEYS, sample_id="q7"):
        assert statement.text.strip()
        keys = [cited.key for cited in statement.citations]
        assert len(keys) == len(set(keys))
        assert all(key.startswith("q7/") and key.count("/") == 1 for key in keys)

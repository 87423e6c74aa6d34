import pytest

from assistant.errors import ServiceError
from assistant.followups.followup import standalone_by_model, standalone_by_rule
from assistant.types import Answer, Reference, Turn, Usage
from prompts import Prompts
from tests.fakes.chat import Reply, ScriptedModel
from tests.fakes.papers import BY_KEY

LANTERN, QUILL = BY_KEY["orbin2021lantern"], BY_KEY["malk2022quillgraph"]
FIRST, SECOND = f"“{LANTERN.title}”", f"“{QUILL.title}”"


def turn(*keys: str, question: str = "How is dialogue memory stored?", nearest: tuple[str, ...] = ()) -> Turn:
    answer = Answer(
        question=question,
        standalone_question=f"{question} (standalone)",
        statements=(),
        references=tuple(Reference(key=key, text=key) for key in keys),
        abstained=not keys,
        reason="" if keys else "Nothing.",
        nearest=nearest,
    )
    return Turn(question=question, answer=answer)


def by_rule(question: str, *history: Turn) -> str:
    return standalone_by_rule(question, history or (turn(LANTERN.key, QUILL.key),), BY_KEY.get)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How large is the second one?", f"How large is {SECOND}?"),
        ("How large is the first paper's recall gain?", f"How large is {FIRST}'s recall gain?"),
        ("What does the last use?", f"What does {SECOND} use?"),
        ("How does the first differ from the second?", f"How does {FIRST} differ from {SECOND}?"),
        ("Compare The First and the second method.", f"Compare {FIRST} and {SECOND}."),
    ],
)
def test_an_ordinal_names_a_paper_of_the_last_answer(question: str, expected: str) -> None:
    assert by_rule(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "What is the first step of editing facts in Facet?",
        "Which datasets appeared in the last ten years for copper binding?",
        "How many proteins does the third one of Moss bind to copper?",
        "How does Lantern store its summaries at night?",
        "Which papers show that graph memories help recall?",
        "Does QuillGraph forget what users told it last week?",
    ],
)
def test_a_question_that_refers_to_nothing_before_stays(question: str) -> None:
    assert by_rule(question) == question


@pytest.mark.parametrize(
    "question",
    [
        "How large is its improvement over a sliding window?",
        "Which dataset do they use for evaluation of recall?",
        "How much storage does the method need for conversations?",
        "And what about storage for many conversations?",
        "Why is that?",
        "What limits this approach in long conversations?",
        "Storage?",
        "Who wrote that paper about dialogue memory storage?",
    ],
)
def test_a_question_that_refers_back_names_the_paper(question: str) -> None:
    assert by_rule(question) == f"{question} (about: {LANTERN.title})"


def test_after_an_abstention_the_subject_is_the_last_question() -> None:
    history = turn(nearest=(QUILL.key,))
    assert by_rule("Why is it so?", history) == "Why is it so? (about: How is dialogue memory stored?)"
    assert by_rule("And the first one?", history) == f"And {SECOND}?"  # the nearest papers were shown


def test_only_the_last_turn_counts() -> None:
    assert by_rule("Why?", turn(LANTERN.key), turn(QUILL.key)) == f"Why? (about: {QUILL.title})"


def test_papers_that_went_away_are_not_named() -> None:
    question = "What does the first one say?"
    assert by_rule(question, turn("gone2020", QUILL.key)) == f"What does {SECOND} say?"
    assert by_rule("Why is it so?", turn("gone2020")).endswith("(about: How is dialogue memory stored?)")


# With a model


def by_model(reply: Reply) -> tuple[str, Usage, ScriptedModel]:
    model = ScriptedModel([reply])
    history = [turn(key, question=f"Question {number}?") for number, key in enumerate([QUILL.key] * 5 + [LANTERN.key])]
    standalone, usage = standalone_by_model("How large is it?", history, BY_KEY.get, model, Prompts())
    return standalone, usage, model


@pytest.mark.parametrize(
    "reply",
    [
        "How large is Lantern?",
        '  "How large is Lantern?"\n',
        "“How large is Lantern?”",
        "<think>It is\nLantern.</think>\n\nHow large is Lantern?",
    ],
)
def test_the_model_rewrites_the_question(reply: str) -> None:
    standalone, usage, model = by_model(reply)
    assert standalone == "How large is Lantern?"
    assert usage.completion == len(reply.split())
    (prompt,) = model.prompts
    assert "How large is it?" in prompt
    assert LANTERN.title in prompt
    assert "Question 3?" not in prompt
    assert "Question 4? (standalone)" in prompt


def test_a_question_that_refers_to_nothing_costs_no_call() -> None:
    model = ScriptedModel([])
    question = "Which storage does the coastal wind forecast need?"
    assert standalone_by_model(question, [turn(LANTERN.key)], BY_KEY.get, model, Prompts()) == (question, Usage())


@pytest.mark.parametrize("reply", ["What do owls eat at night?", "Lantern is large.", "Lantern stores large memories."])
def test_a_rewrite_that_asks_something_else_is_not_used(reply: str) -> None:
    assert by_model(reply)[0] == f"How large is it? (about: {LANTERN.title})"


@pytest.mark.parametrize(
    "reply", ["", "   ", '""', "<think>never ended", "One line.\nAnother line.", "word " * 200, "How\x1b[2J large?"]
)
def test_a_rewrite_that_is_no_single_question_is_not_used(reply: str) -> None:
    standalone, usage, _ = by_model(reply)
    assert standalone == f"How large is it? (about: {LANTERN.title})"
    assert usage.prompt > 0


def test_a_model_that_fails_is_not_papered_over() -> None:
    with pytest.raises(ServiceError, match="away"):
        by_model(ServiceError("the server went away"))


def test_a_conversation_does_not_stick_to_its_subject() -> None:
    history = [turn(LANTERN.key)]
    for question in ("What is the capital of France?", "What is QuillGraph?", "What about QuillGraph?"):
        assert standalone_by_rule(question, history, BY_KEY.get) == question


def test_rewrites_do_not_nest() -> None:
    assert "(standalone)" not in by_rule("Why is it so?", turn("gone2020"))

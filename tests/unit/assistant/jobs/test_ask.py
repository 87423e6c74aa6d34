from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import ServiceError, TookTooLong, UsageError
from assistant.evidence.bank import sentences_of
from assistant.jobs.ask import AskParts, ask
from assistant.reading.standing import Standing
from assistant.types import Account, Answer, Checking, Conflict, Event, Filter, Statement, Turn, cited_keys
from assistant.writing.compose import NO_ANSWER
from tests.fakes.chat import USD_PER_CALL, Broken, Reply, ScriptedModel
from tests.fakes.papers import BY_KEY, exact, open_parts
from vectorstore.embed import EmbeddedModel

QUESTION = "By how many points does Lantern raise recall of past facts over a sliding window?"
POINTS = "Lantern raises recall of past facts by 14.6 points over a sliding window"
UNKNOWN = "Which loss trains speech recognisers of whispered Peruvian dialects?"


def with_model(parts: AskParts, *replies: Reply) -> tuple[AskParts, ScriptedModel]:
    model = ScriptedModel(replies)
    return replace(parts, model=model), model


def assert_exact(statements: Sequence[Statement]) -> None:
    assert statements
    for one in (citation for statement in statements for citation in statement.citations):
        assert exact(BY_KEY.get, one.key, one.quote, one.start, one.end, one.where)


# Without a model


def test_without_a_model_the_answer_quotes(parts: AskParts) -> None:
    answer = ask(f"  {QUESTION}\n", parts)
    assert not answer.abstained
    assert answer.question == answer.standalone_question == QUESTION
    assert answer.model == "embedded"
    assert all(one.quoted and one.text == one.citations[0].quote for one in answer.statements)
    assert POINTS in answer.text
    assert [one.key for one in answer.references] == ["orbin2021lantern"]
    assert answer.nearest[0] == "orbin2021lantern"
    assert len(answer.nearest) == 3
    assert answer.usage.completion == 0
    assert_exact(answer.statements)


def test_statements_are_announced_in_order(parts: AskParts) -> None:
    announced: list[Event] = []
    answer = ask(
        "How do Lantern and QuillGraph store a dialogue memory of conversations?", parts, on_event=announced.append
    )
    assert len(announced) > 1
    assert tuple(announced) == answer.statements


def test_the_same_question_gets_the_same_answer(parts: AskParts) -> None:
    first, second = (replace(ask(QUESTION, parts), seconds=replace(ask(QUESTION, parts).seconds)) for _ in range(2))
    assert first.statements == second.statements
    assert first.nearest == second.nearest


@pytest.mark.parametrize("question", ["", "  \n\t "])
def test_an_empty_question_is_refused(question: str, parts: AskParts) -> None:
    with pytest.raises(UsageError, match="empty"):
        ask(question, parts)


def test_a_document_is_no_question(parts: AskParts) -> None:
    scripted, model = with_model(parts)
    with pytest.raises(UsageError, match="100,000 characters; at most 4,000"):
        ask("x" * 100_000, scripted)
    assert model.prompts == []


# Abstaining


@pytest.mark.parametrize(
    ("question", "where", "reason"),
    [
        (UNKNOWN, Filter(), "No abstract that was found seems to answer this"),
        ("What batch size trained Squall on buoy data?", Filter(), "No abstract that was found seems to answer this"),
        (QUESTION, Filter(first_year=2050), "No paper in the library passes"),
        (QUESTION, Filter(keys=("voss2019drizzle",)), "No abstract that was found seems to answer this"),
    ],
)
def test_an_abstention_calls_no_model_and_announces_nothing(
    question: str, where: Filter, reason: str, parts: AskParts
) -> None:
    announced: list[Event] = []
    scripted, model = with_model(parts)
    answer = ask(question, scripted, where=where, on_event=announced.append)
    assert model.prompts == announced == []
    assert answer.abstained
    assert answer.outcome == "not-in-library"
    assert answer.account == Account()
    assert answer.statements == answer.references == ()
    assert reason in answer.reason
    assert answer.text == answer.reason
    assert answer.usage.prompt == 0


def test_an_abstention_names_the_nearest_papers(parts: AskParts) -> None:
    answer = ask(UNKNOWN, parts)
    assert len(answer.nearest) == 3
    assert all(f"{BY_KEY[key].title} [{key}]" in answer.reason for key in answer.nearest)


def test_an_empty_library_abstains(tmp_path: Path) -> None:
    model = ScriptedModel()
    with open_parts(tmp_path / "library", papers=(), model=model) as empty:
        answer = ask(QUESTION, empty)
    assert answer.abstained
    assert "add papers" in answer.reason
    assert answer.nearest == ()


def test_a_filter_restricts_what_is_quoted(parts: AskParts) -> None:
    answer = ask(
        "Which dialogue memory of conversations is proposed?", parts, where=Filter(keys=("malk2022quillgraph",))
    )
    assert set(cited_keys(answer.statements)) <= {"malk2022quillgraph"}
    assert answer.nearest == ("malk2022quillgraph",)


# With a model


def test_a_model_writes_from_numbered_passages(parts: AskParts) -> None:
    announced: list[Event] = []
    scripted, model = with_model(parts, f"{POINTS} [1]. Bananas taste sweeter on the moon [1].", "1. DROP")
    answer = ask(QUESTION, scripted, on_event=announced.append)
    prompt, repair = model.prompts
    assert f"[1] {BY_KEY['orbin2021lantern'].title} (2021)" in prompt
    assert BY_KEY["orbin2021lantern"].abstract in prompt
    assert "[9]" not in prompt
    assert QUESTION in prompt
    (statement,) = answer.statements
    assert statement.text == POINTS + "."
    assert not statement.quoted
    assert [one for one in announced if not isinstance(one, Checking)] == [statement, *answer.dropped]
    assert [one.text for one in answer.dropped] == ["Bananas taste sweeter on the moon."]
    assert QUESTION in repair
    assert answer.outcome == "answered"
    assert answer.account == Account(written=2, supported=1, dropped=1)
    assert [one.key for one in answer.references] == ["orbin2021lantern"]
    assert answer.model == "scripted:model"
    assert answer.usage.usd == pytest.approx(2 * USD_PER_CALL)
    assert answer.usage.prompt == len(prompt.split()) + len(repair.split())
    assert_exact(answer.statements)


def test_seconds_are_accounted_for(parts: AskParts) -> None:
    scripted, _ = with_model(parts, f"{POINTS} [1].")
    seconds = ask(QUESTION, scripted).seconds
    assert seconds.retrieve > 0
    assert seconds.verify > 0
    assert seconds.generate >= 0
    assert seconds.retrieve + seconds.generate + seconds.verify <= seconds.total
    assert seconds.first is not None
    assert seconds.retrieve < seconds.first < seconds.total


def test_seconds_to_the_first_statement_of_a_quote(parts: AskParts) -> None:
    seconds = ask(QUESTION, parts).seconds
    assert seconds.first is not None
    assert seconds.retrieve < seconds.first < seconds.total
    assert ask(UNKNOWN, parts).seconds.first is None


def test_a_model_that_declines_makes_an_abstention(parts: AskParts) -> None:
    scripted, model = with_model(parts, NO_ANSWER)
    answer = ask(QUESTION, scripted)
    assert answer.abstained
    assert answer.outcome == "declined"
    assert answer.reason.startswith(
        "scripted:model found no answer in the papers that it was given. The papers nearest"
    )
    assert answer.usage.prompt > 0
    assert len(model.prompts) == 1


@pytest.mark.parametrize(
    ("replies", "count"),
    [(("", "I cannot say."), "1 sentence"), (("That is the answer.", "That it may be."), "2 sentences")],
)
def test_a_model_that_writes_nothing_usable_twice_is_said_to(
    replies: Sequence[str], count: str, parts: AskParts
) -> None:
    scripted, model = with_model(parts, *replies)
    answer = ask(QUESTION, scripted)
    assert answer.abstained
    assert answer.outcome == "nothing-supported"
    assert answer.account == Account(written=len(answer.dropped), dropped=len(answer.dropped))
    assert answer.statements == answer.references == ()
    assert answer.reason == (
        f"scripted:model wrote nothing that the library supports ({count} dropped)."
        " Ask again, or with --model embedded for quotes."
    )
    assert len(model.prompts) == 2


@pytest.mark.parametrize(
    ("replies", "why"),
    [
        (("", ""), "wrote nothing"),
        (("<think>Well, well.</think>", " \n"), "wrote nothing"),
        (("", "[1]"), "wrote no sentence"),
        (("I'm sorry, I can't help with that.",) * 2, "refused to answer: “I'm sorry, I can't help with that”"),
    ],
)
def test_a_model_that_is_silent_or_refuses_is_said_to(replies: Sequence[str], why: str, parts: AskParts) -> None:
    scripted, _ = with_model(parts, *replies)
    answer = ask(QUESTION, scripted)
    assert (answer.abstained, answer.outcome) == (True, "nothing-supported")
    assert answer.reason == f"scripted:model {why}. Ask again, or with --model embedded for quotes."
    assert all(one.problem is None and one.verdict is None for one in answer.dropped)
    assert answer.account == Account(written=len(answer.dropped), dropped=len(answer.dropped))


def test_a_vendors_refusal_is_told_in_its_words_and_harmless(parts: AskParts) -> None:
    scripted, model = with_model(parts, "I cannot\x1b[31m help [1] with that.")
    model.end = "refusal"
    answer = ask(QUESTION, scripted)
    assert answer.reason.startswith("scripted:model refused to answer: “I cannot help {1} with that”. Ask again")
    assert answer.complete


def test_an_answer_that_was_cut_short_is_not_complete(parts: AskParts) -> None:
    assert ask(QUESTION, with_model(parts, f"{POINTS} [1].")[0]).complete
    broken = Broken(f"{POINTS} [1]. And then it", ServiceError("gone"))
    assert not ask(QUESTION, with_model(parts, broken)[0]).complete
    repair = Broken("1. Bananas", TookTooLong("slow"))
    assert not ask(
        QUESTION, with_model(parts, f"Bananas taste sweeter on the moon [1]. {POINTS} [1].", repair)[0]
    ).complete
    scripted, model = with_model(parts, f"{POINTS} [1].")
    model.end = "length"
    assert not ask(QUESTION, scripted).complete


def test_a_service_that_fails_raises_when_nothing_was_verified(parts: AskParts) -> None:
    scripted, _ = with_model(parts, Broken("It needs", ServiceError("gone")))
    with pytest.raises(ServiceError, match="gone"):
        ask(QUESTION, scripted)


def test_a_service_that_fails_on_its_way_keeps_what_was_verified(parts: AskParts) -> None:
    scripted, _ = with_model(
        parts, Broken(f"{POINTS} [1]. It needs 2 GB of storage for many conversations, and then", ServiceError("gone"))
    )
    answer = ask(QUESTION, scripted)
    assert [one.text for one in answer.statements] == [POINTS + "."]
    assert (answer.abstained, answer.outcome) == (False, "answered")
    assert answer.reason == "The answer was cut short: gone"


def test_what_is_not_supported_is_kept_when_that_is_wanted(parts: AskParts) -> None:
    scripted, _ = with_model(parts, f"Bananas taste sweeter on the moon [1]. {POINTS} [1].", "1. DROP")
    answer = ask(QUESTION, scripted, keep_unsupported=True)
    assert [one.verdict.label for one in answer.statements] == ["unsupported", "supported"]
    assert answer.account == Account(written=2, supported=1, kept=1)
    assert answer.outcome == "answered"
    scripted, _ = with_model(parts, "Bananas taste sweeter on the moon.", "Bananas taste sweeter on the moon.")
    answer = ask(QUESTION, scripted, keep_unsupported=True)
    assert (answer.abstained, answer.outcome) == (False, "nothing-supported")
    assert answer.text == "Bananas taste sweeter on the moon."
    assert answer.reason.startswith("scripted:model wrote nothing that the library supports. It is shown because")


def test_when_nothing_can_be_quoted_it_abstains(parts: AskParts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.reading.extract.Reading.statements", lambda _self, _judge: [])
    answer = ask(QUESTION, parts)
    assert (answer.abstained, answer.outcome, answer.account) == (True, "not-in-library", Account())


def test_the_account_of_quotes(parts: AskParts) -> None:
    answer = ask(QUESTION, parts)
    assert answer.account == Account(written=len(answer.statements), supported=len(answer.statements))
    assert answer.outcome == "answered"


def test_a_question_of_which_a_part_is_in_no_paper(parts: AskParts, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Standing(outcome="partly", confidence=0.7, lacking=("who paid for it", "when it rained"))
    monkeypatch.setattr("assistant.jobs.ask.standing_of", lambda _reading: told)
    answer = ask(QUESTION, parts)
    assert (answer.abstained, answer.outcome, answer.confidence) == (False, "partly", 0.7)
    assert answer.lacking == ("who paid for it", "when it rained")
    assert answer.reason == "No abstract that was found seems to answer “who paid for it” or “when it rained”."


def test_a_part_of_which_nothing_could_be_verified(parts: AskParts) -> None:
    question = "How does Lantern store a dialogue memory, and how many questions of users did QuillGraph answer?"
    lantern = "Lantern is a dialogue memory that replays old conversations and stores them as short summaries [1]."
    graph = "QuillGraph answered 18 percent of the questions of users [2]."
    scripted, _ = with_model(parts, f"{lantern} {graph}", "1. DROP")
    answer = ask(question, scripted)
    assert cited_keys(answer.statements) == ("orbin2021lantern",)
    assert answer.outcome == "partly"
    (part,) = answer.lacking
    assert "QuillGraph" in part
    assert answer.reason == f"Nothing that could be verified answers “{part}”."
    scripted, _ = with_model(parts, f"{lantern} {graph.replace('18', '81')}")
    assert ask(question, scripted).outcome == "answered"


@pytest.mark.parametrize("written", [False, True])
def test_papers_that_contradict_each_other_are_shown(
    written: bool, parts: AskParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = ask(QUESTION, parts).nearest[:2]
    one, other = ((sentences_of(BY_KEY[key])[1].citation,) for key in (first, second))
    told = Conflict(claim="Memory helps.", supporting=one, opposing=other, score=0.8)
    monkeypatch.setattr("assistant.jobs.ask.conflicts", lambda *_: (told,))
    scripted, _ = with_model(parts, f"{POINTS} [1].")
    answer = ask(QUESTION, scripted if written else parts)
    assert (answer.abstained, answer.outcome, answer.conflicts) == (False, "disagreement", (told,))
    assert answer.reason == f"Abstracts contradict each other: {first} against {second}."
    assert {first, second} <= {reference.key for reference in answer.references}


# Follow-ups


def turn(parts: AskParts) -> Turn:
    answer: Answer = ask(QUESTION, parts)
    return Turn(question=QUESTION, answer=answer)


def test_a_follow_up_without_a_model_is_about_the_paper_before(parts: AskParts) -> None:
    answer = ask("How much storage does it need for conversations?", parts, history=[turn(parts)])
    assert answer.question == "How much storage does it need for conversations?"
    assert answer.standalone_question == f"{answer.question} (about: {BY_KEY['orbin2021lantern'].title})"
    assert "2 GB" in answer.text


def test_a_follow_up_is_rewritten_by_the_model_and_paid_for(parts: AskParts) -> None:
    rewritten = "How much storage does Lantern need for conversations?"
    scripted, model = with_model(parts, rewritten, "Lantern needs 2 GB of storage for 1,210 conversations [1].")
    answer = ask("How much does it need?", scripted, history=[turn(parts)])
    assert answer.question == "How much does it need?"
    assert answer.standalone_question == rewritten
    assert rewritten in model.prompts[1]
    assert cited_keys(answer.statements) == ("orbin2021lantern",)
    assert answer.usage.usd == pytest.approx(2 * USD_PER_CALL)
    assert answer.usage.prompt == sum(len(prompt.split()) for prompt in model.prompts)


def test_an_abstention_after_a_rewrite_counts_the_rewrite(parts: AskParts) -> None:
    scripted, model = with_model(parts, UNKNOWN)
    answer = ask("And those?", scripted, history=[turn(parts)])
    assert answer.abstained
    assert len(model.prompts) == 1
    assert answer.usage.usd == pytest.approx(USD_PER_CALL)


@pytest.mark.slow
def test_with_the_real_embedder(tmp_path: Path) -> None:
    with open_parts(tmp_path / "library", embedder=EmbeddedModel()) as real:
        answer = ask("How much does Lantern improve recall?", real)
        assert cited_keys(answer.statements) == ("orbin2021lantern",)
        assert "14.6" in answer.text
        assert ask("What is the capital of Peru?", real).abstained
        scripted, _ = with_model(
            real,
            "Lantern (Orbin et al., 2021) improves recall by 14.6 points [2]. It improves recall by 16.4 points [1].",
            "1. DROP",
        )
        written = ask("How much does Lantern improve recall?", scripted)
        assert cited_keys(written.statements) == ("orbin2021lantern",)
        assert "16.4" in written.dropped[-1].reason
        assert_exact(written.statements)
